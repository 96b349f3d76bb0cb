package ravine.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import ravine.ml.regression.MiniBatchLinearRegression;
import ravine.terminal.Table;

/**
 * Least squares as people have it: a fit of {@code ml.LinearRegression} with its default {@code
 * solver=auto}, which sums a Gram matrix in one pass where there are at most 4,096 features,
 * against {@code MiniBatchLinearRegression}, both with all defaults, from the same cached
 * DataFrame. Stock's fit includes the summary of all its predictions, which it always makes; ours
 * makes one when it is asked for.
 */
final class LinearFits {
  private static final double ELASTIC_LAMBDA = 1e-2;

  private final Session run;
  private final Table table =
      new Table(
          "data",
          "penalty",
          "ml.LR auto",
          "ours",
          "ml.LR / ours",
          "our passes",
          "rmse ours / ml.LR");

  LinearFits(Session run) {
    this.run = run;
  }

  /** Measures and prints. */
  void run(ArrayNode json) {
    boolean quick = run.quick();
    List<GeneratedRows> all =
        List.of(
            run.data(GeneratedRows.Shape.WELL, quick ? 20_000 : 200_000, 27),
            run.data(GeneratedRows.Shape.WELL, quick ? 60_000 : 900_000, 9),
            run.data(GeneratedRows.Shape.ROTATED, quick ? 1_300 : 2_600, 128),
            run.data(GeneratedRows.Shape.ROTATED, quick ? 8_000 : 100_000, 128));
    for (GeneratedRows data : all) {
      run.measuring(data);
      Dataset<Row> frame =
          run.session()
              .createDataFrame(
                  data.rdd(run.session(), run.seed()).map(LinearFits::quantity),
                  GeneratedRows.SCHEMA)
              .cache();
      try {
        frame.count();
        measure(data.toString(), frame, 0.0, json);
        measure(data.toString(), frame, 0.5, json);
      } finally {
        frame.unpersist(true);
      }
    }
    run.print("Least squares, both sides' defaults, from the same cached DataFrame:", table);
  }

  /** A linear function of the features, bent a little, and the class as noise. */
  private static Row quantity(Row row) {
    double[] x = ((Vector) row.get(1)).toArray();
    double sum = row.getDouble(0);
    for (int j = 0; j < x.length; j++) {
      sum += Math.cos(j) * x[j] + 0.1 * Math.sin(3.0 * x[j]);
    }
    return RowFactory.create(sum, row.get(1));
  }

  private void measure(String name, Dataset<Row> frame, double alpha, ArrayNode json) {
    double lambda = alpha > 0.0 ? ELASTIC_LAMBDA : 0.0;
    LinearRegression stock = new LinearRegression().setRegParam(lambda).setElasticNetParam(alpha);
    MiniBatchLinearRegression ours = new MiniBatchLinearRegression();
    ours.setRegParam(lambda).setElasticNetParam(alpha);
    Side stockSide = new Side(stock, frame);
    Side ourSide = new Side(ours, frame);
    run.alternate(List.of(stockSide, ourSide));
    Spread stockSeconds = new Spread(stockSide.seconds);
    Spread ourSeconds = new Spread(ourSide.seconds);
    Spread ratio = stockSeconds.over(ourSeconds);
    double errors = ourSide.error / stockSide.error;
    int passes = ours.lastTrainingResult() == null ? -1 : lastPass(ours);
    String penalty = alpha > 0.0 ? String.format(Locale.ROOT, "elastic net %.0e", lambda) : "none";
    table.row(
        List.of(
            name,
            penalty,
            stockSeconds + " s",
            ourSeconds + " s",
            ratio.toString(),
            String.valueOf(passes),
            String.format(Locale.ROOT, "1 %+.0e", errors - 1.0)));
    ObjectNode node = json.addObject();
    node.put("data", name);
    node.put("regParam", lambda);
    node.put("elasticNetParam", alpha);
    stockSeconds.addTo(node, "stockSeconds");
    ourSeconds.addTo(node, "ourSeconds");
    ratio.addTo(node, "ratio");
    node.put("ourPasses", passes);
    Spread.put(node, "errorRatio", errors);
  }

  private static int lastPass(MiniBatchLinearRegression ours) {
    var passes = java.util.Objects.requireNonNull(ours.lastTrainingResult()).passes();
    return passes.get(passes.size() - 1).pass();
  }

  /** One estimator on the rows. */
  private final class Side implements Session.Contestant {
    private final LinearRegression estimator;
    private final Dataset<Row> frame;
    private final double[] seconds = new double[run.rounds()];
    private double error = Double.NaN;

    Side(LinearRegression estimator, Dataset<Row> frame) {
      this.estimator = estimator;
      this.frame = frame;
    }

    @Override
    public void run(int round) {
      long start = System.nanoTime();
      LinearRegressionModel model = estimator.fit(frame);
      if (round >= 0) {
        seconds[round] = (System.nanoTime() - start) / 1e9;
      } else {
        error = model.summary().rootMeanSquaredError();
      }
    }
  }
}
