package ravine.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;
import ravine.input.ColumnOptions;
import ravine.input.Columns;
import ravine.input.DataCheck;
import ravine.input.DataLoader;
import ravine.input.Features;
import ravine.input.Labels;
import ravine.input.NamedWeights;
import ravine.input.PlainNames;
import ravine.input.SourceOptions;
import ravine.input.Task;
import ravine.terminal.CommonOptions;
import ravine.terminal.Console;
import ravine.terminal.Failure;
import ravine.terminal.Sentences;

/** From options to a model: read and check the data once, then train one or several optimizers. */
public final class Training {
  private final Console console;
  private final CommonOptions common;
  private final ColumnOptions columnOptions;
  private final LearningOptions learning;
  private final DataLoader loader;

  private final Dataset<Row> rows;
  private final Columns columns;
  private final String givenLabel;
  private final Optional<Labels> labels;
  private final Optional<String> classWeight;
  private final Features features;
  private final MadeColumns made;
  private final List<Transformer> before = new ArrayList<>();
  private final String labelColumn;
  private final long count;
  private final double loadSeconds;
  private @Nullable Dataset<Row> test;

  /** Reads, checks and describes the training data. */
  Training(
      SparkSession session,
      SourceOptions source,
      ColumnOptions columnOptions,
      LearningOptions learning,
      CommonOptions common,
      Console console) {
    long start = System.nanoTime();
    this.console = console;
    this.common = common;
    this.columnOptions = columnOptions;
    this.learning = learning;
    this.loader = new DataLoader(session, source, console::note);
    Dataset<Row> read = loader.load();
    Columns found = Columns.resolve(read.schema(), columnOptions, learning.validationCol);
    this.columns = withPlainNames(found);
    this.givenLabel = found.label();
    this.rows = selected(read, found);
    this.count = loader.reading(() -> check(rows).run());
    Task task = columnOptions.task;
    this.labels =
        task.classifies()
            ? Optional.of(
                loader.reading(
                    () -> Labels.of(rows, columns.label(), task, columnOptions.labelMap)))
            : Optional.empty();
    NamedWeights weights = NamedWeights.of(learning.classWeight);
    this.classWeight = weights == null ? Optional.empty() : labels.map(weights::byClass);
    this.features = loader.reading(() -> Features.fit(rows, columns));
    this.made = new MadeColumns(rows, features.stages());
    if (labels.isPresent() && labels.get().mapped()) {
      labelColumn = made.free(columns.label() + "_index");
      before.add(labels.get().indexer(columns.label(), labelColumn));
      console.line("labels", labels.get().note());
    } else {
      labelColumn = columns.label();
    }
    before.addAll(features.stages());
    this.loadSeconds = (System.nanoTime() - start) / 1e9;
  }

  /**
   * What came of training one optimizer.
   *
   * @param classWeights what rows weighed more, by label; empty if nothing
   */
  record Outcome(
      SavedModel model,
      TrainingResult result,
      String optimizer,
      Map<String, Object> options,
      Map<String, Double> classWeights) {
    /** For a picture: what was asked for, and the way that was taken. */
    String legend() {
      return optimizer + ", " + result.way();
    }
  }

  long count() {
    return count;
  }

  double loadSeconds() {
    return loadSeconds;
  }

  /** Rows with the columns that take part, as the first stage of a model reads them. */
  Dataset<Row> rows() {
    return rows;
  }

  /** Trains; a run that diverges is a failure. */
  Outcome train(ConfiguredEstimator estimator) {
    Progress progress =
        new Progress(
            console,
            common.progress,
            estimator.optimizer(),
            count,
            estimator.maxPasses(),
            estimator.tol());
    return train(
        estimator,
        input -> {
          try {
            return estimator.fit(input, progress);
          } finally {
            progress.done();
          }
        });
  }

  /** Trains in a way of the caller's on the rows as the estimator takes them. */
  Outcome train(
      ConfiguredEstimator estimator, Function<Dataset<Row>, ConfiguredEstimator.Fit> how) {
    estimator.setColumn("labelCol", labelColumn);
    estimator.setColumn("featuresCol", features.column());
    String prediction = made.output(estimator, "predictionCol");
    if (columnOptions.task.classifies()) {
      made.output(estimator, "rawPredictionCol");
    }
    if (columnOptions.task == Task.LOGISTIC) {
      made.output(estimator, "probabilityCol");
    }
    classWeight.ifPresent(estimator::setClassWeight);
    String validation = made.name("ravine_validation");
    if (columns.weight() != null) {
      estimator.setColumn("weightCol", columns.weight());
    }
    Dataset<Row> input = rows;
    if (learning.validates()) {
      requireBothParts();
      input = input.withColumn(validation, isValidation());
      estimator.setColumn("validationIndicatorCol", validation);
    }
    for (Transformer stage : before) {
      input = stage.transform(input);
    }
    Dataset<Row> trained = input;
    estimator.setBounds(
        labels.map(found -> found.values().size()).orElse(1),
        () -> ((Vector) trained.select(features.column()).first().get(0)).size());
    ConstantColumns constant = ConstantColumns.of(input, features.column(), learning.noIntercept);
    ConfiguredEstimator.Fit fit;
    try {
      fit = how.apply(input);
    } catch (Exception e) {
      throw failed(e);
    }
    TrainingResult result = fit.result();
    if (result.stopReason() == StopReason.DIVERGED) {
      throw Failure.training("Training with " + result.rule() + " diverged: " + result.advice());
    }
    List<Transformer> stages = new ArrayList<>(before);
    stages.add(fit.model());
    if (labels.isPresent() && labels.get().mapped()) {
      stages.add(labels.get().restorer(prediction, made.name("predictedLabel")));
    }
    SavedModel model = SavedModel.of(stages);
    constant.note(model).ifPresent(console::note);
    return new Outcome(
        model, result, fit.by().optimizer(), fit.by().options(), named(fit.by().classWeights()));
  }

