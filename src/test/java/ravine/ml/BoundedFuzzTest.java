package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import ravine.curvature.Certificate;
import ravine.engine.StopReason;

/** Random classes in random boxes: a proven bound is one, and CONVERGED says the truth. */
class BoundedFuzzTest {
  /** More by {@code -Dravine.cases=3000}. */
  private static final int CASES = Integer.getInteger("ravine.cases", 300);

  private static final int MOST_ROWS = 120;
  private static final int SWEEPS = 150;

  /** Of the objective, what two sums of the same margins differ by. */
  private static final double ROUNDING = 1e-11;

  @Test
  void fit_randomBoxes_stayInsideAndNothingFalseIsSaid() {
    int done = 0;
    int converged = 0;
    int proven = 0;
    for (long seed = 1; done < CASES; seed++) {
      ParityProblem problem = ParityProblem.of(seed, MOST_ROWS);
      if (problem.kind() != ParityProblem.Kind.LOGISTIC
          && problem.kind() != ParityProblem.Kind.SOFTMAX) {
        continue;
      }
      done++;
      ParityBox box = ParityBox.of(seed, problem);
      ParityFit fit = ParityLocal.fit(problem, box);
      Certificate certificate = fit.certificate();
      BoxedTruth truth = new BoxedTruth(problem, box);
      double ours = truth.at(fit.coefficients(), fit.intercepts());
      double least = truth.descend(SWEEPS);
      String name =
          String.format(
              Locale.ROOT,
              "seed %d: %s %d x %d lambda %.1e alpha %.2f %s, intercepts %s in a box: %s after %.1f"
                  + " passes, %.15g, %.3g above %.15g, %s",
              seed,
              problem.kind(),
              problem.rows().length,
              problem.rows()[0].length,
              problem.lambda(),
              problem.alpha(),
              problem.traits(),
              box.ofIntercepts(),
              fit.reason(),
              fit.passes(),
              ours,
              ours - least,
              least,
              certificate);
      assertInside(name, fit, box);
      if (certificate != null && certificate.isProven()) {
        proven++;
        assertThat(ours - least).as(name).isLessThanOrEqualTo(certificate.bound() + ROUNDING);
      }
      if (fit.reason() == StopReason.CONVERGED) {
        converged++;
        double unit = Math.max(least, Certificate.FLOOR);
        assertThat(ours - least).as(name).isLessThanOrEqualTo(1e-5 * unit + ROUNDING);
      }
    }
    assertThat(converged).as("of %d converged", CASES).isGreaterThan(CASES * 97 / 100);
    assertThat(proven).as("of %d proven", CASES).isGreaterThan(CASES * 3 / 4);
  }

  private static void assertInside(String name, ParityFit fit, ParityBox box) {
    for (int k = 0; k < fit.coefficients().length; k++) {
      for (int j = 0; j < fit.coefficients()[k].length; j++) {
        assertIn(name, fit.coefficients()[k][j], box.lower()[k][j], box.upper()[k][j]);
      }
      assertIn(name, fit.intercepts()[k], box.lowerIntercepts()[k], box.upperIntercepts()[k]);
    }
  }

  private static void assertIn(String name, double value, double lower, double upper) {
    double slack = 1e-14 * Math.abs(value);
    assertThat(value >= lower - slack && value <= upper + slack)
        .as("%s in [%s, %s]: %s", value, lower, upper, name)
        .isTrue();
  }
}
