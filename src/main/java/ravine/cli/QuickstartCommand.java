package ravine.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import ravine.bench.StockSgd;
import ravine.engine.TrainingResult;
import ravine.input.Task;
import ravine.landscape.RavinePicture;
import ravine.terminal.Console;
import ravine.terminal.Failure;
import ravine.terminal.Outputs;
import ravine.terminal.RavineCommand;
import ravine.terminal.Sentences;
import ravine.terminal.SparkRun;
import ravine.terminal.Table;

/**
 * {@code quickstart}: what momentum does. Stock SGD, and SGD, momentum, NAG and Adam on the same
 * footing, and the default, on generated data, without any input.
 */
@Command(
    name = "quickstart",
    sortOptions = false,
    description =
        "Makes an ill-conditioned data set, trains MLlib's SGD, and SGD, momentum, NAG and Adam"
            + " each at its best rate on it, and the default; prints the table, saves a model, a"
            + " report with the paths through a ravine to explore, and their picture.")
final class QuickstartCommand extends RavineCommand {
  private static final int ROWS = 20_000;
  private static final int TEST_ROWS = 5_000;

  /** Names of the table, and what {@code --optimizer} calls them. */
  private static final List<List<String>> FOOTING =
      List.of(
          List.of(QuickstartPage.SGD, "sgd"),
          List.of(QuickstartPage.MOMENTUM, "momentum"),
          List.of("NAG", "nesterov"),
          List.of("Adam", "adam"));

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where model, report and picture go (default: ${DEFAULT-VALUE}).")
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

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the data and of training (default: ${DEFAULT-VALUE}).")
  long seed = LearningOptions.DEFAULT_SEED;

  private final Table table =
      new Table("optimizer", "rate", "passes", "steps", "objective", "gap", "seconds", "test AUC");

  @Override
  protected void run() throws IOException {
    Failure.require(rows >= 100, "--rows", "100 or more", rows);
    Failure.require(columns >= 2, "--columns", "2 or more", columns);
    Failure.require(maxIter >= 1, "--max-iter", "1 or more", maxIter);
    try (SparkRun spark = SparkRun.start("quickstart", common.debug)) {
      Outputs outputs = new Outputs(spark.session());
      outputs.requireWritable("--output", output + "/report.html");
      outputs.requireFree("--output", output + "/model", true);
      train(spark.session(), outputs);
    }
  }

  private LearningOptions learning() {
    LearningOptions learning = new LearningOptions();
    learning.regParam = QuickstartData.REG_PARAM;
    learning.noIntercept = true;
    learning.noStandardization = true;
    learning.maxIter = maxIter;
    learning.seed = seed;
    return learning;
  }

  private void train(SparkSession session, Outputs outputs) throws IOException {
    Console console = console();
    QuickstartData data = QuickstartData.generate(rows, columns, seed);
    QuickstartData test = QuickstartData.test(data, TEST_ROWS, seed);
    String what =
        String.format(
            Locale.ROOT,
            "%,d rows, %d columns of scales 1 to 1/100, neighbours correlate by 0.9",
            rows,
            columns);
    console.line("data", what);
    Dataset<Row> frame =
        data.frame(session).repartition(session.sparkContext().defaultParallelism()).cache();
    double optimum = data.objective(optimum(frame).coefficients().toArray());
    console.line("optimum", "%.10g (L-BFGS to 1e-12)", optimum);
    Comparison comparison = new Comparison().least(optimum);
    QuickstartPage page = new QuickstartPage(what, maxIter, comparison);

    StockSgd stock = StockSgd.best(session, data.forStock(), maxIter);
    tells(page, QuickstartPage.STOCK, StockSgd.stepSizes(), "divided by √t");
    Scores scores = new Scores(data, test, optimum);
    row(
        scores,
        QuickstartPage.STOCK,
        stock.stepSize(),
        stock.steps(),
        maxIter,
        stock.weights(),
        stock.seconds());
    comparison.add(QuickstartPage.STOCK, stock.passes());

    double safe = BestRate.safe(frame, learning());
    for (List<String> each : FOOTING) {
      String name = each.get(0);
      double[] rates = BestRate.rates(each.get(1), safe);
      tells(page, name, rates, "constant");
      Progress progress = new Progress(console, common.progress, name, rows, maxIter);
      BestRate best = BestRate.of(frame, learning(), each.get(1), rates, progress);
      progress.done();
      add(scores, comparison, name, best.rate(), best.fit());
    }
    ConfiguredEstimator estimator = ConfiguredEstimator.of(Task.LOGISTIC, learning(), null);
    Progress progress =
        new Progress(console, common.progress, QuickstartPage.DEFAULT, rows, maxIter);
    ConfiguredEstimator.Fit fit = estimator.fit(frame, progress);
    progress.done();
    add(scores, comparison, QuickstartPage.DEFAULT, Double.NaN, fit);

    console.out().println();
    table.print(console.out());
    console.out().println();
    console.line("momentum", page.headline());
    page.sentences().forEach(console::note);
    page.ways(fit.result());
    frame.unpersist();
    save(session, outputs, page, SavedModel.of(List.of(fit.model())), frame);
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

  private void tells(QuickstartPage page, String name, double[] rates, String schedule) {
    String grid =
        Arrays.stream(rates).mapToObj(QuickstartCommand::rate).collect(Collectors.joining(", "))
            + ", "
            + schedule;
    console().line("rates", "%s: the best of %s", name, grid);
    page.grid(name, grid);
  }

  private static String rate(double rate) {
    return Double.isNaN(rate) ? "its own" : Sentences.number(Math.round(rate * 1e4) / 1e4);
  }

  /** What weights are measured by. */
  private record Scores(QuickstartData train, QuickstartData test, double optimum) {}

  private void add(
      Scores scores, Comparison comparison, String name, double rate, ConfiguredEstimator.Fit fit) {
    TrainingResult result = fit.result();
    double[] weights = ((LogisticRegressionModel) fit.model()).coefficients().toArray();
    row(
        scores,
        name,
        rate,
        MetricsFile.steps(result),
        MetricsFile.passes(result),
        weights,
        result.seconds().train());
    comparison.add(name, result.passes());
  }

  private void row(
      Scores scores,
      String name,
      double rate,
      long steps,
      int passes,
      double[] weights,
      double seconds) {
    double objective = scores.train().objective(weights);
    double gap = (objective - scores.optimum()) / scores.optimum();
    table.row(
        List.of(
            name,
            rate(rate),
            Integer.toString(passes),
            Long.toString(steps),
            String.format(Locale.ROOT, "%.8f", objective),
            String.format(Locale.ROOT, "%.1e", gap),
            String.format(Locale.ROOT, "%.2f", seconds),
            String.format(Locale.ROOT, "%.4f", scores.test().areaUnderRoc(weights))));
  }

  private void save(
      SparkSession session,
      Outputs outputs,
      QuickstartPage page,
      SavedModel model,
      Dataset<Row> frame)
      throws IOException {
    outputs.directory(output + "/model", path -> model.save(path, frame));
    console().line("model", "%s/model (%s.load reads it)", output, model.loader());
    String html = page.html(session.version(), table);
    outputs.file(output + "/report.html", html.getBytes(StandardCharsets.UTF_8));
    console().line("report", "%s/report.html", output);
    outputs.file(output + "/ravine.svg", RavinePicture.svg().getBytes(StandardCharsets.UTF_8));
    console().line("picture", "%s/ravine.svg", output);
  }
}
