package ravine.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ravine.bench.TruthProblem.Kind;

class OptimumTest {
  private static final int ROWS = 300;
  private static final int FEATURES = 6;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void of_anyKindAndPenalty_isKnownAndNoPointNearItIsLower(Kind kind) {
    DriverRows rows = rows(kind);
    for (TruthProblem problem : TruthProblem.grid(kind)) {
      DriverObjective objective = new DriverObjective(rows, problem);

      Optimum optimum = Optimum.of(objective, List.of());

      String name = problem.toString();
      assertThat(optimum.objective()).isEqualTo(objective.value(optimum.theta()));
      assertThat(optimum.uncertainty() / optimum.objective()).as(name).isLessThan(2e-9);
      Random random = new Random(3);
      for (int i = 0; i < 40; i++) {
        double[] other = optimum.theta().clone();
        double size = Math.pow(10.0, -4.0 * random.nextDouble());
        for (int a = 0; a < other.length; a++) {
          other[a] += size * random.nextGaussian() * (i % 2 == 0 || a == i % other.length ? 1 : 0);
        }
        double there = objective.value(other);
        assertThat(Double.isNaN(there) || there >= optimum.objective() * (1.0 - 1e-9))
            .as("%s: %s below %s", name, there, optimum.objective())
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void gradient_ofAnyKind_isTheSlopeOfTheValue(Kind kind) {
    TruthProblem problem = new TruthProblem(kind, 0.0, 0.0, true);
    DriverObjective objective = new DriverObjective(rows(kind), problem);
    double[] theta = objective.nothing();
    Random random = new Random(4);
    for (int a = 0; a < theta.length; a++) {
      theta[a] += 0.1 * random.nextGaussian();
    }
    double[] gradient = new double[theta.length];
    objective.gradient(theta, gradient);
    double[] hessian = objective.hessian(theta);
    double[] there = new double[theta.length];
    for (int a = 0; a < theta.length; a++) {
      double[] up = theta.clone();
      double[] down = theta.clone();
      up[a] += 1e-6;
      down[a] -= 1e-6;
      double slope = (objective.value(up) - objective.value(down)) / 2e-6;
      assertThat(gradient[a]).isCloseTo(slope, org.assertj.core.api.Assertions.within(1e-6));
      if (kind != Kind.SVC && kind != Kind.HUBER) {
        objective.gradient(up, there);
        double curvature = (there[0] - gradient[0]) / 1e-6;
        assertThat(hessian[a]).isCloseTo(curvature, org.assertj.core.api.Assertions.within(1e-5));
      }
    }
  }

  private static DriverRows rows(Kind kind) {
    Random random = new Random(7);
    double[] values = new double[ROWS * FEATURES];
    double[] labels = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      double score = 2.0 * random.nextGaussian();
      for (int j = 0; j < FEATURES; j++) {
        values[i * FEATURES + j] = random.nextGaussian();
        score += (j - 2) * values[i * FEATURES + j];
      }
      labels[i] =
          switch (kind) {
            case LINEAR, HUBER -> (score + (i % 10 == 0 ? 30.0 : 0.0)) / 6.0;
            case MULTINOMIAL -> score > 2.0 ? 2 : score > -2.0 ? 1 : 0;
            default -> score > 0.0 ? 1 : 0;
          };
    }
    double[] ones = new double[FEATURES];
    java.util.Arrays.fill(ones, 1.0);
    int classes = kind == Kind.MULTINOMIAL ? 3 : 2;
    double[] means = new double[FEATURES];
    return new DriverRows(ROWS, FEATURES, values, labels, means, ones, 0.0, 1.0, classes);
  }
}
