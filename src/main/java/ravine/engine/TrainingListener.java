package ravine.engine;

/**
 * Watches training on the driver, in the thread that trains; each method returns whether to go on.
 */
public interface TrainingListener {

  /** After every step. */
  default boolean onStep(StepRecord step) {
    return true;
  }

  /** After every pass over the data, and once before the first step with pass 0. */
  default boolean onPass(PassRecord pass) {
    return true;
  }
}
