package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import ravine.exchange.Gradients;
import ravine.loss.Squared;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.rows.RowsFixtures;

class CurvatureTest {
  /** Four rows along the axes: XᵀX / 4 is diagonal with 9/4, 1/4. */
  private static Problem problem(Penalty penalty) {
    return Problem.of(new Squared(), Coordinates.identity(2, 1, false), penalty, new double[2]);
  }

  private static Gradients gradients(Problem problem, double unit) {
    double[] values = {3.0 * unit, 0.0, 0.0, unit, 0.0, 0.0, 0.0, 0.0};
    return Gradients.of(
        RowsFixtures.dense(2, values, new double[4], new double[] {1.0, 1.0, 1.0, 1.0}), problem);
  }

  @Test
  void largest_diagonal_isTheLargestOfIt() {
    Problem problem = problem(new None());
    assertThat(Curvature.largest(gradients(problem, 1.0), 2, 4, 1.0, 42))
        .isCloseTo(2.25, within(0.02));
    assertThat(Curvature.largest(gradients(problem, 1e3), 2, 4, 0.25, 42))
        .isCloseTo(0.25 * 2.25e6, within(1e4));
  }

  @Test
  void largest_rowsOfZeros_isZero() {
    Problem problem = problem(new None());
    assertThat(Curvature.largest(gradients(problem, 0.0), 2, 4, 1.0, 42)).isZero();
  }

  @Test
  void ofProblem_addsThePenaltysCurvature() {
    Problem plain = problem(new None());
    Problem ridge = problem(new L2(5.0));
    double without = Curvature.ofProblem(gradients(plain, 1.0), plain, 4, 42);
    double with = Curvature.ofProblem(gradients(ridge, 1.0), ridge, 4, 42);
    assertThat(with - without).isCloseTo(5.0, within(1e-9));
    assertThat(without).isBetween(2.25, 2.6);
  }

  @Test
  void slices_leaveEnoughRows() {
    assertThat(Curvature.slices(10)).isEqualTo(1);
    assertThat(Curvature.slices(200_000)).isEqualTo(10);
  }
}
