package ravine.newton;

import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.curvature.Certifier;
import ravine.curvature.Cut;
import ravine.curvature.Reach;
import ravine.curvature.TrueHessian;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Hinge;
import ravine.loss.Loss;
import ravine.loss.SoftHinge;
import ravine.penalty.Penalty;

/**
 * What the points of a Newton run prove of the optimum: {@link Certifier} fed with gradients, with
 * Newton steps under a Hessian of all rows, and, for the hinge, with the slopes of its smooth twin.
 *
 * <p>A Hessian H made at an earlier point serves too: with r the distance in margins, H′ = e^−r·H
 * is below the Hessian here, and the bound, which grows with the Hessian, is that of H′: the step
 * e^r·d has the same product as d under H, and a row's reach in the norm of H′ is e^(r/2) times
 * that in the norm of H.
 */
public final class IterateCertificate {
  private static final int MOST_BRACKETS = 4;

  /** The largest mean of the twin's slopes that is taken for rounding. */
  private static final double UNBALANCED = 0x1p-40;

  /** In deviations of the label. */
  private static final double LEAST_SCALE = 0x1p-33;

  private static final double SMALL_SHARE = 1e-3;
  private static final double COST = 8.0;

  private final Loss loss;
  private final Penalty penalty;
  private final PenaltyTerms terms;
  private final Certifier proof;

  public IterateCertificate(Loss loss, Penalty penalty, int dimension) {
    this.loss = loss;
    this.penalty = penalty;
    this.terms = PenaltyTerms.of(penalty, dimension);
    this.proof = new Certifier(loss instanceof SoftHinge ? new Hinge() : loss, penalty);
  }

  /**
   * The bound at a point: proven if that is within the tolerance, else the smaller of proof and
   * estimate.
   *
   * @param metric that the step was made with; null for none
   * @param step from this point
   * @param enough the bound that is small enough; nothing more is asked once it is proven
   */
  public Certificate at(
      Iterate at, @Nullable NewtonMetric metric, NewtonModel.@Nullable Step step, double enough) {
    if (loss instanceof SoftHinge) {
      return ofHinge(at, metric, step, enough);
    }
    proof.observe(at.theta(), at.meanLoss(), at.gradient());
    Certificate proven = proof.certify(at.objective());
    if (proven.bound() <= enough
        || metric == null
        || step == null
        || !metric.bounds()
        || step.gap() == Double.POSITIVE_INFINITY
        || !step.isWhole()
        || isLostInScale(at)) {
      return proven;
    }
    double ratio = Math.exp(metric.logRatio());
    double[] longer = NewtonModel.difference(step.target(), at.theta());
    if (loss instanceof ConcomitantHuber) {
      // The step was made in σ and its product is by σ: ln σ changes by that at first order.
      longer[longer.length - 1] = Math.expm1(longer[longer.length - 1]);
    }
    for (int j = 0; j < longer.length; j++) {
      longer[j] *= ratio;
    }
    proof.observe(
        at.theta(),
        at.meanLoss(),
        at.gradient(),
        longer,
        step.product(),
        metric.reach() * Math.sqrt(ratio));
    proven = proof.certify(at.objective());
    if (proven.bound() <= enough) {
      return proven;
    }
    Certificate estimated = proof.estimate(at.objective());
    return step.promise() > estimated.bound() && !estimated.isProven()
        ? smaller(proven, estimate(estimated, step.promise()))
        : smaller(proven, estimated);
  }

  /**
   * The bound by a point's gradient alone, in O(d): proven if that is within the tolerance, else
   * the smaller of the proof and of what it would be if the intercepts were at their best, which is
   * an estimate: see {@link InterceptSearch}.
   */
  public Certificate byGradient(Iterate at, double enough) {
    if (loss instanceof SoftHinge) {
      return ofHinge(at, null, null, enough);
    }
    proof.observe(at.theta(), at.meanLoss(), at.gradient());
    Certificate proven = proof.certify(at.objective());
    if (proven.bound() <= enough || !terms.isPenalised()) {
      return proven;
    }
    double[] gradient = at.gradient().clone();
    boolean free = false;
    for (int j = 0; j < gradient.length - loss.extraParameters(); j++) {
      if (gradient[j] != 0.0 && penalty.isFree(j, -gradient[j], at.theta()[j], 0.0)) {
        gradient[j] = 0.0;
        free = true;
      }
    }
    if (!free) {
      return proven;
    }
    Certifier supposed = new Certifier(loss, penalty);
    supposed.observe(at.theta(), at.meanLoss(), gradient);
    return smaller(proven, estimate(supposed.certify(at.objective())));
  }

