package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuadraticSolverTest {

  @Test
  void solve_randomProblems_agreeWithCoordinateDescent() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int d = 1 + random.nextInt(30);
      QuadraticCase problem = QuadraticCase.random(seed, 3 * d + 5, d);
      for (int j = 0; j < d; j++) {
        problem.l1[j] = random.nextInt(4) == 0 ? 0.0 : 0.3 * random.nextDouble();
        problem.l2[j] = random.nextBoolean() ? 0.0 : 0.1 * random.nextDouble();
      }
      QuadraticSolver.Solution solution = problem.solve();
      double[] slow = problem.descend(3_000);
      assertThat(solution.gap()).isLessThan(1e-14);
      assertThat(problem.violation(solution.point())).isLessThan(1e-12);
      for (int j = 0; j < d; j++) {
        assertThat(solution.point()[j]).isCloseTo(slow[j], within(1e-10));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1e-4,0.1",
    "1e-4,1e-3",
    "1e-4,1e-5",
    "1e-4,1e-7",
    "1e-6,1e-3",
    "1e-6,1e-5",
    "1e-8,1e-3",
    "1e-8,1e-6",
    "0,1e-2",
    "0,1e-5"
  })
  void solve_nearlyEqualColumns_meetsTheConditions(double distance, double threshold) {
    for (int seed = 0; seed < 10; seed++) {
      QuadraticCase problem = QuadraticCase.twins(seed, 200, 40, distance).withL1(threshold);
      QuadraticSolver.Solution solution = problem.solve();
      assertThat(problem.violation(solution.point())).isLessThan(1e-12);
      assertThat(solution.gap()).isLessThan(1e-13);
      assertThat(solution.solves()).isLessThan(200);
      assertThat(problem.difference(solution.point(), problem.descend(1_000))).isLessThan(1e-13);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1e-3, 1e-6})
  void solve_fewerRowsThanColumns_meetsTheConditions(double threshold) {
    for (int seed = 0; seed < 20; seed++) {
      QuadraticCase problem = QuadraticCase.random(seed, 25, 60).withL1(threshold);
      problem.l1[seed] = 0.0;
      QuadraticSolver.Solution solution = problem.solve();
      assertThat(problem.violation(solution.point())).isLessThan(1e-12);
      assertThat(solution.gap()).isLessThan(1e-12);
      assertThat(solution.rank()).isLessThanOrEqualTo(25);
    }
  }

  @Test
  void solve_scalesFarApart_isTheSameModel() {
    double[] units = new double[40];
    for (int j = 0; j < units.length; j++) {
      units[j] = Math.pow(10.0, j % 13 - 6);
    }
    QuadraticCase plain = QuadraticCase.twins(3, 200, 40, 1e-4).withL1(1e-3);
    QuadraticCase scaled = plain.inUnits(units);
    QuadraticSolver.Solution solution = scaled.solve();
    assertThat(scaled.violation(solution.point())).isLessThan(1e-12);
    assertThat(solution.gap()).isLessThan(1e-13);
    double[] expected = plain.solve().point();
    for (int j = 0; j < units.length; j++) {
      assertThat(solution.point()[j] * units[j]).isCloseTo(expected[j], within(1e-6));
    }
  }

  @Test
  void solve_threeHundredColumns_meetsTheConditions() {
    QuadraticCase problem = QuadraticCase.twins(5, 600, 300, 1e-4).withL1(1e-3);
    QuadraticSolver.Solution solution = problem.solve();
    assertThat(problem.violation(solution.point())).isLessThan(1e-12);
    assertThat(solution.gap()).isLessThan(1e-13);
    assertThat(solution.solves()).isLessThan(400);
  }

  @Test
  void solve_ridgeAndThreshold_needsNoFactorOfAllForItsGap() {
    QuadraticCase problem = QuadraticCase.twins(7, 100, 50, 1e-6).withL1(0.1);
    java.util.Arrays.fill(problem.l2, 0.05);
    QuadraticSolver solver = problem.solver();
    double[] best = problem.solve().point();
    QuadraticSolver.Solution early = solver.solve(problem.right, problem.l1, new double[50], 1e-3);
    double truth = problem.difference(early.point(), best);
    assertThat(early.gap()).isLessThanOrEqualTo(1e-3).isGreaterThanOrEqualTo(truth - 1e-15);
  }

  @Test
  void gap_anyPoint_isNeverBelowTheTrueOne() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      double distance = seed % 3 == 0 ? Double.NaN : Math.pow(10.0, -1 - seed % 7);
      QuadraticCase problem = QuadraticCase.twins(seed, 12 + seed % 60, 20, distance);
      for (int j = 0; j < 20; j++) {
        problem.l1[j] = Math.pow(10.0, -1 - random.nextInt(4));
        problem.l2[j] = seed % 5 == 0 ? 1e-3 * random.nextDouble() : 0.0;
      }
      double[] best = problem.solve().point();
      QuadraticSolver solver = problem.solver();
      for (double size = 1.0; size > 1e-7; size *= 0.1) {
        double[] x = best.clone();
        for (int j = 0; j < 20; j++) {
          x[j] += random.nextBoolean() ? size * random.nextGaussian() : 0.0;
        }
        double truth = problem.difference(x, best);
        double gap = solver.gap(problem.right, problem.l1, x);
        assertThat(gap).as("seed %d, size %s", seed, size).isGreaterThanOrEqualTo(truth - 1e-14);
      }
    }
  }

  @Test
  void solve_noThreshold_isTheSolutionOfLeastNorm() {
    QuadraticCase problem = QuadraticCase.twins(1, 50, 10, 0.0);
    QuadraticSolver.Solution solution = problem.solve();
    assertThat(problem.violation(solution.point())).isLessThan(1e-13);
    assertThat(solution.rank()).isEqualTo(5);
    assertThat(solution.gap()).isLessThan(1e-20);
    for (int j = 0; j < 10; j += 2) {
      assertThat(solution.point()[j]).isCloseTo(solution.point()[j + 1], within(1e-12));
    }
  }

  @Test
  void solve_noThresholdFewRows_liesInTheRangeOfTheMatrix() {
    QuadraticCase problem = QuadraticCase.random(4, 8, 20);
    double[] x = problem.solve().point();
    QuadraticCase range = QuadraticCase.random(4, 8, 20);
    System.arraycopy(x, 0, range.right, 0, 20);
    assertThat(range.violation(range.solve().point())).isLessThan(1e-11);
  }

  @Test
  void solve_noThresholdFullRank_isNewtonsStep() {
    QuadraticCase problem = QuadraticCase.twins(2, 400, 100, 1e-4);
    QuadraticSolver.Solution solution = problem.solve();
    assertThat(problem.violation(solution.point())).isLessThan(1e-14);
    assertThat(solution.solves()).isLessThanOrEqualTo(6);
    assertThat(solution.rank()).isEqualTo(100);
  }

  @Test
  void solve_noThreshold_gapIsNeverBelowTheTrueOne() {
    for (int seed = 0; seed < 50; seed++) {
      QuadraticCase problem = QuadraticCase.twins(seed, 40, 20, Math.pow(10.0, -1 - seed % 3));
      double[] best = problem.solve().point();
      QuadraticSolver solver = problem.solver();
      QuadraticSolver.Solution early = solver.solve(problem.right, problem.l1, best.clone(), 1e-3);
      assertThat(early.solves()).isEqualTo(1);
      assertThat(early.gap())
          .isLessThan(1e-12)
          .isGreaterThanOrEqualTo(problem.difference(early.point(), best) - 1e-15);
    }
  }

  @Test
  void solve_partOutsideTheRange_isTold() {
    QuadraticSolver solver =
        new QuadraticSolver(2, new double[] {1.0, 1.0, 1.0, 1.0}, new double[2]);
    QuadraticSolver.Solution solution =
        solver.solve(new double[] {1.0, 1.5}, new double[2], new double[2], 0.0);
    assertThat(solution.outside()).isCloseTo(0.5, within(1e-15));
    assertThat(solution.point()[0]).isCloseTo(0.5, within(1e-15));
    assertThat(solution.point()[1]).isCloseTo(0.5, within(1e-15));
  }

  @Test
  void solve_columnOfZeros_staysAtZero() {
    QuadraticSolver solver =
        new QuadraticSolver(2, new double[] {2.0, 0.0, 0.0, 0.0}, new double[2]);
    QuadraticSolver.Solution solution =
        solver.solve(new double[] {3.0, 0.0}, new double[] {1.0, 0.5}, new double[] {0, 7}, 0.0);
    assertThat(solution.point()).containsExactly(1.0, 0.0);
    assertThat(solution.gap()).isZero();
  }

  @Test
  void solve_thresholdAboveAll_isExactlyZero() {
    QuadraticCase problem = QuadraticCase.twins(9, 50, 12, 1e-4).withL1(100.0);
    QuadraticSolver.Solution solution = problem.solve();
    assertThat(solution.point()).containsOnly(0.0);
    assertThat(solution.gap()).isZero();
  }

  @Test
  void solve_fromItsSolution_needsFewSolves() {
    QuadraticCase problem = QuadraticCase.twins(11, 300, 80, 1e-4).withL1(1e-3);
    QuadraticSolver solver = problem.solver();
    QuadraticSolver.Solution first = solver.solve(problem.right, problem.l1, new double[80], 1e-12);
    QuadraticSolver.Solution again = solver.solve(problem.right, problem.l1, first.point(), 1e-12);
    assertThat(first.solves()).isGreaterThan(10);
    assertThat(again.solves()).isEqualTo(1);
    double[] nearby = problem.right.clone();
    nearby[3] *= 1.001;
    assertThat(solver.solve(nearby, problem.l1, first.point(), 1e-12).solves()).isLessThan(15);
  }

  /**
   * Rounds that gain nothing must end: thirty columns in three bundles of equals but for 1e-7. With
   * a threshold of 1e-8, curvature of rounding's size decides, and the gap says so.
   */
  @Test
  void solve_bundlesOfNearlyEqualColumns_endsWithAnHonestGap() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      double[][] columns = new double[30][60];
      double[] label = new double[60];
      for (int j = 0; j < 30; j++) {
        for (int i = 0; i < 60; i++) {
          columns[j][i] =
              j < 3 ? random.nextGaussian() : columns[j % 3][i] + 1e-7 * random.nextGaussian();
          label[i] += j % 2 == 0 ? columns[j][i] : -columns[j][i];
        }
      }
      for (int i = 0; i < 60; i++) {
        label[i] += random.nextGaussian();
      }
      QuadraticCase problem = QuadraticCase.gram(columns, label);
      for (double threshold : new double[] {1e-2, 1e-5, 1e-8}) {
        problem.withL1(threshold);
        QuadraticSolver.Solution solution = problem.solve();
        assertThat(solution.solves()).isLessThanOrEqualTo(20 * 30 + 101);
        double most = threshold < 1e-7 ? 1e-4 : 1e-8;
        assertThat(solution.gap()).as("%d %s", seed, threshold).isBetween(0.0, most);
        double ahead = problem.difference(solution.point(), problem.descend(500));
        assertThat(ahead).isLessThanOrEqualTo(solution.gap() + 1e-13);
      }
    }
  }

  @Test
  void solve_twice_givesTheSameBits() {
    QuadraticCase problem = QuadraticCase.twins(13, 150, 70, 1e-5).withL1(1e-4);
    assertThat(problem.solve().point()).containsExactly(problem.solve().point());
  }

  @Test
  void solve_wrongArguments_areRefused() {
    QuadraticSolver solver = new QuadraticSolver(1, new double[] {1.0}, new double[1]);
    double[] one = {1.0};
    assertThatThrownBy(() -> solver.solve(one, new double[] {-1.0}, one, 0.0))
        .hasMessage("l1 0 must be at least 0 and finite, but was -1.0");
    assertThatThrownBy(() -> solver.solve(one, one, new double[2], 0.0))
        .hasMessage("the start must have 1 numbers, but has 2");
    assertThatThrownBy(() -> solver.solve(one, one, one, Double.NaN))
        .hasMessage("need must be at least 0, but was NaN");
    assertThatThrownBy(() -> new QuadraticSolver(1, new double[] {-1.0}, new double[1]))
        .hasMessage("diagonal 0 must be at least 0 and finite, but was -1.0");
  }
}
