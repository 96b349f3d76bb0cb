package ravine.newton;

import org.jspecify.annotations.Nullable;
import ravine.exchange.WholeBatch;

/**
 * All rows, and how often they have been read: a gradient is a pass, a Hessian over a share of the
 * rows that share of one, what is asked of kept margins nothing.
 */
public final class CountedRows {
  private final WholeBatch rows;
  private final PenaltyTerms terms;
  private final double most;
  private double passes;
  private long drawn;

  public CountedRows(WholeBatch rows, PenaltyTerms terms, double most) {
    this.rows = rows;
    this.terms = terms;
    this.most = most;
  }

  /** Whether that many more passes are allowed. */
  public boolean affords(double more) {
    return passes + more <= most + 1e-9;
  }

  /** For questions of kept margins, which count nothing. */
  WholeBatch rows() {
    return rows;
  }

  public double passes() {
    return passes;
  }

  /** The longest that any partition computed, summed over all questions so far. */
  public double computeSeconds() {
    return rows.computeSeconds();
  }

  /** What all questions took beyond that. */
  public double exchangeSeconds() {
    return rows.exchangeSeconds();
  }

  /** What was read so far was the state before the first pass, as everywhere else. */
  public void beginCounting() {
    passes = 0.0;
  }

  public Iterate read(double[] theta, int slot) {
    double[] gradient = new double[theta.length];
    WholeBatch.Sums sums = rows.gradient(theta, slot, gradient);
    passes += 1.0;
    return new Iterate(theta, gradient, sums.loss() + terms.value(theta), sums);
  }

  /** The Hessian at a point that has been read, over all rows, times a direction: a pass. */
  void product(Iterate at, int slot, double[] direction, double[] product) {
    rows.product(at.theta(), slot, direction, product);
    passes += 1.0;
  }

  /** Whole passes that are still allowed. */
  int left() {
    return (int) Math.max(0.0, Math.min(Integer.MAX_VALUE, Math.floor(most + 1e-9 - passes)));
  }

  /**
   * The Hessian at a point that has been read; a share draws other rows each time.
   *
   * @param batches 1 over the share
   * @return null where the share has no row or an entry is not finite
   */
  public double @Nullable [] hessian(Iterate at, int slot, int batches, boolean majorised) {
    int d = at.theta().length;
    double[] hessian = new double[d * d];
    double used = rows.hessian(at.theta(), slot, drawn, batches, majorised, hessian);
    drawn++;
    passes += used;
    return used > 0.0 && NewtonModel.isUsable(d, hessian) ? hessian : null;
  }
}
