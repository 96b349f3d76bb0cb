package ravine.ml;

import org.apache.spark.ml.regression.LinearRegressionTrainingSummary;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.objenesis.ObjenesisStd;

/**
 * Lazy training summary of a linear regression: see {@link Deferred}. Spark's own is a class whose
 * constructor scores all rows and computes every measure, in a job that takes longer than a fit. So
 * this subclass answers each method from one that is made when it is first asked for, and is itself
 * made without a constructor, as deserialization makes objects; the fields it inherits are never
 * read.
 */
final class DeferredLinearSummary extends LinearRegressionTrainingSummary {
  private static final long serialVersionUID = 1L;

  private Deferred<LinearRegressionTrainingSummary> summary;

  /** The one that has the standard errors. */
  private Deferred<LinearRegressionTrainingSummary> errors;

  private double[] history;

  /** Never runs: Java wants one. */
  @SuppressWarnings("UnusedMethod")
  private DeferredLinearSummary(
      Deferred<LinearRegressionTrainingSummary> summary, double[] history) {
    super(summary.get().predictions(), "", "", "", null, history, history);
    this.summary = summary;
    this.errors = summary;
    this.history = history;
  }

  static DeferredLinearSummary of(
      Deferred<LinearRegressionTrainingSummary> summary, double[] history) {
    // Without its cache, which knows classes by name, also those that two sessions have brought.
    DeferredLinearSummary made = new ObjenesisStd(false).newInstance(DeferredLinearSummary.class);
    made.summary = summary;
    made.errors = summary;
    made.history = history;
    return made;
  }

  /** Standard errors, t and p values are those of this summary from now on. */
  void takeErrorsOf(Deferred<LinearRegressionTrainingSummary> other) {
    errors = other;
  }

  private LinearRegressionTrainingSummary made() {
    return summary.get();
  }

  @Override
  public double[] objectiveHistory() {
    return history.clone();
  }

  /** The steps, one less than the objectives. */
  @Override
  public int totalIterations() {
    return history.length - 1;
  }

  @Override
  public Dataset<Row> predictions() {
    return made().predictions();
  }

  @Override
  public String predictionCol() {
    return made().predictionCol();
  }

  @Override
  public String labelCol() {
    return made().labelCol();
  }

  @Override
  public String featuresCol() {
    return made().featuresCol();
  }

  @Override
  public double explainedVariance() {
    return made().explainedVariance();
  }

  @Override
  public double meanAbsoluteError() {
    return made().meanAbsoluteError();
  }

  @Override
  public double meanSquaredError() {
    return made().meanSquaredError();
  }

  @Override
  public double rootMeanSquaredError() {
    return made().rootMeanSquaredError();
  }

  @Override
  public double r2() {
    return made().r2();
  }

  @Override
  public double r2adj() {
    return made().r2adj();
  }

  @Override
  public Dataset<Row> residuals() {
    return made().residuals();
  }

  @Override
  public long numInstances() {
    return made().numInstances();
  }

  @Override
  public long degreesOfFreedom() {
    return made().degreesOfFreedom();
  }

  @Override
  public double[] devianceResiduals() {
    return made().devianceResiduals();
  }

  @Override
  public double[] coefficientStandardErrors() {
    return errors.get().coefficientStandardErrors();
  }

  @Override
  public double[] tValues() {
    return errors.get().tValues();
  }

  @Override
  public double[] pValues() {
    return errors.get().pValues();
  }

  /** Public from Spark 4.1 on. */
  public double[] diagInvAtWA() {
    return TrainingSummaries.numbers(errors.get(), "diagInvAtWA");
  }

  /** Public from Spark 4.1 on. */
  public double[] coefficientArray() {
    return TrainingSummaries.numbers(made(), "coefficientArray");
  }
}
