package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.engine.TrainingResult;
import ravine.loss.Logistic;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;
import ravine.mllib.MiniBatchOptimizer;
import scala.Tuple2;

/**
 * Situations in which mini-batches, storage and moments once gave another answer than was asked
 * for: each to the right one now, which a slow solver in test code or a closed form gives.
 */
class MiniBatchTruthTest extends SparkTestBase {
  private static final List<String> PLAIN = List.of("sgd", "momentum", "nesterov");
  private static final List<String> ADAPTIVE =
      List.of("adam", "adamw", "amsgrad", "nadam", "adagrad", "adadelta", "rmsprop", "adamax");

  private static TrainingResult result(MiniBatchParams<?> way) {
    return Objects.requireNonNull(way.lastTrainingResult());
  }

  /** At an automatic rate coefficients were 0 for labels × 1e3 and more, CONVERGED at 1e7. */
  @Test
  void fit_huberByMiniBatches_isTheSameModelInEveryUnitOfTheLabel() {
    double[] gaps = new double[4];
    double[] units = {1.0, 1e3, 1e5, 1e7};
    for (int u = 0; u < units.length; u++) {
      Random random = new Random(1);
      double[][] rows = TruthProblems.normal(4_000, 5, random);
      double[] labels = TruthProblems.linear(rows, new double[] {1, 2, 3, 4, 5}, 1.0, random);
      for (int i = 0; i < labels.length; i++) {
        labels[i] = units[u] * (labels[i] + (i % 10 == 0 ? 20.0 * random.nextGaussian() : 0.0));
      }
      ParityProblem problem =
          TruthProblems.problem(ParityProblem.Kind.HUBER, rows, labels, 0.0, 0.0, true);

      ParityFit fit =
          ParityFit.byEstimator(
              problem,
              ParityFit.frame(spark(), problem),
              way -> way.setOptimizer("momentum").setBatchSize(200));

      ParityCase done = ParityCase.judge("labels x " + units[u], problem, fit);
      gaps[u] = done.gap();
      assertThat(done.isHonest()).as(done.toString()).isTrue();
      assertThat(gaps[u]).as(done.toString()).isLessThan(0.05);
      for (int j = 0; j < 5; j++) {
        assertThat(fit.coefficients()[0][j] / units[u])
            .as(done.toString())
            .isCloseTo(j + 1.0, within(0.15));
      }
    }
    assertThat(gaps)
        .containsExactly(new double[] {gaps[0], gaps[0], gaps[0], gaps[0]}, within(1e-6));
  }

  /** Was 313: small batches of two partitions were merged without a word. */
  @Test
  void fit_batchesOfTwenty_areAsManyAsWereAsked() {
    Random random = new Random(2);
    List<Row> rows = new ArrayList<>();
    for (double[] x : TruthProblems.normal(20_000, 3, random)) {
      rows.add(MlRows.row(x[0] + random.nextGaussian(), x));
    }
    MiniBatchLinearRegression way = new MiniBatchLinearRegression();
    way.setMaxIter(1).setTol(0.0).setOptimizer("sgd").setStepSize(1e-3).setBatchSize(20);
    way.fit(MlRows.frame(spark(), rows, 2));

    assertThat(result(way).steps()).hasSize(1_000);
  }

