package ravine.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
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
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/**
 * A model of a {@link ParityProblem} in the units of the data, and how its training ended.
 *
 * @param coefficients one row for each output
 * @param intercepts one for each output
 * @param scale σ of the Huber loss, 1 for others
 * @param reason why training ended
 * @param passes over the data
 * @param certificate in reported units; null where nothing was measured
 */
record ParityFit(
    double[][] coefficients,
    double[] intercepts,
    double scale,
    StopReason reason,
    double passes,
    @Nullable Certificate certificate) {
  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.DoubleType, false)
          .add("weight", DataTypes.DoubleType, false)
          .add("features", SQLDataTypes.VectorType(), false);

  /** By the estimator with its defaults. */
  static ParityFit byEstimator(SparkSession session, ParityProblem problem) {
    return byEstimator(problem, frame(session, problem), any -> {});
  }

  /** By the estimator, which may be given more params first. */
  static ParityFit byEstimator(
      ParityProblem problem, Dataset<Row> frame, Consumer<MiniBatchParams<?>> more) {
    return switch (problem.kind()) {
      case LOGISTIC, SOFTMAX -> {
        MiniBatchLogisticRegression way = new MiniBatchLogisticRegression();
        way.setRegParam(problem.lambda())
            .setElasticNetParam(problem.alpha())
            .setStandardization(problem.standardised())
            .setFitIntercept(problem.intercept())
            .setWeightCol("weight");
        more.accept(way);
        LogisticRegressionModel model = way.fit(frame);
        Matrix matrix = model.coefficientMatrix();
        double[][] coefficients = new double[matrix.numRows()][matrix.numCols()];
        for (int c = 0; c < coefficients.length; c++) {
          for (int j = 0; j < coefficients[c].length; j++) {
            coefficients[c][j] = matrix.apply(c, j);
          }
        }
        yield of(coefficients, model.interceptVector().toArray(), 1.0, way);
      }
      case SVC -> {
        MiniBatchLinearSVC way = new MiniBatchLinearSVC();
        way.setRegParam(problem.lambda())
            .setStandardization(problem.standardised())
            .setFitIntercept(problem.intercept())
            .setWeightCol("weight");
        more.accept(way);
        LinearSVCModel model = way.fit(frame);
        yield of(model.coefficients(), model.intercept(), 1.0, way);
      }
      case LINEAR, HUBER -> {
        MiniBatchLinearRegression way = new MiniBatchLinearRegression();
        way.setLoss(problem.kind() == ParityProblem.Kind.HUBER ? "huber" : "squaredError")
            .setRegParam(problem.lambda())
            .setElasticNetParam(problem.alpha())
            .setStandardization(problem.standardised())
            .setFitIntercept(problem.intercept())
            .setWeightCol("weight");
        more.accept(way);
        LinearRegressionModel model = way.fit(frame);
        yield of(model.coefficients(), model.intercept(), model.scale(), way);
      }
    };
  }

  private static ParityFit of(
      Vector coefficients, double intercept, double scale, MiniBatchParams<?> way) {
    return of(new double[][] {coefficients.toArray()}, new double[] {intercept}, scale, way);
  }

  private static ParityFit of(
      double[][] coefficients, double[] intercepts, double scale, MiniBatchParams<?> way) {
    TrainingResult result = Objects.requireNonNull(way.lastTrainingResult());
    int passes = result.passes().get(result.passes().size() - 1).pass();
    return new ParityFit(
        coefficients, intercepts, scale, result.stopReason(), passes, result.certificate());
  }

  /** The rows in two partitions, as sparse vectors where they are mostly zeros. */
  static Dataset<Row> frame(SparkSession session, ParityProblem problem) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < problem.rows().length; i++) {
      rows.add(
          RowFactory.create(problem.labels()[i], problem.weights()[i], vector(problem.rows()[i])));
    }
    return session.createDataFrame(rows, SCHEMA).coalesce(2);
  }

  /** Sparse where it is mostly zeros. */
  static Vector vector(double[] row) {
    Vector dense = Vectors.dense(row);
    return 2 * dense.numNonzeros() < dense.size() ? dense.toSparse() : dense;
  }
}
