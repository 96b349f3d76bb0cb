package ravine.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.curvature.TrustedOptimum;
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/**
 * One problem through the real estimator, with defaults, and what it is worth.
 *
 * @param seed of the problem
 * @param problem the problem
 * @param reason why training ended
 * @param gap the model's objective above the optimum, over the larger of the optimum and {@link
 *     Certificate#FLOOR} of the null model's
 * @param residual of the trusted solver: what it is itself off by, as a slope
 */
record ParityCase(
    long seed, ParityProblem problem, StopReason reason, double gap, double residual) {
  /** The tolerance of the defaults. */
  static final double TOL = 1e-6;

  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.DoubleType, false)
          .add("weight", DataTypes.DoubleType, false)
          .add("features", SQLDataTypes.VectorType(), false);

  /** A model in the units of the data. */
  private record Found(
      double[][] coefficients, double[] intercepts, double scale, TrainingResult result) {
    static Found of(
        Vector coefficients, double intercept, double scale, @Nullable TrainingResult result) {
      return new Found(
          new double[][] {coefficients.toArray()},
          new double[] {intercept},
          scale,
          Objects.requireNonNull(result));
    }
  }

  /** Within ten times the tolerance of the optimum. */
  boolean arrived() {
    return gap <= 10.0 * TOL;
  }

  /** Arrived, or said that it did not. */
  boolean isHonest() {
    return arrived() || reason != StopReason.CONVERGED;
  }

  /** Fits and judges. */
  static ParityCase of(SparkSession session, long seed, int mostRows) {
    ParityProblem problem = ParityProblem.of(seed, mostRows);
    Found found = fit(problem, frame(session, problem));
    ParityTruth truth = new ParityTruth(problem);
    double ours = truth.objective(found.coefficients(), found.intercepts(), found.scale());
    TrustedOptimum optimum = truth.optimum();
    double least =
        Double.isFinite(ours) ? Math.min(ours, optimum.objective()) : optimum.objective();
    double unit = Math.max(least, Certificate.FLOOR * truth.nothing());
    double gap = unit > 0.0 ? (ours - least) / unit : 0.0;
    return new ParityCase(seed, problem, found.result().stopReason(), gap, optimum.residual());
  }

  private static Dataset<Row> frame(SparkSession session, ParityProblem problem) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < problem.rows().length; i++) {
      Vector dense = Vectors.dense(problem.rows()[i]);
      Vector features = 2 * dense.numNonzeros() < dense.size() ? dense.toSparse() : dense;
      rows.add(RowFactory.create(problem.labels()[i], problem.weights()[i], features));
    }
    return session.createDataFrame(rows, SCHEMA).coalesce(2);
  }

  private static Found fit(ParityProblem problem, Dataset<Row> frame) {
    return switch (problem.kind()) {
      case LOGISTIC, SOFTMAX -> {
        MiniBatchLogisticRegression way = new MiniBatchLogisticRegression();
        way.setRegParam(problem.lambda())
            .setElasticNetParam(problem.alpha())
            .setStandardization(problem.standardised())
            .setFitIntercept(problem.intercept())
            .setWeightCol("weight");
        LogisticRegressionModel model = way.fit(frame);
        Matrix matrix = model.coefficientMatrix();
        double[][] coefficients = new double[matrix.numRows()][matrix.numCols()];
        for (int c = 0; c < coefficients.length; c++) {
          for (int j = 0; j < coefficients[c].length; j++) {
            coefficients[c][j] = matrix.apply(c, j);
          }
        }
        TrainingResult result = Objects.requireNonNull(way.lastTrainingResult());
        yield new Found(coefficients, model.interceptVector().toArray(), 1.0, result);
      }
      case SVC -> {
        MiniBatchLinearSVC way = new MiniBatchLinearSVC();
        way.setRegParam(problem.lambda())
            .setStandardization(problem.standardised())
            .setFitIntercept(problem.intercept())
            .setWeightCol("weight");
        LinearSVCModel model = way.fit(frame);
        yield Found.of(model.coefficients(), model.intercept(), 1.0, way.lastTrainingResult());
      }
      case LINEAR, HUBER -> {
        MiniBatchLinearRegression way = new MiniBatchLinearRegression();
        way.setLoss(problem.kind() == ParityProblem.Kind.HUBER ? "huber" : "squaredError")
            .setRegParam(problem.lambda())
            .setElasticNetParam(problem.alpha())
            .setStandardization(problem.standardised())
            .setFitIntercept(problem.intercept())
            .setWeightCol("weight");
        LinearRegressionModel model = way.fit(frame);
        yield Found.of(
            model.coefficients(), model.intercept(), model.scale(), way.lastTrainingResult());
      }
    };
  }

  @Override
  public String toString() {
    return String.format(
        java.util.Locale.ROOT,
        "seed %d: %s, %d x %d, lambda %.1e, alpha %.2f%s%s (%s): %s at a gap of %.1e; trusted to %.0e",
        seed,
        problem.kind(),
        problem.rows().length,
        problem.rows()[0].length,
        problem.lambda(),
        problem.alpha(),
        problem.standardised() ? "" : ", not standardised",
        problem.intercept() ? "" : ", no intercept",
        String.join(", ", problem.traits()),
        reason,
        gap,
        residual);
  }
}
