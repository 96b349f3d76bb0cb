package ravine.newton;

import org.jspecify.annotations.Nullable;
import ravine.curvature.Cut;

/**
 * What a momentum rule adds to a Newton step inside a metric that is kept: with d the step, v the
 * last movement and y the change of the gradient over it, the trial is θ + c·d + b·v where (c, b)
 * minimises the quadratic with
 *
 * <pre>
 *   dᵀHd   dᵀy      c      −gᵀd
 *   dᵀy    vᵀy      b  =   −gᵀv
 * </pre>
 *
 * <p>On a quadratic these are the conjugate gradients preconditioned by the metric (Nocedal and
 * Wright 2006, section 5.1): the heavy ball of Polyak 1964 with the coefficient that the curvature
 * met on the way gives it, limited to the rule's own.
 */
public final class SecantMomentum {
  private static final double INDEPENDENT = 1e-8;

  private final PenaltyTerms terms;
  private final double most;

  /**
   * A rule's momentum.
   *
   * @param most the largest b: γ of the rule; 0 for plain descent, infinite for no limit
   */
  public SecantMomentum(PenaltyTerms terms, double most) {
    this.terms = terms;
    this.most = most;
  }

  /**
   * The point to try: the target of the step, or what momentum makes of it.
   *
   * @param previous where the last step came from; null where the metric has been made since
   */
  public double[] trial(
      NewtonModel model, NewtonModel.Step step, Iterate at, @Nullable Iterate previous) {
    double[] target = step.target();
    if (previous == null || terms.isProximal() || !(most > 0.0)) {
      return target;
    }
    double[] d = NewtonModel.difference(target, at.theta());
    double[] v = NewtonModel.difference(at.theta(), previous.theta());
    double[] g = terms.smooth(at);
    double[] y = NewtonModel.difference(g, terms.smooth(previous));
    double dd = model.squaredNorm(d);
    double dy = Cut.dot(d, y);
    double vy = Cut.dot(v, y);
    double gd = Cut.dot(g, d);
    double gv = Cut.dot(g, v);
    double determinant = dd * vy - dy * dy;
    if (!(vy > 0.0 && determinant > INDEPENDENT * dd * vy)) {
      return target;
    }
    double b = (dy * gd - dd * gv) / determinant;
    double limited = Math.max(-most, Math.min(most, b));
    double c = limited == b ? (dy * gv - vy * gd) / determinant : -(gd + limited * dy) / dd;
    if (!(c > 0.0 && c < Double.POSITIVE_INFINITY)) {
      return target;
    }
    double[] trial = new double[d.length];
    for (int j = 0; j < d.length; j++) {
      trial[j] = at.theta()[j] + c * d[j] + limited * v[j];
    }
    return trial;
  }
}
