package ravine.ml.tuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * Saves a tuner as the class of Spark that it extends, so that it loads where our jar is not, with
 * one file more for what that class does not know.
 */
final class SavedRule extends MLWriter {
  private static final String FILE = "/ravine";
  private static final String ONE_ERROR = "oneStandardError";

  private final MLWriter stock;
  private final boolean oneStandardError;

  SavedRule(MLWriter stock, boolean oneStandardError) {
    this.stock = stock;
    this.oneStandardError = oneStandardError;
  }

  @Override
  public void saveImpl(String path) {
    stock.session(sparkSession());
    try {
      stock.save(path);
    } catch (IOException e) { // which MLWriter declares for save, and not here
      throw new UncheckedIOException(e);
    }
    if (oneStandardError) {
      sparkSession().createDataset(List.of(ONE_ERROR), Encoders.STRING()).write().text(path + FILE);
    }
  }

  /** Whether that rule was saved there. */
  static boolean isAt(String path, SparkSession spark) {
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(path + FILE);
    try {
      return file.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(file)
          && spark.read().textFile(path + FILE).collectAsList().contains(ONE_ERROR);
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
