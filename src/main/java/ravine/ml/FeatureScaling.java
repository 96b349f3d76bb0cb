package ravine.ml;

import java.util.Arrays;
import ravine.objective.Coordinates;
import ravine.penalty.CoordinateScale;
import ravine.rows.ColumnStats;

/**
 * Feature scaling: the affine change of coordinates in which the optimizer works, and how Spark's
 * penalty looks in them.
 *
 * <p>Spark states its objective in features divided by their standard deviation when {@code
 * standardization} is on, and in the features as they are otherwise. The loop always works in
 * features of unit deviation, centred where an intercept can absorb the centring: that changes the
 * path, not the optimum, because the penalty sees each weight through its {@link CoordinateScale}.
 *
 * <p>Rules that divide by the gradient's own size (AdaGrad, Adam and their family) give every
 * coordinate steps of one length. A rare feature of unit deviation has non-zeros of size 1/√share,
 * and such a step changes the margins of its few rows by as much: too long for most rare features.
 * With non-zeros of size 1 it is too short for those that matter. For these rules a feature that is
 * 0 in more than half of the rows is divided by the geometric mean of the two sizes.
 */
public final class FeatureScaling {
  /** What features are divided by. */
  enum Scale {
    /** Their standard deviation. */
    DEVIATION,
    /** Where they are rare, the geometric mean of that and the size of their non-zeros. */
    NON_ZEROS,
    /** What the penalty divides them by, so that it is the same in every coordinate. */
    STATED
  }

  private static final double RARE = 0.5;

  private final double[] inverse;
  private final double[] centre;
  private final double[] penalised;
  private final boolean intercept;

  /**
   * FeatureScaling for a data set.
   *
   * @param stats moments of the features
   * @param intercept whether the model has intercepts
   * @param standardization whether the penalty is stated in standardised features
   * @param stiffness curvature of the penalty's L2 part over that of the loss in the margin: where
   *     the penalty is stated in raw features, it can outweigh the data's curvature in some
   *     coordinates, and their scale must allow for both
   * @param centred whether features are centred where there is an intercept; not where steps are to
   *     be confined to the few features that a mini-batch touches, because a mean would make every
   *     feature part of every gradient
   * @param scale what features are divided by
   */
  FeatureScaling(
      ColumnStats stats,
      boolean intercept,
      boolean standardization,
      double stiffness,
      boolean centred,
      Scale scale) {
    this.intercept = intercept;
    double[] deviations = stats.deviations();
    double[] means = stats.means();
    double[] shares = stats.storedShares();
    int d = deviations.length;
    this.inverse = new double[d];
    this.penalised = new double[d];
    this.centre = intercept && centred ? means : new double[d];
    for (int j = 0; j < d; j++) {
      double deviation = deviations[j];
      double stated = standardization ? deviation : 1.0;
      if (scale == Scale.STATED) {
        inverse[j] = deviation > 0.0 ? 1.0 / stated : 0.0;
        penalised[j] = 1.0;
        continue;
      }
      double size = intercept ? deviation : Math.hypot(deviation, means[j]);
      if (scale == Scale.NON_ZEROS && shares[j] < RARE) {
        size = Math.sqrt(size * Math.hypot(deviation, means[j]) / Math.sqrt(shares[j]));
      }
      inverse[j] = deviation > 0.0 ? 1.0 / Math.hypot(size, Math.sqrt(stiffness) * stated) : 0.0;
      penalised[j] = stated * inverse[j];
    }
  }

  /** θ to raw weights, for K outputs measured in {@code outputScale} around {@code outputShift}. */
  public Coordinates preconditioner(
      int outputs, int extras, double outputScale, double outputShift) {
    return Coordinates.scaledBy(inverse)
        .centredAt(centre)
        .outputs(outputs)
        .intercept(intercept)
        .extras(extras)
        .outputScale(outputScale)
        .outputShift(outputShift)
        .build();
  }

  /**
   * The factor by which the penalty sees each θ: 0 for intercepts and the loss's own parameters.
   */
  public CoordinateScale penaltyScale(int outputs, int extras) {
    int d = penalised.length;
    double[] factors = new double[d * outputs + (intercept ? outputs : 0) + extras];
    for (int j = 0; j < d; j++) {
      Arrays.fill(factors, j * outputs, (j + 1) * outputs, penalised[j]);
    }
    return CoordinateScale.of(factors);
  }
}
