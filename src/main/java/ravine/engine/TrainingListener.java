package ravine.engine;

import java.util.List;
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
   * Once, where a training of mini-batches goes on from a checkpoint: of the passes that were made
   * until then, and of their steps, it is not told again.
   */
  default boolean onResume(List<PassRecord> passes) {
    return true;
  }

  /**
   * A listener that is told the weights of every step as well, so that two runs can be compared to
   * the bit on their whole way. It costs a copy of them a step; where steps touch a few features
   * each (sparse mini-batches), also the work to settle all others, which rounds otherwise than a
   * run that nobody watches.
   */
  interface OfWeights extends TrainingListener {

    /**
     * After every step, just before {@link #onStep} is told of it.
     *
     * @param step number of updates made including this one, from 1
     * @param weights a copy of θ after the step, as the rule has it: in the coordinates of training
     *     (features scaled, perhaps turned by a metric), coefficients first, then intercepts
     */
    void onWeights(long step, double[] weights);
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
