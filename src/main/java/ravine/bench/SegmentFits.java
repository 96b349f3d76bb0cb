package ravine.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;
import ravine.ml.segments.SegmentModels;
import ravine.ml.segments.SegmentedFitting;
import ravine.terminal.Table;

/**
 * Many small models: {@code fitByKey} of all segments against a loop of fits, one for each. Only a
 * few fits of the loop are made, each on a cached DataFrame that holds the rows of its segment
 * alone, so that the loop pays for no filter; their mean time times the number of segments is what
 * the loop is said to take.
 */
final class SegmentFits {
  private static final int FEATURES = 20;
  private static final int ROWS = 100;
  private static final int LOOP = 30;
  private static final double LAMBDA = 1e-2;
  private static final StructType SCHEMA =
      new StructType()
          .add("key", DataTypes.LongType)
          .add("label", DataTypes.DoubleType)
          .add("features", SQLDataTypes.VectorType());

  private final Session run;
  private final Table table =
      new Table("segments", "model", "loop of fits", "fitByKey", "loop / fitByKey", "objectives");

  SegmentFits(Session run) {
    this.run = run;
  }

  /** Measures and prints. */
  void run(ArrayNode json) {
    int segments = (int) Math.max(LOOP, Math.round(run.scale() * (run.quick() ? 1_000 : 10_000)));
    String name = segments + " of " + ROWS + " rows x " + FEATURES;
    run.measuring(name);
    Dataset<Row> rows = rows(segments).cache();
    List<Dataset<Row>> alone = new ArrayList<>();
    try {
      rows.count();
      for (int s = 0; s < LOOP; s++) {
        List<Row> own = rows.where(functions.col("key").equalTo((long) s)).collectAsList();
        alone.add(run.session().createDataFrame(own, SCHEMA).coalesce(1).cache());
        alone.get(s).count();
      }
      MiniBatchLogisticRegression logistic = new MiniBatchLogisticRegression();
      measure(name, "logistic", logistic.setRegParam(LAMBDA), segments, rows, alone, json);
      MiniBatchLinearRegression linear = new MiniBatchLinearRegression();
      measure(name, "linear", linear.setRegParam(LAMBDA), segments, rows, alone, json);
    } finally {
      rows.unpersist(true);
      alone.forEach(frame -> frame.unpersist(true));
    }
    run.print(
        "Many small models, of " + LOOP + " fits the loop's time is the mean times segments:",
        table);
  }

  /** Each segment has its own weights; labels 0 and 1, which least squares takes too. */
  private Dataset<Row> rows(int segments) {
    long seed = run.seed();
    return run.session()
        .range(0, (long) segments * ROWS, 1, run.slots())
        .map((MapFunction<Long, Row>) row -> row(row % segments, row, seed), Encoders.row(SCHEMA));
  }

  private static Row row(long segment, long row, long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ (row * 0x9E3779B97F4A7C15L));
    double[] x = new double[FEATURES];
    double margin = random.nextDouble(-2.0, 2.0);
    for (int j = 0; j < FEATURES; j++) {
      x[j] = random.nextDouble(-1.0, 1.0);
      margin += Math.cos(segment + 7.0 * j) * x[j];
    }
    return RowFactory.create(segment, margin > 0.0 ? 1.0 : 0.0, Vectors.dense(x));
  }

  private <E extends SegmentedFitting<E, ?>> void measure(
      String name,
      String model,
      E estimator,
      int segments,
      Dataset<Row> rows,
      List<Dataset<Row>> alone,
      ArrayNode json) {
    Loop loop = new Loop(estimator, alone, segments);
    ByKey byKey = new ByKey(estimator, rows);
    run.alternate(List.of(loop, byKey));
    Spread loopSeconds = new Spread(loop.seconds);
    Spread seconds = new Spread(byKey.seconds);
    Spread ratio = loopSeconds.over(seconds);
    double apart = 0.0;
    for (int s = 0; s < LOOP; s++) {
      apart = Math.max(apart, Math.abs(byKey.objectives[s] / loop.objectives[s] - 1.0));
    }
    table.row(
        List.of(
            name,
            model,
            loopSeconds + " s",
            seconds + " s",
            ratio.toString(),
            String.format(java.util.Locale.ROOT, "within %.0e", apart)));
    ObjectNode node = json.addObject();
    node.put("data", name);
    node.put("model", model);
    loopSeconds.addTo(node, "loopSeconds");
    seconds.addTo(node, "byKeySeconds");
    ratio.addTo(node, "ratio");
    Spread.put(node, "objectiveDifference", apart);
  }

  /** A fit for each of a few segments. */
  private final class Loop implements Session.Contestant {
    private final SegmentedFitting<?, ?> estimator;
    private final List<Dataset<Row>> alone;
    private final int segments;
    private final double[] seconds = new double[run.rounds()];
    private final double[] objectives = new double[LOOP];

    Loop(SegmentedFitting<?, ?> estimator, List<Dataset<Row>> alone, int segments) {
      this.estimator = estimator;
      this.alone = alone;
      this.segments = segments;
    }

    @Override
    public void run(int round) {
      long start = System.nanoTime();
      for (int s = 0; s < LOOP; s++) {
        ((org.apache.spark.ml.Estimator<?>) estimator).fit(alone.get(s));
        TrainingResult result = Objects.requireNonNull(estimator.lastTrainingResult());
        objectives[s] = result.objective();
      }
      if (round >= 0) {
        seconds[round] = (System.nanoTime() - start) / 1e9 * segments / LOOP;
      }
    }
  }

  /** All segments at once. */
  private final class ByKey implements Session.Contestant {
    private final SegmentedFitting<?, ?> estimator;
    private final Dataset<Row> rows;
    private final double[] seconds = new double[run.rounds()];
    private final double[] objectives = new double[LOOP];

    ByKey(SegmentedFitting<?, ?> estimator, Dataset<Row> rows) {
      this.estimator = estimator;
      this.rows = rows;
    }

    @Override
    public void run(int round) {
      long start = System.nanoTime();
      try (SegmentModels<?> models = estimator.fitByKey(rows, "key")) {
        if (round >= 0) {
          seconds[round] = (System.nanoTime() - start) / 1e9;
        }
        Dataset<Row> few = models.frame().where(functions.col("key").lt((long) LOOP));
        for (Row row : few.select("key", "objective").collectAsList()) {
          objectives[(int) row.getLong(0)] = row.getDouble(1);
        }
      }
    }
  }
}
