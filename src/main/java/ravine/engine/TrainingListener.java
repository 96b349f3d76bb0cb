package ravine.engine;

import java.util.function.Predicate;

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

  /**
   * A listener of passes alone: steps, of which there may be thousands a second, are not told to a
   * function that may live in another process, as one of Python does.
   *
   * @param onPass gives whether to go on
   */
  static TrainingListener ofPasses(Predicate<PassRecord> onPass) {
    return new TrainingListener() {
      @Override
      public boolean onPass(PassRecord pass) {
        return onPass.test(pass);
      }
    };
  }
}
