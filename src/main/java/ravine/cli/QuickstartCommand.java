package ravine.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import ravine.bench.StockSgd;
import ravine.engine.PassRecord;
import ravine.engine.TrainingResult;
import ravine.input.Task;
import ravine.report.ReportFormat;
import ravine.report.TrainingReport;
import ravine.terminal.Console;
import ravine.terminal.Failure;
import ravine.terminal.Outputs;
import ravine.terminal.RavineCommand;
import ravine.terminal.Sentences;
import ravine.terminal.SparkRun;
import ravine.terminal.Table;

/** {@code quickstart}: stock SGD, momentum, NAG and Adam on generated data, without any input. */
@Command(
    name = "quickstart",
    sortOptions = false,
    description =
        "Makes an ill-conditioned data set, trains MLlib's SGD, momentum, NAG and Adam on it,"
            + " prints the table, saves a model and a report.")
final class QuickstartCommand extends RavineCommand {
  private static final int ROWS = 20_000;
  private static final int TEST_ROWS = 5_000;
  private static final List<String> OPTIMIZERS = List.of("momentum", "nesterov", "adam");

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where model and report go (default: ${DEFAULT-VALUE}).")
  String output = "target/quickstart";

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Training rows (default: ${DEFAULT-VALUE}).")
  int rows = ROWS;

  @Option(
      names = "--columns",
      paramLabel = "N",
      description = "Columns (default: ${DEFAULT-VALUE}).")
  int columns = 20;

  @Option(
      names = "--max-iter",
      paramLabel = "N",
      description = "Most passes over the data (default: ${DEFAULT-VALUE}).")
  int maxIter = 30;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of the data and of training.")
  long seed = LearningOptions.DEFAULT_SEED;

  private final Table table =
      new Table("optimizer", "passes", "steps", "objective", "gap", "seconds", "test AUC");

  @Override
  protected void run() throws IOException {
    Failure.require(rows >= 100, "--rows", "100 or more", rows);
    Failure.require(columns >= 2, "--columns", "2 or more", columns);
    Failure.require(maxIter >= 1, "--max-iter", "1 or more", maxIter);
    LearningOptions learning = new LearningOptions();
    learning.regParam = QuickstartData.REG_PARAM;
    learning.noIntercept = true;
    learning.noStandardization = true;
    learning.maxIter = maxIter;
    learning.seed = seed;
    List<ConfiguredEstimator> estimators = new ArrayList<>();
    for (String optimizer : OPTIMIZERS) {
      estimators.add(ConfiguredEstimator.of(Task.LOGISTIC, learning, optimizer));
    }
    try (SparkRun spark = SparkRun.start("quickstart", common.debug)) {
      new Outputs(spark.session()).requireWritable("--output", output + "/report.html");
      train(spark.session(), estimators);
    }
  }

  private void train(SparkSession session, List<ConfiguredEstimator> estimators)
      throws IOException {
    Console console = console();
    QuickstartData data = QuickstartData.generate(rows, columns, seed);
    QuickstartData test = QuickstartData.test(data, TEST_ROWS, seed);
    console.line("data", "%,d rows, %d correlated columns of scales 1 to 1/100", rows, columns);
    Dataset<Row> frame =
        data.frame(session).repartition(session.sparkContext().defaultParallelism()).cache();
    TrainingReport report = new TrainingReport("Quickstart: logistic, ill-conditioned");
    double optimum = data.objective(optimum(frame).coefficients().toArray());
    console.line("optimum", "%.10g (L-BFGS to 1e-12)", optimum);

    StockSgd stock = StockSgd.best(session, data.forStock(), maxIter);
    String stockName =
        String.format(Locale.ROOT, "MLlib SGD, step %s", Sentences.number(stock.stepSize()));
    row(stockName, maxIter, stock.steps(), data, test, stock.weights(), optimum, stock.seconds());
    report.optimum(optimum).add(stockName, stock.passes());
    SavedModel best = null;
    double bestObjective = Double.POSITIVE_INFINITY;
    for (ConfiguredEstimator estimator : estimators) {
      Progress progress =
          new Progress(
              console, common.progress, estimator.optimizer(), rows, maxIter, estimator.tol());
      ConfiguredEstimator.Fit fit = estimator.fit(frame, progress);
      progress.done();
      TrainingResult result = fit.result();
      double[] weights = ((LogisticRegressionModel) fit.model()).coefficients().toArray();
      row(
          estimator.optimizer(),
          MetricsFile.passes(result),
          MetricsFile.steps(result),
          data,
          test,
          weights,
          optimum,
          result.seconds().train());
      List<PassRecord> passes = result.passes();
      report.add(estimator.optimizer(), passes);
      if (data.objective(weights) < bestObjective) {
        bestObjective = data.objective(weights);
        best = SavedModel.of(List.of(fit.model()));
      }
    }
    frame.unpersist();
    console.out().println();
    table.print(console.out());
    console.out().println();
    save(session, report.table(table.heading(), table.rows()), best, frame);
  }

  private static LogisticRegressionModel optimum(Dataset<Row> frame) {
    return new LogisticRegression()
        .setRegParam(QuickstartData.REG_PARAM)
        .setFitIntercept(false)
        .setStandardization(false)
        .setTol(1e-12)
        .setMaxIter(1000)
        .fit(frame);
  }

  private void row(
      String name,
      int passes,
      long steps,
      QuickstartData data,
      QuickstartData test,
      double[] weights,
      double optimum,
      double seconds) {
    double objective = data.objective(weights);
    table.row(
        List.of(
            name,
            Integer.toString(passes),
            Long.toString(steps),
            String.format(Locale.ROOT, "%.8f", objective),
            String.format(Locale.ROOT, "%.1e", (objective - optimum) / optimum),
            String.format(Locale.ROOT, "%.2f", seconds),
            String.format(Locale.ROOT, "%.4f", test.areaUnderRoc(weights))));
  }

  private void save(
      SparkSession session, TrainingReport report, @Nullable SavedModel best, Dataset<Row> frame)
      throws IOException {
    Outputs outputs = new Outputs(session);
    if (best != null) {
      SavedModel model = best;
      outputs.requireFree("--output", output + "/model", true);
      outputs.directory(output + "/model", path -> model.save(path, frame));
      console().line("model", "%s/model (%s.load reads it)", output, model.loader());
    }
    outputs.file(output + "/report.html", report.bytes(ReportFormat.HTML));
    console().line("report", "%s/report.html", output);
  }
}
