package ravine.newton;

import ravine.curvature.Reach;
import ravine.loss.Loss;

/**
 * The Hessian that steps are taken with, and what is known of its age. Between two points whose
 * margins differ by at most r the Hessians of the logistic and softmax losses differ by a factor of
 * e^r at most (Bach 2010, "Self-concordant analysis for logistic regression", proposition 1), so
 * that one made from all rows still bounds the next: {@link #distance} has the sum of the steps' r.
 */
public final class NewtonMetric {
  private final NewtonModel model;
  private final double share;
  private final boolean majorised;
  private final double constant;
  private final double reach;
  private double distance;
  private boolean fresh = true;

  /**
   * A Hessian just made.
   *
   * @param share of the rows, in (0, 1]
   * @param majorised whether the curvatures are those of parabolas above the losses
   * @param at where it was made
   */
  public NewtonMetric(NewtonModel model, double share, boolean majorised, Loss loss, Iterate at) {
    this.model = model;
    this.share = share;
    this.majorised = majorised;
    this.constant = loss.selfConcordance();
    this.reach = Reach.ofCurvature(at.sums().weight(), at.sums().leastCurvature());
  }

  /** A Hessian with a floor under the diagonal: columns that the share did not meet have none. */
  public static void raise(double[] hessian, int dimension, double floor) {
    for (int j = 0; j < dimension; j++) {
      int at = j * dimension + j;
      hessian[at] = Math.max(hessian[at], floor);
    }
  }

  public NewtonModel model() {
    return model;
  }

  public double share() {
    return share;
  }

  /** Whether the curvatures are those of parabolas above the losses. */
  public boolean isMajorised() {
    return majorised;
  }

  /** Whether no step has been taken with it. */
  public boolean isFresh() {
    return fresh;
  }

  /**
   * A step has been taken.
   *
   * @param marginChange the largest change of a margin
   * @param outputs margins a row
   */
  public void moved(double marginChange, int outputs) {
    fresh = false;
    distance += outputs > 1 ? 2.0 * marginChange : marginChange;
  }

  /** The largest difference that a row's margins can have to those it was made at. */
  public double distance() {
    return distance;
  }

  /** M · r: e to this power bounds the ratio of Hessians; infinite where nothing does. */
  double logRatio() {
    return distance == 0.0 || constant == 0.0 ? 0.0 : constant * distance;
  }

  /** Of the rows, where it was made: see {@link Reach}. */
  double reach() {
    return reach;
  }

  /** Whether it is the true Hessian of all rows, or bounds it. */
  boolean bounds() {
    return share >= 1.0 && !majorised && logRatio() < 1.0;
  }
}
