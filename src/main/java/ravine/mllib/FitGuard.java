package ravine.mllib;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Watches who calls an updater, and refuses callers that would corrupt its state: a second fit at
 * the same time, and {@code LBFGS}.
 *
 * <p><b>Threads.</b> MLlib makes all calls of one fit on one thread, and begins with a probe. The
 * probe makes its thread the owner; a step from another thread is refused. A fit whose updater was
 * taken over by another fit's probe thus ends with an exception at its next step.
 *
 * <p><b>LBFGS</b> uses an updater as if it were a function: every evaluation of the objective is a
 * probe followed by one step with stepSize 1, iter 1 and a gradient of zeros. A {@code
 * GradientDescent} with step size 1 may begin like that too, if its first gradient happens to be
 * exactly zero (a hinge loss with all rows beyond the margin), and its first step is then answered
 * like any other. What it does not do is to stop after that one step and begin anew elsewhere: the
 * second such pair at other weights is refused, before its result is used.
 */
final class FitGuard {
  private @Nullable Thread owner;
  private boolean probed;
  private double @Nullable [] suspect;
  private double @Nullable [] suspectBefore;

  /** A fit begins on this thread. */
  void probe() {
    owner = Thread.currentThread();
    probed = true;
    suspectBefore = suspect;
    suspect = null;
  }

  /**
   * A step is about to be made.
   *
   * @throws IllegalStateException if the caller is not the fit that owns the updater, or is LBFGS
   */
  void step(double[] weights, double[] gradient, double stepSize, int iter) {
    Thread thread = Thread.currentThread();
    if (owner == null) {
      owner = thread;
    } else if (owner != thread) {
      throw new IllegalStateException(
          "This updater is in use by a fit on thread '"
              + owner.getName()
              + "', so thread '"
              + thread.getName()
              + "' cannot go on with its own; give each of the fits that run at the same time an"
              + " updater of its own");
    }
    boolean first = probed;
    probed = false;
    suspect = null;
    if (first && stepSize == 1.0 && iter == 1 && isZero(gradient)) {
      if (suspectBefore != null && !Arrays.equals(suspectBefore, weights)) {
        throw new IllegalStateException(
            "This updater keeps velocity from step to step and cannot run under LBFGS, which has a"
                + " memory of its own and uses an updater only as a penalty; use SquaredL2Updater or"
                + " L1Updater with LBFGS, or this updater with GradientDescent, or a"
                + " MiniBatchOptimizer");
      }
      suspect = weights.clone();
    }
  }

  private static boolean isZero(double[] values) {
    for (double value : values) {
      if (value != 0.0) {
        return false;
      }
    }
    return true;
  }
}
