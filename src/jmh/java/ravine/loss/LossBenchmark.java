package ravine.loss;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Loss and derivatives in groups of 32 rows, time per row. So many rows that no branch predictor
 * learns their labels by heart. {@code plain} is the logistic loss as a textbook writes it, {@code
 * counted} that of a fold, whose rows weigh 1 or 0.
 *
 * <pre>{@code
 * mvn -q -Pjmh test-compile exec:exec@jmh -Djmh.args="LossBenchmark"
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LossBenchmark {
  private static final int ROWS = 1 << 18;
  private static final int GROUP = 32;

  @Param({
    "plain",
    "logistic",
    "weighted",
    "counted",
    "softmax3",
    "squared",
    "hinge",
    "smoothHinge",
    "squaredHinge",
    "huber"
  })
  String loss;

  private Loss chosen;
  private double[] source;
  private double[] margins;
  private double[] labels;
  private double[] weights;

  @Setup
  public void setUp() {
    chosen =
        switch (loss) {
          case "softmax3" -> new Softmax(3);
          case "squared" -> new Squared();
          case "hinge" -> new Hinge();
          case "smoothHinge" -> new SmoothHinge(0.5);
          case "squaredHinge" -> new SquaredHinge();
          case "huber" -> new Huber(1.35);
          default -> new Logistic();
        };
    Random random = new Random(1);
    source = random.doubles((long) ROWS * chosen.outputs(), -5.0, 5.0).toArray();
    labels = random.ints(ROWS, 0, 2).asDoubleStream().toArray();
    weights =
        switch (loss) {
          case "weighted" -> random.doubles(ROWS).toArray();
          case "counted" -> random.doubles(ROWS).map(u -> u < 0.2 ? 0.0 : 1.0).toArray();
          default -> null;
        };
    margins = new double[GROUP * chosen.outputs()];
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public double pass() {
    double sum = 0.0;
    for (int from = 0; from < ROWS; from += GROUP) {
      System.arraycopy(source, from * chosen.outputs(), margins, 0, margins.length);
      sum +=
          loss.equals("plain")
              ? plain(from)
              : chosen.derivatives(GROUP, margins, labels, weights, from);
      sum += margins[0];
    }
    return sum;
  }

  private double plain(int from) {
    double sum = 0.0;
    for (int i = 0; i < GROUP; i++) {
      boolean positive = labels[from + i] > 0.5;
      double z = positive ? margins[i] : -margins[i];
      double e = Math.exp(-Math.abs(z));
      sum += (z < 0.0 ? -z : 0.0) + Math.log1p(e);
      double error = (z < 0.0 ? 1.0 : e) / (1.0 + e);
      margins[i] = positive ? -error : error;
    }
    return sum;
  }
}
