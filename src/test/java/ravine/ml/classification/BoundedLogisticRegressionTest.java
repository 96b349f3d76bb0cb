package ravine.ml.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.logging.log4j.Level;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.Matrices;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.LogCapture;
import ravine.SparkTestBase;
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;
import ravine.ml.MlRows;

/** Bounds on coefficients and intercepts: Spark's fits, and what Spark does not do. */
class BoundedLogisticRegressionTest extends SparkTestBase {
  private static final int D = MlRows.FEATURES;
  private static final double INF = Double.POSITIVE_INFINITY;

  private Dataset<Row> rows(int classes) {
    return MlRows.frame(spark(), MlRows.classified(300, classes));
  }

  /**
   * Some of each kind: half-lines, intervals without 0, single points, and none. Of the constant
   * feature they are finite: Spark multiplies bounds by a deviation of 0, and infinity is NaN then.
   */
  private static Matrix lower(int outputs) {
    double[] values = new double[outputs * D];
    for (int k = 0; k < outputs; k++) {
      double[] row = {0.0, -0.002, -INF, 0.1, 0.2, -1.0};
      for (int j = 0; j < D; j++) {
        values[k * D + j] = row[(j == D - 1) ? j : (j + k) % (D - 1)];
      }
      values[k * D + 1] = k == 0 ? -0.002 : -0.004;
    }
    return new DenseMatrix(outputs, D, values, true);
  }

  private static Matrix upper(int outputs) {
    double[] values = new double[outputs * D];
    Arrays.fill(values, INF);
    for (int k = 0; k < outputs; k++) {
      values[k * D + 1] = 0.004;
      values[k * D + 3] = 0.4;
      values[k * D + D - 1] = 1.0;
      values[k * D + (D - 2 - k)] = Math.max(0.2, lower(outputs).apply(k, D - 2 - k));
    }
    return new DenseMatrix(outputs, D, values, true);
  }

  private static <L extends LogisticRegression> L bounded(L estimator, int outputs) {
    estimator.setLowerBoundsOnCoefficients(lower(outputs));
    estimator.setUpperBoundsOnCoefficients(upper(outputs));
    estimator.setWeightCol("weight");
    estimator.setTol(1e-12);
    estimator.setMaxIter(1000);
    return estimator;
  }

  @ParameterizedTest
  @CsvSource({
    "2,true,false,0.01",
    "2,false,false,0.01",
    "2,true,true,0.02",
    "2,false,true,0.02",
    "2,true,true,0.0",
    "3,true,false,0.01",
    "3,false,false,0.01",
    "3,true,true,0.02",
    "3,false,true,0.02"
  })
  void fit_bounds_givesSparksModel(
      int classes, boolean standardization, boolean ofIntercepts, double regParam) {
    int outputs = classes == 2 ? 1 : classes;
    Dataset<Row> rows = rows(classes);
    LogisticRegression sparks = bounded(new LogisticRegression(), outputs);
    MiniBatchLogisticRegression ours = bounded(new MiniBatchLogisticRegression(), outputs);
    for (LogisticRegression estimator : List.of(sparks, ours)) {
      estimator.setStandardization(standardization).setRegParam(regParam);
      if (ofIntercepts) {
        double[] low = {-0.5, -INF, 0.3};
        double[] high = {0.25, -0.1, INF};
        estimator.setLowerBoundsOnIntercepts(Vectors.dense(Arrays.copyOf(low, outputs)));
        estimator.setUpperBoundsOnIntercepts(Vectors.dense(Arrays.copyOf(high, outputs)));
      }
    }
    LogisticRegressionModel expected = sparks.fit(rows);
    LogisticRegressionModel model = ours.fit(rows);

    requireConverged(ours);
    double[] coefficients = model.coefficientMatrix().toArray();
    double[] sparksOwn = expected.coefficientMatrix().toArray();
    double[] deviations = deviations(MlRows.classified(300, classes));
    double excess = last(expected) - last(model);
    assertThat(excess).isGreaterThanOrEqualTo(-1e-12 * last(expected));
    // Spark's may have stopped short; the penalty says how far from the optimum that can be.
    double away = regParam > 0.0 ? Math.sqrt(2.0 * Math.max(0.0, excess) / regParam) : 0.0;
    for (int a = 0; a < coefficients.length; a++) { // column after column
      double unit = deviations[a / outputs];
      double may = 1e-4 + away * (standardization ? 1.0 : unit);
      assertThat(coefficients[a] * unit).isCloseTo(sparksOwn[a] * unit, within(may));
    }
    // Without bounds the intercepts of several classes may move together.
    double shift = outputs > 1 && !ofIntercepts ? mean(model) - mean(expected) : 0.0;
    for (int k = 0; k < outputs; k++) {
      assertThat(model.interceptVector().apply(k) - shift)
          .isCloseTo(expected.interceptVector().apply(k), within(5e-4));
    }
    requireInside(ours, model);
  }

