package ravine.ml;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.Model;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import ravine.engine.StepRecord;
import ravine.engine.TrainingResult;

/** What {@link FitBitsTest} runs: prints a hash of the bits of each fit on a line of its own. */
final class FitBitsMain {
  /** A fit by name: an estimator, how many rows, and params by name and value in turn. */
  record MiniBatchFit(String name, Learner learner, boolean wide, int rows, Object... params) {

    MiniBatchParams<?> create() {
      MiniBatchParams<?> estimator = learner.create();
      for (int p = 0; p < params.length; p += 2) {
        Learner.set(estimator, (String) params[p], params[p + 1]);
      }
      return estimator;
    }

    List<Row> examples() {
      return wide ? WideRows.classified(rows, 2) : learner.rows(rows);
    }
  }

  static final List<MiniBatchFit> FITS =
      List.of(
          new MiniBatchFit("default logistic", Learner.LOGISTIC, false, 3000, "regParam", 1e-3),
          new MiniBatchFit("default softmax", Learner.SOFTMAX, false, 1500, "regParam", 1e-3),
          new MiniBatchFit(
              "momentum, elastic net, float",
              Learner.SQUARED,
              false,
              2000,
              "optimizer",
              "momentum(0.5)",
              "regParam",
              0.05,
              "elasticNetParam",
              0.5,
              "storage",
              "float"),
          new MiniBatchFit(
              "default svc, jobs", Learner.SVC, false, 1000, "regParam", 1e-2, "engine", "jobs"),
          new MiniBatchFit("default huber", Learner.HUBER, false, 1000, "regParam", 1e-2),
          new MiniBatchFit(
              "adam, resident, float",
              Learner.LOGISTIC,
              false,
              2000,
              "optimizer",
              "adam",
              "batchSize",
              128,
              "engine",
              "resident",
              "storage",
              "float"),
          new MiniBatchFit(
              "look-ahead nag, jobs",
              Learner.SQUARED,
              false,
              600,
              "optimizer",
              "nesterov(0.8)",
              "stepSize",
              0.05,
              "batchSize",
              100,
              "maxIter",
              3,
              "engine",
              "jobs"),
          new MiniBatchFit(
              "local steps, svrg",
              Learner.LOGISTIC,
              false,
              2000,
              "optimizer",
              "nesterov(0.6)",
              "localSteps",
              8,
              "noiseReduction",
              "svrg",
              "maxIter",
              5),
          new MiniBatchFit(
              "exact sparse steps",
              Learner.LOGISTIC,
              true,
              800,
              "optimizer",
              "momentum",
              "batchSize",
              16,
              "sparse",
              "auto",
              "maxIter",
              3,
              "regParam",
              1e-3,
              "standardization",
              false),
          new MiniBatchFit(
              "wide default", Learner.LOGISTIC, true, 800, "regParam", 1e-3, "maxIter", 20));

  private FitBitsMain() {}

  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().config(new SparkConf()).getOrCreate();
    for (MiniBatchFit fit : FITS) {
      System.out.println("bits of " + fit.name() + ": " + hash(spark, fit));
    }
    spark.stop();
  }

  private static String hash(SparkSession spark, MiniBatchFit fit) {
    return hash(fit.create(), MlRows.frame(spark, fit.examples(), 2));
  }

  /** Of numbers. */
  static String hash(double[] numbers) {
    MessageDigest digest = sha256();
    for (double number : numbers) {
      update(digest, number);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 12);
  }

  /** Of the weights, and of the objective and the gradient at every step and pass. */
  static String hash(MiniBatchParams<?> estimator, Dataset<Row> frame) {
    Model<?> model = Learner.fit(estimator, frame);
    TrainingResult result = Learner.result(estimator);
    MessageDigest digest = sha256();
    for (double weight : Learner.weights(model)) {
      update(digest, weight);
    }
    for (double objective : result.objectiveHistory()) {
      update(digest, objective);
    }
    for (StepRecord step : result.steps()) {
      update(digest, step.loss());
      update(digest, step.gradientNorm());
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 12) + " in " + result.steps().size();
  }

  private static void update(MessageDigest digest, double number) {
    digest.update(ByteBuffer.allocate(Double.BYTES).putDouble(number).array());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
