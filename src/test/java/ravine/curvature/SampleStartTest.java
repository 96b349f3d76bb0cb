package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.exchange.Gradients;
import ravine.loss.Logistic;
import ravine.loss.SmoothHinge;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.Penalty;
import ravine.rows.PackedPartition;
import ravine.rows.RowsFixtures;

class SampleStartTest {
  private static final int ROWS = 400;
  private static final int FEATURES = 3;

  private static PackedPartition rows() {
    Random random = new Random(4);
    double[] values = random.doubles((long) ROWS * FEATURES, -2.0, 2.0).toArray();
    double[] labels = new double[ROWS];
    double[] weights = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      double margin = values[i * FEATURES] - 0.5 * values[i * FEATURES + 1];
      labels[i] = margin + random.nextGaussian() > 0.0 ? 1.0 : 0.0;
      weights[i] = 1.0;
    }
    return RowsFixtures.dense(FEATURES, values, labels, weights);
  }

  private static Problem problem(Penalty penalty) {
    Coordinates coordinates = Coordinates.identity(FEATURES, 1, true);
    return Problem.of(new Logistic(), coordinates, penalty, new double[FEATURES + 1]);
  }

  @Test
  void solve_allRows_endsWhereTheGradientIsNearZero() {
    Problem problem = problem(new L2(0.01));
    PackedPartition rows = rows();
    SampleStart start = SampleStart.solve(rows, problem.coordinates(), problem, ROWS);
    double[] gradient = new double[FEATURES + 1];
    Gradients.of(rows, problem).full(start.theta(), gradient);
    problem.penalty().addGradient(start.theta(), gradient);
    for (double slope : gradient) {
      assertThat(slope).isCloseTo(0.0, within(3e-3));
    }
    assertThat(start.initialObjective()).isCloseTo(Math.log(2.0), within(1e-12));
  }

  /** What its Hessian says of a step, the gradient does. */
  @Test
  void metric_isTheHessianAtTheta() {
    Problem problem = problem(new L2(0.01));
    PackedPartition rows = rows();
    SampleStart start = SampleStart.solve(rows, problem.coordinates(), problem, ROWS);
    double[] direction = {1e-4, -2e-4, 3e-4, 1e-4};
    double[] moved = start.theta().clone();
    for (int j = 0; j < moved.length; j++) {
      moved[j] += direction[j];
    }
    Gradients gradients = Gradients.of(rows, problem);
    double[] here = new double[moved.length];
    double[] there = new double[moved.length];
    gradients.full(start.theta(), here);
    problem.penalty().addGradient(start.theta(), here);
    gradients.full(moved, there);
    problem.penalty().addGradient(moved, there);
    double change = 0.0;
    for (int j = 0; j < moved.length; j++) {
      change += direction[j] * (there[j] - here[j]);
    }
    assertThat(start.metric().squaredNorm(direction)).isCloseTo(change, within(0.05 * change));
  }

  @Test
  void solve_l1_leavesOutWhatDoesNotMatter() {
    Problem problem = problem(new L1(0.1));
    double[] theta = SampleStart.solve(rows(), problem.coordinates(), problem, ROWS).theta();
    assertThat(theta[2]).isEqualTo(0.0);
    assertThat(theta[0]).isGreaterThan(0.3);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-2, 1e-3})
  void solve_narrowHinge_descends(double width) {
    Coordinates coordinates = Coordinates.identity(FEATURES, 1, true);
    Problem problem =
        Problem.of(new SmoothHinge(width), coordinates, new L2(0.01), new double[FEATURES + 1]);
    SampleStart start = SampleStart.solve(rows(), coordinates, problem, ROWS);
    double objective =
        Gradients.of(rows(), problem).loss(start.theta()) + problem.penalty().value(start.theta());
    assertThat(objective).isLessThan(0.8 * start.initialObjective());
  }
}
