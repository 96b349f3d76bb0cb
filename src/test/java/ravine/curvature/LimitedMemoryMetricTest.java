package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import ravine.penalty.L1;

/** The metric against the definitions, on pairs taken from a quadratic. */
class LimitedMemoryMetricTest {
  private static final int DIMENSION = 30;

  private final Random random = new Random(4);

  private double[] vector() {
    double[] vector = new double[DIMENSION];
    for (int j = 0; j < DIMENSION; j++) {
      vector[j] = random.nextGaussian();
    }
    return vector;
  }

  /** Hx for a fixed ill-conditioned H. */
  private static double[] hessian(double[] x) {
    double[] product = new double[DIMENSION];
    double sum = 0.0;
    for (double value : x) {
      sum += value;
    }
    for (int j = 0; j < DIMENSION; j++) {
      product[j] = (j + 1) * x[j] + sum;
    }
    return product;
  }

  /** Pairs and, beside them, the matrix they stand for, by one BFGS update after another. */
  private double[][] learn(LimitedMemoryMetric metric, int pairs) {
    double[][] points = new double[pairs + 1][];
    for (int i = 0; i <= pairs; i++) {
      points[i] = vector();
    }
    double[] newest = hessian(difference(points[pairs], points[pairs - 1]));
    double base = dot(newest, newest) / dot(newest, difference(points[pairs], points[pairs - 1]));
    double[][] matrix = new double[DIMENSION][DIMENSION];
    for (int j = 0; j < DIMENSION; j++) {
      matrix[j][j] = base;
    }
    for (int i = 1; i <= pairs; i++) {
      double[] s = difference(points[i], points[i - 1]);
      double[] y = hessian(s);
      assertThat(metric.add(points[i - 1], points[i], hessian(points[i - 1]), hessian(points[i])))
          .isTrue();
      double[] product = multiply(matrix, s);
      double curved = dot(s, product);
      double sy = dot(s, y);
      for (int j = 0; j < DIMENSION; j++) {
        for (int k = 0; k < DIMENSION; k++) {
          matrix[j][k] += y[j] * y[k] / sy - product[j] * product[k] / curved;
        }
      }
    }
    return matrix;
  }

  private static double[] multiply(double[][] matrix, double[] vector) {
    double[] product = new double[vector.length];
    for (int j = 0; j < vector.length; j++) {
      product[j] = dot(matrix[j], vector);
    }
    return product;
  }

  private static double[] difference(double[] a, double[] b) {
    double[] result = a.clone();
    for (int j = 0; j < a.length; j++) {
      result[j] -= b[j];
    }
    return result;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0.0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  @Test
  void solve_gradient_invertsTheBfgsMatrix() {
    LimitedMemoryMetric metric = new LimitedMemoryMetric(DIMENSION, 10);
    double[][] matrix = learn(metric, 8);
    double[] gradient = vector();
    double[] solution = gradient.clone();
    metric.solve(solution);
    double[] back = multiply(matrix, solution);
    for (int j = 0; j < DIMENSION; j++) {
      assertThat(back[j]).isCloseTo(gradient[j], within(1e-8));
    }
  }

  /** More pairs than there is room for are no harm to the newest. */
  @Test
  void solve_changeOfTheNewestPair_givesItsStep() {
    LimitedMemoryMetric metric = new LimitedMemoryMetric(DIMENSION, 10);
    learn(metric, 14);
    double[] step = vector();
    double[] change = hessian(step);
    metric.add(new double[DIMENSION], step, new double[DIMENSION], change);
    metric.solve(change);
    for (int j = 0; j < DIMENSION; j++) {
      assertThat(change[j]).isCloseTo(step[j], within(1e-10));
    }
    assertThat(metric.size()).isEqualTo(10);
  }

  @Test
  void solve_beforeTheFirstPair_dividesByTheCurvatureGiven() {
    LimitedMemoryMetric metric = new LimitedMemoryMetric(2, LimitedMemoryMetric.memory(2, false));
    metric.startAt(4.0);
    double[] gradient = {8.0, -2.0};
    metric.solve(gradient);
    assertThat(gradient).containsExactly(2.0, -0.5);
  }

  /** Where the loss is not convex, or rounding is all there is, nothing is learnt. */
  @Test
  void add_curvatureThatIsNotPositive_isNotRemembered() {
    LimitedMemoryMetric metric = new LimitedMemoryMetric(2, LimitedMemoryMetric.memory(2, false));
    double[] zero = new double[2];
    double[] step = {1.0, 0.0};
    assertThat(metric.add(zero, step, zero, new double[] {-1.0, 0.0})).isFalse();
    assertThat(metric.add(zero, step, zero, new double[] {0.0, 1.0})).isFalse();
    assertThat(metric.add(zero, zero, zero, step)).isFalse();
    assertThat(metric.add(zero, step, zero, new double[] {Double.NaN, 0.0})).isFalse();
    assertThat(metric.size()).isZero();
  }

  /** g + P(z − θ) + λ sign(z) = 0, or within ± λ where z is exactly 0. */
  @Test
  void minimise_result_meetsTheOptimalityConditions() {
    LimitedMemoryMetric metric = new LimitedMemoryMetric(DIMENSION, 10);
    double[][] matrix = learn(metric, 6);
    double lambda = 9.0;
    double[] start = vector();
    double[] gradient = vector();
    double[] z = start.clone();
    metric.minimise(z, gradient, new L1(lambda));
    double[] slope = multiply(matrix, difference(z, start));
    int zeros = 0;
    for (int j = 0; j < DIMENSION; j++) {
      zeros += z[j] == 0.0 ? 1 : 0;
      if (z[j] == 0.0) {
        assertThat(Math.abs(gradient[j] + slope[j])).isLessThanOrEqualTo(lambda * (1 + 1e-6));
      } else {
        assertThat(gradient[j] + slope[j]).isCloseTo(-lambda * Math.signum(z[j]), within(1e-5));
      }
    }
    assertThat(zeros).isBetween(1, DIMENSION - 1);
  }

  @Test
  void inverse_indefiniteMatrix_timesItIsTheIdentity() {
    double[] matrix = {1e6, 3.0, 2.0, 3.0, -2.0, 0.5, 2.0, 0.5, -1e-4};
    double[] inverse = SmallMatrix.inverse(matrix, 3);
    for (int i = 0; i < 3; i++) {
      for (int k = 0; k < 3; k++) {
        double sum = 0.0;
        for (int j = 0; j < 3; j++) {
          sum += matrix[3 * i + j] * inverse[3 * j + k];
        }
        assertThat(sum).isCloseTo(i == k ? 1.0 : 0.0, within(1e-8));
      }
    }
  }
}
