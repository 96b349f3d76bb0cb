package ravine.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.ml.PredictionModel;
import org.apache.spark.ml.Predictor;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import ravine.engine.PassRecord;
import ravine.engine.StepRecord;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingListener;
import ravine.ml.MiniBatchParams;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/**
 * Holds the estimates of {@link Preflight} against what fits take: one line a way of training with
 * the bytes estimated, the bytes found alive at the peak ({@link HeapWatch}), and their ratio. All
 * in one process, {@code local[N]}: N tasks and the driver.
 *
 * <pre>
 * java @src/build/spark.jvmargs -XX:+UseSerialGC -Xmx2g -cp … ravine.memory.MemoryMain 2 [names]
 * </pre>
 */
final class MemoryMain {
  private static final int NON_ZEROS = 30;
  private static final int ROWS = 2_000;

  private final SparkSession session;
  private final int tasks;

  private MemoryMain(SparkSession session, int tasks) {
    this.session = session;
    this.tasks = tasks;
  }

  /** A fit to be watched. */
  private record Case(
      String name, int features, int classes, int rows, Supplier<MiniBatchParams<?>> estimator) {}

  private static Case batches(String rule, int features, int classes) {
    return new Case(
        "batches:" + rule + (classes > 2 ? ":" + classes : ""),
        features,
        classes,
        ROWS,
        () -> logistic(rule, 3).setBatchSize(500).setStepSize(0.01).setSparse("dense"));
  }

