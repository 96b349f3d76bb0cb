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

  /**
   * A change of coordinates.
   *
   * @param outputs margins per row K, at least 1
   * @param intercept whether θ holds intercepts
   * @param extras number of the loss's own parameters, logarithms of scales
   * @param inverse s, length d; 0 leaves a feature out
   * @param centre μ, length d, or all 0 where there is no intercept to absorb it
   * @param outputScale u, positive
   * @param outputShift added to every margin; 0 without intercept
   */
  public Coordinates(
      int outputs,
      boolean intercept,
      int extras,
      double[] inverse,
      double[] centre,
      double outputScale,
      double outputShift) {
    this.features = inverse.length;
    this.outputs = outputs;
    this.intercept = intercept;
    this.extras = extras;
    this.inverse = inverse.clone();
    this.centre = centre.clone();
    this.outputScale = outputScale;
    this.outputShift = outputShift;
  }

  /** θ is the raw point itself. */
  public static Coordinates identity(int features, int outputs, boolean intercept) {
    double[] ones = new double[features];
    Arrays.fill(ones, 1.0);
    return new Coordinates(outputs, intercept, 0, ones, new double[features], 1.0, 0.0);
  }

  /** The same θ for rows that are standardised and centred already. */
  public Coordinates ofStandardisedRows() {
    double[] ones = new double[features];
    Arrays.fill(ones, 1.0);
    return new Coordinates(
        outputs, intercept, extras, ones, new double[features], outputScale, outputShift);
  }

  /** s, not copied. */
  public double[] inverse() {
    return inverse;
  }

  /** μ, not copied. */
  public double[] centre() {
    return centre;
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
