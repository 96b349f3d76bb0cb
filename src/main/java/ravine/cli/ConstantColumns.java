package ravine.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.stat.Summarizer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import ravine.input.Columns;
import ravine.terminal.Names;

/**
 * Features that hold one value in every row. They have no deviation and get no weight, as in Spark;
 * with an intercept nothing is lost, without one a column of ones is often meant to be it.
 *
 * @param indexes of those features
 * @param names of those features
 */
record ConstantColumns(List<Integer> indexes, List<String> names) {

  /** More are nobody's list, and their extremes would take memory that was not asked for. */
  private static final int MOST_FEATURES = 100_000;

  /** Looks at every row once, where there is no intercept and features are not too many. */
  static ConstantColumns of(Dataset<Row> rows, String features, boolean noIntercept) {
    List<Integer> indexes = new ArrayList<>();
    List<String> names = new ArrayList<>();
    if (noIntercept && isNarrow(rows.schema().apply(features))) {
      Column vector = Columns.column(features);
      Row extremes =
          rows.agg(
                  Summarizer.min(vector, functions.lit(1.0)),
                  Summarizer.max(vector, functions.lit(1.0)))
              .takeAsList(1)
              .get(0);
      double[] least = ((Vector) extremes.get(0)).toArray();
      double[] most = ((Vector) extremes.get(1)).toArray();
      Attribute[] attributes = attributes(rows, features);
      for (int i = 0; i < least.length; i++) {
        if (least[i] == most[i] && least[i] != 0) {
          indexes.add(i);
          names.add(
              i < attributes.length && attributes[i].name().isDefined()
                  ? attributes[i].name().get()
                  : "feature " + (i + 1));
        }
      }
    }
    return new ConstantColumns(indexes, names);
  }

  private static boolean isNarrow(StructField column) {
    String libsvm = "numFeatures";
    long width = AttributeGroup.fromStructField(column).size();
    if (column.metadata().contains(libsvm)) {
      width = Math.max(width, column.metadata().getLong(libsvm));
    }
    return width <= MOST_FEATURES;
  }

  private static Attribute[] attributes(Dataset<Row> rows, String features) {
    AttributeGroup group = AttributeGroup.fromStructField(rows.schema().apply(features));
    return group.attributes().isDefined() ? group.attributes().get() : new Attribute[0];
  }

  /** What the user should know, when the model gives such features no weight. */
  Optional<String> note(SavedModel model) {
    List<String> without = new ArrayList<>();
    for (int i = 0; i < indexes.size(); i++) {
      if (model.isWithoutWeight(indexes.get(i))) {
        without.add(names.get(i));
      }
    }
    return without.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "constant, so it gets no weight: "
                + Names.list(without)
                + "; leave out --no-intercept to have an intercept");
  }
}
