package ravine.report;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import ravine.engine.PassRecord;
import ravine.engine.StepRecord;
import ravine.engine.TrainingResult;
import ravine.step.Motion;

/**
 * A history as one table: a row for each pass and, between them, for each step that was kept. Of
 * what a row has no value there is null: steps have no validation and no bound, and what was not
 * measured is not there.
 */
public final class HistoryTable {
  /** What a column holds. */
  public enum Kind {
    /** Text. */
    TEXT,
    /** A whole number. */
    WHOLE,
    /** A number. */
    NUMBER,
    /** True or false. */
    FLAG
  }

  /**
   * A column.
   *
   * @param name as in files and frames
   * @param kind of its values
   */
  public record Column(String name, Kind kind) {}

  /** All columns, in the order of the values of a row. */
  public static final List<Column> COLUMNS =
      List.of(
          new Column("record", Kind.TEXT),
          new Column("pass", Kind.NUMBER),
          new Column("step", Kind.WHOLE),
          new Column("objective", Kind.NUMBER),
          new Column("validationLoss", Kind.NUMBER),
          new Column("validationMetric", Kind.NUMBER),
          new Column("gapBound", Kind.NUMBER),
          new Column("gapIsProven", Kind.FLAG),
          new Column("learningRate", Kind.NUMBER),
          new Column("momentum", Kind.NUMBER),
          new Column("gradientNorm", Kind.NUMBER),
          new Column("velocityNorm", Kind.NUMBER),
          new Column("cosine", Kind.NUMBER),
          new Column("updateRatio", Kind.NUMBER),
          new Column("seconds", Kind.NUMBER),
          new Column("computeSeconds", Kind.NUMBER),
          new Column("exchangeSeconds", Kind.NUMBER),
          new Column("driverSeconds", Kind.NUMBER),
          new Column("bytes", Kind.WHOLE));

  private final List<Object[]> rows = new ArrayList<>();

  /** The history of a training. */
  public HistoryTable(TrainingResult result) {
    this(result.passes(), result.steps());
  }

  /** These records, each list in the order in which they came about. */
  public HistoryTable(List<PassRecord> passes, List<StepRecord> steps) {
    int next = 0;
    for (PassRecord pass : passes) {
      while (next < steps.size() && steps.get(next).step() <= pass.step()) {
        rows.add(row(steps.get(next++)));
      }
      rows.add(row(pass));
    }
    while (next < steps.size()) {
      rows.add(row(steps.get(next++)));
    }
  }

  private static Object[] row(PassRecord pass) {
    Motion motion = pass.motion();
    PassRecord.Cost cost = pass.cost();
    return new Object[] {
      "pass",
      (double) pass.pass(),
      pass.step(),
      known(pass.objective()),
      known(pass.validationLoss()),
      known(pass.validationMetric()),
      known(pass.gapBound()),
      Double.isNaN(pass.gapBound()) ? null : (Object) pass.gapIsProven(),
      known(pass.learningRate()),
      known(motion.momentum()),
      known(pass.gradientNorm()),
      known(pass.velocityNorm()),
      known(motion.cosine()),
      known(motion.updateRatio()),
      known(pass.seconds()),
      known(cost.computeSeconds()),
      known(cost.exchangeSeconds()),
      known(cost.driverSeconds()),
      cost.bytes()
    };
  }

  private static Object[] row(StepRecord step) {
    Motion motion = step.motion();
    return new Object[] {
      "step",
      known(step.pass()),
      step.step(),
      known(step.loss()),
      null,
      null,
      null,
      null,
      known(step.learningRate()),
      known(motion.momentum()),
      known(step.gradientNorm()),
      known(step.velocityNorm()),
      known(motion.cosine()),
      known(motion.updateRatio()),
      null,
      known(step.computeSeconds()),
      known(step.exchangeSeconds()),
      known(step.driverSeconds()),
      step.bytes()
    };
  }

  /** JSON has no NaN, and a frame's null is left out of means. */
  private static @org.jspecify.annotations.Nullable Object known(double value) {
    return Double.isFinite(value) ? (Object) value : null;
  }

  /** The values of each row, in the order of {@link #COLUMNS}; copies. */
  public List<Object[]> rows() {
    return rows.stream().map(Object[]::clone).toList();
  }

  /** One object a line. */
  public String jsonLines() {
    StringBuilder text = new StringBuilder();
    for (Object[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        text.append(c == 0 ? '{' : ',').append('"').append(COLUMNS.get(c).name()).append("\":");
        text.append(row[c] instanceof String name ? '"' + name + '"' : String.valueOf(row[c]));
      }
      text.append("}\n");
    }
    return text.toString();
  }

  /** A heading and one row a line, separated by commas; of what is not known nothing. */
  public String csv() {
    StringBuilder text = new StringBuilder();
    text.append(String.join(",", COLUMNS.stream().map(Column::name).toList())).append('\n');
    for (Object[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        text.append(c == 0 ? "" : ",").append(row[c] == null ? "" : row[c]);
      }
      text.append('\n');
    }
    return text.toString();
  }

  /**
   * The content of a file of that name.
   *
   * @throws IllegalArgumentException if it ends in neither .csv nor .jsonl
   */
  public byte[] bytes(String file) {
    requireKnown(file);
    return (isCsv(file) ? csv() : jsonLines()).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Refuses the name of a file that asks for no form there is.
   *
   * @throws IllegalArgumentException if it ends in neither .csv nor .jsonl
   */
  public static void requireKnown(String file) {
    if (!isCsv(file) && !file.toLowerCase(Locale.ROOT).endsWith(".jsonl")) {
      throw new IllegalArgumentException(
          "A history must end in .csv or .jsonl, but was " + file + ".");
    }
  }

  private static boolean isCsv(String file) {
    return file.toLowerCase(Locale.ROOT).endsWith(".csv");
  }
}
