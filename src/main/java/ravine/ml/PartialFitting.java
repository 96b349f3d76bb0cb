package ravine.ml;

import org.apache.spark.ml.Model;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;

/** Training on rows that come in portions, such as the micro-batches of a stream. */
public interface PartialFitting {

  /**
   * One pass of mini-batches over rows that come after others, from where the portion before left
   * off: the weights, the rule's memory, the step count and the sampling go on. A {@code stepSize}
   * or {@code schedule} is followed by that step count; without one, the rate that suits the first
   * portion is kept. {@code maxIter} and {@code tol} have no say.
   *
   * @param rows of the columns that {@code fit} takes; features are as many as in the first portion
   * @param state that the portion before left, or {@link TrainingState#fresh()}; not changed
   * @return the model so far, and the state for the next portion: a function of these rows, their
   *     partitions, the state and the params, to the bit
   * @throws IllegalArgumentException if the state is of another training, a label is no class of
   *     it, or a param is about trainings of many passes
   * @throws IllegalStateException if a loss or a gradient is not finite
   */
  PartialFit<? extends Model<?>> partialFit(Dataset<?> rows, TrainingState state);

  /** The model that the next fit starts from; null for none. For implementors. */
  @Nullable Model<?> startModel();
}
