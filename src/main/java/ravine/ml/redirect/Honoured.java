package ravine.ml.redirect;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.jspecify.annotations.Nullable;

/**
 * Params of an estimator of Spark's that Ravine does what they say; every other one that is set, be
 * it because a later Spark has added it, leaves the training to Spark.
 */
final class Honoured {
  private static final Set<String> ALWAYS =
      Set.of(
          "featuresCol",
          "labelCol",
          "predictionCol",
          "weightCol",
          "regParam",
          "maxIter",
          "tol",
          "fitIntercept",
          "standardization");

  private final Set<String> names = new TreeSet<>(ALWAYS);

  /** Those of every estimator, and these. */
  Honoured(String... more) {
    names.addAll(Arrays.asList(more));
  }

  boolean has(Param<?> param) {
    return names.contains(param.name());
  }

  /**
   * A clause that names the first param which is set to something else than its default and not
   * honoured; null if there is none.
   */
  @Nullable String exception(Params estimator) {
    for (Param<?> param : estimator.params()) {
      if (!has(param) && isChanged(estimator, param)) {
        return param.name()
            + "="
            + shortened(String.valueOf(estimator.getOrDefault(param)))
            + " is not honoured there";
      }
    }
    return null;
  }

  private static boolean isChanged(Params estimator, Param<?> param) {
    return estimator.isSet(param)
        && !estimator.getDefault(param).contains(estimator.getOrDefault(param));
  }

  /** Bounds are matrices of several lines. */
  private static String shortened(String value) {
    String line = value.lines().findFirst().orElse(value);
    return line.length() == value.length() ? value : line.strip() + " …";
  }
}
