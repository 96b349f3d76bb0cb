package ravine.ml.classification;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.classification.LinearSVC;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.loss.Hinge;
import ravine.ml.FeatureScaling;
import ravine.ml.LinearWeights;
import ravine.ml.MiniBatchFit;
import ravine.ml.MiniBatchParamSet;
import ravine.ml.MiniBatchParams;
import ravine.ml.TrainingSummaries;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L2;
import ravine.rows.ColumnStats;

/**
 * Spark's linear support vector machine, trained by mini-batches with momentum, NAG, Adam or any
 * other rule.
 *
 * <p>Minimises the objective of the class it extends (mean weighted hinge loss + regParam/2 · ‖w‖²,
 * on standardised features when {@code standardization}, intercept free) and gives back Spark's own
 * {@link LinearSVCModel}. {@code maxIter} counts passes over the data.
 *
 * <p>Smoothed hinge: where the step is automatic and the rule linear in the gradient, the kink is
 * rounded over a width that follows {@code tol} (2e-4 at the least), and the objectives recorded
 * are those of the rounded hinge, but for the last one, which is the hinge's own.
 *
 * <p>Not supported, and refused: values other than the default of {@code aggregationDepth} and
 * {@code maxBlockSizeInMB}, which steer nothing here.
 */
public class MiniBatchLinearSVC extends LinearSVC implements MiniBatchParams<MiniBatchLinearSVC> {
  private static final long serialVersionUID = 1L;

  private final MiniBatchParamSet miniBatchParams;
  private transient List<TrainingListener> listeners = new ArrayList<>();
  private transient @Nullable TrainingResult lastTrainingResult;

  /** An estimator with a random uid. */
  public MiniBatchLinearSVC() {
    this(Identifiable.randomUID("miniBatchSvc"));
  }

  /** An estimator with the given uid. */
  @SuppressWarnings("this-escape")
  public MiniBatchLinearSVC(String uid) {
    super(uid);
    this.miniBatchParams = new MiniBatchParamSet(this);
  }

  /**
   * Reads a saved estimator of this class.
   *
   * @throws IllegalArgumentException if another estimator was saved there
   */
  public static MiniBatchLinearSVC load(String path) {
    return MiniBatchFit.loaded(LinearSVC.load(path), MiniBatchLinearSVC.class, path);
  }

  @Override
  public MiniBatchParamSet miniBatchParams() {
    return miniBatchParams;
  }

  /** Watches the next fits; may stop them. */
  public MiniBatchLinearSVC addListener(TrainingListener listener) {
    listeners.add(listener);
    return this;
  }

  /** What the last fit of this very object gave beyond the model; null before the first. */
  public @Nullable TrainingResult lastTrainingResult() {
    return lastTrainingResult;
  }

  @Override
  public LinearSVCModel train(Dataset<?> dataset) {
    MiniBatchFit fit = new MiniBatchFit(this, listeners);
    String weights = isDefined(weightCol()) && !getWeightCol().isEmpty() ? getWeightCol() : null;
    try (TrainingData data = fit.pack(dataset, getLabelCol(), getFeaturesCol(), weights)) {
      ColumnStats stats = data.stats();
      ClassLabels.requireBinary(stats.label(), dataset.schema().apply(getLabelCol()), "LinearSVC");
      FeatureScaling coordinates =
          fit.coordinates(data, getFitIntercept(), getStandardization(), getRegParam());
      Coordinates preconditioner = coordinates.preconditioner(1, 0, 1.0, 0.0);
      double[] initial = new double[preconditioner.dimension()];
      if (!getInitialModelPath().isEmpty()) {
        LinearSVCModel given = LinearSVCModel.load(getInitialModelPath());
        initial =
            LinearWeights.fromModel(
                preconditioner, given.coefficients(), given.intercept(), new double[0]);
      }
      TrainingResult result =
          fit.train(
              data,
              Problem.of(
                  new Hinge(),
                  preconditioner,
                  new L2(getRegParam(), coordinates.penaltyScale(1, 0)),
                  initial),
              getMaxIter(),
              getTol());
      lastTrainingResult = result;
      LinearWeights weightsFound = LinearWeights.of(preconditioner, result.weights());
      LinearSVCModel model =
          copyValues(
              new LinearSVCModel(
                  uid(), Vectors.dense(weightsFound.coefficients()), weightsFound.intercept()),
              ParamMap.empty());
      TrainingSummaries.summarise(model, fit.trainingRows(dataset), result.objectiveHistory());
      return model;
    }
  }

  /** Listeners are transient: an estimator read from bytes has none. */
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    listeners = new ArrayList<>();
  }

  @Override
  public MiniBatchLinearSVC copy(ParamMap extra) {
    MiniBatchLinearSVC copy = (MiniBatchLinearSVC) super.<LinearSVC>defaultCopy(extra);
    copy.listeners.addAll(listeners);
    return copy;
  }

  @Override
  public MiniBatchLinearSVC setMaxIter(int value) {
    super.setMaxIter(value);
    return this;
  }

  @Override
  public MiniBatchLinearSVC setRegParam(double value) {
    super.setRegParam(value);
    return this;
  }

  @Override
  public MiniBatchLinearSVC setTol(double value) {
    super.setTol(value);
    return this;
  }

  @Override
  public MiniBatchLinearSVC setFitIntercept(boolean value) {
    super.setFitIntercept(value);
    return this;
  }

  @Override
  public MiniBatchLinearSVC setStandardization(boolean value) {
    super.setStandardization(value);
    return this;
  }

  @Override
  public MiniBatchLinearSVC setWeightCol(String value) {
    super.setWeightCol(value);
    return this;
  }

  @Override
  public MiniBatchLinearSVC setFeaturesCol(String value) {
    super.setFeaturesCol(value);
    return this;
  }

  @Override
  public MiniBatchLinearSVC setLabelCol(String value) {
    super.setLabelCol(value);
    return this;
  }

  @Override
  public MiniBatchLinearSVC setPredictionCol(String value) {
    super.setPredictionCol(value);
    return this;
  }

  @Override
  public MiniBatchLinearSVC setRawPredictionCol(String value) {
    super.setRawPredictionCol(value);
    return this;
  }

  @Override
  public MiniBatchLinearSVC setThreshold(double value) {
    super.setThreshold(value);
    return this;
  }
}
