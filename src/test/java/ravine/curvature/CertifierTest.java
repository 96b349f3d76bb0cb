package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import ravine.curvature.Certificate.Kind;
import ravine.loss.Huber;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Squared;
import ravine.penalty.CoordinateScale;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.penalty.Penalty;

class CertifierTest {
  private static final double[][] ROWS = {
    {1.0, 0.3}, {-0.5, 1.2}, {0.7, -1.1}, {-1.2, -0.4}, {0.1, 0.9}, {1.4, -0.2}
  };
  private static final double[] CLASSES = {1, 0, 1, 1, 0, 0};
  private static final double[] NUMBERS = {1.1, -0.6, 0.9, -1.0, 0.2, 1.5};
  private static final double[] ONES = {1, 1, 1, 1, 1, 1};

  private static DenseProblem problem(Loss loss, double[] labels, double l1, double l2) {
    return new DenseProblem(ROWS, labels, ONES, loss, new double[] {l1, l1}, new double[] {l2, l2});
  }

  /** With an L2 penalty the duality gap is ‖∇F‖²/2λ. */
  @Test
  void observe_ridge_isTheGradientsSquareOverTwiceLambda() {
    DenseProblem problem = problem(new Logistic(), CLASSES, 0.0, 0.1);
    double[] w = {0.4, -0.3};
    double[] g = new double[2];
    double loss = problem.gradient(w, g);
    Certifier certifier = new Certifier(new Logistic(), new L2(0.1));
    certifier.observe(w, loss, g);

    double a = g[0] + 0.1 * w[0];
    double b = g[1] + 0.1 * w[1];
    Certificate certificate = certifier.certify(problem.objective(w));
    assertThat(certificate.bound()).isCloseTo((a * a + b * b) / 0.2, within(1e-14));
    assertThat(certificate.kind()).isEqualTo(Kind.DUALITY_GAP);
    assertThat(certificate.isProven()).isTrue();
    assertThat(certificate.worstCoordinate()).isEqualTo(Math.abs(a) > Math.abs(b) ? 0 : 1);
    assertThat(certificate.worstViolation())
        .isCloseTo(Math.max(Math.abs(a), Math.abs(b)), within(1e-15));
  }

  /** The lasso's gap at a dual that was scaled by hand. */
  @Test
  void observe_lasso_scalesTheDualIntoItsDomain() {
    double lambda = 0.05;
    DenseProblem problem = problem(new Squared(), NUMBERS, lambda, 0.0);
    double[] w = {0.5, -0.2};
    double[] g = new double[2];
    double loss = problem.gradient(w, g);
    Certifier certifier = new Certifier(new Squared(), new L1(lambda));
    certifier.observe(w, loss, g);

    double s = lambda / Math.max(Math.abs(g[0]), Math.abs(g[1]));
    assertThat(s).isLessThan(1.0);
    double[] margins = problem.margins(w);
    double dual = 0.0;
    for (int i = 0; i < margins.length; i++) {
      double a = s * (margins[i] - NUMBERS[i]);
      dual -= new Squared().conjugate(new double[] {a}, NUMBERS[i]) / margins.length;
    }
    assertThat(certifier.lowerBound()).isCloseTo(dual, within(1e-13));
  }

  @Test
  void observe_dualSums_tightenTheBoundAndAreTheExactDual() {
    double lambda = 0.05;
    Huber loss = new Huber(0.4);
    DenseProblem problem = problem(loss, NUMBERS, lambda, 0.0);
    double[] w = {0.6, -0.2};
    double[] g = new double[2];
    double mean = problem.gradient(w, g);
    double[] slopes = problem.margins(w);
    loss.derivatives(slopes.length, slopes, NUMBERS, null, 0);
    Certifier plain = new Certifier(loss, new L1(lambda));
    Certifier asked = new Certifier(loss, new L1(lambda));
    double[] scale = new double[1];
    plain.observe(w, mean, g);
    asked.observe(
        w,
        mean,
        g,
        s -> {
          scale[0] = s;
          return sum(loss, slopes, s) - s * sum(loss, slopes, 1.0);
        });

    assertThat(scale[0]).isBetween(0.0, 1.0);
    assertThat(asked.lowerBound()).isGreaterThan(plain.lowerBound());
    assertThat(asked.lowerBound()).isCloseTo(-sum(loss, slopes, scale[0]), within(1e-13));
  }

