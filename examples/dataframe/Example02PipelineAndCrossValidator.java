import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** Our estimator as the last stage of a Pipeline, tuned by CrossValidator, saved and loaded. */
public final class Example02PipelineAndCrossValidator {
  private Example02PipelineAndCrossValidator() {}

  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().master("local[2]").appName("example").getOrCreate();
    run(spark, System.out);
    spark.stop();
  }

  static void run(SparkSession spark, PrintStream out) {
    Random random = new Random(2);
    String[] cities = {"Bonn", "Graz", "Basel"};
    List<Row> list = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int city = random.nextInt(3);
      double age = 40 + 10 * random.nextGaussian();
      double score = 0.1 * (age - 40) + city - 1 + 0.5 * random.nextGaussian();
      list.add(RowFactory.create(score > 0 ? 1.0 : 0.0, cities[city], age));
    }
    Dataset<Row> rows =
        spark.createDataFrame(
            list,
            new StructType()
                .add("label", DataTypes.DoubleType)
                .add("city", DataTypes.StringType)
                .add("age", DataTypes.DoubleType));

    MiniBatchLogisticRegression logistic = new MiniBatchLogisticRegression();
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer().setInputCol("city").setOutputCol("cityIndex"),
                  new OneHotEncoder().setInputCol("cityIndex").setOutputCol("cityVector"),
                  new VectorAssembler()
                      .setInputCols(new String[] {"cityVector", "age"})
                      .setOutputCol("features"),
                  logistic
                });
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(logistic.regParam(), new double[] {0.001, 1.0}).build();
    CrossValidatorModel tuned =
        new CrossValidator()
            .setEstimator(pipeline)
            .setEvaluator(new BinaryClassificationEvaluator())
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .fit(rows);
    for (int i = 0; i < grid.length; i++) {
      out.printf(
          "regParam %s: AUC %.4f%n", grid[i].apply(logistic.regParam()), tuned.avgMetrics()[i]);
    }

    // No class of ours is in what is saved: any Spark loads it.
    Path path = temporary();
    PipelineModel best = (PipelineModel) tuned.bestModel();
    try {
      best.write().overwrite().save(path.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PipelineModel loaded = PipelineModel.load(path.toString());
    loaded
        .transform(rows.limit(3))
        .select("city", "age", "label", "prediction")
        .collectAsList()
        .forEach(out::println);
    out.println("last stage: " + loaded.stages()[3].getClass().getName());
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("ravine-example").resolve("model");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

// mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.args= \
//     -Dexec.mainClass=Example02PipelineAndCrossValidator
