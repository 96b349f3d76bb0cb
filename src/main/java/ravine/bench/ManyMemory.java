package ravine.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.many.MultiTrainer;
import ravine.memory.HeapWatch;
import ravine.memory.Preflight;
import ravine.ml.MiniBatchFit;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.objective.Problem;
import ravine.terminal.Table;
import ravine.validation.ValidationMetric;

/**
 * What models that train together keep alive at their peak, in the driver's process and in that of
 * the executor that has most, over what {@link Preflight} says of it before. Rows are packed before
 * the first look and do not count.
 */
final class ManyMemory {
  private static final int TASKS_A_SLOT = 8;

  private final Session run;
  private final Table table =
      new Table(
          "models",
          "data",
          "at once",
          "where",
          "rows",
          "expected",
          "measured",
          "expected / measured");

  ManyMemory(Session run) {
    this.run = run;
  }

  /**
   * Some models.
   *
   * @param classes of the labels
   * @param each the estimator of a model, by its index
   */
  private record Case(
      String name,
      GeneratedRows data,
      int classes,
      int models,
      int passes,
      IntFunction<MiniBatchLogisticRegression> each) {}

  private static MiniBatchLogisticRegression newton(int model) {
    return new MiniBatchLogisticRegression().setRegParam(1e-5 * (1 + model)).setTol(1e-9);
  }

  private static MiniBatchLogisticRegression adam(int model) {
    return new MiniBatchLogisticRegression()
        .setRegParam(1e-5 * (1 + model))
        .setOptimizer("adam")
        .setTol(0.0);
  }

  private static MiniBatchLogisticRegression wideAdam(int model) {
    return adam(model).setBatchSize(1_000).setStepSize(1e-4 * (1 + model)).setSparse("dense");
  }

  /** Of a quick run the three that a look every few milliseconds finds the peak of. */
  private List<Case> cases() {
    int part = run.quick() ? 4 : 1;
    GeneratedRows.Shape sparse = GeneratedRows.Shape.SPARSE;
    GeneratedRows.Shape dense = GeneratedRows.Shape.WELL;
    List<Case> cases = new ArrayList<>();
    cases.add(
        new Case("newton", run.data(sparse, 32_561, 123), 2, 80 / part, 10, ManyMemory::newton));
    cases.add(
        new Case(
            "adam at its own rate",
            run.data(sparse, 32_561, 123),
            2,
            64 / part,
            1,
            model -> adam(model).setBatchSize(1_024)));
    cases.add(
        new Case(
            "newton, wide", run.data(dense, 6_000, 1_000), 2, 12 / part, 12, ManyMemory::newton));
    if (!run.quick()) {
      cases.add(
          new Case(
              "adam of many features",
              run.data(sparse, 3_000, 20_000),
              2,
              64,
              2,
              ManyMemory::wideAdam));
      cases.add(
          new Case(
              "newton, 10 classes", run.data(dense, 20_000, 30), 10, 32, 8, ManyMemory::newton));
    }
    return cases;
  }

  void run(ArrayNode json) {
    for (Case each : cases()) {
      run.measuring(each.models + " x " + each.name + ", " + each.data);
      measure(each, json);
    }
    run.print("Memory of models that train together, at the peak and besides the rows:", table);
  }

  private void measure(Case each, ArrayNode json) {
    Dataset<Row> frame = each.data.frame(run.session(), run.seed());
    if (each.classes > 2) {
      Column drawn = functions.rand(run.seed()).multiply(each.classes);
      frame = frame.withColumn("label", functions.floor(drawn).cast("double"));
    }
    MiniBatchFit first = new MiniBatchFit(each.each.apply(0));
    try (TrainingData data = first.packForMany(frame)) {
      List<MultiTrainer.Model> models = new ArrayList<>();
      Preflight.Together said = null;
      for (int m = 0; m < each.models; m++) {
        MiniBatchLogisticRegression estimator = each.each.apply(m);
        MiniBatchFit fit = new MiniBatchFit(estimator);
        Problem problem = estimator.objective(fit, data, fit.label(frame), null);
        TrainerOptions options = fit.options(data, each.passes, estimator.getTol());
        said = fit.together(data, problem, options, each.models, each.models).or(said);
        models.add(new MultiTrainer.Model(data, problem, options, null));
      }
      Preflight.Together expected = Objects.requireNonNull(said);
      MultiTrainer.train(data, models.subList(0, 1), ValidationMetric.LOSS, 1); // loads classes
      watchExecutors(json.size());
      HeapWatch.Seen driver =
          HeapWatch.during(
              () -> MultiTrainer.train(data, models, ValidationMetric.LOSS, expected.atOnce()));
      String where = run.isOneJvm() ? "driver and tasks" : "driver";
      row(each, expected, where, expected.driver(), driver.held(), json);
      long most = 0;
      for (HeapWatch.Seen seen : seenInExecutors()) {
        most = Math.max(most, seen.held());
      }
      if (!run.isOneJvm()) {
        row(each, expected, "executor", expected.executor(), most, json);
      }
    }
  }

  private void row(
      Case each, Preflight.Together said, String where, long bytes, long measured, ArrayNode json) {
    double ratio = bytes / (double) measured;
    table.row(
        List.of(
            each.models + " " + each.name,
            each.data.toString(),
            String.valueOf(said.atOnce()),
            where,
            megabytes(said.rows()),
            megabytes(bytes),
            megabytes(measured),
            String.format(Locale.ROOT, "%.2f", ratio)));
    ObjectNode node = json.addObject();
    node.put("what", each.name);
    node.put("data", each.data.toString());
    node.put("models", each.models);
    node.put("atOnce", said.atOnce());
    node.put("where", where);
    node.put("rowBytes", said.rows());
    node.put("expectedBytes", bytes);
    node.put("measuredBytes", measured);
    node.put("ratio", ratio);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  private void watchExecutors(int work) {
    if (!run.isOneJvm()) {
      context()
          .parallelize(Collections.nCopies(tasks(), work), tasks())
          .foreach(HeapWatch::beginHere);
    }
  }

  private List<HeapWatch.Seen> seenInExecutors() {
    return run.isOneJvm()
        ? List.of()
        : context()
            .parallelize(Collections.nCopies(tasks(), 0), tasks())
            .map(task -> HeapWatch.seenHere())
            .distinct()
            .collect();
  }

  private int tasks() {
    return TASKS_A_SLOT * run.slots();
  }

  private JavaSparkContext context() {
    return new JavaSparkContext(run.session().sparkContext());
  }
}
