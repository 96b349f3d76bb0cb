package ravine.input;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which columns mean what. */
public final class ColumnOptions {
  @Option(
      names = "--task",
      required = true,
      paramLabel = "TASK",
      converter = Task.Converter.class,
      description = "logistic (two or more classes), linear (regression) or svm (two classes).")
  public Task task = Task.LOGISTIC;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      description =
          "Label column: a name (_c0, _c1, … without header), or 'first' or 'last' (default: label).")
  @Nullable String label;

  @Option(
      names = "--features",
      split = ",",
      paramLabel = "A,B,C",
      description =
          "Feature columns, or one vector column (default: every column but label, weight and --validation-col).")
  List<String> features = new ArrayList<>();

  @Option(
      names = "--categorical",
      split = ",",
      paramLabel = "A,B",
      description =
          "Columns to index and one-hot encode, one feature for each value. A value that training"
              + " never saw is encoded as no value at all, and a note counts such rows.")
  List<String> categorical = new ArrayList<>();

  @Option(names = "--weight-col", paramLabel = "COLUMN", description = "Column of row weights.")
  @Nullable String weight;

  @Option(
      names = "--label-map",
      split = ",",
      paramLabel = "VALUE=CLASS",
      description =
          "Class number of each label: no=0,yes=1. Without it labels 0 … K-1 are used as they are;"
              + " all others are numbered in sorted order, which is printed and saved.")
  public Map<String, Integer> labelMap = new LinkedHashMap<>();
}
