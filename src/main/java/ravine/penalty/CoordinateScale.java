package ravine.penalty;

import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The factor s by which a penalty sees each weight: it penalises {@code s[j] * weights[j]}. A
 * factor of 0 exempts the coordinate (an intercept); factors other than 0 and 1 appear where the
 * loop works in standardised coordinates but the objective penalises the original ones.
 */
public final class CoordinateScale implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final CoordinateScale UNIFORM = new CoordinateScale(null);

  private final double @Nullable [] factors;

  private CoordinateScale(double @Nullable [] factors) {
    this.factors = factors;
  }

  /** Every coordinate is penalised as it is. */
  public static CoordinateScale uniform() {
    return UNIFORM;
  }

  /** One factor per coordinate, at least 0 and finite; copied. */
  public static CoordinateScale of(double... factors) {
    return new CoordinateScale(factors.clone());
  }

  /**
   * All ones but for a zero at the last of {@code dimension} coordinates: the intercept's place in
   * MLlib.
   */
  public static CoordinateScale exemptLast(int dimension) {
    double[] factors = new double[dimension];
    Arrays.fill(factors, 0, dimension - 1, 1.0);
    return new CoordinateScale(factors);
  }

  /** The factor of coordinate j. */
  public double at(int j) {
    return factors == null ? 1.0 : factors[j];
  }

  /** Whether every factor is 1. */
  public boolean isUniform() {
    return factors == null;
  }
}
