package ravine.ml.classification;

import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingData;
import ravine.engine.TrainingResult;
import ravine.loss.Softmax;
import ravine.ml.ClassWeights;
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
import ravine.ml.weighting.ClassWeighting;
import ravine.objective.Coordinates;
import ravine.objective.Problem;

/**
 * Spark's logistic regression, binary and multinomial, trained by mini-batches with momentum, NAG,
 * Adam or any other rule.
 *
 * <p>Minimises the objective of the class it extends (mean weighted log-loss + regParam · elastic
 * net, on standardised features when {@code standardization}, intercepts free) and gives back
 * Spark's own {@link LogisticRegressionModel}: a saved model needs no jar of Ravine to be loaded.
 * {@code maxIter} counts passes over the data, the unit of an L-BFGS iteration of that class.
 *
 * <p>{@code classWeight} trains on re-weighted rows; probabilities stay those of the rows as they
 * are (see {@code calibrateIntercept}).
 *
 * <p>Bounds on coefficients and intercepts are kept to the last bit, and go with any {@code
 * elasticNetParam}; of a penalty with an L1 part and bounds the model has no bounds among its
 * params, because Spark's model refuses the two together. Refused are values other than the default
 * of {@code aggregationDepth} and {@code maxBlockSizeInMB}, which steer nothing here.
 *
 * <pre>{@code
 * LogisticRegressionModel model =
 *     new MiniBatchLogisticRegression().setOptimizer("adam(beta2=0.99)").setMaxIter(20).fit(rows);
 * }</pre>
 */
