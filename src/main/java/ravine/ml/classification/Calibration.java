package ravine.ml.classification;

import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Params;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.ml.ClassWeights;
import ravine.ml.ClientWarnings;
import ravine.ml.weighting.ClassWeighting;
import ravine.objective.Coordinates;

/**
 * Probabilities of the rows as they are, from a training on rows that weigh w_k more for their
 * class k.
 *
 * <p>Such a training finds p'(k|x) ∝ w_k p(k|x), so that log w_k taken from the intercept of class
 * k (of two classes with one margin: log w₁ − log w₀) gives p (King and Zeng 2001, "Logistic
 * Regression in Rare Events Data", prior correction). The decisions for the largest p' are those
 * for the largest p(k|x) / t_k with t_k ∝ 1/w_k, which is what Spark's {@code thresholds} mean; of
 * two classes p(1|x) above w₀ / (w₀ + w₁), its {@code threshold} (Elkan 2001, "The Foundations of
 * Cost-Sensitive Learning", theorem 1).
 */
final class Calibration {
  static final Calibration NONE = new Calibration(new double[0], new double[0]);

  private static final Logger LOG = LoggerFactory.getLogger(Calibration.class);
  private static final String NAME = "calibrateIntercept";

  private final double[] weights;

  /** What training adds to each intercept; empty for nothing. */
  private final double[] shifts;

  private Calibration(double[] weights, double[] shifts) {
    this.weights = weights;
    this.shifts = shifts;
  }

  static BooleanParam param(Params owner) {
    return new BooleanParam(
        owner,
        NAME,
        "whether intercepts are corrected for classWeight, so that probabilities are those of the"
            + " rows as they are, and threshold or thresholds are set so that predictions are those"
            + " of the re-weighted rows");
  }

  /**
   * Of the weights of the classes; none where there are none, or no intercept.
   *
   * @param weights by class index, of a class beyond the end 1; empty if no class weighs more
   */
  static Calibration of(double[] weights, Coordinates coordinates) {
    if (weights.length == 0 || !coordinates.hasIntercept()) {
      return NONE;
    }
    double[] shifts = new double[coordinates.outputs()];
    for (int k = 0; k < shifts.length; k++) {
      shifts[k] = Math.log(ClassWeighting.of(weights, k));
    }
    if (shifts.length == 1) {
      shifts[0] = Math.log(ClassWeighting.of(weights, 1)) - shifts[0];
    }
    return new Calibration(weights, shifts);
  }

  /** Says that probabilities are not calibrated where there is no intercept to correct. */
  static void noteWithoutIntercept() {
    String note =
        "classWeight without an intercept (fitIntercept=false): probabilities are those of the"
            + " re-weighted rows, for there is no intercept to correct.";
    LOG.warn(note);
    ClientWarnings.add(note);
  }

  /**
   * Intercepts in bounds cannot be corrected.
   *
   * @throws IllegalArgumentException if that is asked for
   */
  void requireFree(BoxConstraints constraints) {
    if (shifts.length > 0 && constraints.areOnIntercepts()) {
      throw new IllegalArgumentException(
          "classWeight corrects intercepts after training, which takes them out of their bounds:"
              + " set calibrateIntercept=false, or clear the bounds on intercepts.");
    }
  }

  /** What a training would find, from what a model has. */
  Vector trained(Vector intercepts) {
    double[] trained = intercepts.toArray().clone();
    for (int k = 0; k < shifts.length && k < trained.length; k++) {
      trained[k] += shifts[k];
    }
    return Vectors.dense(trained);
  }

  /** What a model has, from what training found. */
  ClassWeights corrected(ClassWeights found) {
    return shifts.length == 0 ? found : found.minus(shifts);
  }

  /** Has a model decide as the training would. */
  void decide(LogisticRegressionModel model, boolean multinomial) {
    if (shifts.length == 0) {
      return;
    }
    if (!multinomial) {
      double zero = ClassWeighting.of(weights, 0);
      model.setThreshold(zero / (zero + ClassWeighting.of(weights, 1)));
      return;
    }
    double[] thresholds = new double[shifts.length];
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < thresholds.length; k++) {
      least = Math.min(least, ClassWeighting.of(weights, k));
    }
    for (int k = 0; k < thresholds.length; k++) {
      thresholds[k] = least / ClassWeighting.of(weights, k);
    }
    model.setThresholds(thresholds);
  }
}
