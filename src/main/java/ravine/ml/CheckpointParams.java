package ravine.ml;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Those of {@link MiniBatchParams} that say where checkpoints are kept, how often they are made,
 * and whether a training goes on from one.
 *
 * @param <T> the estimator
 */
public interface CheckpointParams<T extends MiniBatchParams<T>> extends Params {

  /** Where the params are kept; for implementors. */
  MiniBatchSettings miniBatchSettings();

  /** Directory for checkpoints of the training. Default: empty, none. */
  default Param<String> checkpointDir() {
    return miniBatchSettings().checkpointDir;
  }

  /** Steps, or seconds such as 60s, between two checkpoints. Default: 60s. */
  default Param<String> checkpointInterval() {
    return miniBatchSettings().checkpointInterval;
  }

  /** Whether training goes on from a checkpoint: none, must or auto. Default: none. */
  default Param<String> resume() {
    return miniBatchSettings().resume;
  }

  /** The value of {@link #checkpointDir}. */
  default String getCheckpointDir() {
    return getOrDefault(checkpointDir());
  }

  /** The value of {@link #checkpointInterval}. */
  default String getCheckpointInterval() {
    return getOrDefault(checkpointInterval());
  }

  /** The value of {@link #resume}. */
  default String getResume() {
    return getOrDefault(resume());
  }

  /** Sets {@link #checkpointDir}. */
  default T setCheckpointDir(String value) {
    return with(checkpointDir(), value);
  }

  /** Sets {@link #checkpointInterval}; the text is read when training begins. */
  default T setCheckpointInterval(String value) {
    return with(checkpointInterval(), value);
  }

  /** Sets {@link #checkpointInterval} to so many steps, or −1. */
  default T setCheckpointInterval(int steps) {
    return setCheckpointInterval(Integer.toString(steps));
  }

  /** Sets {@link #resume}; the text is read when training begins. */
  default T setResume(String value) {
    return with(resume(), value);
  }

  /** Sets a param and gives back the estimator itself. */
  @SuppressWarnings("unchecked")
  private T with(Param<?> param, Object value) {
    set((Param<Object>) param, value);
    return (T) this;
  }
}
