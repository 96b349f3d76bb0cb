package ravine.ml.classification;

import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingData;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Softmax;
import ravine.ml.ClassWeights;
import ravine.ml.FeatureScaling;
import ravine.ml.MiniBatchFit;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.ElasticNet;
import ravine.penalty.Penalty;
import ravine.rows.ColumnStats.LabelStats;

/** What a {@link MiniBatchLogisticRegression} minimises. */
final class LogisticObjective {
  private LogisticObjective() {}

  static Problem of(
      MiniBatchLogisticRegression estimator,
      MiniBatchFit fit,
      TrainingData data,
      StructField label,
      @Nullable Model<?> start) {
    LabelStats labels = data.stats().label();
    int classes = ClassLabels.count(labels, label);
    boolean multinomial = isMultinomial(estimator, classes);
    if (!multinomial && classes > 2) {
      ClassLabels.requireBinary(labels, label, "family=binomial");
    }
    fit.weighting().stated().requireAmong(classes, label.name());
    int outputs = multinomial ? classes : 1;
    Loss loss = multinomial ? new Softmax(classes) : new Logistic();
    BoxConstraints constraints = new BoxConstraints(estimator);
    FeatureScaling scaling =
        fit.coordinates(
            data,
            estimator.getFitIntercept(),
            estimator.getStandardization(),
            estimator.getRegParam()
                * (1.0 - estimator.getElasticNetParam())
                / loss.curvatureBound(),
            !constraints.areOnIntercepts());
    Coordinates coordinates = scaling.preconditioner(outputs, 0, 1.0, 0.0);
    Calibration calibration = estimator.calibration(fit.weighting().weights(), coordinates);
    calibration.requireFree(constraints);
    double[] initial =
        start instanceof LogisticRegressionModel given
            ? ClassWeights.fromModel(
                coordinates,
                given.coefficientMatrix(),
                calibration.trained(given.interceptVector()))
            : ClassWeights.fromShares(coordinates, labels.classWeights());
    Penalty penalty =
        constraints.around(
            new ElasticNet(
                estimator.getRegParam(),
                estimator.getElasticNetParam(),
                scaling.penaltyScale(outputs, 0)),
            coordinates);
    return Problem.of(loss, coordinates, penalty, BoxConstraints.inside(penalty, initial));
  }

  private static boolean isMultinomial(MiniBatchLogisticRegression estimator, int classes) {
    return switch (estimator.getFamily()) {
      case "multinomial" -> true;
      case "binomial" -> false;
      default -> classes > 2;
    };
  }
}
