package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.exchange.Gradients;
import ravine.loss.Logistic;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.rows.ColumnStats;
import ravine.rows.PackedPartition;
import ravine.rows.RowsFixtures;

/** Few rows for many weights: the same mathematics as with the matrix. */
class LowRankMetricTest {
  private static final int D = 37;
  private static final double RIDGE = 1e-2;

  /** Row after row; two of them are the same, and one is 0. */
  private static double[][] rows(int count) {
    Random random = new Random(4);
    double[][] rows = new double[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = random.doubles(D, -2.0, 3.0).toArray();
    }
    if (count > 2) {
      rows[1] = rows[0].clone();
      rows[2] = new double[D];
    }
    return rows;
  }

  private static double[] diagonal() {
    double[] diagonal = new Random(9).doubles(D, 0.0, 0.5).toArray();
    diagonal[D - 1] = 0.0;
    return diagonal;
  }

  private static double[] matrix(double[][] rows, double[] diagonal) {
    double[] matrix = new double[D * D];
    for (int j = 0; j < D; j++) {
      matrix[j * D + j] = diagonal[j];
      for (int k = 0; k < D; k++) {
        for (double[] row : rows) {
          matrix[j * D + k] += row[j] * row[k];
        }
      }
    }
    return matrix;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8, 36})
  void solve_andNorm_areThoseOfTheMatrix(int count) {
    DenseMetric dense = DenseMetric.of(D, matrix(rows(count), diagonal()), RIDGE);
    LowRankMetric lowRank = LowRankMetric.of(rows(count), diagonal(), RIDGE);
    double[] gradient = new Random(1).doubles(D, -1.0, 1.0).toArray();

    double[] expected = gradient.clone();
    dense.solve(expected);
    double[] found = gradient.clone();
    lowRank.solve(found);

    assertThat(found).containsExactly(expected, within(1e-13));
    assertThat(lowRank.squaredNorm(gradient)).isCloseTo(dense.squaredNorm(gradient), within(1e-10));
    assertThat(lowRank.diagonal()).containsExactly(dense.diagonal(), within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8, 36})
  void root_squared_isTheMatrix_andItsInversesAreThat(int count) {
    double[] added = new Random(2).doubles(D, 0.0, 0.1).toArray();
    LowRankMetric metric = LowRankMetric.of(rows(count), diagonal(), RIDGE);
    double[] matrix = DenseMetric.of(D, matrix(rows(count), diagonal()), RIDGE).matrix();
    SquareRoot root = metric.root(added);
    double[] theta = new Random(3).doubles(D, -1.0, 1.0).toArray();
    double[] own = new double[D];
    double[] product = new double[D];

    root.toOwn(theta, own);
    root.multiply(own, product);

    for (int j = 0; j < D; j++) {
      double expected = added[j] * theta[j];
      for (int k = 0; k < D; k++) {
        expected += matrix[j * D + k] * theta[k];
      }
      assertThat(product[j]).as("row %d of P times θ", j).isCloseTo(expected, within(1e-11));
    }
    root.forward(product);
    assertThat(product).as("S⁻¹ P θ = Sᵀθ").containsExactly(own, within(1e-11));
    root.backward(own);
    assertThat(own).as("S⁻ᵀ Sᵀ θ = θ").containsExactly(theta, within(1e-12));
  }

  @Test
  void proximal_isRefused() {
    LowRankMetric metric = LowRankMetric.of(rows(3), diagonal(), RIDGE);
    assertThatIllegalStateException()
        .isThrownBy(() -> metric.proximal(new double[D], new L1(1.0), 1.0))
        .withMessageContaining("no proximal step");
  }

  /**
   * All of a sample's way, with the Hessian as rows and as a matrix; with and without intercept.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void solve_sampleOfFewRows_isThatOfTheMatrix(boolean intercept) {
    int count = 12;
    int features = 60;
    Random random = new Random(6);
    PackedPartition sample =
        RowsFixtures.dense(
            features,
            random.doubles((long) count * features, -1.0, 1.0).toArray(),
            random.ints(count, 0, 2).asDoubleStream().toArray(),
            random.doubles(count, 0.5, 2.0).toArray());
    Coordinates coordinates = Coordinates.identity(features, 1, intercept);
    int d = coordinates.dimension();
    Problem problem = Problem.of(new Logistic(), coordinates, new L2(0.05), new double[d]);

    SampleStart dense = SampleStart.solve(sample, coordinates, problem, count, false);
    SampleStart lowRank = SampleStart.solve(sample, coordinates, problem, count, true);

    assertThat(dense.metric()).isInstanceOf(DenseMetric.class);
    assertThat(lowRank.metric()).isInstanceOf(LowRankMetric.class);
    assertThat(lowRank.theta()).containsExactly(dense.theta(), within(1e-10));
    assertThat(lowRank.initialObjective()).isEqualTo(dense.initialObjective());
    double[] ones = new double[features];
    Arrays.fill(ones, 1.0);
    ColumnStats stats = RowsFixtures.stats(count, new double[features], ones);
    OwnCoordinates ofDense = OwnCoordinates.of(dense, problem, stats);
    OwnCoordinates ofLowRank = OwnCoordinates.of(lowRank, problem, stats);
    double[] gradient = new double[d];
    Gradients.of(sample, problem).full(problem.initial(), gradient);
    // A root is known up to a rotation, which keeps lengths.
    assertThat(ofLowRank.length(problem.initial(), gradient))
        .isCloseTo(ofDense.length(problem.initial(), gradient), within(1e-10));
  }

  @Test
  void isOfLowRank_manyWeightsForFewRows_unlessAPartNeedsTheMatrix() {
    Coordinates wide = Coordinates.identity(4999, 1, true);
    Problem smooth = Problem.of(new Logistic(), wide, new L2(0.1), new double[5000]);
    assertThat(SampleStart.isOfLowRank(120.0, smooth)).isTrue();
    assertThat(SampleStart.isOfLowRank(1251.0, smooth)).isFalse();
    Problem sparse = Problem.of(new Logistic(), wide, new L1(0.1), new double[5000]);
    assertThat(SampleStart.isOfLowRank(120.0, sparse)).isFalse();
    Coordinates narrow = Coordinates.identity(500, 1, false);
    Problem small = Problem.of(new Logistic(), narrow, new L2(0.1), new double[500]);
    assertThat(SampleStart.isOfLowRank(12.0, small)).isFalse();
  }
}
