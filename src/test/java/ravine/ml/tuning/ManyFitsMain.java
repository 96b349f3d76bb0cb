package ravine.ml.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import ravine.engine.TrainingData;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.rows.RowView;
import ravine.validation.ValidationMetric;

/**
 * What a grid of models costs, in fits of one: 16 strengths of penalty, alone and times 5 folds; 64
 * configurations of Adam by mini-batches of 128.
 *
 * <p>Arguments: a LIBSVM file and its number of features; a table of tab or comma separated numbers
 * with the label first.
 */
final class ManyFitsMain {
  private ManyFitsMain() {}

  public static void main(String[] args) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    Dataset<Row> rows = read(spark, args).cache();
    rows.count();
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    List<ParamMap> path = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      path.add(new ParamMap().put(estimator.regParam(), Math.pow(10.0, -6.0 + 6.0 * i / 15.0)));
    }
    MiniBatchLogisticRegression adam =
        new MiniBatchLogisticRegression()
            .setOptimizer("adam")
            .setBatchSize(128)
            .setMaxIter(3)
            .setTol(0.0);
    List<ParamMap> configurations = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      configurations.add(new ParamMap().put(adam.stepSize(), 1e-3 * Math.pow(100.0, i / 63.0)));
    }
    double[][] seconds = new double[5][9];
    for (int round = 0; round < 9; round++) {
      seconds[0][round] = time(() -> estimator.copy(path.get(5)).fit(rows));
      seconds[1][round] = time(() -> ManyFits.fit(estimator, rows, path));
      seconds[2][round] = time(() -> score(estimator, rows, path));
      seconds[3][round] = time(() -> adam.copy(configurations.get(20)).fit(rows));
      seconds[4][round] = time(() -> ManyFits.fit(adam, rows, configurations));
    }
    String[] names = {"one fit", "16 penalties", "16 x 5 folds + 16", "one Adam", "64 Adams"};
    for (int i = 0; i < names.length; i++) {
      double[] sorted = seconds[i].clone();
      Arrays.sort(sorted);
      double[] base = seconds[i < 3 ? 0 : 3].clone();
      Arrays.sort(base);
      System.out.printf(
          Locale.ROOT,
          "%-20s median %.3f s (%.3f - %.3f), %.2f x one%n",
          names[i],
          sorted[4],
          sorted[0],
          sorted[8],
          sorted[4] / base[4]);
    }
    spark.stop();
  }

  private static void score(
      MiniBatchLogisticRegression estimator, Dataset<Row> rows, List<ParamMap> maps) {
    List<Grid.Candidate> all = Grid.candidates(estimator, maps);
    try (TrainingData data = all.get(0).fit().packForMany(rows)) {
      ManyFits.Folds folds =
          ManyFits.Folds.of(data, RowView.ofFolds(5, 7L), ValidationMetric.LOG_LOSS);
      if (ManyFits.train(all, Sight.same(all, data, rows), folds).size() != maps.size()) {
        throw new IllegalStateException();
      }
    }
  }

  private static double time(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static Dataset<Row> read(SparkSession spark, String[] args) {
    if (args[0].endsWith(".svm")) {
      return spark
          .read()
          .format("libsvm")
          .option("numFeatures", args[1])
          .load(args[0])
          .selectExpr("double(label > 0) as label", "features")
          .repartition(2);
    }
    StructType type =
        new StructType(
            new StructField[] {
              new StructField("label", DataTypes.DoubleType, false, Metadata.empty()),
              new StructField("features", SQLDataTypes.VectorType(), false, Metadata.empty())
            });
    List<Row> parsed = new ArrayList<>();
    for (Row line : spark.read().text(args[0]).collectAsList()) {
      double[] numbers =
          Arrays.stream(Objects.requireNonNull(line.getString(0)).split("[\t,]"))
              .mapToDouble(Double::parseDouble)
              .toArray();
      parsed.add(
          RowFactory.create(
              numbers[0] == 1.0 ? 1.0 : 0.0,
              Vectors.dense(Arrays.copyOfRange(numbers, 1, numbers.length))));
    }
    return spark.createDataFrame(parsed, type).repartition(2);
  }
}
