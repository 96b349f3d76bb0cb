package ravine.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.OneHotEncoderModel;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.stat.Summarizer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import ravine.evaluation.Evaluations;
import ravine.input.Columns;
import ravine.input.Task;
import ravine.input.VectorCodes;
import ravine.ml.FeatureNames;
import ravine.page.Numbers;
import ravine.report.Effect;
import ravine.report.ReportFormat;
import ravine.report.TrainingReport;
import ravine.terminal.Failure;

/** Fills the report of {@code train}: what is known already, and what Spark must be asked for. */
final class ReportBuilder {
  /** Of more features nobody looks at the deviations, and they would be a large answer. */
  private static final int MOST_FEATURES = 10_000;

  /** Of more classes a table is not looked at. */
  private static final int MOST_CLASSES = 100;

  private final Training training;
  private final Training.Outcome outcome;
  private final TrainingReport report;
  private final String data;

  ReportBuilder(Task task, String data, Training training, Training.Outcome outcome) {
    this.training = training;
    this.data = data;
    this.outcome = outcome;
    this.report =
        new TrainingReport(task + " on " + lastOf(data))
            .add(outcome.legend(), outcome.result())
            .about(about(training))
            .stage("read and check", training.loadSeconds())
            .fact("Rows", Numbers.count(training.count()))
            .fact("Features", Numbers.count(outcome.model().features()));
    outcome
        .classWeights()
        .forEach((label, weight) -> report.fact("Weight of " + label, Numbers.of(weight, 4)));
    if (!outcome.model().decision().isEmpty()) {
      report.fact("Predicts", outcome.model().decision());
    }
  }

  /** The last part of a path, as a title has room for. */
  static String lastOf(String path) {
    return path.replaceFirst("^.*/(?=[^/])", "");
  }

