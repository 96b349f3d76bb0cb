package ravine.ml;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.sql.Dataset;

/** What users call the features: by the metadata of their column, or by number without that. */
public final class FeatureNames {
  private static final Pattern NUMBERED = Pattern.compile("\\bfeature (\\d{1,9})\\b");

  private final Attribute[] attributes;

  private FeatureNames(Attribute[] attributes) {
    this.attributes = attributes;
  }

  /** Those of a column of vectors. */
  public static FeatureNames of(Dataset<?> data, String featuresCol) {
    AttributeGroup group = AttributeGroup.fromStructField(data.schema().apply(featuresCol));
    return new FeatureNames(
        group.attributes().isDefined() ? group.attributes().get() : new Attribute[0]);
  }

  /** The name of feature j, or {@code feature j}. */
  public String of(int j) {
    return has(j) ? attributes[j].name().get() : "feature " + j;
  }

  private boolean has(int j) {
    return j < attributes.length && attributes[j].name().isDefined();
  }

  /**
   * The same refusal with the first feature that it numbers named: rows are read by code that knows
   * no names.
   */
  IllegalArgumentException named(IllegalArgumentException refused) {
    String sentence = String.valueOf(refused.getMessage());
    Matcher numbered = NUMBERED.matcher(sentence);
    if (!numbered.find() || !has(Integer.parseInt(numbered.group(1)))) {
      return refused;
    }
    return new IllegalArgumentException(
        sentence.substring(0, numbered.start())
            + "feature "
            + of(Integer.parseInt(numbered.group(1)))
            + sentence.substring(numbered.end()),
        refused);
  }
}
