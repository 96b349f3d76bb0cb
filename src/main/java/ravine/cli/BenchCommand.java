package ravine.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench}: the engine against stock MLlib and {@code ml.LogisticRegression}, as ratios. */
@Command(
    name = "bench",
    sortOptions = false,
    description = {
      "Times stock runMiniBatchSGD, ml.LogisticRegression and ours in turn, in one session, on"
          + " generated data, and prints ratios.",
      "Machines differ and are noisy: read the ratios, and their spread, not the milliseconds."
    })
final class BenchCommand extends RavineCommand {
  @Option(
      names = "--quick",
      description = "Small data, few rounds: within three minutes on 2 cores.")
  boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Counted rounds of each measurement (default: 5; with --quick 3).")
  @Nullable Integer rounds;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "auto, jobs or resident (default: ${DEFAULT-VALUE}).")
  String engine = "auto";

  @Option(names = "--seed", paramLabel = "N", description = "Of the data (default: 42).")
  long seed = 42;

  @Option(names = "--metrics", paramLabel = "FILE", description = "Write the figures as JSON.")
  @Nullable String metrics;

  private final ObjectMapper mapper = new ObjectMapper();

  @Override
  void run() throws IOException {
    ravine.engine.EngineKind.of(engine);
    int counted = rounds == null ? quick ? 3 : 5 : rounds;
    if (counted < 1) {
      throw Failure.usage("--rounds must be at least 1, but was " + counted + ".");
    }
    ObjectNode json = mapper.createObjectNode();
    try (SparkRun spark = SparkRun.start("bench", common.debug)) {
      SparkSession session = spark.session();
      json.put("sparkVersion", session.version());
      json.put("master", session.sparkContext().master());
      steps(session, counted, json.putArray("steps"));
      fits(session, quick ? 1 : counted, json.putArray("fits"));
      if (metrics != null) {
        byte[] bytes = mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
        new Outputs(session).file(metrics, bytes);
        console().line("metrics", "%s", metrics);
      }
    }
  }

  private List<BenchData> stepData() {
    return quick
        ? List.of(
            new BenchData(BenchData.Shape.WELL, 20_000, 200),
            new BenchData(BenchData.Shape.SPARSE, 50_000, 10_000))
        : List.of(
            new BenchData(BenchData.Shape.WELL, 20_000, 2_000),
            new BenchData(BenchData.Shape.WELL, 200_000, 28),
            new BenchData(BenchData.Shape.SPARSE, 200_000, 10_000));
  }

  private List<BenchData> fitData() {
    int rows = quick ? 30_000 : 200_000;
    return List.of(
        new BenchData(BenchData.Shape.WELL, rows, 28),
        new BenchData(BenchData.Shape.AXIS, rows, 100),
        new BenchData(BenchData.Shape.ROTATED, rows, 100),
        new BenchData(BenchData.Shape.SPARSE, rows, 5_000));
  }

  private void steps(SparkSession session, int counted, ArrayNode json) {
    Table table =
        new Table(
            "data", "batch", "engine", "MLlib step", "our step", "MLlib / ours", "compute / full");
    for (BenchData data : stepData()) {
      console().line("measuring", "%s", data);
      double full = Double.NaN;
      for (BenchSteps.Cell cell : new BenchSteps(session, data, counted, engine, seed).run()) {
        full = cell.fraction() == 1.0 ? cell.computeMillis() : full;
        table.row(
            List.of(
                data.toString(),
                percent(cell.fraction()),
                cell.engineName(),
                millis(cell.stockMillis()),
                millis(cell.ourMillis()),
                spread(cell.ratios()),
                percent(cell.computeMillis() / full)));
        ObjectNode node = json.addObject();
        node.put("data", data.toString());
        node.put("fraction", cell.fraction());
        node.put("engine", cell.engineName());
        node.put("stockMillis", cell.stockMillis());
        node.put("ourMillis", cell.ourMillis());
        node.put("computeMillis", cell.computeMillis());
        node.put("computeShareOfFullPass", cell.computeMillis() / full);
        addRatios(node, cell.ratios());
      }
    }
    console().out().println("One step of logistic regression (medians; ratios: median, min-max):");
    table.print(console().out());
  }

  private void fits(SparkSession session, int counted, ArrayNode json) {
    Table table =
        new Table("data", "gap", "L-BFGS its", "our passes", "ml.LR", "ours", "ml.LR / ours");
    for (BenchData data : fitData()) {
      console().line("measuring", "%s", data);
      for (BenchFits.Cell cell : new BenchFits(session, data, counted, engine, seed).run()) {
        table.row(
            List.of(
                data.toString(),
                String.format(Locale.ROOT, "%.0e", cell.gap()),
                count(cell.stockIterations()),
                count(cell.passes()),
                seconds(cell.stockSeconds()),
                seconds(cell.ourSeconds()),
                spread(cell.ratios())));
        ObjectNode node = json.addObject();
        node.put("data", data.toString());
        node.put("gap", cell.gap());
        node.put("stockIterations", cell.stockIterations());
        node.put("passes", cell.passes());
        node.put("stockSeconds", cell.stockSeconds());
        node.put("ourSeconds", cell.ourSeconds());
        addRatios(node, cell.ratios());
      }
    }
    console().out().println();
    console()
        .out()
        .println("A fit to a relative gap, from the same cached DataFrame (packing included):");
    table.print(console().out());
  }

  private static void addRatios(ObjectNode node, double[] ratios) {
    node.put("ratio", BenchSteps.median(ratios));
    ArrayNode all = node.putArray("ratios");
    for (double ratio : ratios) {
      all.add(ratio);
    }
  }

  private static String count(int value) {
    return value < 0 ? "not reached" : Integer.toString(value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3g %%", 100.0 * share);
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%.3g ms", value);
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.2f s", value);
  }

  private static String spread(double[] ratios) {
    double least = Arrays.stream(ratios).min().orElse(Double.NaN);
    double most = Arrays.stream(ratios).max().orElse(Double.NaN);
    return String.format(Locale.ROOT, "%.3g (%.3g-%.3g)", BenchSteps.median(ratios), least, most);
  }
}
