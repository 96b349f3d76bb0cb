package ravine.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import ravine.input.DataLoader;
import ravine.input.SourceOptions;
import ravine.terminal.Console;
import ravine.terminal.Failure;

/**
 * A LIBSVM file of two classes, repeated: a larger problem with the same optimum.
 *
 * @param name what tables call it
 * @param distinctRows rows of the file
 * @param distinct the rows as they are; columns {@code label}, 0 or 1, and {@code features}
 * @param frame the same repeated; the very same object where each occurs once
 */
record UserFile(String name, long distinctRows, Dataset<Row> distinct, Dataset<Row> frame) {

  /**
   * Reads the file.
   *
   * @param repeat how often every row occurs, at least 1
   */
  static UserFile of(SparkSession session, Console console, String path, int repeat) {
    SourceOptions source = new SourceOptions();
    source.data = path;
    source.format = "libsvm";
    Dataset<Row> read = new DataLoader(session, source, console::note).load();
    List<Row> labels =
        read.select(functions.col("label")).distinct().orderBy("label").takeAsList(3);
    if (labels.size() != 2) {
      throw Failure.usage(
          "bench tells two classes apart, but "
              + path
              + " holds "
              + (labels.size() > 2 ? "more labels than two." : "one label only."));
    }
    double first = labels.get(0).getDouble(0);
    int slots = session.sparkContext().defaultParallelism();
    JavaRDD<Row> rows = read.select("label", "features").repartition(slots).javaRDD();
    Dataset<Row> distinct = frame(session, rows, first, 1);
    String file = path.substring(path.lastIndexOf('/') + 1);
    return new UserFile(
        repeat == 1 ? file : file + " x" + repeat,
        read.count(),
        distinct,
        repeat == 1 ? distinct : frame(session, rows, first, repeat));
  }

  private static Dataset<Row> frame(
      SparkSession session, JavaRDD<Row> rows, double first, int repeat) {
    return session.createDataFrame(
        rows.mapPartitions(lines -> repeated(lines, first, repeat)), GeneratedRows.SCHEMA);
  }

  /** The whole partition again and again, so that equal rows do not stand together. */
  private static Iterator<Row> repeated(Iterator<Row> lines, double first, int repeat) {
    List<Row> rows = new ArrayList<>();
    while (lines.hasNext()) {
      Row line = lines.next();
      rows.add(RowFactory.create(line.getDouble(0) == first ? 0.0 : 1.0, line.get(1)));
    }
    return Collections.nCopies(repeat, rows).stream().flatMap(List::stream).iterator();
  }

  @Override
  public String toString() {
    return name;
  }
}
