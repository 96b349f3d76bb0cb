package ravine.exchange;

import org.jspecify.annotations.Nullable;

/**
 * What every partition is asked to sum, at which point, over which slice of its rows.
 *
 * @param kind which sum
 * @param pass which permutation of the groups; ignored when the slice is everything
 * @param batch which slice, from 0
 * @param batches number of slices the pass is cut into, at least 1; 1 means every row
 * @param point raw weights, intercepts and parameters of the loss
 * @param other the snapshot of {@link Kind#DIFFERENCE}, the direction of {@link Kind#CURVATURE}, or
 *     what {@link LocalSteps} calls an order for {@link Kind#LOCAL}
 */
record StepRequest(
    Kind kind, long pass, int batch, int batches, double[] point, double @Nullable [] other) {

  /** The sums a partition can be asked for. */
  enum Kind {
    /** Σ w∇ℓ and Σ wℓ at the point. */
    GRADIENT(0),
    /** Σ w(∇ℓ(point) − ∇ℓ(other)), in one read of the rows, and Σ wℓ at the point. */
    DIFFERENCE(1),
    /** Σ wℓ alone. */
    LOSS(2),
    /** Σ wℓ alone, over the validation rows. */
    VALIDATION(3),
    /** Σ w h x xᵀ·other with h the loss's curvature bound: a Hessian-like product. */
    CURVATURE(4),
    /** Local steps: see {@link LocalSteps}. */
    LOCAL(5);

    private static final Kind[] KINDS = values();

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** The number that stands for it in messages. */
    int code() {
      return code;
    }

    static Kind of(int code) {
      for (Kind kind : KINDS) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no kind of request has the code " + code);
    }

    /** Whether the answer is a vector, and not a loss alone. */
    boolean hasGradient() {
      return this != LOSS && this != VALIDATION;
    }
  }

  static StepRequest all(Kind kind, double[] point) {
    return new StepRequest(kind, 0, 0, 1, point, null);
  }
}
