package ravine.kernel;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Margins and gradient of one pass over dense rows with one output, group by group as {@code
 * PartitionSums} goes. {@code kernel=naive} is the loop of one row at a time; {@code rows} and
 * {@code bytes} are rates per second. {@code megabytes} decides whether cache or memory is
 * measured; {@code -t 2} runs both cores.
 *
 * <pre>{@code
 * mvn -q -Pjmh test-compile exec:exec@jmh -Djmh.args="DenseKernel -p megabytes=256"
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DenseKernelBenchmark {
  @Param({"28", "100", "2000"})
  int dimension;

  @Param({"naive", "scalar", "vector"})
  String kernel;

  @Param({"double", "float"})
  String storage;

  @Param({"0.5"})
  double megabytes;

  /** Rates per second. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Rates {
    public long rows;
    public long bytes;

    @Setup(Level.Iteration)
    public void reset() {
      rows = 0;
      bytes = 0;
    }
  }

  private DenseKernel chosen;
  private int rows;
  private int group;
  private double[] doubles;
  private float[] floats;
  private double[] point;
  private double[] margins;
  private double[] gradient;

  @Setup
  public void setUp() {
    int width = storage.equals("float") ? 4 : 8;
    group = Math.max(4, Math.min(32, Integer.highestOneBit(24 * 1024 / (width * dimension))));
    rows = (int) (megabytes * 1e6 / width / dimension) / group * group;
    chosen = kernel.equals("vector") ? new VectorDenseKernel() : new ScalarDenseKernel();
    Random random = new Random(1);
    doubles = new double[width == 8 ? rows * dimension : 0];
    floats = new float[width == 4 ? rows * dimension : 0];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = random.nextDouble() - 0.5;
    }
    for (int i = 0; i < floats.length; i++) {
      floats[i] = random.nextFloat() - 0.5F;
    }
    point = random.doubles(dimension + 1L).toArray();
    margins = new double[group];
    gradient = new double[dimension + 1];
  }

  @Benchmark
  public double[] pass(Rates rates) {
    for (int from = 0; from < rows; from += group) {
      if (kernel.equals("naive")) {
        naive(from);
      } else if (doubles.length > 0) {
        chosen.margins(doubles, dimension, from, group, point, margins);
        chosen.accumulate(doubles, dimension, from, group, margins, gradient);
      } else {
        chosen.margins(floats, dimension, from, group, point, margins);
        chosen.accumulate(floats, dimension, from, group, margins, gradient);
      }
    }
    rates.rows += rows;
    rates.bytes += 8L * doubles.length + 4L * floats.length;
    return gradient;
  }

  private void naive(int from) {
    boolean wide = doubles.length > 0;
    for (int i = from; i < from + group; i++) {
      int row = i * dimension;
      double sum = point[dimension];
      for (int j = 0; j < dimension; j++) {
        sum += (wide ? doubles[row + j] : floats[row + j]) * point[j];
      }
      for (int j = 0; j < dimension; j++) {
        gradient[j] += sum * (wide ? doubles[row + j] : floats[row + j]);
      }
    }
  }
}
