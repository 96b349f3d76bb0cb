package ravine.ml;

import java.util.Arrays;
import org.apache.spark.ml.linalg.Vector;
import ravine.objective.Coordinates;

/** The weights of a model with one output, in raw coordinates. */
public final class LinearWeights {
  private final double[] coefficients;
  private final double intercept;
  private final double[] extras;

  private LinearWeights(double[] coefficients, double intercept, double[] extras) {
    this.coefficients = coefficients;
    this.intercept = intercept;
    this.extras = extras;
  }

  /** The raw weights of θ. */
  public static LinearWeights of(Coordinates preconditioner, double[] theta) {
    double[] raw = new double[preconditioner.rawDimension()];
    preconditioner.toRaw(theta, raw);
    int features = preconditioner.features();
    return new LinearWeights(
        Arrays.copyOf(raw, features),
        preconditioner.hasIntercept() ? raw[features] : 0.0,
        Arrays.copyOfRange(raw, features + 1, raw.length));
  }

  /**
   * θ of a model's weights.
   *
   * @param extras the loss's own parameters
   * @throws IllegalArgumentException if the number of features differs
   */
  public static double[] fromModel(
      Coordinates preconditioner, Vector coefficients, double intercept, double[] extras) {
    int features = preconditioner.features();
    if (coefficients.size() != features) {
      throw new IllegalArgumentException(
          "The initial model has "
              + coefficients.size()
              + " coefficients, but this data has "
              + features
              + " features.");
    }
    double[] raw = Arrays.copyOf(coefficients.toArray(), features + 1 + extras.length);
    raw[features] = intercept;
    System.arraycopy(extras, 0, raw, features + 1, extras.length);
    return preconditioner.fromRaw(raw);
  }

  /** Length d. */
  public double[] coefficients() {
    return coefficients;
  }

  /** 0 without intercept. */
  public double intercept() {
    return intercept;
  }

  /** The loss's own parameters. */
  public double[] extras() {
    return extras;
  }
}
