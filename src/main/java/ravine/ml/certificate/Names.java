package ravine.ml.certificate;

import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.sql.Dataset;
import ravine.objective.Coordinates;

/** What users call the weights. */
final class Names {
  private final Attribute[] attributes;
  private final int features;
  private final int outputs;
  private final boolean intercept;

  private Names(Attribute[] attributes, int features, int outputs, boolean intercept) {
    this.attributes = attributes;
    this.features = features;
    this.outputs = outputs;
    this.intercept = intercept;
  }

  /** By the metadata of the features column, or by number where it has no names. */
  static Names of(Dataset<?> data, String featuresCol, Coordinates coordinates) {
    AttributeGroup group = AttributeGroup.fromStructField(data.schema().apply(featuresCol));
    return new Names(
        group.attributes().isDefined() ? group.attributes().get() : new Attribute[0],
        coordinates.features(),
        coordinates.outputs(),
        coordinates.hasIntercept());
  }

  /** The name of feature j. */
  String feature(int j) {
    return j < attributes.length && attributes[j].name().isDefined()
        ? attributes[j].name().get()
        : "feature " + j;
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