  private static double last(LogisticRegressionModel model) {
    double[] history = model.summary().objectiveHistory();
    return history[history.length - 1];
  }

  private static double mean(LogisticRegressionModel model) {
    return Arrays.stream(model.interceptVector().toArray()).average().orElseThrow();
  }

  private static void requireConverged(MiniBatchLogisticRegression ours) {
    TrainingResult result = Objects.requireNonNull(ours.lastTrainingResult());
    assertThat(result.stopReason()).as(result.advice()).isEqualTo(StopReason.CONVERGED);
    assertThat(result.way()).isEqualTo("newton");
  }

  private static void requireInside(LogisticRegression estimator, LogisticRegressionModel model) {
    for (int k = 0; k < model.coefficientMatrix().numRows(); k++) {
      for (int j = 0; j < D; j++) {
        double value = model.coefficientMatrix().apply(k, j);
        assertThat(value)
            .isBetween(
                estimator.getLowerBoundsOnCoefficients().apply(k, j),
                estimator.getUpperBoundsOnCoefficients().apply(k, j));
      }
    }
  }

  /** With L1, which Spark refuses: the optimality conditions, from nothing but rows and model. */
  @ParameterizedTest
  @CsvSource({"2,1.0,true", "2,0.5,false", "3,1.0,false", "3,0.5,true"})
  void fit_boundsAndL1_meetsTheConditions(int classes, double alpha, boolean standardization) {
    int outputs = classes == 2 ? 1 : classes;
    double lambda = 0.02;
    List<Row> list = MlRows.classified(300, classes);
    Dataset<Row> rows = MlRows.frame(spark(), list);
    MiniBatchLogisticRegression ours = bounded(new MiniBatchLogisticRegression(), outputs);
    ours.setRegParam(lambda).setElasticNetParam(alpha).setStandardization(standardization);
    LogisticRegressionModel model = ours.fit(rows);

    requireConverged(ours);
    requireInside(ours, model);
    double[] deviations = deviations(list);
    double[][] slopes = slopes(list, model, outputs);
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < D - 1; j++) {
        double w = model.coefficientMatrix().apply(k, j);
        double seen = standardization ? deviations[j] : 1.0;
        double smooth = slopes[k][j] + lambda * (1.0 - alpha) * seen * seen * w;
        double kink = lambda * alpha * seen;
        double up = smooth + (w >= 0.0 ? kink : -kink);
        double down = smooth + (w > 0.0 ? kink : -kink);
        double tolerance = 1e-6 * deviations[j];
        if (w < ours.getUpperBoundsOnCoefficients().apply(k, j)) {
          assertThat(up).isGreaterThan(-tolerance);
        }
        if (w > ours.getLowerBoundsOnCoefficients().apply(k, j)) {
          assertThat(down).isLessThan(tolerance);
        }
      }
      assertThat(slopes[k][D]).isCloseTo(0.0, within(1e-6));
    }
    assertThat(model.transform(rows).select("prediction").count()).isEqualTo(300);
    assertThat(model.isSet(model.lowerBoundsOnCoefficients())).isFalse();
  }

  /** Of features as they are, the last of each row the intercept's. */
  private static double[][] slopes(List<Row> rows, LogisticRegressionModel model, int outputs) {
    double[][] slopes = new double[outputs][D + 1];
    double total = rows.stream().mapToDouble(row -> row.getDouble(1)).sum();
    for (Row row : rows) {
      Vector x = row.getAs(3);
      double[] margins = new double[outputs];
      double sum = outputs == 1 ? 1.0 : 0.0;
      for (int k = 0; k < outputs; k++) {
        margins[k] = model.interceptVector().apply(k);
        for (int j = 0; j < D; j++) {
          margins[k] += model.coefficientMatrix().apply(k, j) * x.apply(j);
        }
        sum += Math.exp(margins[k]);
      }
      for (int k = 0; k < outputs; k++) {
        double target = outputs == 1 ? row.getDouble(0) : row.getDouble(0) == k ? 1.0 : 0.0;
        double slope = row.getDouble(1) / total * (Math.exp(margins[k]) / sum - target);
        for (int j = 0; j < D; j++) {
          slopes[k][j] += slope * x.apply(j);
        }
        slopes[k][D] += slope;
      }
    }
    return slopes;
  }

  private static double[] deviations(List<Row> rows) {
    double[] deviations = new double[D];
    double total = 0.0;
    double squares = 0.0;
    for (Row row : rows) {
      total += row.getDouble(1);
      squares += row.getDouble(1) * row.getDouble(1);
    }
    for (int j = 0; j < D; j++) {
      double mean = 0.0;
      for (Row row : rows) {
        mean += row.getDouble(1) / total * row.<Vector>getAs(3).apply(j);
      }
      for (Row row : rows) {
        double from = row.<Vector>getAs(3).apply(j) - mean;
        deviations[j] += row.getDouble(1) * from * from / (total - squares / total);
      }
      deviations[j] = Math.sqrt(deviations[j]);
    }
    return deviations;
  }

  @Test
  void fit_infiniteBounds_isTheFitWithoutThem() {
    Dataset<Row> rows = rows(2);
    double[] none = new double[D];
    Arrays.fill(none, -Double.MAX_VALUE);
    MiniBatchLogisticRegression ours = new MiniBatchLogisticRegression().setRegParam(0.01);
    LogisticRegressionModel free = ours.fit(rows);
    ours.setLowerBoundsOnCoefficients(Matrices.dense(1, D, none));
    ours.setUpperBoundsOnIntercepts(Vectors.dense(INF));
    LogisticRegressionModel model = ours.fit(rows);
    for (int j = 0; j < D; j++) {
      assertThat(model.coefficients().apply(j))
          .isCloseTo(free.coefficients().apply(j), within(1e-6));
    }
  }

  @Test
  void fit_initialModelOutsideOfTheBox_endsInside() {
    Dataset<Row> rows = rows(2);
    LogisticRegressionModel start =
        new MiniBatchLogisticRegression().setRegParam(0.01).setWeightCol("weight").fit(rows);
    MiniBatchLogisticRegression cold = bounded(new MiniBatchLogisticRegression(), 1);
    cold.setRegParam(0.01);
    MiniBatchLogisticRegression warm = cold.copy(ParamMap.empty()).setInitialModel(start);
    LogisticRegressionModel expected = cold.fit(rows);
    LogisticRegressionModel model = warm.fit(rows);
    requireInside(warm, model);
    for (int j = 0; j < D; j++) {
      assertThat(model.coefficients().apply(j))
          .isCloseTo(expected.coefficients().apply(j), within(1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam", "momentum", "nesterov", "adagrad", "adamw", "sgd"})
  void fit_miniBatches_stayInTheBox(String optimizer) {
    MiniBatchLogisticRegression ours = bounded(new MiniBatchLogisticRegression(), 1);
    ours.setOptimizer(optimizer).setBatchSize(20).setRegParam(0.01).setElasticNetParam(0.3);
    LogisticRegressionModel newton =
        bounded(new MiniBatchLogisticRegression(), 1)
            .setRegParam(0.01)
            .setElasticNetParam(0.3)
            .fit(rows(2));
    ours.setTol(1e-3).setMaxIter(60);
    LogisticRegressionModel model = ours.fit(rows(2));
    requireInside(ours, model);
    TrainingResult result = Objects.requireNonNull(ours.lastTrainingResult());
    assertThat(result.way()).isEqualTo("mini-batches");
    double least = last(newton);
    double reached = result.passes().get(result.bestPass()).objective();
    assertThat(reached).isBetween(least - 1e-9, 1.02 * least);
    if (result.certificate() != null && result.certificate().isProven()) {
      assertThat(reached - least).isLessThanOrEqualTo(result.certificate().bound() + 1e-9);
    }
  }

  /** 150 rows of 40 numbers each. */
  private Dataset<Row> sparse(int wide) {
    Random random = new Random(5);
    List<Row> list = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      int[] at = random.ints(0, wide).distinct().limit(40).sorted().toArray();
      double[] values = random.doubles(at.length, -1.0, 1.0).toArray();
      double score = 0.0;
      for (int j = 0; j < at.length; j++) {
        score += (at[j] % 3 - 1.0) * values[j];
      }
      list.add(
          RowFactory.create(
              score + random.nextGaussian() > 0.0 ? 1.0 : 0.0, Vectors.sparse(wide, at, values)));
    }
    return spark()
        .createDataFrame(
            list,
            new StructType().add("label", "double").add("features", SQLDataTypes.VectorType()));
  }

  @Test
  void fit_miniBatches_sayWhatBoundsLeaveOut() {
    MiniBatchLogisticRegression adam =
        new MiniBatchLogisticRegression().setOptimizer("adam").setMaxIter(2);
    adam.setUpperBoundsOnCoefficients(Matrices.ones(1, D));
    assertThat(said(adam, rows(2)))
        .containsExactly(
            "Weights have bounds, which only dense steps in standardised coordinates keep: without"
                + " a start at the optimum of a sample, in coordinates made of its Hessian");
    adam.clear(adam.upperBoundsOnCoefficients());
    assertThat(said(adam, rows(2))).isEmpty();

    int wide = 5000;
    MiniBatchLogisticRegression momentum =
        new MiniBatchLogisticRegression().setOptimizer("momentum(0.9)").setBatchSize(10);
    momentum.setRegParam(0.05).setMaxIter(2);
    momentum.setUpperBoundsOnCoefficients(Matrices.ones(1, wide));
    assertThat(said(momentum, sparse(wide)))
        .containsExactly(
            "Weights have bounds, which only dense steps in standardised coordinates keep: without"
                + " steps that cost what a mini-batch touches");
  }

  /** What a fit logs of bounds. */
  private static List<String> said(MiniBatchLogisticRegression estimator, Dataset<Row> rows) {
    try (LogCapture log = new LogCapture("ravine.engine.MiniBatches", Level.INFO)) {
      estimator.fit(rows);
      return log.messages().stream().filter(line -> line.contains("have bounds")).toList();
    }
  }

  @Test
  void fit_moreWeightsThanNewtonIsFor_convergesInsideWithAProof() {
    int wide = 1100;
    Dataset<Row> rows = sparse(wide);
    MiniBatchLogisticRegression ours = new MiniBatchLogisticRegression().setRegParam(0.05);
    ours.setLowerBoundsOnCoefficients(Matrices.zeros(1, wide)).setMaxIter(500).setTol(1e-5);
    LogisticRegressionModel model = ours.fit(rows);
    TrainingResult result = Objects.requireNonNull(ours.lastTrainingResult());
    assertThat(result.way()).isEqualTo("full batches");
    assertThat(result.stopReason()).as(result.advice()).isEqualTo(StopReason.CONVERGED);
    assertThat(Objects.requireNonNull(result.certificate()).isProven()).isTrue();
    assertThat(Arrays.stream(model.coefficients().toArray()).min().orElseThrow()).isEqualTo(0.0);
  }

  @Test
  void save_boundedEstimator_keepsBounds(@TempDir Path folder) throws Exception {
    // Spark writes bounds as JSON, and cannot read an infinite one.
    Matrix finite = Matrices.zeros(1, D);
    MiniBatchLogisticRegression ours =
        new MiniBatchLogisticRegression().setLowerBoundsOnCoefficients(finite);
    ours.save(folder.resolve("estimator").toString());
    MiniBatchLogisticRegression loaded =
        MiniBatchLogisticRegression.load(folder.resolve("estimator").toString());
    assertThat(loaded.getLowerBoundsOnCoefficients()).isEqualTo(finite);
    LogisticRegressionModel model = ours.setRegParam(0.01).fit(rows(2));
    model.save(folder.resolve("model").toString());
    assertThat(LogisticRegressionModel.load(folder.resolve("model").toString()).coefficients())
        .isEqualTo(model.coefficients());
  }

  @Test
  void fit_badBounds_areRefusedInASentence() {
    MiniBatchLogisticRegression ours = new MiniBatchLogisticRegression();
    ours.setLowerBoundsOnCoefficients(Matrices.zeros(2, D));
    assertRefused(ours, "lowerBoundsOnCoefficients must be 1 x 6", "but was 2 x 6.");
    ours = new MiniBatchLogisticRegression().setFamily("multinomial");
    ours.setUpperBoundsOnCoefficients(Matrices.zeros(1, D));
    assertRefused(ours, "upperBoundsOnCoefficients must be 2 x 6", "but was 1 x 6.");
    ours = new MiniBatchLogisticRegression().setUpperBoundsOnIntercepts(Vectors.zeros(2));
    assertRefused(ours, "upperBoundsOnIntercepts must have 1 number", "but had 2.");
    ours = new MiniBatchLogisticRegression().setLowerBoundsOnCoefficients(lower(1));
    ours.setUpperBoundsOnCoefficients(Matrices.zeros(1, D));
    assertRefused(ours, "lower bound on the coefficient of feature 3 must be at most the upper");
    double[] nan = new double[D];
    nan[2] = Double.NaN;
    ours = new MiniBatchLogisticRegression();
    ours.setLowerBoundsOnCoefficients(Matrices.dense(1, D, nan));
    assertRefused(ours, "lower bound on the coefficient of feature 2", "NaN");
    double[] ones = new double[D];
    ones[D - 1] = 1.0;
    ours = new MiniBatchLogisticRegression();
    ours.setLowerBoundsOnCoefficients(Matrices.dense(1, D, ones));
    assertRefused(ours, "Feature 5 is constant", "[1.0, Infinity]");
    ours = new MiniBatchLogisticRegression().setFitIntercept(false).setElasticNetParam(0.5);
    ours.setLowerBoundsOnIntercepts(Vectors.zeros(1));
    assertRefused(ours, "bounds on intercepts, but fitIntercept=false");
    ours = new MiniBatchLogisticRegression().setLowerBoundsOnIntercepts(Vectors.zeros(1));
    ours.setLocalSteps(4);
    assertRefused(ours, "localSteps=4 keeps no bounds");
    ours = new MiniBatchLogisticRegression().setLowerBoundsOnIntercepts(Vectors.zeros(1));
    ours.setOptimizer("lbfgs");
    assertRefused(ours, "optimizer=lbfgs", "keeps no bounds");
  }

  private void assertRefused(MiniBatchLogisticRegression estimator, String... words) {
    Dataset<Row> rows = rows(2);
    assertThatThrownBy(() -> estimator.fit(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words);
  }
}
