package ravine.exchange;

/**
 * Questions about all training rows whose answers leave the rows' margins behind in the executors,
 * so that what is asked next costs a few operations a row and no read of its features. All points
 * and gradients are in the coordinates θ of the problem, losses in its loop units, without penalty.
 *
 * <p>Margins are kept in two slots, 0 and 1, by point. Every question carries the points it is
 * about: a worker that has lost their margins (a retry, an eviction) computes them again from the
 * points, never from one another, and so answers with the same bits.
 *
 * <p>Derivatives in a margin are in the loop's units too: for a margin divided by the output scale
 * and a loss divided by its unit.
 */
public interface WholeBatch {
  /**
   * What one read of all rows gives beside the gradient.
   *
   * @param loss weighted mean loss
   * @param weight Σ w
   * @param meanCurvature weighted mean of ℓ″ over rows (and outputs)
   * @param leastCurvature least w·ℓ″ of a row of positive weight (softmax: half the least
   *     probability for ℓ″); infinite where there is no such row
   * @param slopes (1/Σw) Σ w·|ℓ′|, for the dual objective of hinges
   * @param marginChange largest |margin in this slot − margin in the other| of any row and output;
   *     infinite where the other slot is empty, or where the points are too long to be sent twice
   */
  record Sums(
      double loss,
      double weight,
      double meanCurvature,
      double leastCurvature,
      double slopes,
      double marginChange) {}

  /**
   * One read of all rows: loss and gradient at θ, margins kept.
   *
   * @param theta the point
   * @param slot 0 or 1, whose margins these become
   * @param gradient overwritten with the gradient of the mean loss, length of θ
   */
  Sums gradient(double[] theta, int slot, double[] gradient);

  /**
   * The mean loss φ(t) on the line from the point of one slot to that of the other, with its first
   * two derivatives, from kept margins.
   *
   * @param from the point of slot {@code fromSlot}, as it was given to {@link #gradient}
   * @param to the point of the other slot
   * @param lengths up to 8 values of t; 0 is {@code from}, 1 is {@code to}
   * @return φ, φ′, φ″ for each t in turn
   */
  double[] along(double[] from, double[] to, int fromSlot, double[] lengths);

  /**
   * The Hessian of the mean loss at the point of a slot, over a share of the rows. Rows and columns
   * of the loss's own parameters hold the true second derivatives, majorised or not.
   *
   * @param theta the point of {@code slot}
   * @param pass which permutation of the groups the share is taken from
   * @param batches the share is slice 0 of so many; 1 for all rows
   * @param majorised whether ℓ″ is replaced by the curvature of a parabola that lies above the loss
   *     and touches it at the margin, which is positive where ℓ″ vanishes
   * @param hessian overwritten, d × d row-major, both triangles
   * @return the share of the rows' weight that was used, in (0, 1]; 0, and a matrix of zeros, where
   *     the slice has no row
   * @throws IllegalArgumentException if the matrix has too many numbers to be sent
   * @throws IllegalStateException if a share is asked for before any {@link #gradient}
   */
  double hessian(
      double[] theta, int slot, long pass, int batches, boolean majorised, double[] hessian);

  /** The Hessian of the mean loss over all rows at the point of a slot, times a direction. */
  void product(double[] theta, int slot, double[] direction, double[] product);

  /**
   * The mean loss as a function of a shift of every row's margins, which is what intercepts are,
   * the margins being those of a slot: from kept margins.
   *
   * @param theta the point of {@code slot}
   * @param shifts what is added to each output, in units of θ; length K
   * @return the derivative of the mean loss in each shift, then the K × K second derivatives
   * @throws UnsupportedOperationException where no margins are kept
   */
  default double[] shifted(double[] theta, int slot, double[] shifts) {
    throw new UnsupportedOperationException("no margins are kept to be shifted");
  }

  /**
   * The mean loss as a function of its one own parameter, the margins staying at the point of a
   * slot: from kept margins.
   *
   * @param theta the point of {@code slot}; its own value of the parameter is not used
   * @param values up to 8 values of the parameter as θ holds it (ln σ in units of the output)
   * @return the mean loss and its derivative in the parameter, for each value in turn
   * @throws UnsupportedOperationException if the loss has not exactly one parameter of its own
   */
  default double[] scales(double[] theta, int slot, double[] values) {
    throw new UnsupportedOperationException("the loss has no parameter of its own");
  }

  /** The longest that any partition computed, summed over all questions so far; 0 if not known. */
  default double computeSeconds() {
    return 0.0;
  }

  /** What all questions so far took beyond {@link #computeSeconds}; 0 where that is not known. */
  default double exchangeSeconds() {
    return 0.0;
  }
}
