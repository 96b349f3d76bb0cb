package ravine.exchange;

import org.jspecify.annotations.Nullable;
import ravine.validation.ValidationMetric;

/**
 * What every partition is asked to sum, at which point, over which slice of its rows.
 *
 * @param kind which sum
 * @param pass which permutation of the groups; of {@link Kind#VALIDATION} which metric, and else
 *     ignored when the slice is everything
 * @param batch which slice, from 0
 * @param batches number of slices the pass is cut into, at least 1; 1 means every row
 * @param point raw weights, intercepts and parameters of the loss
 * @param other what else the kind needs, or null
 * @param slot where the margins at the point are kept, 0 or 1; 0 where none are
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StepRequest(
    Kind kind,
    long pass,
    int batch,
    int batches,
    double[] point,
    double @Nullable [] other,
    int slot) {

  /** One that keeps no margins. */
  StepRequest(
      Kind kind, long pass, int batch, int batches, double[] point, double @Nullable [] other) {
    this(kind, pass, batch, batches, point, other, 0);
  }

  /** The sums a partition can be asked for. */
  enum Kind {
    /** Σ w∇ℓ and Σ wℓ at the point. */
    GRADIENT(0),
    /** Σ w(∇ℓ(point) − ∇ℓ(other)), in one read of the rows, and Σ wℓ; other: the snapshot. */
    DIFFERENCE(1),
    /** Σ wℓ alone. */
    LOSS(2),
    /**
     * Σ wℓ over the validation rows, and what a {@link ValidationMetric} is made of; alone where
     * that is the loss.
     */
    VALIDATION(3),
    /** Σ w x xᵀ·other: a Hessian-like product; other: the direction. */
    CURVATURE(4),
    /** Local steps; other: a {@link LocalSteps.Order}. */
    LOCAL(5),
    /**
     * {@link #GRADIENT} over all rows, keeping their margins; Σ wℓ″ and Σ w|ℓ′| behind it. Other:
     * the point of the other slot, from whose margins the change is measured, or null.
     */
    KEEP(6),
    /**
     * Σ wℓ and its first two derivatives on the line from the point to that of the other slot, from
     * kept margins, over all rows; three sums a length. Other: that point, then the lengths.
     */
    ALONG(7),
    /**
     * Second derivatives in standardised columns at the kept margins: see {@link HessianSums}.
     * Other: one over the deviations of the columns, then their means.
     */
    HESSIAN(8),
    /** The same with curvatures of parabolas above the loss. */
    MAJORISED(9),
    /** Second derivatives at the kept margins times a direction; other: the direction. */
    PRODUCT(10),
    /**
     * Σ wℓ and its derivative in the loss's one own parameter, at the kept margins; two sums a
     * value. Other: the values.
     */
    SCALES(11),
    /**
     * Σ wℓ with its first and second derivatives in the outputs, at the kept margins plus a shift
     * of each output, over all rows. Other: the shifts.
     */
    SHIFTED(12),
    /** What several models ask, all at once: see {@link Many}. */
    MANY(13);

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

    /** Whether the answer is always a vector, and not a loss alone. */
    boolean hasGradient() {
      return this != LOSS && this != VALIDATION;
    }

    /** Whether it is a pass over the rows, and not only over margins that are kept. */
    boolean readsRows() {
      return this != ALONG && this != SCALES;
    }

    /** Whether it leaves margins behind or uses those that are there. */
    boolean keepsMargins() {
      return code >= KEEP.code && this != MANY;
    }
  }

  static StepRequest all(Kind kind, double[] point) {
    return new StepRequest(kind, 0, 0, 1, point, null);
  }

  static StepRequest validation(ValidationMetric metric, double[] point) {
    return new StepRequest(Kind.VALIDATION, metric.code(), 0, 1, point, null);
  }

  /** What is measured beside the loss; {@link ValidationMetric#LOSS} for nothing. */
  ValidationMetric metric() {
    return kind == Kind.VALIDATION ? ValidationMetric.at((int) pass) : ValidationMetric.LOSS;
  }

  /** Whether the answer is a loss alone. */
  boolean isLossAlone() {
    return !kind.hasGradient() && metric().isLoss();
  }
}
