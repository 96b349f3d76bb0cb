package ravine.newton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.exchange.KeptGradients;
import ravine.exchange.WholeBatch;
import ravine.loss.Squared;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.None;
import ravine.rows.CoMoments;
import ravine.rows.PackedPartition;
import ravine.rows.RowsFixtures;

/** Sums of products answer as the rows do. */
class SquaredSumsTest {
  private static final int ROWS = 400;
  private static final int FEATURES = 4;

  private final double[] values = new double[ROWS * FEATURES];
  private final double[] labels = new double[ROWS];
  private final double[] weights = new double[ROWS];

  SquaredSumsTest() {
    Random random = new Random(3);
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < FEATURES; j++) {
        values[i * FEATURES + j] = 5.0 * j + (j + 1.0) * random.nextGaussian();
      }
      labels[i] = 40.0 + values[i * FEATURES] - values[i * FEATURES + 1] + random.nextGaussian();
      weights[i] = 0.5 + i % 3;
    }
  }

  private CoMoments moments() {
    return Objects.requireNonNull(RowsFixtures.coMoments(FEATURES, values, labels, weights));
  }

  private static Problem problem(boolean intercept) {
    double[] centre = intercept ? new double[] {0.1, 5.1, 9.9, 15.0} : new double[FEATURES];
    Coordinates coordinates =
        Coordinates.scaledBy(new double[] {1.0, 0.5, 0.3, 0.0})
            .centredAt(centre)
            .intercept(intercept)
            .outputScale(3.0)
            .outputShift(intercept ? 38.0 : 0.0)
            .build();
    double[] initial = new double[coordinates.dimension()];
    return new Problem(new Squared(), coordinates, new None(), initial, 9.0, 1.0);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void questions_anyPoints_answeredAsByRows(boolean intercept) {
    Problem problem = problem(intercept);
    PackedPartition packed = RowsFixtures.dense(FEATURES, values, labels, weights);
    WholeBatch rows = KeptGradients.of(packed, problem);
    WholeBatch sums = new SquaredSums(moments(), problem);
    int d = problem.initial().length;
    double[] from = new double[d];
    double[] to = new double[d];
    for (int j = 0; j < d; j++) {
      from[j] = Math.sin(j + 1.0);
      to[j] = Math.cos(j + 1.0);
    }
    double[] expected = new double[d];
    double[] actual = new double[d];
    double loss = rows.gradient(from, 0, expected).loss();
    assertThat(sums.gradient(from, 0, actual).loss()).isCloseTo(loss, within(1e-12 * loss));
    assertThat(actual).containsExactly(expected, within(1e-11));
    rows.gradient(to, 1, expected);
    double[] lengths = {0.0, 0.5, 1.0, 2.0};
    assertThat(sums.along(from, to, 0, lengths))
        .containsExactly(rows.along(from, to, 0, lengths), within(1e-9));
    double[] hessian = new double[d * d];
    double[] ours = new double[d * d];
    rows.hessian(to, 1, 0, 1, false, hessian);
    assertThat(sums.hessian(to, 1, 0, 1, false, ours)).isEqualTo(1.0);
    assertThat(ours).containsExactly(hessian, within(1e-12 * 100.0));
    rows.product(to, 1, from, expected);
    sums.product(to, 1, from, actual);
    assertThat(actual).containsExactly(expected, within(1e-11));
  }

  private static double uncertainty(CoMoments moments, double gap) {
    Problem problem = problem(true);
    int d = problem.initial().length;
    SquaredSums sums = new SquaredSums(moments, problem);
    double[] theta = new double[d];
    return sums.uncertainty(theta, PenaltyTerms.of(new None(), d), gap, sums.meanLoss(theta));
  }

  @Test
  void uncertainty_wellConditioned_isTheGapAndLittleMore() {
    assertThat(uncertainty(moments(), 1e-3)).isBetween(1e-3, 1.12e-3);
    assertThat(uncertainty(moments(), 0.0)).isBetween(0.0, 1e-20);
  }

  /** Of NIST's set pontius sums alone give 11.7 digits, where stock has 12.3. */
  @Test
  void uncertainty_nearlyExactFit_isInfinite() {
    Problem problem = problem(true);
    SquaredSums sums = new SquaredSums(moments(), problem);
    double[] theta = new double[problem.initial().length];
    PenaltyTerms terms = PenaltyTerms.of(new None(), theta.length);
    assertThat(sums.uncertainty(theta, terms, 0.0, 2e-4 * sums.meanLoss(theta))).isFinite();
    assertThat(sums.uncertainty(theta, terms, 0.0, 5e-5 * sums.meanLoss(theta))).isInfinite();
  }

  @Test
  void uncertainty_nearlyEqualColumns_isInfinite() {
    Random random = new Random(4);
    for (int i = 0; i < ROWS; i++) {
      values[i * FEATURES + 2] = values[i * FEATURES] + 1e-5 * random.nextGaussian();
    }
    assertThat(uncertainty(moments(), 0.0)).isInfinite();
  }
}
