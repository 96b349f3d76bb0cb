package ravine.curvature;

/**
 * A question to the partitions, for losses whose conjugate is no parabola: what scaling the dual
 * variables costs. With aᵢ the derivative of row i's loss in its margin at the point that the
 * gradient belongs to, and W the sum of the row weights:
 *
 * <pre>
 * at(s) = (1/W) Σ wᵢ (ℓ*(s·aᵢ) − s·ℓ*(aᵢ))      (divided by the unit of the loss)
 * </pre>
 *
 * <p>It is at most 0 because ℓ* is convex and ℓ*(0) = 0; taking 0 for it is the bound without the
 * question. O(rows) where the margins are kept.
 */
@FunctionalInterface
public interface DualSums {
  /** No question asked. */
  DualSums NOT_ASKED = scale -> 0.0;

  /** The sum at {@code scale} in [0, 1]. */
  double at(double scale);
}