  private static String about(Training training) {
    return String.format(
        "%s UTC · Ravine %s · Spark %s",
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT)
            .withZone(ZoneOffset.UTC)
            .format(Instant.now()),
        MetricsFile.version(),
        training.rows().sparkSession().version());
  }

  /** Metrics of the rows that predictions are shown of. */
  ReportBuilder metrics(String of, Map<String, Double> metrics) {
    metrics.forEach((name, value) -> report.fact(name + ", " + of, Numbers.of(value, 4)));
    return this;
  }

  /**
   * What a mistake costs.
   *
   * @param costs FN:FP, or null
   */
  ReportBuilder costs(double @Nullable [] costs) {
    if (costs != null) {
      report.costs(costs[0], costs[1]);
    }
    return this;
  }

  /** Reads {@code --cost FN:FP}; null for none. */
  static double @Nullable [] costs(@Nullable String text, Task task) {
    if (text == null) {
      return null;
    }
    if (!task.classifies()) {
      throw Failure.usage("--cost is for classes, and --task linear predicts quantities.");
    }
    String[] parts = text.split(":", -1);
    try {
      double[] costs = Arrays.stream(parts).mapToDouble(Double::parseDouble).toArray();
      if (costs.length == 2
          && Arrays.stream(costs).allMatch(cost -> cost >= 0 && Double.isFinite(cost))
          && costs[0] + costs[1] > 0) {
        return costs;
      }
    } catch (NumberFormatException notNumbers) {
      throw refused(text).because(notNumbers);
    }
    throw refused(text);
  }

  private static Failure refused(String text) {
    return Failure.usage(
        "--cost must be two numbers that are not below 0, what a missed positive costs and what a"
            + " false alarm costs, such as 10:1, but was "
            + text
            + ".");
  }

  /** The content of a file of this form; only a page needs more of Spark. */
  byte[] bytes(ReportFormat format, String rowsName, Dataset<Row> rows) {
    if (format == ReportFormat.HTML) {
      predictions(rowsName, rows);
      effects();
      details();
    }
    return report.bytes(format);
  }

  private void predictions(String name, Dataset<Row> rows) {
    SavedModel model = outcome.model();
    Dataset<Row> scored = model.score(rows, true);
    Column label = Columns.column(model.labelColumn()).cast(DataTypes.DoubleType);
    Column weight =
        model
            .weightColumn()
            .filter(column -> Arrays.asList(scored.columns()).contains(column))
            .map(column -> Columns.column(column).cast(DataTypes.DoubleType))
            .orElseGet(() -> functions.lit(1.0));
    Column predicted = Columns.column(model.predictionColumn());
    List<Column> needed = new ArrayList<>(List.of(label, weight, predicted));
    boolean probabilities = model.task() == Task.LOGISTIC;
    if (model.classes() == 2) {
      needed.add(
          VectorCodes.element(
              probabilities ? model.probabilityColumn() : model.rawPredictionColumn(), 1));
    }
    Dataset<Row> kept =
        scored.select(needed.toArray(new Column[0])).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      ask(kept, name, model, probabilities);
    } finally {
      kept.unpersist();
    }
  }

  private void ask(Dataset<Row> rows, String name, SavedModel model, boolean probabilities) {
    List<String> columns = new ArrayList<>(List.of("label", "weight", "prediction"));
    if (model.classes() == 2) {
      columns.add("score");
    }
    Dataset<Row> named = rows.toDF(columns.toArray(new String[0]));
    Dataset<Row> predicted = named.select("label", "weight", "prediction");
    report.predictionsOn(name);
    if (!model.task().classifies()) {
      report.residuals(Evaluations.residuals(predicted));
      return;
    }
    if (model.classes() <= MOST_CLASSES) {
      String[] classes = model.labelNames().orElseGet(model::labelValues);
      report.classes(Evaluations.classes(predicted, List.of(classes)));
    }
    if (model.classes() == 2) {
      report.scores(Evaluations.binary(named.select("label", "weight", "score"), probabilities));
    }
  }

  private void effects() {
    SavedModel model = outcome.model();
    if (model.features() > MOST_FEATURES) {
      return;
    }
    Dataset<Row> featured = model.featured(training.rows());
    FeatureNames names = FeatureNames.of(featured, model.featuresColumn());
    Vector deviations =
        (Vector)
            featured.select(Summarizer.std(Columns.column(model.featuresColumn()))).head().get(0);
    Map<String, String> categories = categories(model);
    double[][] coefficients = model.coefficients();
    List<Effect> effects = new ArrayList<>();
    for (int j = 0; j < model.features(); j++) {
      List<Double> own = new ArrayList<>();
      for (double[] output : coefficients) {
        own.add(output[j]);
      }
      effects.add(new Effect(shown(names.of(j), categories), own, deviations.apply(j)));
    }
    String[] classes = model.labelNames().orElseGet(model::labelValues);
    report.effects(effects, coefficients.length == 1 ? List.of() : List.of(classes));
  }

  /** By the beginning of the names that their values have, the columns of categories. */
  private static Map<String, String> categories(SavedModel model) {
    Map<String, String> categories = new LinkedHashMap<>();
    List<String> columns = new ArrayList<>();
    for (Transformer stage : model.stages()) {
      if (stage instanceof StringIndexerModel indexer && indexer.isSet(indexer.inputCols())) {
        columns.addAll(List.of(indexer.getInputCols()));
      } else if (stage instanceof OneHotEncoderModel encoder) {
        for (int i = 0; i < encoder.getOutputCols().length; i++) {
          categories.put(encoder.getOutputCols()[i] + "_", columns.get(i));
        }
      }
    }
    return categories;
  }

  /** A value of a category as "colour = red", not as Spark's stages name it. */
  private static String shown(String name, Map<String, String> categories) {
    for (Map.Entry<String, String> category : categories.entrySet()) {
      if (name.startsWith(category.getKey())) {
        return category.getValue() + " = " + name.substring(category.getKey().length());
      }
    }
    return name;
  }

  private void details() {
    List<List<String>> options = new ArrayList<>();
    outcome.options().forEach((name, value) -> options.add(List.of(name, String.valueOf(value))));
    report.details("Params", options);
    report.details(
        "Data, model and versions",
        List.of(
            List.of("data", data),
            List.of("SHA-256 of the coefficients", outcome.model().sha256()),
            List.of("engine", outcome.result().engine()),
            List.of("seed", Long.toString(outcome.result().seed())),
            List.of("Ravine", MetricsFile.version()),
            List.of("Spark", training.rows().sparkSession().version()),
            List.of("Java", String.valueOf(System.getProperty("java.version")))));
  }
}