  private static double sum(Loss loss, double[] slopes, double scale) {
    double sum = 0.0;
    for (int i = 0; i < slopes.length; i++) {
      sum += loss.conjugate(new double[] {scale * slopes[i]}, NUMBERS[i]) / slopes.length;
    }
    return sum;
  }

  @Test
  void observe_newtonStepWithoutPenalty_boundsTheLogisticGapTightly() {
    DenseProblem problem = problem(new Logistic(), CLASSES, 0.0, 0.0);
    TrustedSolver.Optimum optimum = TrustedSolver.solve(problem);
    double[] w = {optimum.weights()[0] + 0.01, optimum.weights()[1] - 0.02};
    double[] g = new double[2];
    double loss = problem.gradient(w, g);
    TrueHessian hessian = new DenseHessian(problem.hessian(w), new None());
    double gap = loss - optimum.objective();

    Certifier certifier = new Certifier(new Logistic(), new None());
    certifier.observe(w, loss, g, hessian, 20, problem.reach(w));
    assertThat(certifier.certify(loss).isProven()).isTrue();
    assertThat(certifier.certify(loss).kind()).isEqualTo(Kind.NEWTON_DECREMENT);
    assertThat(certifier.certify(loss).bound()).isBetween(gap, 1.05 * gap);

    Certifier unknown = new Certifier(new Logistic(), new None());
    unknown.observe(w, loss, g, hessian, 20, Double.POSITIVE_INFINITY);
    assertThat(unknown.certify(loss).kind()).isEqualTo(Kind.LOSS_ALONE);
    assertThat(unknown.estimate(loss).isProven()).isFalse();
    assertThat(unknown.estimate(loss).bound()).isBetween(gap, 2.2 * gap);
    assertThat(unknown.estimate(loss).sentence()).contains("estimated").contains("about");
  }

  /** Nothing but F − 0 is known there, and the reference decides when that is little. */
  @Test
  void certify_separableWithoutPenalty_isTheLossItself() {
    double[] labels = {1, 0, 1, 0, 0, 1};
    DenseProblem problem = problem(new Logistic(), labels, 0.0, 0.0);
    double[] w = {1000.0, 0.0};
    double[] g = new double[2];
    double loss = problem.gradient(w, g);
    Certifier certifier = new Certifier(new Logistic(), new None());
    certifier.observe(w, loss, g);
    Certificate certificate = certifier.certify(loss);
    assertThat(certificate.kind()).isEqualTo(Kind.LOSS_ALONE);
    assertThat(certificate.bound()).isEqualTo(loss * (1.0 + 0x1p-47));
    assertThat(new Certificate(1e-13, true, Kind.LOSS_ALONE, 0, 0.0).isWithin(1e-6, 1e-13, 0.69))
        .isTrue();
    assertThat(new Certificate(1e-11, true, Kind.LOSS_ALONE, 0, 0.0).isWithin(1e-6, 1e-11, 0.69))
        .isFalse();
  }

  @Test
  void observe_freeCoordinateOffItsOptimum_provesNothing() {
    Penalty penalty = new L2(0.1, CoordinateScale.exemptLast(2));
    DenseProblem problem = problem(new Logistic(), CLASSES, 0.0, 0.1);
    double[] w = {0.1, 0.2};
    double[] g = new double[2];
    double loss = problem.gradient(w, g);
    Certifier certifier = new Certifier(new Logistic(), penalty);
    certifier.observe(w, loss, g);
    assertThat(certifier.certify(loss).kind()).isEqualTo(Kind.LOSS_ALONE);
  }