  private static MiniBatchLogisticRegression logistic(String optimizer, int passes) {
    return new MiniBatchLogisticRegression()
        .setOptimizer(optimizer)
        .setRegParam(1e-4)
        .setTol(0.0)
        .setMaxIter(passes);
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String rule :
        List.of("sgd", "momentum", "nesterov", "adagrad", "adam", "amsgrad", "nadam")) {
      cases.add(batches(rule, 500_000, 2));
    }
    cases.add(batches("adam", 100_000, 5));
    cases.add(
        new Case(
            "l1:adam",
            500_000,
            2,
            ROWS,
            () -> logistic("adam", 3).setElasticNetParam(1.0).setBatchSize(500).setStepSize(0.01)));
    cases.add(
        new Case(
            "svrg:momentum",
            500_000,
            2,
            ROWS,
            () -> logistic("momentum", 3).setBatchSize(500).setNoiseReduction("svrg")));
    cases.add(
        new Case(
            "average:sgd",
            500_000,
            2,
            ROWS,
            () ->
                logistic("sgd", 3)
                    .setBatchSize(500)
                    .setStepSize(0.01)
                    .setNoiseReduction("average")));
    cases.add(
        new Case(
            "local:momentum",
            500_000,
            2,
            ROWS,
            () -> logistic("momentum", 3).setBatchSize(100).setLocalSteps(4)));
    cases.add(
        new Case(
            "localsvrg:momentum",
            500_000,
            2,
            ROWS,
            () ->
                logistic("momentum", 3)
                    .setBatchSize(100)
                    .setLocalSteps(4)
                    .setNoiseReduction("svrg")));
    cases.add(
        new Case(
            "wide:momentum",
            500_000,
            2,
            ROWS,
            () -> logistic("momentum", 3).setBatchSize(500).setStepSize(0.01)));
    cases.add(
        new Case(
            "lazy:adam",
            500_000,
            2,
            ROWS,
            () -> logistic("adam", 3).setBatchSize(500).setStepSize(0.01).setSparse("lazy")));
    cases.add(new Case("default", 200_000, 2, ROWS, () -> logistic("nesterov(accelerated)", 20)));
    cases.add(
        new Case(
            "default:l1",
            200_000,
            2,
            ROWS,
            () -> logistic("nesterov(accelerated)", 20).setElasticNetParam(1.0)));
    cases.add(new Case("default:5", 40_000, 5, ROWS, () -> logistic("nesterov(accelerated)", 20)));
    cases.add(new Case("lbfgs", 200_000, 2, ROWS, () -> logistic("lbfgs(10)", 20)));
    cases.add(new Case("plain:sgd", 500_000, 2, ROWS, () -> logistic("sgd", 5)));
    cases.add(new Case("newton", 1_000, 2, 20_000, () -> logistic("nesterov(accelerated)", 10)));
    cases.add(new Case("newton:10", 100, 10, 20_000, () -> logistic("nesterov(accelerated)", 10)));
    cases.add(new Case("margins", 40, 20, 400_000, () -> logistic("nesterov(accelerated)", 5)));
    cases.add(
        new Case("own:adam", 1_000, 2, 40_000, () -> logistic("adam", 5).setBatchSize(1_000)));
    cases.add(
        new Case("normal", 250, 0, 20_000, () -> new MiniBatchLinearRegression().setMaxIter(10)));
    return cases;
  }

  public static void main(String[] arguments) throws Exception {
    int tasks = Integer.parseInt(arguments[0]);
    List<String> wanted = Arrays.asList(arguments).subList(1, arguments.length);
    try (SparkSession session =
        SparkSession.builder()
            .master("local[" + tasks + "]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()) {
      MemoryMain main = new MemoryMain(session, tasks);
      main.run(batches("adam", 1000, 2), true);
      main.run(new Case("warm", 1000, 2, ROWS, () -> logistic("nesterov(accelerated)", 3)), true);
      System.out.printf("%-22s %10s %10s %7s%n", "", "estimated", "measured", "ratio");
      for (Case each : cases()) {
        if (wanted.isEmpty() || wanted.contains(each.name)) {
          main.run(each, false);
        }
      }
    }
  }

  private void run(Case each, boolean quietly) throws InterruptedException {
    Dataset<Row> data = data(each);
    data.count();
    MiniBatchParams<?> estimator = each.estimator.get();
    Held held = new Held();
    estimator.addListener(held);
    long before = HeapWatch.alive();
    Object[] model = new Object[1];
    long most = HeapWatch.during(() -> model[0] = fit(estimator, data)).most();
    data.unpersist();
    if (quietly) {
      return;
    }
    TrainerOptions options = estimator.miniBatchSettings().options().maxPasses(10).build();
    int outputs = each.classes > 2 ? each.classes : 1;
    boolean proximal = each.name.contains("l1");
    Needs needs = new Needs(each.features, outputs, options, proximal, tasks, each.rows);
    long estimated = needs.process();
    long measured = most - before - held.rows;
    double weights = 8.0 * each.features * outputs;
    System.out.printf(
        Locale.ROOT,
        "%-22s %9.1fM %9.1fM %7.2f   (vectors of the weights: %.1f and %.1f; rows %.1fM; %s)%n",
        each.name,
        estimated / 1e6,
        measured / 1e6,
        estimated / (double) measured,
        estimated / weights,
        measured / weights,
        held.rows / 1e6,
        estimator.lastTrainingResult().way());
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static PredictionModel<?, ?> fit(MiniBatchParams<?> estimator, Dataset<Row> data) {
    return (PredictionModel<?, ?>) ((Predictor) estimator).fit(data);
  }

  /** Bytes that Spark stores: the packed rows among them, which no estimate counts. */
  private static long stored() {
    return SparkEnv.get().memoryManager().storageMemoryUsed();
  }

  private static final class Held implements TrainingListener {
    private final long before = stored();
    private long rows;

    @Override
    public boolean onPass(PassRecord pass) {
      rows = Math.max(rows, stored() - before);
      return true;
    }

    @Override
    public boolean onStep(StepRecord step) {
      return true;
    }
  }

  private Dataset<Row> data(Case each) {
    SplittableRandom random = new SplittableRandom(1);
    List<Row> rows = new ArrayList<>();
    int stored = Math.min(NON_ZEROS, each.features / 2);
    for (int i = 0; i < each.rows; i++) {
      TreeSet<Integer> indices = new TreeSet<>();
      while (indices.size() < stored) {
        double u = random.nextDouble();
        indices.add((int) (each.features * u * u));
      }
      double[] values = random.doubles(stored, 0.5, 1.5).toArray();
      double label = each.classes == 0 ? random.nextDouble() : i % each.classes;
      rows.add(
          RowFactory.create(
              label,
              Vectors.sparse(each.features, indices.stream().mapToInt(j -> j).toArray(), values)));
    }
    StructType schema =
        new StructType(
            new StructField[] {
              new StructField("label", DataTypes.DoubleType, false, Metadata.empty()),
              new StructField("features", SQLDataTypes.VectorType(), false, Metadata.empty())
            });
    return session.createDataFrame(rows, schema).repartition(tasks).persist();
  }
}
