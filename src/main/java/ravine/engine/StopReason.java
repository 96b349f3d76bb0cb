package ravine.engine;

/** Why training ended. */
public enum StopReason {
  /**
   * The objective is within {@code tol} of the optimum, relatively, by the certificate in the
   * result.
   */
  CONVERGED(
      "The objective is within tol of the optimum, by its certificate; lower tol for more accuracy."),
  /** {@code maxIter} passes, or as many steps as were allowed, are over. */
  MAX_ITER("All passes are used up before tol was met; raise maxIter."),
  /** {@code maxSeconds} are over. */
  MAX_SECONDS(
      "The time is used up before tol was met; the weights of the best pass are returned: raise maxSeconds, or go on from a checkpoint or from this model."),
  /**
   * No step makes the objective smaller, and yet it is not proven to be within tol of the optimum.
   */
  STALLED(
      "No step makes the objective smaller; the sentence before says what it may be above the optimum."),
  /**
   * The validation loss has not improved for {@code patience} passes, or until the objective was at
   * its optimum.
   */
  EARLY_STOPPED(
      "The validation loss did not improve any more; the weights of the best pass are returned."),
  /** A loss or a weight is not finite. */
  DIVERGED(
      "The loss or the weights stopped being finite; the last good weights are returned: lower stepSize, or set it to 0 for an automatic one."),
  /**
   * What the sentence before says ended it: a failed or cancelled job, a listener that threw, an
   * interrupt, or a lost cluster.
   */
  FAILED(
      "Training was ended before its time; these are the weights of the best pass until then: start from them, or train anew."),
  /** A {@link TrainingListener} returned false. */
  STOPPED_BY_LISTENER(
      "A listener asked to stop; the weights of the best pass so far are returned.");

  private final String advice;

  StopReason(String advice) {
    this.advice = advice;
  }

  /** One sentence: what it means and what to do about it. */
  public String advice() {
    return advice;
  }
}
