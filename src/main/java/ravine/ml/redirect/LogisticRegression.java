package ravine.ml.redirect;

import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLogisticRegression;

/**
 * Spark's logistic regression, trained by Ravine.
 *
 * <p>By Spark itself where {@code aggregationDepth}, {@code maxBlockSizeInMB} or a param that
 * Ravine does not know are set; where all labels are one, which needs no training; and where Ravine
 * refuses the rows.
 */
public class LogisticRegression extends org.apache.spark.ml.classification.LogisticRegression
    implements Redirected {
  private static final long serialVersionUID = 1L;

  static final Honoured HONOURED =
      new Honoured(
          "elasticNetParam",
          "family",
          "lowerBoundsOnCoefficients",
          "lowerBoundsOnIntercepts",
          "probabilityCol",
          "rawPredictionCol",
          "threshold",
          "thresholds",
          "upperBoundsOnCoefficients",
          "upperBoundsOnIntercepts");

  private transient @Nullable LogisticRegressionModel startModel;
  private final Redirection redirection = new Redirection("LogisticRegression");

  /** An estimator with a random uid, of Spark's form. */
  public LogisticRegression() {
    this(Identifiable.randomUID("logreg"));
  }

  /** An estimator with the given uid. */
  public LogisticRegression(String uid) {
    super(uid);
  }

  /** Reads a saved estimator of Spark's class. */
  public static LogisticRegression load(String path) {
    org.apache.spark.ml.classification.LogisticRegression saved =
        org.apache.spark.ml.classification.LogisticRegression.load(path);
    return saved.copyValues(new LogisticRegression(saved.uid()), ParamMap.empty());
  }

  @Override
  public LogisticRegressionModel train(Dataset<?> dataset) {
    return redirection.train(dataset, exception(), this::ours, super::train);
  }

  MiniBatchLogisticRegression ours() {
    OurLogisticRegression ours = copyValues(new OurLogisticRegression(uid()), ParamMap.empty());
    LogisticRegressionModel start = startModel;
    if (start != null) {
      ours.setInitialModel(start);
    }
    return ours;
  }

  /** What leaves the training to Spark, a clause; null for nothing. */
  @Nullable String exception() {
    return HONOURED.exception(this);
  }

  @Override
  public String explanation() {
    return redirection.explanation(exception());
  }

  Redirection redirection() {
    return redirection;
  }

  @Override
  public @Nullable TrainingResult lastTrainingResult() {
    return redirection.lastTrainingResult();
  }

  @Override
  public LogisticRegression setInitialModel(LogisticRegressionModel model) {
    super.setInitialModel(model);
    startModel = model;
    return this;
  }

  /** A writer of Spark's own class with the same params. */
  @Override
  public MLWriter write() {
    return copyValues(
            new org.apache.spark.ml.classification.LogisticRegression(uid()), ParamMap.empty())
        .write();
  }
}
