package ravine.ml.classification;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Softmax;
import ravine.ml.FeatureScaling;
import ravine.ml.MiniBatchFit;
import ravine.ml.MiniBatchParamSet;
import ravine.ml.MiniBatchParams;
import ravine.ml.TrainingSummaries;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.ElasticNet;
import ravine.rows.ColumnStats;

/**
 * Spark's logistic regression, binary and multinomial, trained by mini-batches with momentum, NAG,
 * Adam or any other rule.
 *
 * <p>Minimises the objective of the class it extends (mean weighted log-loss + regParam · elastic
 * net, on standardised features when {@code standardization}, intercepts free) and gives back
 * Spark's own {@link LogisticRegressionModel}: a saved model needs no jar of Ravine to be loaded.
 * {@code maxIter} counts passes over the data, the unit of an L-BFGS iteration of that class.
 *
 * <p>Not supported, and refused: bounds on coefficients and intercepts, and values other than the
 * default of {@code aggregationDepth} and {@code maxBlockSizeInMB}, which steer nothing here.
 *
 * <pre>{@code
 * LogisticRegressionModel model =
 *     new MiniBatchLogisticRegression().setOptimizer("adam(beta2=0.99)").setMaxIter(20).fit(rows);
 * }</pre>
 */
public class MiniBatchLogisticRegression extends LogisticRegression
    implements MiniBatchParams<MiniBatchLogisticRegression> {
  private static final long serialVersionUID = 1L;

  private final MiniBatchParamSet miniBatchParams;
  private transient List<TrainingListener> listeners = new ArrayList<>();
  private transient @Nullable TrainingResult lastTrainingResult;
  private transient @Nullable LogisticRegressionModel startModel;

  /** An estimator with a random uid. */
  public MiniBatchLogisticRegression() {
    this(Identifiable.randomUID("miniBatchLogReg"));
  }

  /** An estimator with the given uid. */
  @SuppressWarnings("this-escape")
  public MiniBatchLogisticRegression(String uid) {
    super(uid);
    this.miniBatchParams = new MiniBatchParamSet(this);
  }

  /**
   * Reads a saved estimator of this class.
   *
   * @throws IllegalArgumentException if another estimator was saved there
   */
  public static MiniBatchLogisticRegression load(String path) {
    return MiniBatchFit.loaded(
        LogisticRegression.load(path), MiniBatchLogisticRegression.class, path);
  }

  @Override
  public MiniBatchParamSet miniBatchParams() {
    return miniBatchParams;
  }

  /** Watches the next fits; may stop them. */
  public MiniBatchLogisticRegression addListener(TrainingListener listener) {
    listeners.add(listener);
    return this;
  }

  /** What the last fit of this very object gave beyond the model; null before the first. */
  public @Nullable TrainingResult lastTrainingResult() {
    return lastTrainingResult;
  }

  @Override
  public MiniBatchLogisticRegression setInitialModel(LogisticRegressionModel model) {
    startModel = model;
    return this;
  }

  @Override
  public LogisticRegressionModel train(Dataset<?> dataset) {
    refuseBounds();
    MiniBatchFit fit = new MiniBatchFit(this, listeners);
    String weights = isDefined(weightCol()) && !getWeightCol().isEmpty() ? getWeightCol() : null;
    try (TrainingData data = fit.pack(dataset, getLabelCol(), getFeaturesCol(), weights)) {
      ColumnStats stats = data.stats();
      StructField labels = dataset.schema().apply(getLabelCol());
      int classes = ClassLabels.count(stats.label(), labels);
      boolean multinomial = isMultinomial(classes);
      if (!multinomial && classes > 2) {
        ClassLabels.requireBinary(stats.label(), labels, "family=binomial");
      }
      int outputs = multinomial ? classes : 1;
      Loss loss = multinomial ? new Softmax(classes) : new Logistic();
      FeatureScaling coordinates =
          fit.coordinates(
              data,
              getFitIntercept(),
              getStandardization(),
              getRegParam() * (1.0 - getElasticNetParam()) / loss.curvatureBound());
      Coordinates preconditioner = coordinates.preconditioner(outputs, 0, 1.0, 0.0);
      ElasticNet penalty =
          new ElasticNet(getRegParam(), getElasticNetParam(), coordinates.penaltyScale(outputs, 0));
      double[] initial = initial(preconditioner, stats.label().classWeights(), multinomial);
      TrainingResult result =
          fit.train(
              data, Problem.of(loss, preconditioner, penalty, initial), getMaxIter(), getTol());
      lastTrainingResult = result;
      LogisticRegressionModel model =
          copyValues(model(preconditioner, result, classes, multinomial), ParamMap.empty());
      TrainingSummaries.summarise(model, fit.trainingRows(dataset), result.objectiveHistory());
      return model;
    }
  }

  private boolean isMultinomial(int classes) {
    return switch (getFamily()) {
      case "multinomial" -> true;
      case "binomial" -> false;
      default -> classes > 2;
    };
  }

  private void refuseBounds() {
    if (isSet(lowerBoundsOnCoefficients())
        || isSet(upperBoundsOnCoefficients())
        || isSet(lowerBoundsOnIntercepts())
        || isSet(upperBoundsOnIntercepts())) {
      throw new IllegalArgumentException(
          "Bounds on coefficients or intercepts are not supported here: clear them, or use Spark's"
              + " LogisticRegression.");
    }
  }

  /** Initial weights: a model's, or zeros with intercepts at the log-odds of the class shares. */
  private double[] initial(Coordinates preconditioner, double[] classWeights, boolean multinomial) {
    LogisticRegressionModel given = startModel;
    if (given == null && !getInitialModelPath().isEmpty()) {
      given = LogisticRegressionModel.load(getInitialModelPath());
    }
    if (given != null) {
      return fromModel(preconditioner, given);
    }
    double[] theta = new double[preconditioner.dimension()];
    if (!getFitIntercept()) {
      return theta;
    }
    int at = preconditioner.features() * preconditioner.outputs();
    if (!multinomial) {
      theta[at] =
          classWeights.length == 2 && classWeights[0] > 0.0 && classWeights[1] > 0.0
              ? Math.log(classWeights[1] / classWeights[0])
              : 0.0;
      return theta;
    }
    double mean = 0.0;
    int outputs = preconditioner.outputs();
    for (int k = 0; k < outputs; k++) {
      double weight = k < classWeights.length ? classWeights[k] : 0.0;
      theta[at + k] = Math.log1p(weight);
      mean += theta[at + k] / outputs;
    }
    for (int k = 0; k < outputs; k++) {
      theta[at + k] -= mean;
    }
    return theta;
  }

  private static double[] fromModel(Coordinates preconditioner, LogisticRegressionModel model) {
    Matrix matrix = model.coefficientMatrix();
    int outputs = preconditioner.outputs();
    int features = preconditioner.features();
    if (matrix.numRows() != outputs || matrix.numCols() != features) {
      throw new IllegalArgumentException(
          "The initial model has "
              + matrix.numRows()
              + " x "
              + matrix.numCols()
              + " coefficients, but this data needs "
              + outputs
              + " x "
              + features
              + ".");
    }
    double[] raw = new double[preconditioner.rawDimension()];
    for (int j = 0; j < features; j++) {
      for (int k = 0; k < outputs; k++) {
        raw[j * outputs + k] = matrix.apply(k, j);
      }
    }
    for (int k = 0; k < outputs; k++) {
      raw[features * outputs + k] = model.interceptVector().apply(k);
    }
    return preconditioner.fromRaw(raw);
  }

  private LogisticRegressionModel model(
      Coordinates preconditioner, TrainingResult result, int classes, boolean multinomial) {
    int features = preconditioner.features();
    int outputs = preconditioner.outputs();
    double[] raw = new double[preconditioner.rawDimension()];
    preconditioner.toRaw(result.weights(), raw);
    double[] rows = new double[features * outputs];
    double[] intercepts = new double[outputs];
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < features; j++) {
        rows[k * features + j] = raw[j * outputs + k];
      }
      intercepts[k] = getFitIntercept() ? raw[features * outputs + k] : 0.0;
    }
    if (multinomial) {
      centre(rows, intercepts, features, outputs);
    }
    return new LogisticRegressionModel(
        uid(),
        new DenseMatrix(outputs, features, rows, true),
        Vectors.dense(intercepts),
        classes,
        multinomial);
  }

  /**
   * Centres the weights over the classes, as Spark does: softmax does not change when every class's
   * intercept moves by the same amount, nor, without a penalty, when every class's coefficients do.
   */
  private void centre(double[] rows, double[] intercepts, int features, int outputs) {
    if (getRegParam() == 0.0) {
      for (int j = 0; j < features; j++) {
        double mean = 0.0;
        for (int k = 0; k < outputs; k++) {
          mean += rows[k * features + j] / outputs;
        }
        for (int k = 0; k < outputs; k++) {
          rows[k * features + j] -= mean;
        }
      }
    }
    if (getFitIntercept()) {
      double mean = 0.0;
      for (int k = 0; k < outputs; k++) {
        mean += intercepts[k] / outputs;
      }
      for (int k = 0; k < outputs; k++) {
        intercepts[k] -= mean;
      }
    }
  }

  /** Listeners are transient: an estimator read from bytes has none. */
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    listeners = new ArrayList<>();
  }

  @Override
  public MiniBatchLogisticRegression copy(ParamMap extra) {
    MiniBatchLogisticRegression copy =
        (MiniBatchLogisticRegression) super.<LogisticRegression>defaultCopy(extra);
    copy.listeners.addAll(listeners);
    copy.startModel = startModel;
    return copy;
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