  /**
   * The proven bound after conjugate gradients on the Hessian.
   *
   * @param most products, at least 2
   */
  Certificate byProducts(Iterate at, TrueHessian hessian, int most) {
    double reach = Reach.ofCurvature(at.sums().weight(), at.sums().leastCurvature());
    proof.observe(at.theta(), at.meanLoss(), at.gradient(), hessian, most, reach);
    return proof.certify(at.objective());
  }

  /**
   * Of the hinge itself. The twin lies above it, so its objective is one the hinge's is not above;
   * and the twin's slopes are feasible in the hinge's dual. Intercepts whose derivative is not 0 to
   * rounding have it set to 0 for an estimate. Without a penalty the twin's optimum is above the
   * hinge's by its derivative in ln μ at most, because the twin is convex in μ; a decrement is
   * believed there once the last step moved no margin by more than μ, beyond which the curvature is
   * another, and if no slope is left where the twin has no curvature: along such a direction the
   * hinge falls until a row meets its kink, however far that is.
   */
  private Certificate ofHinge(
      Iterate at, @Nullable NewtonMetric metric, NewtonModel.@Nullable Step step, double enough) {
    int last = at.theta().length - 1;
    double[] gradient = at.gradient().clone();
    double byWidth = gradient[last];
    gradient[last] = 0.0;
    double lost = balance(at, gradient);
    double meanLoss = at.sums().slopes() - lost + Cut.dot(gradient, at.theta());
    proof.observe(at.theta(), meanLoss, gradient);
    Certificate proven = proof.certify(at.objective());
    if (proven.bound() <= enough) {
      return proven;
    }
    if (terms.isPenalised()) {
      for (int j = 0; j < last; j++) {
        gradient[j] = penalty.isFree(j) ? 0.0 : gradient[j];
      }
      Certifier supposed = new Certifier(new Hinge(), penalty);
      supposed.observe(at.theta(), meanLoss, gradient);
      return smaller(proven, estimate(supposed.certify(at.objective())));
    }
    if (metric == null
        || step == null
        || metric.share() < 1.0
        || !metric.isFresh()
        || !step.isWhole()
        || at.sums().marginChange() > Math.exp(at.theta()[last])) {
      return proven;
    }
    double bound = byWidth + 2.0 * Math.max(0.0, step.promise());
    return smaller(
        proven,
        new Certificate(
            bound,
            false,
            Certificate.Kind.NEWTON_DECREMENT,
            proven.worstCoordinate(),
            proven.worstViolation()));
  }

  /**
   * The twin's slopes a move by steps of a margin's rounding over its width, so that their sum r in
   * an intercept is seldom 0 to the last bit. Slopes that change by r in the mean, row by row in
   * proportion to a(1 − a), are in the dual's domain while r is below the mean of a(1 − a), and sum
   * to 0; they cost |r| in the slopes and |r| times the margins and the intercept of rows at the
   * kink in the gradient. Sets the derivative of such intercepts to 0.
   *
   * @return what to subtract for it
   */
  private double balance(Iterate at, double[] gradient) {
    int last = gradient.length - 1;
    double room = Math.exp(at.theta()[last]) * at.sums().meanCurvature();
    double lost = 0.0;
    for (int j = 0; j < last; j++) {
      double left = Math.abs(gradient[j]);
      if (left <= Math.min(UNBALANCED, SMALL_SHARE * room) && penalty.isFree(j)) {
        lost += COST * left * (1.0 + Math.abs(at.theta()[j]));
        gradient[j] = 0.0;
      }
    }
    return lost;
  }

