package ravine.rows;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
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
 * Packing one partition: validate, shuffle, copy into blocks; and the moments on top. Time per row.
 *
 * <pre>{@code
 * mvn -q -Pjmh test-compile exec:exec@jmh -Djmh.args="PackerBenchmark"
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PackerBenchmark {
  private static final int ROWS = 200_000;

  /** Features, and non-zeros a row. */
  @Param({"28x28", "47000x40"})
  String shape;

  @Param({"DOUBLE", "FLOAT"})
  Storage storage;

  private int features;
  private Vector[] vectors;

  @Setup
  public void setUp() {
    int cross = shape.indexOf('x');
    features = Integer.parseInt(shape.substring(0, cross));
    int nonZeros = Integer.parseInt(shape.substring(cross + 1));
    int stride = features / nonZeros;
    Random random = new Random(1);
    vectors =
        Stream.generate(() -> random.doubles(nonZeros).toArray())
            .limit(ROWS)
            .map(values -> vector(values, nonZeros, stride, random))
            .toArray(Vector[]::new);
  }

  private Vector vector(double[] values, int nonZeros, int stride, Random random) {
    if (nonZeros == features) {
      return new DenseVector(values);
    }
    int[] columns =
        IntStream.range(0, nonZeros).map(s -> s * stride + random.nextInt(stride)).toArray();
    return new SparseVector(features, columns, values);
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public PackedPartition pack() {
    return Examples.pack(
        0, Stream.of(vectors).map(v -> Example.of(1.0, v)).iterator(), features, 1L, storage);
  }

  @Benchmark
  @OperationsPerInvocation(ROWS)
  public PackReport packAndReport() {
    return PackReport.takeFor(pack());
  }
}
