package ravine.curvature;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A quadratic with an L1 term from zeros to the last digit, matrix scaling and first factor
 * included; every other column is the one before it plus {@code distance} times noise.
 *
 * <pre>{@code
 * mvn -q -Pjmh test-compile exec:exec@jmh -Djmh.args="QuadraticSolver -p dimension=300"
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class QuadraticSolverBenchmark {
  @Param({"27", "128", "300", "1000"})
  int dimension;

  @Param({"1", "1e-4"})
  double distance;

  @Param({"0", "1e-3"})
  double threshold;

  private double[] hessian;
  private double[] zeros;
  private double[] right;
  private double[] thresholds;

  @Setup
  public void setUp() {
    Random random = new Random(1);
    int rows = 2 * dimension;
    double[][] columns = new double[dimension][rows];
    double[] label = new double[rows];
    for (int j = 0; j < dimension; j++) {
      boolean twin = j % 2 == 1 && distance < 1.0;
      for (int i = 0; i < rows; i++) {
        double noise = random.nextGaussian();
        columns[j][i] = twin ? columns[j - 1][i] + distance * noise : noise;
        label[i] += j % 3 == 0 ? columns[j][i] : 0.0;
      }
    }
    for (int i = 0; i < rows; i++) {
      label[i] += random.nextGaussian();
    }
    hessian = new double[dimension * dimension];
    right = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      for (int k = 0; k < dimension; k++) {
        hessian[j * dimension + k] = product(columns[j], columns[k]) / rows;
      }
      right[j] = product(columns[j], label) / rows;
    }
    zeros = new double[dimension];
    thresholds = new double[dimension];
    Arrays.fill(thresholds, threshold);
  }

  private static double product(double[] a, double[] b) {
    double sum = 0.0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Benchmark
  public QuadraticSolver.Solution solve() {
    return new QuadraticSolver(dimension, hessian, zeros).solve(right, thresholds, zeros, 0.0);
  }
}
