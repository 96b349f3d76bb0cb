package ravine.newton;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.curvature.QuadraticSolver;
import ravine.exchange.WholeBatch;
import ravine.objective.Coordinates;
import ravine.penalty.Penalty;

/**
 * The best intercepts for coefficients that stay as they are, by Newton's method on kept margins: a
 * few questions of O(rows) each, no read of the features.
 *
 * <p>No penalty sees an intercept, so that the derivatives of the rows are in the dual's domain
 * only where they sum to 0 for every output. A gradient step leaves a sum that is small of first
 * order, of which no bound can be made; here it becomes 0 to rounding.
 */
public final class InterceptSearch {
  private static final int MOST_QUESTIONS = 40;

  /** More outputs than this have too many second derivatives to be worth it. */
  private static final int MOST_OUTPUTS = 256;

  private static final int MOST_HALVINGS = 8;

  private InterceptSearch() {}

  private static boolean areFree(Coordinates coordinates, Penalty penalty) {
    int end = coordinates.dimension() - coordinates.extras();
    boolean free = true;
    for (int j = coordinates.features() * coordinates.outputs(); j < end; j++) {
      free &= penalty.isFree(j);
    }
    return free;
  }

  /**
   * The best point that differs in its intercepts alone.
   *
   * @param coordinates of θ
   * @param penalty which may bound intercepts; then there is no search
   * @param theta the point of {@code slot}
   * @return a new point; null where there are no intercepts, or no others make the sums of
   *     derivatives smaller
   */
  public static double @Nullable [] run(
      WholeBatch rows, Coordinates coordinates, Penalty penalty, double[] theta, int slot) {
    int outputs = coordinates.outputs();
    if (outputs > MOST_OUTPUTS || !coordinates.hasIntercept() || !areFree(coordinates, penalty)) {
      return null;
    }
    double[] shifts = new double[outputs];
    double[] answer = rows.shifted(theta, slot, shifts);
    double left = largest(answer, outputs);
    boolean better = false;
    for (int question = 0; question < MOST_QUESTIONS && left > 0.0; question++) {
      if (!NewtonModel.isUsable(outputs, Arrays.copyOfRange(answer, outputs, answer.length))) {
        break;
      }
      double[] step = step(answer, outputs);
      double[] next = null;
      double[] there = null;
      double length = 1.0;
      for (int i = 0; i <= MOST_HALVINGS && there == null; i++, length *= 0.25) {
        next = shifts.clone();
        for (int k = 0; k < outputs; k++) {
          next[k] += length * step[k];
        }
        double[] asked = rows.shifted(theta, slot, next);
        there = largest(asked, outputs) < left ? asked : null;
      }
      if (there == null || next == null) {
        break;
      }
      shifts = next;
      answer = there;
      left = largest(answer, outputs);
      better = true;
    }
    if (!better) {
      return null;
    }
    double[] moved = theta.clone();
    for (int k = 0; k < outputs; k++) {
      moved[coordinates.features() * outputs + k] += shifts[k];
    }
    return moved;
  }

  /** Newton's step, the shortest: the softmax loss does not change with a shift of all outputs. */
  private static double[] step(double[] answer, int outputs) {
    double[] right = new double[outputs];
    for (int k = 0; k < outputs; k++) {
      right[k] = -answer[k];
    }
    double[] none = new double[outputs];
    return new QuadraticSolver(
            outputs, Arrays.copyOfRange(answer, outputs, answer.length), none.clone())
        .solve(right, none, none.clone(), 0.0)
        .point();
  }

  private static double largest(double[] answer, int outputs) {
    double largest = 0.0;
    for (int k = 0; k < outputs; k++) {
      largest = Math.max(largest, Math.abs(answer[k]));
    }
    return largest;
  }
}
