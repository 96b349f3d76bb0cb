package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.exchange.Gradients;
import ravine.loss.Squared;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.ElasticNet;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.Penalty;
import ravine.rows.PackedPartition;
import ravine.rows.RowsFixtures;

class OwnCoordinatesTest {
  private static final int ROWS = 300;
  private static final int FEATURES = 4;

  /** The last two columns are nearly equal. */
  private static PackedPartition rows() {
    Random random = new Random(8);
    double[] values = new double[ROWS * FEATURES];
    double[] labels = new double[ROWS];
    double[] weights = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      int at = i * FEATURES;
      for (int j = 0; j < FEATURES; j++) {
        values[at + j] = random.nextGaussian();
      }
      values[at + 3] = values[at + 2] + 1e-3 * values[at + 3];
      labels[i] = values[at] - 2.0 * values[at + 2] + random.nextGaussian();
      weights[i] = 1.0;
    }
    return RowsFixtures.dense(FEATURES, values, labels, weights);
  }

  private static Problem problem(Penalty penalty) {
    Coordinates coordinates = Coordinates.identity(FEATURES, 1, false);
    return Problem.of(new Squared(), coordinates, penalty, new double[FEATURES]);
  }

  private static OwnCoordinates own(Problem problem, PackedPartition rows) {
    SampleStart start = SampleStart.solve(rows, problem.coordinates(), problem, ROWS);
    double[] ones = {1.0, 1.0, 1.0, 1.0};
    return OwnCoordinates.of(start, problem, RowsFixtures.stats(ROWS, new double[FEATURES], ones));
  }

  @Test
  void theta_ofOwn_isWhatItWas() {
    OwnCoordinates own = own(problem(new L2(0.1)), rows());
    double[] theta = {1.0, -2.0, 0.5, 3.0};
    double[] back = new double[FEATURES];

    own.theta(own.own(theta), back);

    assertThat(back).containsExactly(theta, within(1e-9));
  }

  /** In u the Hessian is the identity, so that a gradient of the turned loss is its own step. */
  @Test
  void turn_gradientNearTheOptimum_isTheNewtonStep() {
    PackedPartition rows = rows();
    Problem problem = problem(new L2(0.1));
    OwnCoordinates own = own(problem, rows);
    double[] optimum = SampleStart.solve(rows, problem.coordinates(), problem, ROWS).theta();
    double[] theta = optimum.clone();
    theta[2] += 0.3;
    theta[3] -= 0.1;
    double[] gradient = new double[FEATURES];
    Gradients.of(rows, problem).full(theta, gradient);
    problem.penalty().addGradient(theta, gradient);

    own.turn(gradient);

    double[] u = own.own(theta);
    double[] best = own.own(optimum);
    for (int j = 0; j < FEATURES; j++) {
      assertThat(gradient[j]).isCloseTo(u[j] - best[j], within(1e-4));
    }
  }

  /** P(y − z)/ρ + s is a subgradient of the L1 part at z, and it is the one that is told. */
  @Test
  void proximal_meetsTheOptimalityConditions_withExactZeros() {
    Penalty penalty = new L1(0.5);
    OwnCoordinates own = own(problem(penalty), rows());
    double[] before = {0.4, 0.0, -1.1, 0.0};
    double[] subgradient = {0.5, 0.1, -0.5, -0.2};
    double[] s = subgradient.clone();
    double[] y = {0.3, 0.02, -0.9, 0.05};
    double rate = 0.7;
    double[] u = own.own(y);
    double[] theta = before.clone();

    own.proximal(u, rate, subgradient, theta);

    assertThat(theta[1]).isEqualTo(0.0);
    assertThat(own.own(theta)).containsExactly(u, within(1e-12));
    // P(y − z) is minus the gradient, at z, of what L turns into half the squared length.
    double[] uOfY = own.own(y);
    for (int j = 0; j < FEATURES; j++) {
      double pull = s[j] + productWith(own, uOfY, u, j) / rate;
      assertThat(pull).isCloseTo(subgradient[j], within(1e-4));
      assertThat(Math.abs(subgradient[j])).isLessThanOrEqualTo(0.5);
      if (theta[j] != 0.0) {
        assertThat(subgradient[j]).isEqualTo(Math.copySign(0.5, theta[j]));
      }
    }
  }

  /** Row j of L times (from − to): the scalar product with u of the j-th unit vector. */
  private static double productWith(OwnCoordinates own, double[] from, double[] to, int j) {
    double[] unit = new double[FEATURES];
    unit[j] = 1.0;
    double[] row = own.own(unit);
    double sum = 0.0;
    for (int i = 0; i < FEATURES; i++) {
      sum += row[i] * (from[i] - to[i]);
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0, 0.5, 1.0})
  void length_atTheOptimum_is0_andElsewhereTheWayThere(double alpha) {
    PackedPartition rows = rows();
    Problem problem = problem(new ElasticNet(0.3, alpha));
    OwnCoordinates own = own(problem, rows);
    double[] optimum = SampleStart.solve(rows, problem.coordinates(), problem, ROWS).theta();
    double[] gradient = new double[FEATURES];
    Gradients gradients = Gradients.of(rows, problem);
    gradients.full(optimum, gradient);
    assertThat(own.length(optimum, gradient)).isLessThan(1e-3);

    double[] theta = {2.0, 1.0, -1.0, 1.0};
    gradients.full(theta, gradient);
    double[] u = own.own(theta);
    double[] best = own.own(optimum);
    double squares = 0.0;
    for (int j = 0; j < FEATURES; j++) {
      squares += (u[j] - best[j]) * (u[j] - best[j]);
    }
    // The parabolas in place of the kinks make it a little shorter than the way of Newton's step.
    assertThat(own.length(theta, gradient))
        .isBetween(0.5 * Math.sqrt(squares / FEATURES), 1.1 * Math.sqrt(squares / FEATURES));
  }
}
