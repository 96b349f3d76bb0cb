package ravine.mllib;

import ravine.loss.Huber;

/**
 * Huber's loss for regression that outliers cannot pull away: ½r² for |r| ≤ δ, else δ(|r| − ½δ), r
 * = w·x − label. For large δ it is MLlib's {@code LeastSquaresGradient}.
 *
 * <p>δ is in the units of the label and fixed (PyTorch's {@code HuberLoss}); the {@code epsilon} of
 * Spark's {@code LinearRegression.setLoss("huber")} is relative to a scale learned from the data.
 */
public final class HuberGradient extends MarginGradient {
  private static final long serialVersionUID = 1L;

  /**
   * The gradient of Huber's loss.
   *
   * @param delta δ, greater than 0 and finite
   */
  public HuberGradient(double delta) {
    super(new Huber(checkedDelta(delta)));
  }

  private static double checkedDelta(double delta) {
    if (!(delta > 0.0 && delta < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("delta must be finite and above 0, but was " + delta);
    }
    return delta;
  }

  @Override
  double checked(double label) {
    return label;
  }
}