  /**
   * Takes, for the hinge, the mixture of the slopes at two points whose sum over the classes is 0:
   * feasible duals are a convex set, and what they prove is concave on it.
   *
   * @param at the intercept
   * @return false, and nothing is taken, where the sums at both points have the same sign
   */
  private boolean observeMixture(Iterate a, Iterate b, int at) {
    double slopeOfA = a.gradient()[at];
    double slopeOfB = b.gradient()[at];
    if (slopeOfA * slopeOfB > 0.0 || !(slopeOfA != slopeOfB)) {
      return false;
    }
    double share = slopeOfB / (slopeOfB - slopeOfA);
    double[] mixed = new double[a.gradient().length];
    for (int j = 0; j < mixed.length - 1; j++) {
      mixed[j] = share * a.gradient()[j] + (1.0 - share) * b.gradient()[j];
    }
    mixed[at] = 0.0;
    double slopes = share * a.sums().slopes() + (1.0 - share) * b.sums().slopes();
    proof.observe(a.theta(), slopes + Cut.dot(mixed, a.theta()), mixed);
    return true;
  }

  /**
   * Proves of the hinge what {@link #at} could only estimate: its dual is feasible only where the
   * slopes of the free coordinate sum to 0, and no width may do that in doubles; a mixture of those
   * at two points does that have them on both sides of 0. Nothing is proven where more than one
   * coordinate is free and matters.
   *
   * @param slot for the margins of the second point
   * @param rows asked for one gradient, or a few until the sign changes
   */
  public void observeBracket(Iterate here, int slot, CountedRows rows, NewtonModel model) {
    int at = onlyFree(here.gradient());
    if (at < 0) {
      return;
    }
    double change = -2.0 * here.gradient()[at] / model.curvature(at);
    if (!Double.isFinite(change)) {
      return;
    }
    double least = Math.copySign(8.0 * Math.ulp(here.theta()[at]), change);
    change = Math.abs(change) < Math.abs(least) ? least : change;
    boolean mixed = false;
    for (int i = 0; i < MOST_BRACKETS && !mixed && rows.affords(1.0); i++, change *= 4.0) {
      double[] moved = here.theta().clone();
      moved[at] += change;
      mixed = observeMixture(here, rows.read(moved, slot), at);
    }
  }

  /** The one free coordinate but for ln μ whose slope is not 0; −1 where there is not one. */
  private int onlyFree(double[] gradient) {
    int only = -1;
    for (int j = 0; j < gradient.length - 1; j++) {
      if (penalty.isFree(j) && gradient[j] != 0.0) {
        if (only >= 0) {
          return -1;
        }
        only = j;
      }
    }
    return only;
  }

  /**
   * Whether σ is no longer than what margins are off by in rounding: which rows are within εσ, and
   * so the slopes and the curvature, are noise then.
   */
  private boolean isLostInScale(Iterate at) {
    return loss instanceof ConcomitantHuber
        && Math.exp(at.theta()[at.theta().length - 1]) < LEAST_SCALE;
  }

  private static Certificate estimate(Certificate certificate) {
    return estimate(certificate, certificate.bound());
  }

  /** What the model promises is a part of what there is to gain, whatever was estimated. */
  private static Certificate estimate(Certificate certificate, double bound) {
    return new Certificate(
        bound,
        false,
        certificate.kind(),
        certificate.worstCoordinate(),
        certificate.worstViolation());
  }

  private static Certificate smaller(Certificate proven, Certificate estimated) {
    return estimated.bound() < proven.bound() ? estimated : proven;
  }

  /**
   * What tol is relative to: the objective, or a millionth of the null model's if that is more; of
   * the concomitant Huber loss σ, whose objective outliers inflate, if that is less.
   *
   * @param reference the objective of the null model; NaN where it is not known
   */
  public double scale(Iterate at, double reference) {
    double objective = Math.abs(at.objective());
    if (loss instanceof ConcomitantHuber) {
      objective = Math.min(objective, Math.exp(at.theta()[at.theta().length - 1]));
    }
    return Double.isNaN(reference)
        ? objective
        : Math.max(objective, Certificate.FLOOR * Math.abs(reference));
  }

  /** What the gradient at a point proves of it, or lets suppose. */
  public Certificate byGradient(Iterate at) {
    return at(at, null, null, 0.0);
  }

  /** The proven certificate of an objective, whatever its weights. */
  public Certificate of(double objective) {
    return proof.certify(objective);
  }
}
