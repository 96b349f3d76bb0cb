package ravine.bench;

import org.apache.spark.ml.classification.LinearSVC;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;
import ravine.ml.MiniBatchParams;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/**
 * What one fit gave.
 *
 * @param coefficients by output and feature
 * @param intercepts by output
 * @param scale σ of Huber's loss, else 1
 * @param claims whether it says that it has arrived: CONVERGED; stock: it stopped before {@code
 *     maxIter}
 * @param reason in its own words
 * @param passes over the rows that count towards {@code maxIter}: L-BFGS counts iterations, though
 *     a line search can take more
 * @param seconds from the call of {@code fit} to its return
 */
record TruthFit(
    double[][] coefficients,
    double[] intercepts,
    double scale,
    boolean claims,
    String reason,
    double passes,
    double seconds) {

  /** The tolerance of both sides' defaults. */
  static final double TOL = 1e-6;

  /**
   * Ours.
   *
   * @param optimizer null for the default
   */
  static TruthFit ours(TruthProblem problem, Dataset<Row> frame, @Nullable String optimizer) {
    return switch (problem.kind()) {
      case LOGISTIC, MULTINOMIAL -> {
        MiniBatchLogisticRegression way = new MiniBatchLogisticRegression();
        way.setRegParam(problem.lambda())
            .setElasticNetParam(problem.alpha())
            .setStandardization(problem.standardised());
        optimizer(way, optimizer);
        long start = System.nanoTime();
        LogisticRegressionModel model = way.fit(frame);
        yield of(model, way.lastTrainingResult(), seconds(start));
      }
      case SVC -> {
        MiniBatchLinearSVC way = new MiniBatchLinearSVC();
        way.setRegParam(problem.lambda()).setStandardization(problem.standardised());
        optimizer(way, optimizer);
        long start = System.nanoTime();
        LinearSVCModel model = way.fit(frame);
        yield of(model, way.lastTrainingResult(), seconds(start));
      }
      case LINEAR, HUBER -> {
        MiniBatchLinearRegression way = new MiniBatchLinearRegression();
        way.setRegParam(problem.lambda())
            .setElasticNetParam(problem.alpha())
            .setStandardization(problem.standardised())
            .setLoss(loss(problem));
        optimizer(way, optimizer);
        long start = System.nanoTime();
        LinearRegressionModel model = way.fit(frame);
        yield of(model, way.lastTrainingResult(), seconds(start));
      }
    };
  }

  /**
   * Stock Spark's.
   *
   * @param solver of LinearRegression: {@code auto} or {@code l-bfgs}; the others know only one
   */
  static TruthFit stock(TruthProblem problem, Dataset<Row> frame, String solver) {
    return switch (problem.kind()) {
      case LOGISTIC, MULTINOMIAL -> {
        LogisticRegression way =
            new LogisticRegression()
                .setRegParam(problem.lambda())
                .setElasticNetParam(problem.alpha())
                .setStandardization(problem.standardised());
        long start = System.nanoTime();
        LogisticRegressionModel model = way.fit(frame);
        double seconds = seconds(start);
        yield of(model, model.summary().totalIterations(), way.getMaxIter(), seconds);
      }
      case SVC -> {
        LinearSVC way =
            new LinearSVC()
                .setRegParam(problem.lambda())
                .setStandardization(problem.standardised());
        long start = System.nanoTime();
        LinearSVCModel model = way.fit(frame);
        double seconds = seconds(start);
        int iterations = model.summary().totalIterations();
        yield of(model, claim(iterations, way.getMaxIter()), iterations, seconds);
      }
      case LINEAR, HUBER -> {
        LinearRegression way =
            new LinearRegression()
                .setRegParam(problem.lambda())
                .setElasticNetParam(problem.alpha())
                .setStandardization(problem.standardised())
                .setLoss(loss(problem))
                .setSolver(solver);
        long start = System.nanoTime();
        LinearRegressionModel model = way.fit(frame);
        double seconds = seconds(start);
        int iterations = model.summary().totalIterations();
        yield of(model, claim(iterations, way.getMaxIter()), iterations, seconds);
      }
    };
  }

  /** Whether there is more than one stock solver. */
  static boolean hasSolvers(TruthProblem problem) {
    return problem.kind() == TruthProblem.Kind.LINEAR;
  }

  private static String loss(TruthProblem problem) {
    return problem.kind() == TruthProblem.Kind.HUBER ? "huber" : "squaredError";
  }

  private static void optimizer(MiniBatchParams<?> way, @Nullable String optimizer) {
    if (optimizer != null) {
      way.setOptimizer(optimizer);
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static String claim(int iterations, int most) {
    return iterations < most ? StopReason.CONVERGED.name() : StopReason.MAX_ITER.name();
  }

  private static TruthFit of(
      LogisticRegressionModel model, int iterations, int most, double seconds) {
    return of(model, claim(iterations, most), iterations, seconds);
  }

  private static TruthFit of(
      LogisticRegressionModel model, @Nullable TrainingResult result, double seconds) {
    return of(model, reason(result), passes(result), seconds);
  }

  private static TruthFit of(
      LinearSVCModel model, @Nullable TrainingResult result, double seconds) {
    return of(model, reason(result), passes(result), seconds);
  }

  private static TruthFit of(
      LinearRegressionModel model, @Nullable TrainingResult result, double seconds) {
    return of(model, reason(result), passes(result), seconds);
  }

  /** Passes that count towards maxIter, a share of the rows as that share. */
  private static double passes(@Nullable TrainingResult result) {
    return result == null ? Double.NaN : result.passes().get(result.passes().size() - 1).pass();
  }

  private static String reason(@Nullable TrainingResult result) {
    return result == null ? "" : result.stopReason().name();
  }

  private static TruthFit of(
      LogisticRegressionModel model, String reason, double passes, double seconds) {
    Matrix matrix = model.coefficientMatrix();
    double[][] coefficients = new double[matrix.numRows()][matrix.numCols()];
    for (int k = 0; k < coefficients.length; k++) {
      for (int j = 0; j < coefficients[k].length; j++) {
        coefficients[k][j] = matrix.apply(k, j);
      }
    }
    return of(coefficients, model.interceptVector().toArray(), 1.0, reason, passes, seconds);
  }

  private static TruthFit of(LinearSVCModel model, String reason, double passes, double seconds) {
    double[][] coefficients = {model.coefficients().toArray()};
    double[] intercepts = {model.intercept()};
    return of(coefficients, intercepts, 1.0, reason, passes, seconds);
  }

  private static TruthFit of(
      LinearRegressionModel model, String reason, double passes, double seconds) {
    double[][] coefficients = {model.coefficients().toArray()};
    double[] intercepts = {model.intercept()};
    return of(coefficients, intercepts, model.scale(), reason, passes, seconds);
  }

  private static TruthFit of(
      double[][] coefficients,
      double[] intercepts,
      double scale,
      String reason,
      double passes,
      double seconds) {
    boolean claims = reason.equals(StopReason.CONVERGED.name());
    return new TruthFit(coefficients, intercepts, scale, claims, reason, passes, seconds);
  }
}
