package ravine.newton;

import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.curvature.Certifier;
import ravine.curvature.Cut;
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
        || !step.isResolved()) {
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
    return proven.bound() <= enough ? proven : smaller(proven, proof.estimate(at.objective()));
  }

  /**
   * Of the hinge itself. The twin lies above it, so its objective is one the hinge's is not above;
   * and the twin's slopes are feasible in the hinge's dual. Intercepts whose derivative is not 0 to
   * rounding have it set to 0 for an estimate. Without a penalty the twin's optimum is above the
   * hinge's by its derivative in ln μ at most, because the twin is convex in μ; a decrement is
   * believed there once the last step moved no margin by more than μ, beyond which the curvature is
   * another.
   */
  private Certificate ofHinge(
      Iterate at, @Nullable NewtonMetric metric, NewtonModel.@Nullable Step step, double enough) {
    int last = at.theta().length - 1;
    double[] gradient = at.gradient().clone();
    double byWidth = gradient[last];
    gradient[last] = 0.0;
    double meanLoss = at.sums().slopes() + Cut.dot(gradient, at.theta());
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
        || !step.isResolved()
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
   * Takes, for the hinge, the mixture of the slopes at two points whose sum over the classes is 0:
   * feasible duals are a convex set, and what they prove is concave on it.
   *
   * @param at the intercept
   * @return false, and nothing is taken, where the sums at both points have the same sign
   */
  public boolean observeMixture(Iterate a, Iterate b, int at) {
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

  private static Certificate estimate(Certificate certificate) {
    return new Certificate(
        certificate.bound(),
        false,
        certificate.kind(),
        certificate.worstCoordinate(),
        certificate.worstViolation());
  }

  private static Certificate smaller(Certificate proven, Certificate estimated) {
    return estimated.bound() < proven.bound() ? estimated : proven;
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
