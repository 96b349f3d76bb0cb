package ravine.ml.redirect;

import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.ml.util.DatasetUtils$;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingResult;
import ravine.ml.TrainingSummaries;
import ravine.ml.regression.MiniBatchLinearRegression;

/**
 * Spark's linear regression, of squared or Huber's loss, trained by Ravine.
 *
 * <p>By Spark itself where {@code solver=normal}, {@code aggregationDepth}, {@code
 * maxBlockSizeInMB} or a param that Ravine does not know are set, and where Ravine refuses the
 * rows. Also by default ({@code solver=auto}) with a penalty and up to 4,096 features: Spark then
 * solves normal equations, in which the penalty is weighed by the deviations of the population and
 * not of the sample, so that the optimum is another than that of {@code solver=l-bfgs}, which is
 * Ravine's. Without a penalty the two are one, and where Spark would have standard errors, t and p
 * values of its normal equations, the summary solves these with Spark's own code when it is asked.
 */
public class LinearRegression extends org.apache.spark.ml.regression.LinearRegression
    implements Redirected {
  private static final long serialVersionUID = 1L;

  /** Of Spark's normal equations. */
  private static final int MOST_FEATURES = 4096;

  private static final String OWN_PENALTY =
      "solver=auto with a penalty means Spark's normal equations up to 4096 features, which weigh it"
          + " by other deviations than solver=l-bfgs, the objective of Ravine";

  static final Honoured HONOURED = new Honoured("elasticNetParam", "epsilon", "loss", "solver");

  private final Redirection redirection = new Redirection("LinearRegression");

  /** An estimator with a random uid, of Spark's form. */
  public LinearRegression() {
    this(Identifiable.randomUID("linReg"));
  }

  /** An estimator with the given uid. */
  public LinearRegression(String uid) {
    super(uid);
  }

  /** Reads a saved estimator of Spark's class. */
  public static LinearRegression load(String path) {
    org.apache.spark.ml.regression.LinearRegression saved =
        org.apache.spark.ml.regression.LinearRegression.load(path);
    return saved.copyValues(new LinearRegression(saved.uid()), ParamMap.empty());
  }

  @Override
  public LinearRegressionModel train(Dataset<?> dataset) {
    LinearRegressionModel model =
        redirection.train(dataset, exception(dataset), this::ours, this::trainSparks);
    if (lastTrainingResult() != null) {
      addErrors(model, dataset);
    }
    return model;
  }

  /** Has the summary of a model of ours solve Spark's normal equations, where Spark would. */
  void addErrors(LinearRegressionModel model, Dataset<?> dataset) {
    if (hasErrors(model)) {
      LinearRegression unchanged = copy(ParamMap.empty());
      TrainingSummaries.errors(model, () -> unchanged.trainSparks(dataset).summary());
    }
  }

  MiniBatchLinearRegression ours() {
    MiniBatchLinearRegression ours =
        copyValues(new MiniBatchLinearRegression(uid()), ParamMap.empty());
    ours.clear(ours.solver());
    return ours;
  }

  private LinearRegressionModel trainSparks(Dataset<?> dataset) {
    return super.train(dataset);
  }

  private int features(Dataset<?> dataset) {
    return DatasetUtils$.MODULE$.getNumFeatures(dataset, getFeaturesCol());
  }

  private boolean hasErrors(LinearRegressionModel model) {
    return isNormal() && getRegParam() == 0.0 && model.numFeatures() <= MOST_FEATURES;
  }

  private boolean hasOwnPenalty() {
    return isNormal() && getRegParam() > 0.0;
  }

  /** Whether Spark solves normal equations where there are few enough features. */
  private boolean isNormal() {
    return getLoss().equals("squaredError") && getSolver().equals("auto");
  }

  /** What leaves the training to Spark, a clause; null for nothing. */
  @Nullable String exception(Dataset<?> dataset) {
    String exception = exception();
    return exception == null && hasOwnPenalty() && features(dataset) <= MOST_FEATURES
        ? OWN_PENALTY
        : exception;
  }

  private @Nullable String exception() {
    return getSolver().equals("normal")
        ? "solver=normal names another algorithm than Ravine's"
        : HONOURED.exception(this);
  }

  @Override
  public String explanation() {
    String exception = exception();
    return redirection.explanation(exception == null && hasOwnPenalty() ? OWN_PENALTY : exception);
  }

  Redirection redirection() {
    return redirection;
  }

  @Override
  public @Nullable TrainingResult lastTrainingResult() {
    return redirection.lastTrainingResult();
  }

  @Override
  public LinearRegression copy(ParamMap extra) {
    return (LinearRegression)
        super.<org.apache.spark.ml.regression.LinearRegression>defaultCopy(extra);
  }

  /** A writer of Spark's own class with the same params. */
  @Override
  public MLWriter write() {
    return copyValues(new org.apache.spark.ml.regression.LinearRegression(uid()), ParamMap.empty())
        .write();
  }
}
