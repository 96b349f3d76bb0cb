package ravine.step;

import ravine.penalty.Penalty;

/**
 * A quadratic form P in which steps are measured: the gradient a rule is given is P⁻¹g, and
 * proximal steps are taken in P's norm. For rules that are linear in the gradient (plain descent,
 * momentum, NAG) this is the same rule in coordinates in which P is the identity, without leaving
 * the coordinates in which an L1 penalty is separable.
 */
public interface Metric {

  /** Replaces g by P⁻¹g. */
  void solve(double[] gradient);

  /**
   * The proximal step of the penalty's L1 part in P's norm, in place: the z that minimises (z −
   * w)ᵀP(z − w) / (2 · rate) + L1(z).
   *
   * @param weights w, overwritten with z
   * @param rate length of the gradient step that led to w, positive
   */
  void proximal(double[] weights, Penalty penalty, double rate);

  /** dᵀPd. */
  double squaredNorm(double[] direction);
}
