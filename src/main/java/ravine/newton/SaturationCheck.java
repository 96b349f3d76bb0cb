package ravine.newton;

import ravine.curvature.Reach;
import ravine.exchange.WholeBatch;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Softmax;

/**
 * Whether a Newton decrement may be believed where rows of the logistic loss saturate.
 *
 * <p>The decrement is what a parabola leaves to gain. Of a row in large units it sees a slope and a
 * curvature near e^−margin that hold back all other rows; they are gone a few margins further, and
 * what they held back is there to gain. On the way there every move changes its margin by about 1,
 * whatever it gains. No row is such a one if the step can change no margin by much: by its length
 * in the norm of the Hessian times the {@link Reach} of the rows. Where it could, and the last
 * moves did, it is gone; and if it does, it is gone beyond saturation, where the objective allows
 * it, and a Hessian there decides. Where a column separates some rows, whose margins grow without
 * end, that confirms the first.
 */
public final class SaturationCheck {
  /** Of a margin in a move; a logistic curvature changes by two thirds at most within it. */
  private static final double FAR = 0.5;

  /** Of a margin, after which nothing is left of the loss in doubles. */
  private static final double BEYOND = 40.0;

  private static final int MOST = 3;

  /** Of the move before the last, after which one in an old metric may be short by chance. */
  private static final double VERY_FAR = 2.0;

  /** What a promise cannot be told from in doubles, in units of the objective. */
  private static final double ROUNDING = 1e-16;

  private final boolean saturates;
  private final NewtonWalk walk;
  private final CountedRows rows;
  private int checks;
  private double last;
  private double oneBefore;

  /** Of the point that a walk is at. */
  public SaturationCheck(Loss loss, NewtonWalk walk, CountedRows rows) {
    this.saturates = loss instanceof Logistic || loss instanceof Softmax;
    this.walk = walk;
    this.rows = rows;
  }

  /**
   * Goes a step that might change the margin of a row by much, beyond saturation if it does and
   * can; budget permitting.
   *
   * @param step from the point, with a promise within the tolerance
   * @param slack by how much the objective may rise
   * @return whether it led so far that another Hessian has to decide
   */
  public boolean leadsFar(NewtonModel.Step step, double slack) {
    if (!saturates
        || !(last >= FAR || oneBefore >= VERY_FAR)
        || checks >= MOST
        || !mayReach(step)) {
      return false;
    }
    checks++;
    return rows.affords(2.0) && walk.leap(step.target(), FAR, BEYOND, slack);
  }

  /** After a move. */
  public void moved() {
    oneBefore = last;
    double change = walk.current().sums().marginChange();
    last = Double.isFinite(change) ? change : 0.0;
  }

  private boolean mayReach(NewtonModel.Step step) {
    WholeBatch.Sums at = walk.current().sums();
    double length = Math.sqrt(2.0 * Math.max(0.0, step.promise()));
    boolean isRounding = step.promise() <= ROUNDING * Math.abs(walk.current().objective());
    return !isRounding && !(length * Reach.ofCurvature(at.weight(), at.leastCurvature()) < FAR);
  }
}
