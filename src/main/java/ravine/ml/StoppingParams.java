package ravine.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Those of {@link MiniBatchParams} that say when training stops, besides Spark's own {@code
 * maxIter} and {@code tol}, and which of its weights are returned.
 *
 * @param <T> the estimator
 */
public interface StoppingParams<T extends MiniBatchParams<T>> extends Params {

  /** Where the params are kept; for implementors. */
  MiniBatchSettings miniBatchSettings();

  /** Boolean column that marks validation rows. No default. */
  default Param<String> validationIndicatorCol() {
    return miniBatchSettings().validationIndicatorCol;
  }

  /** What the best pass is chosen by, and patience counted by. Default: loss. */
  default Param<String> validationMetric() {
    return miniBatchSettings().validationMetric;
  }

  /** Passes without improvement of the validation metric before stopping early. Default: 5. */
  default IntParam patience() {
    return miniBatchSettings().patience;
  }

  /** Relative decrease of the validation loss that counts as an improvement. Default: 1e-4. */
  default DoubleParam validationTol() {
    return miniBatchSettings().validationTol;
  }

  /** Most steps; 0, the default, for any number. */
  default LongParam maxSteps() {
    return miniBatchSettings().maxSteps;
  }

  /** Most seconds of training, packing not counted; 0, the default, for any number. */
  default DoubleParam maxSeconds() {
    return miniBatchSettings().maxSeconds;
  }

  /** The value of {@link #validationIndicatorCol}. */
  default String getValidationIndicatorCol() {
    return getOrDefault(validationIndicatorCol());
  }

  /** The value of {@link #validationMetric}. */
  default String getValidationMetric() {
    return getOrDefault(validationMetric());
  }

  /** The value of {@link #patience}. */
  default int getPatience() {
    return (Integer) getOrDefault(patience());
  }

  /** The value of {@link #validationTol}. */
  default double getValidationTol() {
    return (Double) getOrDefault(validationTol());
  }

  /** The value of {@link #maxSteps}. */
  default long getMaxSteps() {
    return (Long) getOrDefault(maxSteps());
  }

  /** The value of {@link #maxSeconds}. */
  default double getMaxSeconds() {
    return (Double) getOrDefault(maxSeconds());
  }

  /** Sets {@link #validationIndicatorCol}. */
  default T setValidationIndicatorCol(String value) {
    return with(validationIndicatorCol(), value);
  }

  /** Sets {@link #validationMetric}; the text is read when training begins. */
  default T setValidationMetric(String value) {
    return with(validationMetric(), value);
  }

  /** Sets {@link #patience}. */
  default T setPatience(int value) {
    return with(patience(), value);
  }

  /** Sets {@link #validationTol}. */
  default T setValidationTol(double value) {
    return with(validationTol(), value);
  }

  /** Sets {@link #maxSteps}. */
  default T setMaxSteps(long value) {
    return with(maxSteps(), value);
  }

  /** Sets {@link #maxSeconds}. */
  default T setMaxSeconds(double value) {
    return with(maxSeconds(), value);
  }

  /** Sets a param and gives back the estimator itself. */
  @SuppressWarnings("unchecked")
  private T with(Param<?> param, Object value) {
    set((Param<Object>) param, value);
    return (T) this;
  }
}
