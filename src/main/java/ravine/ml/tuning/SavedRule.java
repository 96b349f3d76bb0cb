package ravine.ml.tuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * What a tuner knows beyond the class of Spark that it extends. It is saved as that class, so that
 * it loads where our jar is not, with one file more for this.
 *
 * @param oneStandardError whether the strongest penalty within an error of the best is taken
 * @param idCol column that tells folds; empty for none
 */
record SavedRule(boolean oneStandardError, String idCol) {
  private static final String FILE = "/ravine";
  private static final String ONE_ERROR = "oneStandardError";
  private static final String ID = "idCol=";

  /** Saves Spark's class and this. */
  MLWriter writer(MLWriter stock) {
    List<String> lines = new ArrayList<>();
    if (oneStandardError) {
      lines.add(ONE_ERROR);
    }
    if (!idCol.isEmpty()) {
      lines.add(ID + idCol);
    }
    return lines.isEmpty() ? stock : new Writer(stock, lines);
  }

  private static final class Writer extends MLWriter {
    private final MLWriter stock;
    private final List<String> lines;

    Writer(MLWriter stock, List<String> lines) {
      this.stock = stock;
      this.lines = lines;
    }

    @Override
    public void saveImpl(String path) {
      stock.session(sparkSession());
      try {
        stock.save(path);
      } catch (IOException e) { // which MLWriter declares for save, and not here
        throw new UncheckedIOException(e);
      }
      sparkSession().createDataset(lines, Encoders.STRING()).coalesce(1).write().text(path + FILE);
    }
  }

  /** What was saved there. */
  static SavedRule at(String path, SparkSession spark) {
    Path file = new Path(path + FILE);
    try {
      List<String> lines =
          file.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(file)
              ? spark.read().textFile(path + FILE).collectAsList()
              : List.of();
      String idCol = "";
      for (String line : lines) {
        idCol = line.startsWith(ID) ? line.substring(ID.length()) : idCol;
      }
      return new SavedRule(lines.contains(ONE_ERROR), idCol);
    } catch (IOException e) {
      throw new UncheckedIOException("The saved tuner at " + path + " cannot be read", e);
    }
  }

  /** Sets what is set there on another of the same params. */
  static <T extends Params> T copied(Params from, T to) {
    for (Param<?> param : from.params()) {
      if (to.hasParam(param.name()) && from.isSet(param)) {
        set(to, param.name(), from.getOrDefault(param));
      }
    }
    return to;
  }

  private static void set(Params to, String name, Object value) {
    Param<Object> param = to.getParam(name);
    to.set(param, value);
  }
}
