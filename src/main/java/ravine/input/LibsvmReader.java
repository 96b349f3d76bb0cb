package ravine.input;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import ravine.terminal.Failure;

/**
 * LIBSVM text as the columns {@code label} and {@code features}, as Spark's own source gives them,
 * but with comments, tabs and the number of the line that cannot be read. Two passes over the text:
 * one for the width and the rules, one for the rows.
 */
final class LibsvmReader {
  private static final int SHOWN = 40;

  /** Who says how wide the vectors are. */
  enum Width {
    HIGHEST_INDEX,
    OPTION,
    MODEL_OF_TEST,
    MODEL
  }

  private LibsvmReader() {}

  /** What one partition of the lines holds. */
  private static final class Part implements Serializable {
    private static final long serialVersionUID = 1L;
    long lines;
    int width;
    long widest;
    long brokenLine;
    @Nullable String broken;
    @Nullable String rule;
  }

  /**
   * Reads.
   *
   * @param given width of the vectors, or 0
   * @param source who gives it
   */
  static Dataset<Row> read(
      SparkSession session, String path, Map<String, String> options, int given, Width source) {
    Map<String, String> text = new LinkedHashMap<>(options);
    text.remove("numFeatures");
    boolean dense = "dense".equals(text.remove("vectorType"));
    JavaRDD<String> lines = session.read().options(text).textFile(path).javaRDD();
    List<Part> parts = lines.mapPartitions(LibsvmReader::scan).collect();
    int highest = check(parts, path);
    if (given > 0 && highest > given) {
      throw tooWide(parts, path, highest, given, source);
    }
    int width = given > 0 ? given : highest;
    JavaRDD<Row> rows = lines.mapPartitions(part -> rows(part, width, dense));
    Metadata metadata = new MetadataBuilder().putLong("numFeatures", width).build();
    StructType schema =
        new StructType(
            new StructField[] {
              new StructField("label", DataTypes.DoubleType, false, Metadata.empty()),
              new StructField("features", SQLDataTypes.VectorType(), false, metadata)
            });
    return session.createDataFrame(rows, schema);
  }

  private static Iterator<Part> scan(Iterator<String> lines) {
    Part part = new Part();
    while (lines.hasNext()) {
      String line = lines.next();
      part.lines++;
      try {
        LibsvmLine parsed = LibsvmLine.parse(line);
        if (parsed != null && parsed.width() > part.width) {
          part.width = parsed.width();
          part.widest = part.lines;
        }
      } catch (IllegalArgumentException e) {
        if (part.rule == null) {
          part.brokenLine = part.lines;
          part.broken = line;
          part.rule = String.valueOf(e.getMessage());
        }
      }
    }
    return List.of(part).iterator();
  }

  private static Iterator<Row> rows(Iterator<String> lines, int width, boolean dense) {
    List<Row> none = new ArrayList<>();
    return new Iterator<>() {
      private @Nullable LibsvmLine next;

      @Override
      public boolean hasNext() {
        while (next == null && lines.hasNext()) {
          next = LibsvmLine.parse(lines.next());
        }
        return next != null;
      }

      @Override
      public Row next() {
        if (!hasNext() || next == null) {
          return none.iterator().next();
        }
        Row row = RowFactory.create(next.label(), next.features(width, dense));
        next = null;
        return row;
      }
    };
  }

  /** The highest index, when every line can be read. */
  private static int check(List<Part> parts, String path) {
    int highest = 0;
    long before = 0;
    for (Part part : parts) {
      if (part.rule != null && part.broken != null) {
        String line = part.broken.strip();
        throw Failure.usage(
            String.format(
                "Cannot read %s as libsvm (is that its --format?): line %d is '%s', but %s.",
                path,
                before + part.brokenLine,
                line.length() > SHOWN ? line.substring(0, SHOWN - 1) + "…" : line,
                part.rule));
      }
      highest = Math.max(highest, part.width);
      before += part.lines;
    }
    return highest;
  }

  private static Failure tooWide(
      List<Part> parts, String path, int highest, int given, Width source) {
    long before = 0;
    long line = 0;
    for (Part part : parts) {
      if (line == 0 && part.width == highest) {
        line = before + part.widest;
      }
      before += part.lines;
    }
    String where = String.format(" (line %d of %s)", line, path);
    return switch (source) {
      case MODEL_OF_TEST ->
          Failure.usage(
              "The test data has feature " + highest + ", the model " + given + where + ".");
      case MODEL ->
          Failure.usage("The data has feature " + highest + ", the model " + given + where + ".");
      default ->
          Failure.usage(
              String.format(
                  "Cannot read %s as libsvm: line %d has feature %d, --num-features is %d.",
                  path, line, highest, given));
    };
  }
}
