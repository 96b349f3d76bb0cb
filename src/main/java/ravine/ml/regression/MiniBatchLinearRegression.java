package ravine.ml.regression;

import java.util.List;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingData;
import ravine.engine.TrainingResult;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Squared;
import ravine.ml.FeatureScaling;
import ravine.ml.LinearWeights;
import ravine.ml.MiniBatchFit;
import ravine.ml.MiniBatchParams;
import ravine.ml.MiniBatchSettings;
import ravine.ml.PartialFit;
import ravine.ml.TrainingState;
import ravine.ml.TrainingSummaries;
import ravine.ml.segments.SegmentKind;
import ravine.ml.segments.SegmentModels;
import ravine.ml.segments.SegmentWeights;
import ravine.ml.segments.SegmentedFitting;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.ElasticNet;
import ravine.rows.ColumnStats;

/**
 * Spark's linear regression with squared or Huber loss, trained by mini-batches with momentum, NAG,
 * Adam or any other rule.
 *
 * <p>Minimises the objective of the class it extends, in that class's own units: for the squared
 * loss Spark divides the label by its standard deviation σ before it weighs the error against the
 * penalty, so the objective (and {@code objectiveHistory}) is ½ mean squared error / σ² +
 * regParam/σ · elastic net of the coefficients of the divided label. For the Huber loss the scale
 * is estimated along with the coefficients. Gives back Spark's own {@link LinearRegressionModel}.
 * {@code maxIter} counts passes over the data.
 *
 * <p>Not supported, and refused: {@code solver} other than {@code auto}; an L1 part with the Huber
 * loss, as in Spark; values other than the default of {@code aggregationDepth} and {@code
 * maxBlockSizeInMB}, which steer nothing here.
 */