  @Test
  void observe_notFinite_changesNothing() {
    Certifier certifier = new Certifier(new Logistic(), new L2(0.1));
    certifier.observe(new double[] {1.0}, Double.NaN, new double[] {0.1});
    certifier.observe(new double[] {1.0}, 0.5, new double[] {Double.NaN});
    certifier.observe(new double[] {Double.POSITIVE_INFINITY}, 0.5, new double[] {0.1});
    certifier.observe(
        new double[] {1.0},
        0.5,
        new double[] {0.1},
        new double[] {Double.NaN},
        new double[] {0.0},
        1.0);
    assertThat(certifier.lowerBound()).isZero();
    assertThat(certifier.certify(Double.NaN)).isEqualTo(Certificate.none());
    assertThat(certifier.certify(Double.POSITIVE_INFINITY).isWithin(1.0, 1.0, 1.0)).isFalse();
    assertThat(certifier.certify(0.5).bound()).isCloseTo(0.5, within(1e-12));
  }

  /** A bound once proven stays, whatever is seen later. */
  @Test
  void observe_worsePoint_keepsTheBetterBound() {
    DenseProblem problem = problem(new Logistic(), CLASSES, 0.0, 0.1);
    Certifier certifier = new Certifier(new Logistic(), new L2(0.1));
    double[] g = new double[2];
    double[] w = TrustedSolver.solve(problem).weights();
    certifier.observe(w, problem.gradient(w, g), g);
    double proven = certifier.lowerBound();
    double[] far = {9.0, 9.0};
    certifier.observe(far, problem.gradient(far, g), g);
    assertThat(certifier.lowerBound()).isEqualTo(proven);
    assertThat(certifier.certify(problem.objective(w)).bound()).isBetween(0.0, 1e-13);
  }

  /** Rounding of the objective is never certified away, and tol 0 is never met. */
  @Test
  void certify_atTheOptimum_staysAtRounding() {
    Certificate certificate = new Certifier(new Squared(), new None()).certify(0.0);
    assertThat(certificate.isWithin(0.0, 0.0, 1.0)).isFalse();
    Certifier certifier = new Certifier(new Logistic(), new L2(0.1));
    certifier.observe(new double[] {0.0}, 0.7, new double[] {0.0});
    assertThat(certifier.certify(0.7).bound()).isBetween(Math.ulp(0.7), 1e-13);
    assertThat(certifier.certify(0.7).sentence()).contains("proven by the duality gap");
    assertThat(certifier.certify(0.7).times(2.0).bound())
        .isEqualTo(2.0 * certifier.certify(0.7).bound());
  }

  @Test
  void conjugate_seriesAndFormula_meet() {
    for (double x : new double[] {0.05, 0.0999, 0.1001, 0.5, 0.9}) {
      double formula = x + (1.0 - x) * Math.log1p(-x);
      assertThat(Certifier.conjugate(x / 3.0, 3.0)).isCloseTo(formula / 9.0, within(1e-15));
    }
    assertThat(Certifier.conjugate(0.2, 0.0)).isCloseTo(0.02, within(1e-17));
  }

  @Test
  void reach_helpers_areNotBelowTheSharpOne() {
    DenseProblem problem = problem(new Logistic(), CLASSES, 0.0, 0.4);
    double[] w = {0.3, 0.1};
    double least = Double.POSITIVE_INFINITY;
    double longest = 0.0;
    double[] margins = problem.margins(w);
    double[] curvatures = new double[margins.length];
    new Logistic().curvatures(margins.length, margins, CLASSES, null, 0, new double[0], curvatures);
    for (int i = 0; i < ROWS.length; i++) {
      least = Math.min(least, curvatures[i]);
      longest = Math.max(longest, Math.hypot(ROWS[i][0], ROWS[i][1]));
    }
    double sharp = problem.reach(w) / 1.001;
    assertThat(Reach.ofCurvature(6.0, least)).isGreaterThanOrEqualTo(sharp);
    assertThat(Reach.ofLength(longest, 0.2, 1)).isGreaterThanOrEqualTo(sharp);
    assertThat(Reach.ofCurvature(6.0, 0.0)).isInfinite();
    assertThat(Reach.ofLength(1.0, 0.0, 1)).isInfinite();
  }
}