public class MiniBatchLogisticRegression extends LogisticRegression
    // The first is named, too, because py4j sees no interface of an interface.
    implements MiniBatchParams<MiniBatchLogisticRegression>,
        ClassWeightParams<MiniBatchLogisticRegression>,
        SegmentedFitting<MiniBatchLogisticRegression, LogisticRegressionModel> {
  private static final long serialVersionUID = 1L;

  private final MiniBatchSettings miniBatchSettings;
  private final Param<String> classWeight;
  private final BooleanParam calibrateIntercept;
  private transient @Nullable LogisticRegressionModel startModel;

  /** An estimator with a random uid. */
  public MiniBatchLogisticRegression() {
    this(Identifiable.randomUID("miniBatchLogReg"));
  }

  /** An estimator with the given uid. */
  @SuppressWarnings("this-escape")
  public MiniBatchLogisticRegression(String uid) {
    super(uid);
    this.miniBatchSettings = new MiniBatchSettings(this);
    this.classWeight = ClassWeightParams.of(this);
    this.calibrateIntercept = Calibration.param(this);
    setDefault(classWeight, "");
    setDefault(calibrateIntercept, true);
  }

  /**
   * Reads a saved estimator of this class.
   *
   * @throws IllegalArgumentException if another estimator was saved there
   */
  public static MiniBatchLogisticRegression load(String path) {
    return MiniBatchSettings.loaded(
        LogisticRegression.load(path), MiniBatchLogisticRegression.class, path);
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

  /**
   * Whether intercepts are corrected for {@code classWeight}, so that probabilities are those of
   * the rows as they are, with thresholds that keep the decisions. Default: true.
   */
  public BooleanParam calibrateIntercept() {
    return calibrateIntercept;
  }

  /** The value of {@link #calibrateIntercept}. */
  public boolean getCalibrateIntercept() {
    return (Boolean) getOrDefault(calibrateIntercept);
  }

  /** Sets {@link #calibrateIntercept}. */
  public MiniBatchLogisticRegression setCalibrateIntercept(boolean value) {
    set(calibrateIntercept, (Object) value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setInitialModel(LogisticRegressionModel model) {
    startModel = model;
    return this;
  }

  @Override
  public LogisticRegressionModel train(Dataset<?> dataset) {
    MiniBatchFit fit = new MiniBatchFit(this);
    try (TrainingData data = fit.pack(dataset)) {
      Problem problem = objective(fit, data, fit.label(dataset), startModel());
      if (!fit.weighting().stated().isNone() && !getFitIntercept() && getCalibrateIntercept()) {
        Calibration.noteWithoutIntercept();
      }
      TrainingResult result = fit.train(data, problem, getMaxIter(), getTol());
      LogisticRegressionModel model =
          model(
              problem,
              result.weights(),
              calibration(fit.weighting().weights(), problem.coordinates()));
      TrainingSummaries.summarise(model, fit.trainingRows(dataset), result.objectiveHistory());
      return model;
    }
  }

  @Override
  public PartialFit<LogisticRegressionModel> partialFit(Dataset<?> rows, TrainingState state) {
    if (new BoxConstraints(this).areSet()) {
      throw new IllegalArgumentException(
          "Bounds on coefficients or intercepts are kept by fit, not by partialFit: clear them.");
    }
    // A portion takes the weights that are named; there are no others.
    double[] classWeights = ClassWeighting.of(getClassWeight()).weights(() -> new double[0]);
    return PartialFit.of(
        this,
        rows,
        state,
        (problem, theta) ->
            model(problem, theta, calibration(classWeights, problem.coordinates())));
  }

  Calibration calibration(double[] classWeights, Coordinates coordinates) {
    return getCalibrateIntercept() ? Calibration.of(classWeights, coordinates) : Calibration.NONE;
  }

  @Override
  public LogisticRegressionModel model(Problem problem, double[] theta) {
    return model(problem, theta, calibration(lastClassWeights(), problem.coordinates()));
  }

  private LogisticRegressionModel model(Problem problem, double[] theta, Calibration calibration) {
    ClassWeights found = weights(problem, theta, calibration);
    boolean multinomial = problem.loss() instanceof Softmax;
    return model(
        found.coefficients(),
        found.intercepts(),
        problem.loss().classes(),
        multinomial,
        calibration);
  }

  private ClassWeights weights(Problem problem, double[] theta, Calibration calibration) {
    BoxConstraints constraints = new BoxConstraints(this);
    ClassWeights found = ClassWeights.of(problem.coordinates(), theta);
    if (constraints.areSet()) {
      return calibration.corrected(found.inside(constraints::clip));
    }
    ClassWeights corrected = calibration.corrected(found);
    return problem.loss() instanceof Softmax ? corrected.centred(getRegParam() > 0.0) : corrected;
  }

  private LogisticRegressionModel model(
      Matrix coefficients,
      Vector intercepts,
      int classes,
      boolean multinomial,
      Calibration calibration) {
    LogisticRegressionModel model =
        new LogisticRegressionModel(
            uid(), coefficients.compressed(), intercepts.compressed(), classes, multinomial);
    copyValues(model, ParamMap.empty());
    if (!isSet(threshold()) && !isSet(thresholds())) {
      calibration.decide(model, multinomial);
    }
    return withoutBoundsWhereL1(model);
  }

  @Override
  public SegmentKind segmentKind() {
    return SegmentKind.LOGISTIC;
  }

  @Override
  public SegmentWeights segmentWeights(Problem problem, double[] theta) {
    ClassWeights found = weights(problem, theta, Calibration.NONE);
    return SegmentWeights.ofClasses(
        found.coefficients(), found.intercepts(), problem.loss() instanceof Softmax);
  }

  @Override
  public SegmentWeights segmentWeights(LogisticRegressionModel model) {
    boolean multinomial = model.coefficientMatrix().numRows() > 1;
    return SegmentWeights.ofClasses(
        model.coefficientMatrix(), model.interceptVector(), multinomial);
  }

  @Override
  public LogisticRegressionModel segmentModel(SegmentWeights weights) {
    Matrix rows = weights.matrix();
    int classes = Math.max(2, rows.numRows());
    return model(rows, weights.intercepts(), classes, weights.isMultinomial(), Calibration.NONE);
  }

  /** Spark's model with both refuses to score a row. */
  private LogisticRegressionModel withoutBoundsWhereL1(LogisticRegressionModel model) {
    return getElasticNetParam() > 0.0 ? BoxConstraints.without(model) : model;
  }

  /** Spark's, which gives a model all params once more. */
  @Override
  public LogisticRegressionModel fit(Dataset<?> dataset) {
    return withoutBoundsWhereL1(super.fit(dataset));
  }

  /** Spark's check, but that bounds go with an L1 part. */
  @Override
  public StructType transformSchema(StructType schema) {
    BoxConstraints constraints = new BoxConstraints(this);
    if (!constraints.areSet() || getElasticNetParam() == 0.0) {
      return super.transformSchema(schema);
    }
    return BoxConstraints.without(copy(ParamMap.empty())).transformSchema(schema);
  }

  @Override
  public Problem objective(
      MiniBatchFit fit, TrainingData data, StructField label, @Nullable Model<?> start) {
    return LogisticObjective.of(this, fit, data, label, start);
  }

  @Override
  public @Nullable LogisticRegressionModel startModel() {
    return startModel != null || getInitialModelPath().isEmpty()
        ? startModel
        : LogisticRegressionModel.load(getInitialModelPath());
  }

  @Override
  public MiniBatchLogisticRegression copy(ParamMap extra) {
    MiniBatchLogisticRegression copy =
        (MiniBatchLogisticRegression) super.<LogisticRegression>defaultCopy(extra);
    copy.startModel = startModel;
    return miniBatchSettings.listeningTo(copy);
  }

  @Override
  public MiniBatchLogisticRegression setMaxIter(int value) {
    super.setMaxIter(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setRegParam(double value) {
    super.setRegParam(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setElasticNetParam(double value) {
    super.setElasticNetParam(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setTol(double value) {
    super.setTol(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setFitIntercept(boolean value) {
    super.setFitIntercept(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setStandardization(boolean value) {
    super.setStandardization(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setFamily(String value) {
    super.setFamily(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setLowerBoundsOnCoefficients(Matrix value) {
    super.setLowerBoundsOnCoefficients(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setUpperBoundsOnCoefficients(Matrix value) {
    super.setUpperBoundsOnCoefficients(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setLowerBoundsOnIntercepts(Vector value) {
    super.setLowerBoundsOnIntercepts(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setUpperBoundsOnIntercepts(Vector value) {
    super.setUpperBoundsOnIntercepts(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setWeightCol(String value) {
    super.setWeightCol(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setFeaturesCol(String value) {
    super.setFeaturesCol(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setLabelCol(String value) {
    super.setLabelCol(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setPredictionCol(String value) {
    super.setPredictionCol(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setRawPredictionCol(String value) {
    super.setRawPredictionCol(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setProbabilityCol(String value) {
    super.setProbabilityCol(value);
    return this;
  }

  @Override
  public MiniBatchLogisticRegression setThreshold(double value) {
    super.setThreshold(value);
    return this;
  }
}
