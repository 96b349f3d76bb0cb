package ravine.rows;

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
 * Margins and gradient of one pass over sparse rows; time is per row. {@code shape} is non-zeros a
 * row and features: 75x47000 is like rcv1, 14x123 like a9a, 39x1000000 like Criteo (4-byte indices
 * only). With one output {@code dot} and {@code add} are gathers and scatters; with several the
 * loop over outputs counts.
 *
 * <pre>{@code
 * mvn -q -Pjmh test-compile exec:exec@jmh -Djmh.args="SparseKernel -p outputs=1"
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SparseKernelBenchmark {
  private static final int ROWS = 20_000;
  private static final int GROUP = 32;

  @Param({"75x47000", "14x123", "39x1000000"})
  String shape;

  /** Bytes of a feature index, and how values are kept. */
  @Param({"4 double", "2 double", "4 float", "2 float", "4 ones", "2 ones"})
  String layout;

  @Param({"1", "3", "10"})
  int outputs;

  private Block block;
  private double[] point;
  private double[] margins;
  private double[] gradient;

  @Setup
  public void setUp() {
    int cross = shape.indexOf('x');
    int nonZeros = Integer.parseInt(shape.substring(0, cross));
    int features = Integer.parseInt(shape.substring(cross + 1));
    Random random = new Random(1);
    int[] starts = new int[ROWS + 1];
    int[] indices = new int[ROWS * nonZeros];
    double[] values = random.doubles((long) ROWS * nonZeros).toArray();
    float[] floats = new float[values.length];
    for (int i = 0; i < ROWS; i++) {
      starts[i + 1] = starts[i] + nonZeros;
      // Few columns are common and most are rare, as words are.
      int[] row =
          random
              .doubles()
              .mapToInt(u -> (int) (features * u * u * u))
              .distinct()
              .limit(nonZeros)
              .sorted()
              .toArray();
      System.arraycopy(row, 0, indices, starts[i], nonZeros);
    }
    for (int s = 0; s < values.length; s++) {
      floats[s] = (float) values[s];
    }
    double[] labels = new double[ROWS];
    boolean narrow = layout.startsWith("2") && features <= SparseBlock.MOST_NARROW;
    char[] chars = new char[indices.length];
    for (int s = 0; s < indices.length; s++) {
      chars[s] = (char) indices[s];
    }
    Object kept = layout.endsWith("double") ? values : layout.endsWith("float") ? floats : null;
    block =
        new SparseBlock(
            features, starts, narrow ? chars : indices, kept, labels, null, Storage.DOUBLE);
    point = random.doubles((features + 1L) * outputs).toArray();
    margins = new double[GROUP * outputs];
    gradient = new double[(features + 1) * outputs];
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public double[] pass() {
    for (int from = 0; from < ROWS; from += GROUP) {
      block.margins(from, GROUP, point, outputs, margins);
      block.accumulate(from, GROUP, margins, outputs, gradient);
    }
    return gradient;
  }
}