  /** By label what the rows of each class weighed more. */
  private Map<String, Double> named(double[] classWeights) {
    Map<String, Double> named = new LinkedHashMap<>();
    if (labels.isPresent() && classWeights.length > 0) {
      List<String> names = labels.get().names();
      for (int k = 0; k < names.size(); k++) {
        named.put(names.get(k), k < classWeights.length ? classWeights[k] : 1.0);
      }
    }
    return named;
  }

  /** Metrics on the rows that were trained on. */
  Map<String, Double> trainMetrics(SavedModel model) {
    return Metrics.of(model, model.score(trainedRows(), true), count);
  }

  /** The rows without those held out for validation. */
  Dataset<Row> trainedRows() {
    return learning.validates() ? rows.filter(functions.not(isValidation())) : rows;
  }

  /** Reads the test data as the training data was read, once, and checks that it fits a model. */
  Scoring testData(String path, SavedModel model) {
    if (test == null) {
      test = loader.loadTest(path, model.features());
    }
    Dataset<Row> read = test;
    String label = List.of(read.columns()).contains(givenLabel) ? givenLabel : columns.label();
    return loader.reading(() -> Scoring.toEvaluate(read, model, label, null));
  }

  /** A part that is empty would be a training without rows, or one without validation. */
  private void requireBothParts() {
    long validation = rows.filter(isValidation()).count();
    if (validation == 0 || validation == count) {
      if (columns.validation() != null) {
        throw Failure.usage(
            String.format(
                "Column %s of --validation-col marks %s of the %d rows; it must mark some.",
                learning.validationCol, validation == 0 ? "none" : "all", count));
      }
      throw Failure.usage(
          String.format(
              "--validation-fraction %s leaves no %s row out of %d; %s it.",
              learning.validationFraction,
              validation == 0 ? "validation" : "training",
              count,
              validation == 0 ? "raise" : "lower"));
    }
  }

  /**
   * Rows to hold out: those that are marked, or drawn by the seed, the same in each pass over the
   * same partitions.
   */
  private Column isValidation() {
    if (columns.validation() != null) {
      return Columns.column(columns.validation());
    }
    double fraction = learning.validationFraction == null ? 0 : learning.validationFraction;
    return functions.rand(learning.seedOrDefault()).lt(fraction);
  }

  /** Label and weight are named to the estimator, which takes plain names only. */
  private static Columns withPlainNames(Columns found) {
    List<String> taken = new ArrayList<>(found.features());
    String label = plain(found.label(), taken);
    String weight = found.weight() == null ? null : plain(found.weight(), taken);
    String validation = found.validation() == null ? null : plain(found.validation(), taken);
    return new Columns(label, weight, found.features(), found.categorical(), validation);
  }

  private static String plain(String name, List<String> taken) {
    String wanted = PlainNames.plain(name);
    String plain = wanted.equals(name) ? name : Columns.free(wanted, taken.toArray(new String[0]));
    taken.add(plain);
    return plain;
  }

  private Dataset<Row> selected(Dataset<Row> read, Columns found) {
    List<Column> selected = new ArrayList<>();
    selected.add(
        Labels.comparable(found.label(), read.schema().apply(found.label()).dataType())
            .as(columns.label()));
    if (found.weight() != null) {
      selected.add(Columns.column(found.weight()).as(String.valueOf(columns.weight())));
    }
    if (found.validation() != null) {
      Column mark = Columns.column(found.validation()).cast(DataTypes.BooleanType);
      selected.add(
          functions.coalesce(mark, functions.lit(false)).as(String.valueOf(columns.validation())));
    }
    selected.addAll(List.of(Columns.columns(found.features())));
    return read.select(selected.toArray(new Column[0]));
  }

  private DataCheck check(Dataset<Row> checked) {
    DataCheck check = new DataCheck(checked);
    check.add(
        columns.label(),
        columnOptions.task.classifies() ? DataCheck.Role.CLASS : DataCheck.Role.LABEL);
    if (columns.weight() != null) {
      check.add(columns.weight(), DataCheck.Role.WEIGHT);
    }
    for (String feature : columns.features()) {
      boolean category = columns.categorical().contains(feature);
      check.add(feature, category ? DataCheck.Role.CATEGORY : DataCheck.Role.FEATURE);
    }
    return check;
  }

  /** An argument the estimator refuses is bad usage; all else is a training that failed. */
  private static Failure failed(Exception problem) {
    Failure failure = Sentences.find(problem, Failure.class);
    if (failure != null) {
      return failure;
    }
    IllegalArgumentException refused = Sentences.find(problem, IllegalArgumentException.class);
    String reason = Sentences.of(refused == null ? problem : refused);
    String sentence = reason.endsWith(".") || reason.endsWith("?") ? reason : reason + ".";
    return refused == null
        ? Failure.training("Training failed: " + sentence).because(problem)
        : Failure.usage(sentence).because(problem);
  }
}