public class MiniBatchLinearRegression extends LinearRegression
    // The first is named, too, because py4j sees no interface of an interface.
    implements MiniBatchParams<MiniBatchLinearRegression>,
        SegmentedFitting<MiniBatchLinearRegression, LinearRegressionModel> {
  private static final long serialVersionUID = 1L;

  private final MiniBatchSettings miniBatchSettings;

  /** An estimator with a random uid. */
  public MiniBatchLinearRegression() {
    this(Identifiable.randomUID("miniBatchLinReg"));
  }

  /** An estimator with the given uid. */
  @SuppressWarnings("this-escape")
  public MiniBatchLinearRegression(String uid) {
    super(uid);
    this.miniBatchSettings = new MiniBatchSettings(this);
  }

  /**
   * Reads a saved estimator of this class.
   *
   * @throws IllegalArgumentException if another estimator was saved there
   */
  public static MiniBatchLinearRegression load(String path) {
    return MiniBatchSettings.loaded(
        LinearRegression.load(path), MiniBatchLinearRegression.class, path);
  }

  @Override
  public MiniBatchSettings miniBatchSettings() {
    return miniBatchSettings;
  }

  @Override
  public LinearRegressionModel train(Dataset<?> dataset) {
    refuseWhatIsNot();
    MiniBatchFit fit = new MiniBatchFit(this);
    try (TrainingData data = isHuber() ? fit.pack(dataset) : fit.sum(dataset)) {
      Problem problem = objective(fit, data, fit.label(dataset), startModel());
      TrainingResult result = fit.train(data, problem, getMaxIter(), getTol());
      LinearRegressionModel model = model(problem, result.weights());
      TrainingSummaries.summarise(model, fit.trainingRows(dataset), result.objectiveHistory());
      return model;
    }
  }

  private void refuseWhatIsNot() {
    if (isSet(solver()) && !getSolver().equals("auto")) {
      throw new IllegalArgumentException(
          "solver=" + getSolver() + " names another algorithm: leave it at auto.");
    }
    if (isHuber() && getElasticNetParam() > 0.0 && getRegParam() > 0.0) {
      throw new IllegalArgumentException(
          "loss=huber takes only an L2 penalty: set elasticNetParam to 0, but it was "
              + getElasticNetParam());
    }
  }

  @Override
  public PartialFit<LinearRegressionModel> partialFit(Dataset<?> rows, TrainingState state) {
    refuseWhatIsNot();
    return PartialFit.of(this, rows, state, this::model);
  }

  @Override
  public LinearRegressionModel model(Problem problem, double[] theta) {
    return segmentModel(segmentWeights(problem, theta));
  }

  @Override
  public SegmentModels<LinearRegressionModel> fitByKey(
      Dataset<?> rows, List<String> keys, long maxSegmentRows) {
    refuseWhatIsNot();
    return SegmentedFitting.super.fitByKey(rows, keys, maxSegmentRows);
  }

  @Override
  public SegmentKind segmentKind() {
    return SegmentKind.LINEAR;
  }

  @Override
  public SegmentWeights segmentWeights(Problem problem, double[] theta) {
    LinearWeights found = LinearWeights.of(problem.coordinates(), theta);
    return SegmentWeights.of(
        Vectors.dense(found.coefficients()),
        found.intercept(),
        isHuber() ? Math.exp(found.extras()[0]) : 1.0);
  }

  @Override
  public SegmentWeights segmentWeights(LinearRegressionModel model) {
    return SegmentWeights.of(model.coefficients(), model.intercept(), model.scale());
  }

  @Override
  public LinearRegressionModel segmentModel(SegmentWeights weights) {
    LinearRegressionModel model =
        new LinearRegressionModel(
            uid(), weights.coefficients().compressed(), weights.intercept(), weights.scale());
    return copyValues(model, ParamMap.empty());
  }

  @Override
  public @Nullable LinearRegressionModel startModel() {
    return getInitialModelPath().isEmpty()
        ? null
        : LinearRegressionModel.load(getInitialModelPath());
  }

  private boolean isHuber() {
    return getLoss().equals("huber");
  }

  @Override
  public Problem objective(
      MiniBatchFit fit, TrainingData data, StructField label, @Nullable Model<?> start) {
    ColumnStats stats = data.stats();
    boolean huber = isHuber();
    int extras = huber ? 1 : 0;
    double unit = labelUnit(stats);
    double l1Share = huber ? 0.0 : getElasticNetParam();
    double strength = huber ? getRegParam() * unit : getRegParam() / unit;
    double ridge = getRegParam() * (1.0 - getElasticNetParam());
    FeatureScaling scaling =
        fit.coordinates(
            data, getFitIntercept(), getStandardization(), huber ? ridge * unit : ridge / unit);
    Coordinates coordinates =
        scaling.preconditioner(1, extras, unit, getFitIntercept() ? stats.label().mean() : 0.0);
    double[] initial = new double[coordinates.dimension()];
    if (start instanceof LinearRegressionModel given) {
      double[] scale = huber ? new double[] {Math.log(given.scale())} : new double[0];
      initial =
          LinearWeights.fromModel(coordinates, given.coefficients(), given.intercept(), scale);
    }
    return new Problem(
        huber ? new ConcomitantHuber(getEpsilon()) : new Squared(),
        coordinates,
        new ElasticNet(strength, l1Share, scaling.penaltyScale(1, extras)),
        initial,
        huber ? unit : unit * unit,
        huber ? unit : 1.0);
  }

  /** Standard deviation of the label; for a constant label its size, as in Spark, or 1. */
  private static double labelUnit(ColumnStats stats) {
    if (stats.label().deviation() > 0.0) {
      return stats.label().deviation();
    }
    double size = Math.abs(stats.label().mean());
    return size > 0.0 ? size : 1.0;
  }

  @Override
  public MiniBatchLinearRegression copy(ParamMap extra) {
    return miniBatchSettings.listeningTo(
        (MiniBatchLinearRegression) super.<LinearRegression>defaultCopy(extra));
  }

  @Override
  public MiniBatchLinearRegression setMaxIter(int value) {
    super.setMaxIter(value);
    return this;
  }

  @Override
  public MiniBatchLinearRegression setRegParam(double value) {
    super.setRegParam(value);
    return this;
  }

  @Override
  public MiniBatchLinearRegression setElasticNetParam(double value) {
    super.setElasticNetParam(value);
    return this;
  }

  @Override
  public MiniBatchLinearRegression setTol(double value) {
    super.setTol(value);
    return this;
  }

  @Override
  public MiniBatchLinearRegression setFitIntercept(boolean value) {
    super.setFitIntercept(value);
    return this;
  }

  @Override
  public MiniBatchLinearRegression setStandardization(boolean value) {
    super.setStandardization(value);
    return this;
  }

  @Override
  public MiniBatchLinearRegression setLoss(String value) {
    super.setLoss(value);
    return this;
  }

  @Override
  public MiniBatchLinearRegression setEpsilon(double value) {
    super.setEpsilon(value);
    return this;
  }

  @Override
  public MiniBatchLinearRegression setWeightCol(String value) {
    super.setWeightCol(value);
    return this;
  }

  @Override
  public MiniBatchLinearRegression setFeaturesCol(String value) {
    super.setFeaturesCol(value);
    return this;
  }

  @Override
  public MiniBatchLinearRegression setLabelCol(String value) {
    super.setLabelCol(value);
    return this;
  }

  @Override
  public MiniBatchLinearRegression setPredictionCol(String value) {
    super.setPredictionCol(value);
    return this;
  }
}
