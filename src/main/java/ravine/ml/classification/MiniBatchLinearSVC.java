package ravine.ml.classification;

import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.LinearSVC;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import ravine.cluster.Requirements;
import ravine.engine.TrainingData;
import ravine.engine.TrainingResult;
import ravine.loss.Hinge;
import ravine.ml.FeatureScaling;
import ravine.ml.LinearWeights;
import ravine.ml.MiniBatchFit;
import ravine.ml.MiniBatchParams;
import ravine.ml.MiniBatchSettings;
import ravine.ml.PartialFit;
import ravine.ml.TrainingState;
import ravine.ml.TrainingSummaries;
import ravine.ml.segments.SegmentKind;
import ravine.ml.segments.SegmentWeights;
import ravine.ml.segments.SegmentedFitting;
import ravine.ml.weighting.ClassWeightParams;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L2;

/**
 * Spark's linear support vector machine, trained by mini-batches with momentum, NAG, Adam or any
 * other rule.
 *
 * <p>Minimises the objective of the class it extends (mean weighted hinge loss + regParam/2 · ‖w‖²,
 * on standardised features when {@code standardization}, intercept free) and gives back Spark's own
 * {@link LinearSVCModel}. {@code maxIter} counts passes over the data.
 *
 * <p>Smoothed hinge: where the step is automatic and the rule linear in the gradient, a smooth twin
 * of the hinge is trained whose width becomes smaller until the hinge's own optimum is within
 * {@code tol}; the objectives recorded are the twin's, but for the last one, which is the hinge's.
 *
 * <p>{@code classWeight} moves the border between the classes; there are no probabilities to keep.
 *
 * <p>Not supported, and refused: values other than the default of {@code aggregationDepth} and
 * {@code maxBlockSizeInMB}, which steer nothing here.
 */
public class MiniBatchLinearSVC extends LinearSVC
    // The first is named, too, because py4j sees no interface of an interface.
    implements MiniBatchParams<MiniBatchLinearSVC>,
        ClassWeightParams<MiniBatchLinearSVC>,
        SegmentedFitting<MiniBatchLinearSVC, LinearSVCModel> {
  private static final long serialVersionUID = 1L;

  private final MiniBatchSettings miniBatchSettings;
  private final Param<String> classWeight;

  /** An estimator with a random uid. */
  public MiniBatchLinearSVC() {
    this(Identifiable.randomUID("miniBatchSvc"));
  }

  /** An estimator with the given uid. */
  @SuppressWarnings("this-escape")
  public MiniBatchLinearSVC(String uid) {
    super(uid);
    this.miniBatchSettings = new MiniBatchSettings(this);
    this.classWeight = ClassWeightParams.of(this);
    setDefault(classWeight, "");
  }

  /**
   * Reads a saved estimator of this class.
   *
   * @throws IllegalArgumentException if another estimator was saved there
   */
  public static MiniBatchLinearSVC load(String path) {
    return MiniBatchSettings.loaded(LinearSVC.load(path), MiniBatchLinearSVC.class, path);
  }

  @Override
  public MiniBatchSettings miniBatchSettings() {
    return miniBatchSettings;
  }

  @Override
  public Param<String> classWeight() {
    return classWeight;
  }

  @Override
  public double[] lastClassWeights() {
    return miniBatchSettings.lastClassWeights();
  }

  @Override
  public LinearSVCModel train(Dataset<?> dataset) {
    MiniBatchFit fit = new MiniBatchFit(this);
    try (TrainingData data = fit.pack(dataset)) {
      Problem problem = objective(fit, data, fit.label(dataset), startModel());
      TrainingResult result = fit.train(data, problem, getMaxIter(), getTol());
      LinearSVCModel model = model(problem, result.weights());
      TrainingSummaries.summarise(model, fit.trainingRows(dataset), result.objectiveHistory());
      return model;
    }
  }

  @Override
  public PartialFit<LinearSVCModel> partialFit(Dataset<?> rows, TrainingState state) {
    return PartialFit.of(this, rows, state, this::model);
  }

  @Override
  public LinearSVCModel model(Problem problem, double[] theta) {
    return segmentModel(segmentWeights(problem, theta));
  }

  @Override
  public SegmentKind segmentKind() {
    return SegmentKind.MARGIN;
  }

  @Override
  public SegmentWeights segmentWeights(Problem problem, double[] theta) {
    LinearWeights found = LinearWeights.of(problem.coordinates(), theta);
    return SegmentWeights.of(Vectors.dense(found.coefficients()), found.intercept(), 1.0);
  }

  @Override
  public SegmentWeights segmentWeights(LinearSVCModel model) {
    return SegmentWeights.of(model.coefficients(), model.intercept(), 1.0);
  }

  @Override
  public LinearSVCModel segmentModel(SegmentWeights weights) {
    Vector dense = weights.coefficients();
    // As Spark's own: its earlier models of this kind are the only linear ones that stay dense.
    Vector coefficients = Requirements.hasSpark(4, 1) ? dense.compressed() : dense;
    return copyValues(
        new LinearSVCModel(uid(), coefficients, weights.intercept()), ParamMap.empty());
  }

  @Override
  public @Nullable LinearSVCModel startModel() {
    return getInitialModelPath().isEmpty() ? null : LinearSVCModel.load(getInitialModelPath());
  }

  @Override
  public Problem objective(
      MiniBatchFit fit, TrainingData data, StructField label, @Nullable Model<?> start) {
    ClassLabels.requireBinary(data.stats().label(), label, "LinearSVC");
    fit.weighting().stated().requireAmong(2, label.name());
    FeatureScaling scaling =
        fit.coordinates(data, getFitIntercept(), getStandardization(), getRegParam());
    Coordinates coordinates = scaling.preconditioner(1, 0, 1.0, 0.0);
    double[] initial = new double[coordinates.dimension()];
    if (start instanceof LinearSVCModel given) {
      initial =
          LinearWeights.fromModel(
              coordinates, given.coefficients(), given.intercept(), new double[0]);
    }
    return Problem.of(
        new Hinge(), coordinates, new L2(getRegParam(), scaling.penaltyScale(1, 0)), initial);
  }

  @Override
  public MiniBatchLinearSVC copy(ParamMap extra) {
    return miniBatchSettings.listeningTo((MiniBatchLinearSVC) super.<LinearSVC>defaultCopy(extra));
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
