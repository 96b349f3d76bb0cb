package ravine.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.tuning.ManyFits;
import ravine.ml.tuning.RavineCrossValidator;
import ravine.terminal.Table;

/**
 * What many models cost, in fits of one: strengths of penalty, alone and times folds, against
 * Spark's {@code CrossValidator} of {@code ml.LogisticRegression} at parallelism 2; configurations
 * of Adam by mini-batches of 128 rows. All defaults, from the same cached DataFrame.
 */
final class Grids {
  private final Session run;
  private final int penalties;
  private final int folds;
  private final int adams;
  private final Table table =
      new Table("data", "what", "models", "seconds", "in fits of one", "stock", "stock / ours");

  Grids(Session run) {
    this.run = run;
    this.penalties = run.quick() ? 4 : 16;
    this.folds = run.quick() ? 3 : 5;
    this.adams = run.quick() ? 16 : 64;
  }

  /** Of rows that are made up. */
  void run(ArrayNode json) {
    boolean quick = run.quick();
    for (GeneratedRows data :
        List.of(
            run.data(GeneratedRows.Shape.WELL, quick ? 4_000 : 30_000, 28),
            run.data(GeneratedRows.Shape.SPARSE, quick ? 4_000 : 30_000, quick ? 60 : 120))) {
      run.measuring(data);
      Dataset<Row> frame = data.frame(run.session(), run.seed()).cache();
      frame.count();
      measure(data.toString(), frame, json);
      frame.unpersist(true);
    }
    print();
  }

  /** Of a file. */
  void run(UserFile file, ArrayNode json) {
    measure(file.toString(), file.frame(), json);
    print();
  }

  private void print() {
    run.print("Many models on one copy of the rows, against fits of one:", table);
  }

  private void measure(String name, Dataset<Row> frame, ArrayNode json) {
    MiniBatchLogisticRegression ours = new MiniBatchLogisticRegression();
    ours.setRegParam(1e-4);
    MiniBatchLogisticRegression adam = new MiniBatchLogisticRegression();
    adam.setMaxIter(3).setTol(0.0).setOptimizer("adam").setBatchSize(128);
    List<ParamMap> path = List.of(grid(ours.regParam()));
    List<ParamMap> rates = new ArrayList<>();
    for (int i = 0; i < adams; i++) {
      double rate = 1e-3 * Math.pow(100.0, i / (adams - 1.0));
      rates.add(new ParamMap().put(adam.stepSize(), rate));
    }
    RavineCrossValidator validator = new RavineCrossValidator();
    validator
        .setEstimator(ours)
        .setEvaluator(evaluator())
        .setEstimatorParamMaps(grid(ours.regParam()))
        .setNumFolds(folds);
    Side one = new Side(() -> ours.fit(frame));
    Side penaltiesAlone = new Side(() -> ManyFits.fit(ours, frame, path));
    Side inFolds = new Side(() -> validator.fit(frame));
    Side oneAdam = new Side(() -> adam.copy(rates.get(adams / 2)).fit(frame));
    Side allAdams = new Side(() -> ManyFits.fit(adam, frame, rates));
    run.alternate(List.of(one, penaltiesAlone, inFolds, oneAdam, allAdams));
    double stock = stockSeconds(frame);
    row(name, "penalties", penalties, penaltiesAlone, one, Double.NaN, json);
    row(name, "penalties x folds", penalties * folds, inFolds, one, stock, json);
    row(name, "adam, batch 128", adams, allAdams, oneAdam, Double.NaN, json);
  }

  private ParamMap[] grid(DoubleParam regParam) {
    double[] values = new double[penalties];
    for (int i = 0; i < penalties; i++) {
      values[i] = Math.pow(10.0, -6.0 + 6.0 * i / (penalties - 1.0));
    }
    return new ParamGridBuilder().addGrid(regParam, values).build();
  }

  private static MulticlassClassificationEvaluator evaluator() {
    return new MulticlassClassificationEvaluator().setMetricName("logLoss");
  }

  /** One round, after a fit that warms up: it takes minutes. */
  private double stockSeconds(Dataset<Row> frame) {
    LogisticRegression stock = new LogisticRegression();
    stock.fit(frame);
    Estimator<?> estimator = stock;
    CrossValidator validator =
        new CrossValidator()
            .setEstimator(estimator)
            .setEvaluator(evaluator())
            .setEstimatorParamMaps(grid(stock.regParam()))
            .setNumFolds(folds)
            .setParallelism(2);
    long start = System.nanoTime();
    validator.fit(frame);
    return (System.nanoTime() - start) / 1e9;
  }

  private void row(
      String name, String what, int models, Side many, Side one, double stock, ArrayNode json) {
    Spread seconds = new Spread(many.seconds);
    Spread inOnes = seconds.over(new Spread(one.seconds));
    double ratio = stock / Spread.median(many.seconds);
    table.row(
        List.of(
            name,
            what,
            String.valueOf(models),
            seconds + " s",
            inOnes.toString(),
            Double.isNaN(stock) ? "" : String.format(Locale.ROOT, "%.1f s", stock),
            Double.isNaN(stock) ? "" : Spread.digits(ratio)));
    ObjectNode node = json.addObject();
    node.put("data", name);
    node.put("what", what);
    node.put("models", models);
    seconds.addTo(node, "seconds");
    inOnes.addTo(node, "inFitsOfOne");
    if (!Double.isNaN(stock)) {
      Spread.put(node, "stockSeconds", stock);
      Spread.put(node, "ratio", ratio);
    }
  }

  /** One of those that take turns. */
  private final class Side implements Session.Contestant {
    private final Runnable work;
    private final double[] seconds = new double[run.rounds()];

    Side(Runnable work) {
      this.work = work;
    }

    @Override
    public void run(int round) {
      long start = System.nanoTime();
      work.run();
      if (round >= 0) {
        seconds[round] = (System.nanoTime() - start) / 1e9;
      }
    }
  }
}
