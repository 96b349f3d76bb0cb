package ravine.kernel;

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
 * Margins and gradient of one pass over dense rows with several outputs, in groups of 32; time per
 * row. {@code column} takes one output at a time through the kernel of one, as plain Java does with
 * few of them.
 *
 * <pre>{@code
 * mvn -q -Pjmh test-compile exec:exec@jmh -Djmh.args="MultiKernel -p dimension=28"
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MultiKernelBenchmark {
  private static final int ROWS = 1024;
  private static final int GROUP = 32;

  @Param({"28", "500"})
  int dimension;

  @Param({"3", "10"})
  int outputs;

  @Param({"scalar", "column", "vector"})
  String kernel;

  private MultiKernel chosen;
  private double[] values;
  private double[] point;
  private double[] margins;
  private double[] gradient;

  @Setup
  public void setUp() {
    chosen =
        switch (kernel) {
          case "scalar" -> new ScalarMultiKernel();
          case "column" -> new ColumnMultiKernel(new ScalarDenseKernel(), new ScalarMultiKernel());
          default -> new VectorMultiKernel();
        };
    Random random = new Random(1);
    values = random.doubles((long) ROWS * dimension, -0.5, 0.5).toArray();
    point = random.doubles((dimension + 1L) * outputs).toArray();
    margins = new double[GROUP * outputs];
    gradient = new double[(dimension + 1) * outputs];
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public double[] pass() {
    for (int from = 0; from < ROWS; from += GROUP) {
      chosen.denseMargins(values, dimension, from, GROUP, point, outputs, margins);
      chosen.denseAccumulate(values, dimension, from, GROUP, margins, outputs, gradient);
    }
    return gradient;
  }
}
