package ravine.ml.classification;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.LogCapture;
import ravine.SparkTestBase;
import ravine.ml.Learner;
import ravine.ml.MiniBatchParams;
import ravine.ml.MlRows;
import ravine.ml.PartialFit;
import ravine.ml.TrainingState;
import ravine.ml.certificate.ModelCertificate;

/** What {@code classWeight} does to rows, intercepts, decisions and certificates. */
class ClassWeightTest extends SparkTestBase {
  @TempDir private Path folder;

  /** A logistic model of two features and few of class 1, or of classes 1 and 2. */
  private static List<Row> skewed(int count, int classes) {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      double[] odds = {1.0, Math.exp(-3.0 + 1.2 * a - 0.8 * b), Math.exp(-2.0 - a)};
      double all = odds[0] + odds[1] + (classes > 2 ? odds[2] : 0.0);
      double drawn = random.nextDouble() * all;
      double label = drawn < odds[0] ? 0.0 : drawn < odds[0] + odds[1] ? 1.0 : 2.0;
      rows.add(MlRows.row(label, 0.5 + 0.1 * random.nextInt(9), i % 5 == 0, a, b));
    }
    return rows;
  }

  private Dataset<Row> frame(int count, int classes) {
    return MlRows.frame(spark(), skewed(count, classes), 2);
  }

  private static MiniBatchLogisticRegression logistic() {
    return new MiniBatchLogisticRegression().setTol(1e-12).setMaxIter(200);
  }

  private static List<Double> predictions(Model<?> model, Dataset<Row> rows) {
    List<Double> predictions = new ArrayList<>();
    model
        .transform(rows)
        .select("prediction")
        .collectAsList()
        .forEach(row -> predictions.add(row.getDouble(0)));
    return predictions;
  }

  /** Mean probability of each class. */
  private static double[] meanProbabilities(LogisticRegressionModel model, Dataset<Row> rows) {
    double[] sums = new double[model.numClasses()];
    List<Row> scored = model.transform(rows).select("probability").collectAsList();
    for (Row row : scored) {
      Vector probability = (Vector) row.get(0);
      for (int k = 0; k < sums.length; k++) {
        sums[k] += probability.apply(k) / scored.size();
      }
    }
    return sums;
  }

  private static double[] shares(Dataset<Row> rows, int classes) {
    double[] shares = new double[classes];
    for (int k = 0; k < classes; k++) {
      shares[k] = (double) rows.where(col("label").equalTo(k)).count() / rows.count();
    }
    return shares;
  }

  @ParameterizedTest
  @EnumSource(
      value = Learner.class,
      names = {"LOGISTIC", "SOFTMAX", "SVC"})
  void fit_namedWeights_isToTheBitTheWeightColumnByHand(Learner learner) {
    Dataset<Row> rows = MlRows.frame(spark(), learner.rows(200), 3);
    Column weight = when(col("label").equalTo(1), lit(2.7)).otherwise(lit(1.0));
    for (boolean weighted : new boolean[] {false, true}) {
      MiniBatchParams<?> named = estimator(learner);
      Learner.set(named, "classWeight", "1:2.7");
      if (weighted) {
        Learner.set(named, "weightCol", "weight");
      }
      MiniBatchParams<?> byHand = estimator(learner);
      Learner.set(byHand, "weightCol", "own");
      Column own = weighted ? col("weight").multiply(weight) : weight;

      Model<?> expected = Learner.fit(byHand, rows.withColumn("own", own));
      Model<?> actual = Learner.fit(named, rows);

      assertThat(Learner.weights(actual)).isEqualTo(Learner.weights(expected));
      assertThat(Learner.history(actual)).isEqualTo(Learner.history(expected));
    }
  }

  private static MiniBatchParams<?> estimator(Learner learner) {
    MiniBatchParams<?> estimator = learner.create();
    Learner.set(estimator, "regParam", 0.01);
    Learner.set(estimator, "validationIndicatorCol", "validation");
    if (learner != Learner.SVC) {
      Learner.set(estimator, "calibrateIntercept", false);
    }
    return estimator;
  }

  /** Standardised features would have another deviation, as with Spark's own weights. */
  @ParameterizedTest
  @EnumSource(
      value = Learner.class,
      names = {"LOGISTIC", "SOFTMAX", "SVC"})
  void fit_weightOfThree_isEveryRowOfTheClassThreeTimes(Learner learner) {
    List<Row> repeated = new ArrayList<>();
    for (Row row : skewed(300, learner == Learner.SOFTMAX ? 3 : 2)) {
      for (int copy = row.getDouble(0) == 1.0 ? 3 : 1; copy > 0; copy--) {
        repeated.add(row);
      }
    }
    MiniBatchParams<?> weighted = tight(learner);
    Learner.set(weighted, "classWeight", "1:3");
    Model<?> actual = Learner.fit(weighted, frame(300, learner == Learner.SOFTMAX ? 3 : 2));
    MiniBatchParams<?> plain = tight(learner);
    Model<?> expected = Learner.fit(plain, MlRows.frame(spark(), repeated, 2));

    double[] actualWeights = Learner.weights(actual);
    double[] expectedWeights = Learner.weights(expected);
    for (int j = 0; j < expectedWeights.length; j++) {
      assertThat(actualWeights[j]).isEqualTo(expectedWeights[j], within(1e-5));
    }
    double objective = Learner.result(weighted).objective();
    assertThat(Learner.result(weighted).gapBound()).isLessThan(1e-6 * objective);
    assertThat(objective).isEqualTo(Learner.result(plain).objective(), within(1e-6 * objective));
  }

  private static MiniBatchParams<?> tight(Learner learner) {
    MiniBatchParams<?> estimator = learner.create();
    Learner.set(estimator, "regParam", 0.02);
    Learner.set(estimator, "standardization", false);
    Learner.set(estimator, "tol", 1e-12);
    Learner.set(estimator, "maxIter", 300);
    if (learner != Learner.SVC) {
      Learner.set(estimator, "calibrateIntercept", false);
    }
    return estimator;
  }

  /**
   * Where the model has a number for each group of rows, correcting gives back the very model of
   * the rows as they are: p' ∝ w p holds to the last digit.
   */
  @ParameterizedTest
  @ValueSource(strings = {"binomial", "multinomial"})
  void calibrated_saturatedModel_isTheModelWithoutWeights(String family) {
    List<Row> rows = new ArrayList<>();
    int[][] counts = {{180, 9, 30}, {60, 21, 4}};
    int classes = family.equals("binomial") ? 2 : 3;
    for (int group = 0; group < 2; group++) {
      for (int k = 0; k < classes; k++) {
        for (int i = 0; i < counts[group][k]; i++) {
          rows.add(MlRows.row(k, group));
        }
      }
    }
    Dataset<Row> frame = MlRows.frame(spark(), rows, 2);

    LogisticRegressionModel plain = logistic().fit(frame);
    LogisticRegressionModel weighted =
        logistic().setFamily(family).setClassWeight("balanced").fit(frame);

    double[] expected = Learner.weights(plain);
    double[] actual = Learner.weights(weighted);
    for (int j = 0; j < expected.length; j++) {
      assertThat(actual[j]).isEqualTo(expected[j], within(1e-5));
    }
    assertThat(weighted.isSet(weighted.threshold())).isEqualTo(classes == 2);
    assertThat(weighted.isSet(weighted.thresholds())).isEqualTo(classes == 3);
  }

  /**
   * Rows that follow a logistic model, so that both trainings look for the same coefficients: the
   * mean probability is the share of the class within a tenth of it, where that of the re-weighted
   * rows is far off. Without weights it is the share itself, which is the condition of the optimum
   * in the intercept.
   */
  @ParameterizedTest
  @ValueSource(strings = {"binomial", "multinomial of two", "multinomial"})
  void calibrated_probabilities_areThoseOfTheRows_andPredictionsThoseOfTheWeights(String kind) {
    int classes = kind.equals("multinomial") ? 3 : 2;
    Dataset<Row> rows = frame(4000, classes).cache();
    String family = kind.replaceAll(" .*", "");
    MiniBatchLogisticRegression estimator = logistic().setFamily(family);
    double[] shares = shares(rows, classes);

    double[] plain = meanProbabilities(estimator.fit(rows), rows);
    LogisticRegressionModel calibrated = estimator.setClassWeight("balanced").fit(rows);
    double[] kept = meanProbabilities(calibrated, rows);
    LogisticRegressionModel uncorrected = estimator.setCalibrateIntercept(false).fit(rows);
    double[] moved = meanProbabilities(uncorrected, rows);

    for (int k = 0; k < classes; k++) {
      assertThat(plain[k]).isEqualTo(shares[k], within(1e-6));
      assertThat(kept[k]).isEqualTo(shares[k], within(0.1 * shares[k]));
    }
    assertThat(moved[1]).isGreaterThan(2.0 * shares[1]);
    List<Double> decided = predictions(calibrated, rows);
    assertThat(decided).isEqualTo(predictions(uncorrected, rows));
    assertThat(decided).isNotEqualTo(predictions(logistic().setFamily(family).fit(rows), rows));
    rows.unpersist();
  }

  @Test
  void thresholds_ofTheUser_areKept_andSavedOnesAreTheModels() throws IOException {
    Dataset<Row> rows = frame(400, 2);
    MiniBatchLogisticRegression estimator = logistic().setClassWeight("0:1,1:4");

    LogisticRegressionModel made = estimator.fit(rows);
    String path = folder.resolve("model").toString();
    made.save(path);

    assertThat(made.getThreshold()).isEqualTo(0.2);
    assertThat(LogisticRegressionModel.load(path).getThreshold()).isEqualTo(0.2);
    assertThat(predictions(LogisticRegressionModel.load(path), rows))
        .isEqualTo(predictions(made, rows));
    assertThat(estimator.isSet(estimator.threshold())).isFalse();
    LogisticRegressionModel own = estimator.copy(ParamMap.empty()).setThreshold(0.4).fit(rows);
    assertThat(own.getThreshold()).isEqualTo(0.4);
    MiniBatchLogisticRegression several = logistic().setClassWeight("0:1,1:4");
    several.setThresholds(new double[] {0.5, 0.5});
    assertThat(several.fit(rows).getThresholds()).containsExactly(0.5, 0.5);
    assertThat(logistic().setFamily("multinomial").setClassWeight("1:4").fit(rows).getThresholds())
        .containsExactly(1.0, 0.25);
  }

  @Test
  void certificate_ofTheModel_knowsTheWeightsAndTheCorrection() {
    for (int classes = 2; classes <= 3; classes++) {
      Dataset<Row> rows = frame(600, classes);
      MiniBatchLogisticRegression estimator =
          logistic().setRegParam(0.01).setWeightCol("weight").setClassWeight("balanced");

      LogisticRegressionModel model = estimator.fit(rows);
      ModelCertificate found = ModelCertificate.of(model, rows, estimator);

      assertThat(found.isWithin(1e-8)).as("%s", found).isTrue();
      assertThat(found.isProven()).isTrue();
      assertThat(found.objective())
          .isEqualTo(estimator.lastTrainingResult().objective(), within(1e-9));
      assertThat(ModelCertificate.of(model, rows).isWithin(1e-3)).isFalse();
      MiniBatchLogisticRegression other = estimator.copy(ParamMap.empty());
      assertThat(
              ModelCertificate.of(model, rows, other.setCalibrateIntercept(false)).isWithin(1e-3))
          .isFalse();
    }
    Dataset<Row> rows = frame(600, 2);
    MiniBatchLinearSVC svc = new MiniBatchLinearSVC().setRegParam(0.01).setTol(1e-8);
    svc.setClassWeight("balanced");
    assertThat(ModelCertificate.of(svc.fit(rows), rows, svc).isWithin(1e-6)).isTrue();
  }

  /** A model's calibrated intercept is turned into the one that training looks for. */
  @Test
  void initialModel_ofTheSameFit_beginsAtTheOptimum() {
    Dataset<Row> rows = frame(500, 2);
    MiniBatchLogisticRegression estimator = logistic().setRegParam(0.01).setClassWeight("1:20");
    LogisticRegressionModel model = estimator.fit(rows);
    double optimum = estimator.lastTrainingResult().objective();

    estimator.setInitialModel(model).fit(rows);

    assertThat(estimator.lastTrainingResult().objectiveHistory()[0])
        .isEqualTo(optimum, within(1e-9 * optimum));
  }

  @Test
  void balanced_countsTrainingRowsOnly_andTheirPartitionsDoNotMatter() {
    List<Row> rows = skewed(500, 3);
    double[] totals = new double[3];
    double all = 0.0;
    for (Row row : rows) {
      if (!row.getBoolean(2)) {
        totals[(int) row.getDouble(0)] += row.getDouble(1);
        all += row.getDouble(1);
      }
    }
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression()
            .setWeightCol("weight")
            .setClassWeight("balanced")
            .setValidationIndicatorCol("validation");
    estimator.setMaxIter(2);
    assertThat(estimator.lastClassWeights()).isEmpty();

    estimator.fit(MlRows.frame(spark(), rows, 1));
    double[] once = estimator.lastClassWeights();
    estimator.fit(MlRows.frame(spark(), rows, 7).repartition(3));

    assertThat(estimator.lastClassWeights()).isEqualTo(once);
    for (int k = 0; k < 3; k++) {
      assertThat(once[k]).isEqualTo(all / (3.0 * totals[k]), within(1e-12));
    }
  }

  @Test
  void withoutIntercept_nothingIsCorrected_andALineSaysSo() {
    Dataset<Row> rows = frame(400, 2);
    MiniBatchLogisticRegression estimator = logistic().setFitIntercept(false);
    try (LogCapture log = new LogCapture("ravine.ml.classification")) {
      LogisticRegressionModel model = estimator.setClassWeight("1:4").fit(rows);
      assertThat(log.messages()).singleElement().asString().contains("fitIntercept=false");
      assertThat(model.intercept()).isZero();
      assertThat(model.isSet(model.threshold())).isFalse();
    }
    try (LogCapture log = new LogCapture("ravine.ml.classification")) {
      logistic().setClassWeight("1:4").fit(rows);
      estimator.setCalibrateIntercept(false).fit(rows);
      assertThat(log.messages()).isEmpty();
    }
  }

  @Test
  void params_areExplainedAndSaved() throws IOException {
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setClassWeight("0:1,1:9").setCalibrateIntercept(false);
    String path = folder.resolve("estimator").toString();
    estimator.save(path);
    MiniBatchLogisticRegression loaded = MiniBatchLogisticRegression.load(path);

    assertThat(loaded.getClassWeight()).isEqualTo("0:1,1:9");
    assertThat(loaded.getCalibrateIntercept()).isFalse();
    assertThat(new MiniBatchLogisticRegression().getClassWeight()).isEmpty();
    assertThat(new MiniBatchLogisticRegression().getCalibrateIntercept()).isTrue();
    for (MiniBatchParams<?> any :
        List.of(new MiniBatchLogisticRegression(), new MiniBatchLinearSVC())) {
      assertThat(any.explainParams()).contains("classWeight: ", "balanced");
    }
    assertThat(new MiniBatchLinearSVC().hasParam("calibrateIntercept")).isFalse();
  }

  @Test
  void fit_whatCannotBe_isRefusedInASentence() {
    Dataset<Row> rows = frame(100, 2);
    assertRefused(logistic().setClassWeight("1:-1"), rows, "but was -1.0 for class 1");
    assertRefused(
        logistic().setClassWeight("0:1,3:2"),
        rows,
        "classWeight names class 3, but the classes in column label are 0 to 1.");
    MiniBatchLogisticRegression bounded = logistic().setClassWeight("1:4");
    bounded.setLowerBoundsOnIntercepts(Vectors.dense(-1.0));
    assertRefused(bounded, rows, "set calibrateIntercept=false, or clear the bounds");
    assertThat(bounded.setCalibrateIntercept(false).fit(rows).intercept())
        .isGreaterThanOrEqualTo(-1.0);
    MiniBatchLinearSVC svc = new MiniBatchLinearSVC();
    svc.setClassWeight("2:2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> svc.fit(rows))
        .withMessageContaining("classWeight names class 2");
    Dataset<Row> negative = rows.withColumn("weight", lit(-1.0));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> logistic().setWeightCol("weight").setClassWeight("balanced").fit(negative))
        .withMessageContaining("weight");
  }

  private static void assertRefused(
      MiniBatchLogisticRegression estimator, Dataset<Row> rows, String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> estimator.fit(rows))
        .withMessageContaining(sentence);
  }

  @Test
  void partialFit_namedWeights_areThoseOfAColumn_andBalancedIsRefused() {
    Dataset<Row> rows = frame(300, 2).drop("validation");
    MiniBatchLogisticRegression estimator = portions().setClassWeight("1:4");
    MiniBatchLogisticRegression byHand = portions().setWeightCol("own");
    Column own = when(col("label").equalTo(1), lit(4.0)).otherwise(lit(1.0));

    PartialFit<LogisticRegressionModel> fit = estimator.partialFit(rows, TrainingState.fresh());
    LogisticRegressionModel expected =
        byHand.partialFit(rows.withColumn("own", own), TrainingState.fresh()).model();

    assertThat(fit.model().coefficients()).isEqualTo(expected.coefficients());
    assertThat(fit.model().intercept()).isEqualTo(expected.intercept() - Math.log(4.0));
    assertThat(fit.model().getThreshold()).isEqualTo(0.2);
    assertThat(estimator.partialFit(rows, fit.state()).state().portions()).isEqualTo(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> estimator.setClassWeight("1:5").partialFit(rows, fit.state()))
        .withMessageContaining("classWeight was 1:4.0 and is 1:5.0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> estimator.setClassWeight("balanced").partialFit(rows, TrainingState.fresh()))
        .withMessageContaining("name the weights, such as 0:1,1:10");
  }

  private static MiniBatchLogisticRegression portions() {
    return new MiniBatchLogisticRegression().setOptimizer("momentum(0.9)").setBatchSize(30);
  }
}
