package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.SoftHinge;
import ravine.loss.Softmax;
import ravine.loss.Squared;
import ravine.newton.InterceptSearch;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.None;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.rows.PackedPartition;
import ravine.rows.Storage;

/** Shifts of kept margins against gradients at other intercepts, and the best intercepts. */
class ShiftedMarginsTest {
  private static final int FEATURES = 4;

  private static Loss loss(String name) {
    return switch (name) {
      case "softmax" -> new Softmax(3);
      case "squared" -> new Squared();
      case "soft" -> new SoftHinge();
      default -> new Logistic();
    };
  }

  private static PackedPartition rows(Loss loss) {
    Random random = new Random(3);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 217; i++) {
      double[] x = random.doubles(FEATURES, -2.0, 2.0).toArray();
      double label =
          loss.classes() > 0
              ? (random.nextInt(4) + 1) / 2 % loss.classes()
              : 3.0 + x[0] + random.nextGaussian();
      rows.add(new Example(label, 1 + i % 3, Vectors.dense(x), false));
    }
    return Examples.pack(0, rows.iterator(), FEATURES, 5, Storage.DOUBLE);
  }

  private static Problem problem(Loss loss) {
    double unit = loss.classes() > 0 ? 1.0 : 2.0;
    Coordinates coordinates =
        Coordinates.scaledBy(new double[] {1.0, 0.5, 2.0, 1.0})
            .centredAt(new double[] {0.1, 0.2, 0.0, -0.3})
            .outputs(loss.outputs())
            .intercept(true)
            .extras(loss.extraParameters())
            .outputScale(unit)
            .build();
    double[] initial = new double[coordinates.dimension()];
    return new Problem(loss, coordinates, new None(), initial, unit * unit, 1.0);
  }

  private static double[] theta(Problem problem) {
    Random random = new Random(7);
    double[] theta = new double[problem.coordinates().dimension()];
    for (int j = 0; j < theta.length; j++) {
      theta[j] = 0.3 * random.nextGaussian();
    }
    return theta;
  }

  @ParameterizedTest
  @ValueSource(strings = {"logistic", "softmax", "squared", "soft"})
  void shifted_anyShift_isTheGradientAndHessianOfTheIntercepts(String name) {
    Loss loss = loss(name);
    Problem problem = problem(loss);
    KeptGradients kept = KeptGradients.of(rows(loss), problem);
    double[] theta = theta(problem);
    int d = theta.length;
    int k = loss.outputs();
    double[] gradient = new double[d];
    double[] hessian = new double[d * d];
    kept.gradient(theta, 0, gradient);
    double[] shifts = new double[k];
    double[] moved = theta.clone();
    for (int c = 0; c < k; c++) {
      shifts[c] = 0.4 - 0.3 * c;
      moved[FEATURES * k + c] += shifts[c];
    }

    double[] answer = kept.shifted(theta, 0, shifts);

    kept.gradient(moved, 1, gradient);
    kept.hessian(moved, 1, 0, 1, false, hessian);
    for (int a = 0; a < k; a++) {
      assertThat(answer[a]).isCloseTo(gradient[FEATURES * k + a], within(1e-12));
      for (int b = 0; b < k; b++) {
        double expected = hessian[(FEATURES * k + a) * d + FEATURES * k + b];
        assertThat(answer[k + a * k + b]).isCloseTo(expected, within(1e-12));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"logistic", "softmax", "squared", "soft"})
  void run_anyCoefficients_leavesNoDerivativeInTheIntercepts(String name) {
    Loss loss = loss(name);
    Problem problem = problem(loss);
    KeptGradients kept = KeptGradients.of(rows(loss), problem);
    double[] theta = theta(problem);
    int k = loss.outputs();
    double[] gradient = new double[theta.length];
    double before = kept.gradient(theta, 0, gradient).loss();

    double[] found = InterceptSearch.run(kept, problem.coordinates(), problem.penalty(), theta, 0);

    assertThat(found).isNotNull();
    double after = kept.gradient(found, 1, gradient).loss();
    assertThat(after).isLessThan(before);
    for (int c = 0; c < k; c++) {
      assertThat(Math.abs(gradient[FEATURES * k + c])).isLessThan(1e-15);
    }
    for (int j = 0; j < FEATURES * k; j++) {
      assertThat(found[j]).isEqualTo(theta[j]);
    }
  }

  @Test
  void shifted_wrongNumberOfShifts_isRefused() {
    Problem problem = problem(new Softmax(3));
    KeptGradients kept = KeptGradients.of(rows(new Softmax(3)), problem);

    assertThatThrownBy(() -> kept.shifted(theta(problem), 0, new double[2]))
        .hasMessage("there must be 3 shifts, but were 2");
  }
}
