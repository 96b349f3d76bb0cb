package ravine.curvature;

import java.util.Locale;

/**
 * How far the objective at some weights can be from the optimum: F(w) − F* ≤ bound.
 *
 * @param bound in the units of the objective, at least the rounding of the objective itself;
 *     positive infinity where nothing is known
 * @param isProven whether the bound holds always (to rounding); where not it is an estimate
 * @param kind where the bound comes from
 * @param worstCoordinate index of the weight whose optimality condition is violated most; −1 where
 *     that is not known
 * @param worstViolation the size of that violation, in the units of the gradient; NaN where it is
 *     not known
 */
public record Certificate(
    double bound, boolean isProven, Kind kind, int worstCoordinate, double worstViolation) {

  /** An objective below this share of the reference counts as this share: see {@link #isWithin}. */
  public static final double FLOOR = 1e-6;

  /** Where a bound comes from. */
  public enum Kind {
    /** The optimum is not below the infimum of the loss, which is 0. A bound always. */
    LOSS_ALONE("because no loss is below 0"),
    /** Fenchel's duality gap at the derivatives of the loss. A bound always. */
    DUALITY_GAP("by the duality gap"),
    /**
     * The decrement of a Newton step under the true Hessian. A bound for the squared loss, and for
     * logistic and softmax losses where the constant of self-concordance is known; an estimate
     * elsewhere.
     */
    NEWTON_DECREMENT("by the Newton decrement"),
    /** Nothing is known. */
    NONE("for want of a finite objective");

    private final String reason;

    Kind(String reason) {
      this.reason = reason;
    }
  }

  /** Nothing is known. */
  public static Certificate none() {
    return new Certificate(Double.POSITIVE_INFINITY, true, Kind.NONE, -1, Double.NaN);
  }

  /**
   * Whether the gap is at most {@code tol} of the objective: bound ≤ tol · max(F, 1e-6 ·
   * reference).
   *
   * <p>The reference is needed where F* is 0 or nearly so: an exact fit, or separable classes
   * without a penalty, where F* = 0 is not even attained and the bound is F itself, so that bound ≤
   * tol · F would never hold. The reference is the objective of the null model, the one that
   * predicts the same for every row: it has the objective's units, and below a millionth of it the
   * model already explains all but a millionth of what there is to explain.
   *
   * @param tol relative tolerance; at 0 or below nothing is within
   * @param objective F(w)
   * @param reference the objective of the null model, at least 0
   */
  public boolean isWithin(double tol, double objective, double reference) {
    double scale = Math.max(Math.abs(objective), FLOOR * Math.abs(reference));
    return tol > 0.0 && bound < Double.POSITIVE_INFINITY && bound <= tol * scale;
  }

  /** The same in units {@code unit} times as small: bound and violation multiplied by it. */
  public Certificate times(double unit) {
    return new Certificate(bound * unit, isProven, kind, worstCoordinate, worstViolation * unit);
  }

  /** With a bound that the decrement of a Newton step estimates; the violation is the same. */
  public Certificate supposing(double estimate) {
    return new Certificate(estimate, false, Kind.NEWTON_DECREMENT, worstCoordinate, worstViolation);
  }

  /** Whether there is a bound, and it holds always. */
  public boolean isKnownAndProven() {
    return isProven && bound < Double.POSITIVE_INFINITY;
  }

  /** The same of other weights, whose bound this is. */
  public Certificate of(double otherBound) {
    return new Certificate(otherBound, isProven, kind, worstCoordinate, worstViolation);
  }

  /** The same bound with the violation that another certificate has. */
  public Certificate at(Certificate other) {
    return new Certificate(bound, isProven, kind, other.worstCoordinate, other.worstViolation);
  }

  /**
   * A clause: how far an objective can be above the optimum, as a share of itself where that says
   * something.
   *
   * @param objective that the certificate is of
   */
  public String clause(double objective) {
    if (!(bound < Double.POSITIVE_INFINITY)) {
      return "nothing is known of the distance to the optimum";
    }
    double size = Math.abs(objective);
    return String.format(
        Locale.ROOT,
        "objective %s %.2g %sabove the optimum (%s)",
        isProven ? "at most" : "about",
        bound < size ? bound / size : bound,
        bound < size ? "of itself " : "",
        isProven ? "proven" : "estimated");
  }

  /** One sentence. */
  public String sentence() {
    if (kind == Kind.NONE) {
      return "Nothing is known of the distance to the optimum, for want of a finite objective.";
    }
    return String.format(
        Locale.ROOT,
        isProven
            ? "The objective is at most %.2g above the optimum, proven %s."
            : "The objective is about %.2g above the optimum, estimated %s.",
        bound,
        kind.reason);
  }
}
