package ravine.ml.redirect;

import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLinearSVC;

/**
 * Spark's linear support vector machine, trained by Ravine.
 *
 * <p>By Spark itself where {@code aggregationDepth}, {@code maxBlockSizeInMB} or a param that
 * Ravine does not know are set, and where Ravine refuses the rows.
 */
public class LinearSVC extends org.apache.spark.ml.classification.LinearSVC implements Redirected {
  private static final long serialVersionUID = 1L;

  static final Honoured HONOURED = new Honoured("rawPredictionCol", "threshold");

  private final Redirection redirection = new Redirection("LinearSVC");

  /** An estimator with a random uid, of Spark's form. */
  public LinearSVC() {
    this(Identifiable.randomUID("linearsvc"));
  }

  /** An estimator with the given uid. */
  public LinearSVC(String uid) {
    super(uid);
  }

  /** Reads a saved estimator of Spark's class. */
  public static LinearSVC load(String path) {
    org.apache.spark.ml.classification.LinearSVC saved =
        org.apache.spark.ml.classification.LinearSVC.load(path);
    return saved.copyValues(new LinearSVC(saved.uid()), ParamMap.empty());
  }

  @Override
  public LinearSVCModel train(Dataset<?> dataset) {
    return redirection.train(dataset, exception(), this::ours, super::train);
  }

  MiniBatchLinearSVC ours() {
    return copyValues(new MiniBatchLinearSVC(uid()), ParamMap.empty());
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

  /** A writer of Spark's own class with the same params. */
  @Override
  public MLWriter write() {
    return copyValues(new org.apache.spark.ml.classification.LinearSVC(uid()), ParamMap.empty())
        .write();
  }
}
