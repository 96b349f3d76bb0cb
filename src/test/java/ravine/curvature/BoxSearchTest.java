package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.penalty.Bounds;

/** {@link QuadraticSolver} in a box. */
class BoxSearchTest {

  @Test
  void solve_randomBoxes_meetTheConditions() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int d = 1 + random.nextInt(40);
      QuadraticCase problem = QuadraticCase.random(seed, 3 * d + 5, d);
      judge(problem, box(d, random), random, 1e-12);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1e-6, 0.0})
  void solve_nearlyEqualColumns_meetTheConditions(double distance) {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      QuadraticCase problem = QuadraticCase.twins(seed, 100, 30, distance);
      judge(problem, box(30, random), random, 1e-11);
    }
  }

  @Test
  void solve_fewerRowsThanColumns_meetsTheConditions() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      QuadraticCase problem = QuadraticCase.random(seed, 15, 40);
      judge(problem, box(40, random), random, 1e-11);
    }
  }

  @Test
  void solve_scalesFarApart_isTheSameModel() {
    double[] units = new double[30];
    for (int j = 0; j < units.length; j++) {
      units[j] = Math.pow(10.0, j % 13 - 6);
    }
    QuadraticCase plain = QuadraticCase.random(3, 200, 30).withL1(1e-3);
    Bounds box = box(30, new Random(3));
    Bounds scaled = new Bounds(box.lower().clone(), box.upper().clone());
    for (int j = 0; j < units.length; j++) {
      scaled.lower()[j] /= units[j];
      scaled.upper()[j] /= units[j];
    }
    QuadraticCase inUnits = plain.inUnits(units);
    double[] x = solve(plain, box);
    double[] y = solve(inUnits, scaled);
    for (int j = 0; j < units.length; j++) {
      y[j] *= units[j];
    }
    assertThat(Math.abs(plain.difference(x, y))).isLessThan(1e-14);
  }

  @Test
  void solve_noCurvature_goesToTheBoundOrSaysThatThereIsNone() {
    QuadraticSolver solver = new QuadraticSolver(3, new double[9], new double[3]);
    double inf = Double.POSITIVE_INFINITY;
    Bounds box = new Bounds(new double[] {-2.0, -inf, 1.0}, new double[] {5.0, 3.0, inf});
    QuadraticSolver.Solution found =
        solver.solve(new double[] {1.0, -1.0, 0.0}, new double[3], box, new double[3]);
    assertThat(found.point()).containsExactly(5.0, 0.0, 1.0);
    assertThat(found.outside()).isEqualTo(1.0);
  }

  @Test
  void solve_boxOfOnePoint_isThatPoint() {
    QuadraticCase problem = QuadraticCase.random(1, 50, 4);
    double[] point = {0.5, -1.0, 0.0, 3.0};
    assertThat(solve(problem, new Bounds(point, point.clone()))).isEqualTo(point);
  }

  private static double[] solve(QuadraticCase problem, Bounds box) {
    return problem
        .solver()
        .solve(problem.right, problem.l1, box, new double[problem.dimension])
        .point();
  }

  /** Free, half-lines, intervals around 0 and away from it, and single points. */
  static Bounds box(int d, Random random) {
    double[] lower = new double[d];
    double[] upper = new double[d];
    Arrays.fill(lower, Double.NEGATIVE_INFINITY);
    Arrays.fill(upper, Double.POSITIVE_INFINITY);
    for (int j = 0; j < d; j++) {
      double size = 0.3 * Math.abs(random.nextGaussian());
      switch (random.nextInt(6)) {
        case 0 -> lower[j] = 0.0;
        case 1 -> upper[j] = size;
        case 2 -> {
          lower[j] = -size;
          upper[j] = 0.5 * size;
        }
        case 3 -> {
          lower[j] = 0.1 * size;
          upper[j] = size;
        }
        case 4 -> {
          lower[j] = size - 0.2;
          upper[j] = lower[j];
        }
        default -> {}
      }
    }
    return new Bounds(lower, upper);
  }

  private static void judge(QuadraticCase problem, Bounds box, Random random, double most) {
    for (int j = 0; j < problem.dimension; j++) {
      problem.l1[j] = random.nextInt(3) == 0 ? 0.3 * random.nextDouble() : 0.0;
      problem.l2[j] = random.nextInt(4) == 0 ? 0.1 * random.nextDouble() : 0.0;
    }
    double[] start = new double[problem.dimension];
    for (int j = 0; j < start.length; j++) {
      start[j] = random.nextInt(2) * random.nextGaussian();
    }
    QuadraticSolver.Solution found = problem.solver().solve(problem.right, problem.l1, box, start);
    assertThat(box.contains(found.point())).isTrue();
    assertThat(violation(problem, box, found.point())).isLessThan(most);
    assertThat(found.gap()).isLessThan(1e-12);
  }

  /** The largest slope along which a coordinate may move and the objective falls, relative. */
  private static double violation(QuadraticCase problem, Bounds box, double[] x) {
    double worst = 0.0;
    for (int j = 0; j < x.length; j++) {
      double slope = problem.l2[j] * x[j] - problem.right[j];
      double size = Math.abs(problem.right[j]) + problem.l1[j];
      for (int k = 0; k < x.length; k++) {
        double term = problem.hessian[j * x.length + k] * x[k];
        slope += term;
        size += Math.abs(term);
      }
      double up = slope + (x[j] >= 0.0 ? problem.l1[j] : -problem.l1[j]);
      double down = slope + (x[j] > 0.0 ? problem.l1[j] : -problem.l1[j]);
      double out = x[j] < box.upper()[j] ? Math.max(0.0, -up) : 0.0;
      out = Math.max(out, x[j] > box.lower()[j] ? Math.max(0.0, down) : 0.0);
      worst = Math.max(worst, size == 0.0 ? 0.0 : out / size);
    }
    return worst;
  }
}