  /** Were 96 and 768 steps, and another model. */
  @Test
  void fit_adamByJobsAndByResidentWorkers_hasTheSameBits() {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.classified(4_000, 2), 2).cache();
    List<double[]> weights = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    for (String engine : List.of("jobs", "resident")) {
      MiniBatchLogisticRegression way = new MiniBatchLogisticRegression();
      way.setMaxIter(3).setOptimizer("adam").setEngine(engine).fit(rows);
      assertThat(result(way).engine()).isEqualTo(engine);
      weights.add(result(way).weights());
      steps.add(result(way).steps().size());
    }
    rows.unpersist();
    assertThat(steps.get(0)).isEqualTo(steps.get(1));
    assertThat(weights.get(0)).isEqualTo(weights.get(1));
  }

  /** Came to 0.48, 0.67 and 1.62. */
  @ParameterizedTest
  @ValueSource(ints = {50, 100, 300})
  void fit_adamOnFewRows_arrives(int count) {
    Random random = new Random(3);
    double[][] rows = TruthProblems.normal(count, 1, random);
    double[] labels = TruthProblems.linear(rows, new double[] {2.0}, 0.01, random);
    ParityProblem problem =
        TruthProblems.problem(ParityProblem.Kind.LINEAR, rows, labels, 0.0, 0.0, true);

    ParityFit fit =
        ParityFit.byEstimator(
            problem, ParityFit.frame(spark(), problem), way -> way.setOptimizer("adam"));

    assertThat(fit.coefficients()[0][0]).isCloseTo(2.0, within(0.01));
  }

  /**
   * A weight that is not touched for k steps decays by (1 − ηλ)^k; linearised to 1 − kηλ it once
   * changed its sign and grew: −2.9, 8.9, −27, 80, −240, 719.
   */
  @Test
  void optimize_lazyAdamWOfARareFeature_decaysAsDenseSteps() {
    int features = 5_000;
    List<Tuple2<Object, Vector>> rows = new ArrayList<>();
    Random random = new Random(6);
    for (int i = 0; i < 400; i++) {
      int last = i == 200 ? features - 1 : 20 + random.nextInt(20);
      double[] values = {random.nextGaussian(), 1.0};
      rows.add(
          new Tuple2<>(
              values[0] > 0.0 ? 1.0 : 0.0,
              Vectors.sparse(features, new int[] {random.nextInt(20), last}, values)));
    }
    double[] start = new double[features];
    start[features - 1] = 1.0;
    double[] rare = new double[2];
    String[] ways = {"lazy", "dense"};
    for (int w = 0; w < ways.length; w++) {
      MiniBatchOptimizer optimizer =
          new MiniBatchOptimizer(new Logistic())
              .setRule("adamw(weightDecay=0.5)")
              .setSparse(ways[w])
              .setStepSize(0.02)
              .setSchedule("constant")
              .setBatchSize(1)
              .setMaxEpochs(4)
              .setNumIterations(1_600);
      rare[w] =
          optimizer
              .optimize(jsc().parallelize(rows, 2).rdd(), Vectors.dense(start))
              .apply(features - 1);
      assertThat(optimizer.lastTrainingResult()).isNotNull();
      assertThat(optimizer.lastTrainingResult().steps()).hasSize(1_600);
    }
    assertThat(rare[0]).isBetween(-0.1, 0.3).isCloseTo(rare[1], within(0.1));
  }

  /**
   * Of a dense column of 1e6 to 1e6 + 1, each row of weight 0.1, the deviation once was 1.4 to 3.7;
   * the ridge's answer follows from it.
   */
  @Test
  void fit_weightedDenseColumnFarFromZero_hasItsOwnDeviation() {
    int count = 100_000;
    Dataset<Row> numbers =
        spark()
            .range(0, count, 1, 2)
            .selectExpr(
                "1000000 + id % 1000 / 1000D x",
                "3 * (id % 1000 / 1000D) + id * 7919 % 997 / 997D label", "0.1D weight");
    Dataset<Row> rows =
        new VectorAssembler()
            .setInputCols(new String[] {"x"})
            .setOutputCol("features")
            .transform(numbers);
    double regParam = 0.5;
    MiniBatchLinearRegression way = new MiniBatchLinearRegression();
    way.setRegParam(regParam).setWeightCol("weight");
    LinearRegressionModel model = way.fit(rows);

    double[] x = new double[count];
    double[] y = new double[count];
    for (int i = 0; i < count; i++) {
      x[i] = i % 1000 / 1000.0;
      y[i] = 3.0 * x[i] + i * 7919L % 997 / 997.0;
    }
    double n = count;
    double xx = covariance(x, x);
    double deviation = Math.sqrt(xx * n / (n - 1.0));
    double unit = Math.sqrt(covariance(y, y) * n / (n - 1.0));
    assertThat(deviation).isCloseTo(0.2887, within(1e-4));
    double theta =
        covariance(x, y) / (deviation * unit) / (xx / (deviation * deviation) + regParam / unit);
    double expected = theta * unit / deviation;
    assertThat(model.coefficients().apply(0)).isCloseTo(expected, within(1e-4 * expected));
  }

  /** Over n. */
  private static double covariance(double[] a, double[] b) {
    double meanA = 0.0;
    double meanB = 0.0;
    for (int i = 0; i < a.length; i++) {
      meanA += a[i] / a.length;
      meanB += b[i] / b.length;
    }
    double sum = 0.0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - meanA) * (b[i] - meanB) / a.length;
    }
    return sum;
  }

  /** Got a coefficient of 0, and a log loss of 0.579 for 0.530, without a word. */
  @ParameterizedTest
  @CsvSource({"1e-46, 0", "30, 1700000000"})
  void fit_featureThatFloatLoses_isRefusedByName(double scale, double shift) {
    Random random = new Random(4);
    List<Row> rows = new ArrayList<>();
    for (double[] x : TruthProblems.normal(400, 2, random)) {
      double label = x[0] + 0.5 * random.nextGaussian() > 0.0 ? 1.0 : 0.0;
      rows.add(MlRows.row(label, shift + scale * x[0], x[1]));
    }
    MiniBatchLogisticRegression way = new MiniBatchLogisticRegression();
    way.setStorage("float");

    assertThatThrownBy(() -> way.fit(MlRows.frame(spark(), rows)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("storage=float rounds feature 0")
        .hasMessageContaining("storage=double");
  }

  /**
   * Without a rate of the user's own: plain rules were right by the metric alone, adaptive ones in
   * 14 of 96, adam on ill-conditioned data without a penalty at an r² of 0.14 for 0.94.
   */
  @Test
  void fit_everyRuleAtAnAutomaticRate_isWorthItsName() {
    List<String> missed = new ArrayList<>();
    int adaptive = 0;
    for (ParityProblem problem : ofRules()) {
      Dataset<Row> frame = ParityFit.frame(spark(), problem).cache();
      for (String rule : PLAIN) {
        ParityCase done = by(rule, problem, frame);
        assertThat(done.gap()).as(done.toString()).isLessThanOrEqualTo(1e-5);
      }
      for (String rule : ADAPTIVE) {
        ParityCase done = by(rule, problem, frame);
        assertThat(done.isHonest()).as(done.toString()).isTrue();
        adaptive++;
        if (done.gap() > 1e-3) {
          missed.add(done.toString());
        }
      }
      frame.unpersist();
    }
    assertThat(missed).hasSizeLessThanOrEqualTo(adaptive / 10);
  }

  private static ParityCase by(String rule, ParityProblem problem, Dataset<Row> frame) {
    ParityFit fit =
        ParityFit.byEstimator(
            problem, frame, way -> Learner.set(way.setOptimizer(rule), "maxIter", 40));
    return ParityCase.judge(rule, problem, fit);
  }

  /** Ill-conditioned least squares, scaled classes and correlated classes, each under penalties. */
  private static List<ParityProblem> ofRules() {
    Random random = new Random(5);
    double[][] chained = TruthProblems.chained(1_000, 8, 0.999, random);
    double[] quantities =
        TruthProblems.linear(chained, TruthProblems.alternating(8, 5.0), 1.0, random);
    double[][] scaled = TruthProblems.normal(1_000, 6, random);
    double[] classes =
        TruthProblems.classes(scaled, new double[] {2, -1, 1, 0, 0.5, -0.5}, 0.5, random);
    for (double[] row : scaled) {
      row[1] = 100.0 + 1e3 * row[1];
      row[2] *= 1e-3;
    }
    double[][] correlated = TruthProblems.chained(1_000, 8, 0.9, random);
    double[] others =
        TruthProblems.classes(correlated, TruthProblems.alternating(8, 1.0), -1.0, random);
    List<ParityProblem> problems = new ArrayList<>();
    for (double[] penalty : new double[][] {{0, 0}, {1e-3, 0}, {1e-3, 0.5}, {1e-3, 1}}) {
      double lambda = penalty[0];
      double alpha = penalty[1];
      problems.add(
          TruthProblems.problem(
              ParityProblem.Kind.LINEAR, chained, quantities, lambda, alpha, true));
      problems.add(
          TruthProblems.problem(ParityProblem.Kind.LOGISTIC, scaled, classes, lambda, alpha, true));
      problems.add(
          TruthProblems.problem(
              ParityProblem.Kind.LOGISTIC, correlated, others, lambda, alpha, true));
    }
    return problems;
  }
}
