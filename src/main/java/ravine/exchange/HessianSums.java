package ravine.exchange;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.kernel.ProductSums;
import ravine.loss.Loss;
import ravine.rows.Block;

/**
 * One partition's second derivatives of the loss in standardised columns x̃ = (x − μ)s and a column
 * of ones, for K margins and E parameters of the loss's own:
 *
 * <pre>
 *   Σ ∂²ℓ/∂m_a∂m_b x̃ x̃ᵀ      for each pair a ≥ b in turn, the lower triangle of d + 1 rows
 *   Σ ∂²ℓ/∂m_k∂e  x̃          d + 1 numbers for each k and e, k first
 *   Σ ∂²ℓ/∂e∂e′              E × E
 * </pre>
 *
 * <p>Every pair's matrix is symmetric, because each row has one factor for it. Rows without
 * curvature are left out: beyond a hinge's or Huber's bend most have none.
 */
final class HessianSums {
  /** Non-zeros are multiplied one by one, whole rows eight at a time or more. */
  private static final double DENSE_IS_FASTER = 8.0;

  private final Loss loss;
  private final int features;
  private final int outputs;
  private final int extras;
  private final boolean majorised;
  private final double[] inverse;
  private final double[] centre;
  private final ProductSums products;
  private final double[] mixedSums;
  private final double[] own;
  private final double[] extra;
  private final double[] second;
  private final double[] mixed;
  private final double[] pairs;
  private final int[] columns;
  private final double[] numbers;

  /**
   * All 0.
   *
   * @param scaling s, then μ: 2d numbers
   * @param extra the loss's own parameters
   */
  HessianSums(Loss loss, boolean majorised, double[] scaling, double[] extra) {
    int k = loss.outputs();
    this.loss = loss;
    this.features = scaling.length / 2;
    this.outputs = k;
    this.extras = loss.extraParameters();
    this.majorised = majorised;
    this.inverse = Arrays.copyOf(scaling, features);
    this.centre = Arrays.copyOfRange(scaling, features, 2 * features);
    this.products = new ProductSums(inverse, centre, k * (k + 1) / 2);
    this.mixedSums = new double[k * extras * (features + 1)];
    this.own = new double[extras * extras];
    this.extra = extra;
    this.second = new double[Block.GROUP_ROWS * k * k];
    this.mixed = new double[Block.GROUP_ROWS * k * extras];
    this.pairs = new double[k * (k + 1) / 2];
    this.columns = new int[features];
    this.numbers = new double[features];
  }

  /** Numbers of the sums. */
  static long length(int features, int outputs, int extras) {
    long triangle = (features + 1L) * (features + 2L) / 2;
    return outputs * (outputs + 1L) / 2 * triangle
        + (long) outputs * extras * (features + 1)
        + (long) extras * extras;
  }

  /**
   * Adds some rows.
   *
   * @param margins theirs, from 0 on
   * @param labels likewise
   * @param weights likewise, or null where every one is 1
   */
  void add(
      Block block,
      int first,
      int count,
      double[] margins,
      double[] labels,
      double @Nullable [] weights) {
    if (majorised) {
      loss.majorisers(count, margins, labels, weights, 0, extra, second);
    } else {
      loss.secondDerivatives(count, margins, labels, weights, 0, extra, second);
    }
    boolean sparse = isSparse(block);
    for (int i = 0; i < count; i++) {
      if (!pick(i)) {
        continue;
      }
      if (sparse) {
        int length = block.copyNonZeros(first + i, columns, numbers);
        products.addSparse(columns, numbers, length, pairs, 0);
      } else {
        block.copyRow(first + i, products.place(), products.row());
        products.add(pairs, 0);
      }
    }
    if (extras > 0) {
      loss.ownSecondDerivatives(count, margins, labels, weights, 0, extra, mixed, own);
      // As if they were the derivatives of K·E outputs.
      block.accumulate(first, count, mixed, outputs * extras, mixedSums);
    }
  }

  /** Whether the block's rows have so few non-zeros that whole rows take longer. */
  private static boolean isSparse(Block block) {
    double fill = block.fill();
    return DENSE_IS_FASTER * fill * fill < 1.0;
  }

  /** The factors of a row; false where all are 0. */
  private boolean pick(int i) {
    boolean any = false;
    int at = 0;
    for (int a = 0; a < outputs; a++) {
      for (int b = 0; b <= a; b++) {
        double c = second[(i * outputs + a) * outputs + b];
        any |= c != 0.0;
        pairs[at++] = c;
      }
    }
    return any;
  }

  /** Writes the sums to the start of {@code sum}. */
  void write(double[] sum) {
    products.write(sum);
    int at = pairs.length * ProductSums.length(features);
    int columns = outputs * extras;
    for (int c = 0; c < columns; c++) {
      double all = mixedSums[features * columns + c];
      for (int j = 0; j < features; j++) {
        sum[at++] = inverse[j] * (mixedSums[j * columns + c] - centre[j] * all);
      }
      sum[at++] = all;
    }
    System.arraycopy(own, 0, sum, at, own.length);
  }
}
