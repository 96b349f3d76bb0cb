package ravine.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import ravine.input.Columns;

/**
 * Names of the columns that a model adds to the data: the usual ones, with an underscore where the
 * data has a column of that name already.
 */
final class MadeColumns {
  private final List<String> taken;

  /**
   * @param rows the data
   * @param stages those that make features of it
   */
  MadeColumns(Dataset<Row> rows, List<Transformer> stages) {
    Dataset<Row> transformed = rows;
    for (Transformer stage : stages) {
      transformed = stage.transform(transformed);
    }
    this.taken = new ArrayList<>(Arrays.asList(transformed.columns()));
  }

  /** The name, or one like it that is not taken. */
  String name(String wanted) {
    return Columns.free(wanted, taken.toArray(new String[0]));
  }

  /** A name that is taken from now on. */
  String free(String wanted) {
    String name = name(wanted);
    taken.add(name);
    return name;
  }

  /** Sets an output column of the estimator to a name that is not taken, and returns it. */
  String output(ConfiguredEstimator estimator, String param) {
    String name = name(estimator.column(param));
    estimator.setColumn(param, name);
    return name;
  }
}
