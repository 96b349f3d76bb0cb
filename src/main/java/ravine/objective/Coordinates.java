package ravine.objective;

import java.io.Serializable;
import java.util.Arrays;
import ravine.rows.ColumnStats;

/**
 * Standardising and centring as algebra on the weights, never on the data.
 *
 * <p>The loop works in coordinates θ in which features have mean 0 and deviation 1 and the output
 * is measured in units of {@code outputScale}; the partitions work in raw coordinates. With inverse
 * deviations s, means μ and output scale u,
 *
 * <pre>
 *   w[j,k] = u · θ[j,k] · s[j]            b[k] = u · θ_b[k] + shift − Σ_j μ[j] w[j,k]
 *   ∂/∂θ[j,k] = u · s[j] · (G[j,k] − μ[j] M[k])      ∂/∂θ_b[k] = u · M[k]
 * </pre>
 *
 * where G is the raw gradient of the weights and M that of the intercepts. Sparse rows stay sparse.
 *
 * <p>θ holds the d·K coefficients feature-major, then the K intercepts if there are any, then the
 * loss's own parameters, which are logarithms of scales (in units of {@code outputScale}). The raw
 * point always has K intercepts.
 */
public final class Coordinates implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int features;
  private final int outputs;
  private final boolean intercept;
  private final int extras;
  private final double[] inverse;
  private final double[] centre;
  private final double outputScale;
  private final double outputShift;

  private Coordinates(Builder parts) {
    this.features = parts.inverse.length;
    this.outputs = parts.outputs;
    this.intercept = parts.intercept;
    this.extras = parts.extras;
    this.inverse = parts.inverse;
    this.centre = parts.centre;
    this.outputScale = parts.outputScale;
    this.outputShift = parts.outputShift;
  }

  /**
   * Begins with scaling alone: one output, no intercept, nothing centred.
   *
   * @param inverse s, one over the scale of each feature, length d; 0 leaves a feature out; copied
   */
  public static Builder scaledBy(double[] inverse) {
    return new Builder(inverse.clone());
  }

  /** The parts of a change of coordinates by name. */
  public static final class Builder {
    private final double[] inverse;
    private double[] centre;
    private int outputs = 1;
    private boolean intercept;
    private int extras;
    private double outputScale = 1.0;
    private double outputShift;

    private Builder(double[] inverse) {
      this.inverse = inverse;
      this.centre = new double[inverse.length];
    }

    /**
     * Where each feature is 0.
     *
     * @param newCentre μ, length d; all 0 where there is no intercept to absorb it; copied
     */
    public Builder centredAt(double[] newCentre) {
      if (newCentre.length != inverse.length) {
        throw new IllegalArgumentException(
            "centre must have " + inverse.length + " numbers, but had " + newCentre.length);
      }
      centre = newCentre.clone();
      return this;
    }

    /** Margins per row K, at least 1. */
    public Builder outputs(int number) {
      if (number < 1) {
        throw new IllegalArgumentException("outputs must be at least 1, but was " + number);
      }
      outputs = number;
      return this;
    }

    /** Whether θ holds intercepts. */
    public Builder intercept(boolean has) {
      intercept = has;
      return this;
    }

    /** Number of the loss's own parameters, logarithms of scales. */
    public Builder extras(int number) {
      extras = number;
      return this;
    }

    /** u, positive: the unit of the output. */
    public Builder outputScale(double unit) {
      outputScale = unit;
      return this;
    }

    /** What is added to every margin; 0 without intercept. */
    public Builder outputShift(double shift) {
      outputShift = shift;
      return this;
    }

    /**
     * The change of coordinates.
     *
     * @throws IllegalArgumentException if that is more weights than an array holds
     */
    public Coordinates build() {
      long weights = (inverse.length + 1L) * outputs + extras;
      if (weights > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            inverse.length
                + " features and "
                + outputs
                + " outputs make "
                + weights
                + " weights, but an array holds no more than 2147483639: hash the features into"
                + " fewer columns.");
      }
      return new Coordinates(this);
    }
  }

  /** θ is the raw point itself. */
  public static Coordinates identity(int features, int outputs, boolean intercept) {
    double[] ones = new double[features];
    Arrays.fill(ones, 1.0);
    return scaledBy(ones).outputs(outputs).intercept(intercept).build();
  }

  /** The same θ for rows that are standardised and centred already. */
  public Coordinates ofStandardisedRows() {
    double[] ones = new double[features];
    Arrays.fill(ones, 1.0);
    return scaledBy(ones)
        .outputs(outputs)
        .intercept(intercept)
        .extras(extras)
        .outputScale(outputScale)
        .outputShift(outputShift)
        .build();
  }

  /** The same with one more parameter of the loss's own at the end of θ. */
  public Coordinates plusExtra() {
    return scaledBy(inverse)
        .centredAt(centre)
        .outputs(outputs)
        .intercept(intercept)
        .extras(extras + 1)
        .outputScale(outputScale)
        .outputShift(outputShift)
        .build();
  }

  /** s; a copy. */
  public double[] inverse() {
    return inverse.clone();
  }

  /** μ; a copy. */
  public double[] centre() {
    return centre.clone();
  }

  /** u. */
  public double outputScale() {
    return outputScale;
  }

  /** What is added to every margin. */
  public double outputShift() {
    return outputShift;
  }

  /** Whether some feature is centred. */
  public boolean isCentred() {
    for (double mean : centre) {
      if (mean != 0.0) {
        return true;
      }
    }
    return false;
  }

  /** Number of the loss's own parameters. */
  public int extras() {
    return extras;
  }

  /** Length of θ. */
  public int dimension() {
    return features * outputs + (intercept ? outputs : 0) + extras;
  }

  /** Length of a raw point. */
  public int rawDimension() {
    return (features + 1) * outputs + extras;
  }

  /** Margins per row. */
  public int outputs() {
    return outputs;
  }

  /** Number of features. */
  public int features() {
    return features;
  }

  /** Whether θ holds intercepts. */
  public boolean hasIntercept() {
    return intercept;
  }

  /** Writes the raw point of θ. */
  public void toRaw(double[] theta, double[] raw) {
    int coefficients = features * outputs;
    for (int k = 0; k < outputs; k++) {
      raw[coefficients + k] =
          (intercept ? outputScale * theta[coefficients + k] : 0.0) + outputShift;
    }
    multiply(theta, raw);
    int from = coefficients + (intercept ? outputs : 0);
    int to = coefficients + outputs;
    for (int e = 0; e < extras; e++) {
      raw[to + e] = Math.log(outputScale) + theta[from + e];
    }
  }

  /**
   * Mean over rows of ‖x̃‖², where a margin is x̃ · θ: of rows with these moments. The loss's own
   * parameters are left out.
   */
  public double meanSquaredLength(ColumnStats stats) {
    double[] means = stats.means();
    double[] deviations = stats.deviations();
    double sum = intercept ? 1.0 : 0.0;
    for (int j = 0; j < features; j++) {
      double distance = means[j] - centre[j];
      sum += inverse[j] * inverse[j] * (deviations[j] * deviations[j] + distance * distance);
    }
    return outputScale * outputScale * sum;
  }

  /** Writes the raw direction of a direction in θ: the linear part of {@link #toRaw}. */
  public void directionToRaw(double[] direction, double[] raw) {
    int coefficients = features * outputs;
    for (int k = 0; k < outputs; k++) {
      raw[coefficients + k] = intercept ? outputScale * direction[coefficients + k] : 0.0;
    }
    multiply(direction, raw);
    Arrays.fill(raw, coefficients + outputs, raw.length, 0.0);
  }

  private void multiply(double[] theta, double[] raw) {
    int coefficients = features * outputs;
    if (outputs == 1) {
      double offset = 0.0;
      for (int j = 0; j < features; j++) {
        double w = outputScale * theta[j] * inverse[j];
        raw[j] = w;
        offset += centre[j] * w;
      }
      raw[coefficients] -= offset;
      return;
    }
    for (int j = 0; j < features; j++) {
      double scale = outputScale * inverse[j];
      double mean = centre[j];
      for (int k = 0; k < outputs; k++) {
        double w = theta[j * outputs + k] * scale;
        raw[j * outputs + k] = w;
        raw[coefficients + k] -= mean * w;
      }
    }
  }

  /**
   * Turns a raw gradient sum into a gradient in θ.
   *
   * @param rawGradient length {@link #rawDimension()} or longer
   * @param factor multiplied in, such as 1 / Σ weights
   * @param gradient overwritten, length {@link #dimension()}
   */
  public void gradient(double[] rawGradient, double factor, double[] gradient) {
    int coefficients = features * outputs;
    double unit = factor * outputScale;
    if (outputs == 1) {
      double sum = rawGradient[coefficients];
      for (int j = 0; j < features; j++) {
        gradient[j] = unit * inverse[j] * (rawGradient[j] - centre[j] * sum);
      }
    } else {
      for (int j = 0; j < features; j++) {
        double scale = unit * inverse[j];
        double mean = centre[j];
        for (int k = 0; k < outputs; k++) {
          int at = j * outputs + k;
          gradient[at] = scale * (rawGradient[at] - mean * rawGradient[coefficients + k]);
        }
      }
    }
    if (intercept) {
      for (int k = 0; k < outputs; k++) {
        gradient[coefficients + k] = unit * rawGradient[coefficients + k];
      }
    }
    int to = coefficients + (intercept ? outputs : 0);
    int from = coefficients + outputs;
    for (int e = 0; e < extras; e++) {
      gradient[to + e] = factor * rawGradient[from + e];
    }
  }

  /** θ of raw coefficients (feature-major) and intercepts; the inverse of {@link #toRaw}. */
  public double[] fromRaw(double[] raw) {
    int coefficients = features * outputs;
    double[] theta = new double[dimension()];
    for (int k = 0; k < outputs; k++) {
      double offset = 0.0;
      for (int j = 0; j < features; j++) {
        int at = j * outputs + k;
        theta[at] = inverse[j] == 0.0 ? 0.0 : raw[at] / (inverse[j] * outputScale);
        offset += centre[j] * raw[at];
      }
      if (intercept) {
        theta[coefficients + k] = (raw[coefficients + k] - outputShift + offset) / outputScale;
      }
    }
    int to = coefficients + (intercept ? outputs : 0);
    for (int e = 0; e < extras; e++) {
      theta[to + e] = raw[coefficients + outputs + e] - Math.log(outputScale);
    }
    return theta;
  }
}
