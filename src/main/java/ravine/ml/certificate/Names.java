package ravine.ml.certificate;

import org.apache.spark.sql.Dataset;
import ravine.ml.FeatureNames;
import ravine.objective.Coordinates;

/** What users call the weights. */
final class Names {
  private final FeatureNames names;
  private final int features;
  private final int outputs;
  private final boolean intercept;

  private Names(FeatureNames names, int features, int outputs, boolean intercept) {
    this.names = names;
    this.features = features;
    this.outputs = outputs;
    this.intercept = intercept;
  }

  /** By the metadata of the features column, or by number where it has no names. */
  static Names of(Dataset<?> data, String featuresCol, Coordinates coordinates) {
    return new Names(
        FeatureNames.of(data, featuresCol),
        coordinates.features(),
        coordinates.outputs(),
        coordinates.hasIntercept());
  }

  /** The name of feature j. */
  String feature(int j) {
    return names.of(j);
  }

  /** The name of the weight θ[at]; empty below 0. */
  String of(int at) {
    if (at < 0) {
      return "";
    }
    int coefficients = features * outputs;
    if (at < coefficients) {
      return feature(at / outputs) + ofClass(at % outputs);
    }
    return intercept && at < coefficients + outputs
        ? "(intercept)" + ofClass(at - coefficients)
        : "(scale)";
  }

  private String ofClass(int k) {
    return outputs == 1 ? "" : " of class " + k;
  }
}
