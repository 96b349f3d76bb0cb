package ravine.engine;

import org.jspecify.annotations.Nullable;

/**
 * What every partition is asked to sum, at which point, over which slice of its rows.
 *
 * @param kind which sum
 * @param epoch which permutation of the groups; ignored when the slice is everything
 * @param batch which slice, from 0
 * @param batches number of slices the epoch is cut into, at least 1; 1 means every row
 * @param point raw weights, intercepts and parameters of the loss
 * @param other the snapshot of {@link Kind#DIFFERENCE} or the direction of {@link Kind#CURVATURE}
 */
record StepRequest(
    Kind kind, long epoch, int batch, int batches, double[] point, double @Nullable [] other) {

  /** The sums a partition can be asked for. */
  enum Kind {
    /** Σ w∇ℓ and Σ wℓ at the point. */
    GRADIENT,
    /** Σ w(∇ℓ(point) − ∇ℓ(other)), in one read of the rows, and Σ wℓ at the point. */
    DIFFERENCE,
    /** Σ wℓ alone. */
    LOSS,
    /** Σ wℓ alone, over the validation rows. */
    VALIDATION,
    /** Σ w h x xᵀ·other with h the loss's curvature bound: a Hessian-like product. */
    CURVATURE;

    /** Whether the answer is a vector, and not a loss alone. */
    boolean hasGradient() {
      return this != LOSS && this != VALIDATION;
    }
  }

  static StepRequest all(Kind kind, double[] point) {
    return new StepRequest(kind, 0, 0, 1, point, null);
  }
}
