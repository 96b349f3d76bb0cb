package ravine.ml.weighting;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The param of estimators of classes by which rows weigh more or less for the class they are of.
 *
 * @param <T> the estimator
 */
public interface ClassWeightParams<T extends ClassWeightParams<T>> extends Params {
  /** Its name. */
  String CLASS_WEIGHT = "classWeight";

  /** The param of an estimator; for implementors, who give it the default "". */
  static Param<String> of(Params owner) {
    return new Param<>(
        owner,
        CLASS_WEIGHT,
        "what the weight of a row is multiplied by for its class: balanced (all rows by those of its"
            + " class and the number of classes), or weights by label such as 0:1,1:10, 1 for a"
            + " class that is not named; empty means none");
  }

  /**
   * By how much rows weigh more for their class: {@code balanced}, {@code 0:1,1:10} or, by default,
   * nothing.
   */
  Param<String> classWeight();

  /** The value of {@link #classWeight}. */
  default String getClassWeight() {
    return getOrDefault(classWeight());
  }

  /** Sets {@link #classWeight}; the text is read when training begins. */
  @SuppressWarnings("unchecked")
  default T setClassWeight(String value) {
    set(classWeight(), value);
    return (T) this;
  }

  /**
   * What the rows of each class weighed more in the last fit of this very object, by class index; a
   * class beyond the end 1. Empty before the first fit, and without {@code classWeight}.
   */
  double[] lastClassWeights();
}
