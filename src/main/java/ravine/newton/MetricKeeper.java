package ravine.newton;

import org.jspecify.annotations.Nullable;
import ravine.loss.Loss;
import ravine.loss.SoftHinge;
import ravine.loss.Squared;

/**
 * The Hessian that a {@code NewtonLoop} steps with, and when it is made anew: where the passes that
 * it still needs, by the rate at which its promises fall, are more than a new one costs; from four
 * times as many rows each time, and from all of them once the square root of tol is reached, from
 * where one step with the true Hessian ends the run and proves it.
 */
public final class MetricKeeper {
  /** Factor from one share of the rows to the next. */
  private static final double GROW = 4.0;

  /** A share beyond this is all rows: paying 0.7 and then 1 is dearer than 1. */
  private static final double MOST_SHARE = 0.25;

  /** Under the diagonal of a share's Hessian, in units of the mean curvature. */
  private static final double FLOOR = 0.1;

  /** What an objective cannot be told from in doubles. */
  private static final double ROUNDING = 1e-16;

  private final Loss loss;
  private final PenaltyTerms terms;
  private final CountedRows rows;
  private final double work;
  private final double tol;
  private final boolean proves;
  private @Nullable NewtonMetric metric;
  private double lastPromise = Double.NaN;
  private double lastBound = Double.POSITIVE_INFINITY;

  /**
   * Without a metric yet.
   *
   * @param work passes' worth of time that a Hessian of all rows takes
   * @param proves whether the run is to end in a proof, for which a Hessian of all rows is needed
   */
  public MetricKeeper(
      CountedRows rows, PenaltyTerms terms, Loss loss, double work, double tol, boolean proves) {
    this.rows = rows;
    this.terms = terms;
    this.loss = loss;
    this.work = work;
    this.tol = tol;
    this.proves = proves;
  }

  public boolean isMade() {
    return metric != null;
  }

  /** Null before one is made, and after {@link #forget}. */
  public @Nullable NewtonMetric orNull() {
    return metric;
  }

  public NewtonMetric metric() {
    NewtonMetric made = metric;
    if (made == null) {
      throw new IllegalStateException("There is no metric yet.");
    }
    return made;
  }

  /** The share of the rows for the next Hessian. */
  public double grown() {
    double share = metric == null ? 1.0 : GROW * metric().share();
    return share > MOST_SHARE ? 1.0 : share;
  }

  /** False where the passes do not suffice. */
  public boolean remake(Iterate current, int slot, double share, boolean majorised) {
    int batches = share >= 1.0 ? 1 : (int) Math.max(1L, Math.round(1.0 / share));
    double[] hessian = null;
    while (hessian == null) {
      if (!rows.affords(1.0 / batches)) {
        return false;
      }
      forget(); // of many models the old matrices and the new ones would be too many
      hessian = rows.hessian(current, slot, batches, majorised);
      if (hessian == null && batches == 1) {
        hessian = new double[current.theta().length * current.theta().length];
      }
      batches = hessian == null ? 1 : batches;
    }
    use(current, hessian, 1.0 / batches, majorised);
    return true;
  }

  /** Takes a Hessian made at this point; it is kept and changed. */
  public void use(Iterate current, double[] hessian, double share, boolean majorised) {
    int d = current.theta().length;
    if (share < 1.0) {
      NewtonMetric.raise(
          hessian, d - loss.extraParameters(), FLOOR * current.sums().meanCurvature());
    }
    forget();
    NewtonModel model = new NewtonModel(loss, hessian, current, terms);
    metric = new NewtonMetric(model, share, majorised, loss, current);
  }

  /** The objective is another: a new metric is needed. */
  public void forget() {
    metric = null;
    lastPromise = Double.NaN;
  }

  /**
   * The share of the rows that a new Hessian is to be made of; 0 to keep the one there is.
   *
   * @param bound of the certificate here
   * @param scale of the objective
   */
  public double shareOfNew(NewtonModel.Step step, double bound, double scale) {
    NewtonMetric old = metric();
    boolean exact = loss instanceof Squared && old.share() >= 1.0;
    if (old.isFresh() || exact) {
      return 0.0;
    }
    if (loss instanceof SoftHinge) {
      return 1.0;
    }
    if (old.isMajorised()) {
      return old.share();
    }
    double need = 0.1 * Math.max(tol, ROUNDING) * scale;
    double ratio = step.promise() / lastPromise;
    double share = grown();
    boolean sure = bound < lastBound && bound * (bound / lastBound) <= tol * scale;
    boolean near = proves && old.share() < 1.0 && step.promise() <= Math.sqrt(tol) * scale && !sure;
    share = near ? 1.0 : share;
    double left =
        ratio > 0.0 && ratio < 1.0
            ? Math.log(Math.max(1.0, step.promise() / need)) / -Math.log(ratio)
            : Double.POSITIVE_INFINITY;
    boolean slow = left > 1.0 + share * work;
    return near || slow || step.promise() <= need ? share : 0.0;
  }

  /**
   * A step has been taken.
   *
   * @param promise what the model said it would gain
   * @param bound of the certificate where it began
   * @param marginChange the largest change of a margin
   */
  public void stepped(double promise, double bound, double marginChange) {
    lastPromise = promise;
    lastBound = bound;
    metric().moved(marginChange, loss.outputs());
  }
}
