package ravine.loss;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A pointwise loss and its derivative in the margin(s), over a group of rows at once.
 *
 * <p>A row has {@link #outputs()} margins (one, or one per class). The arrays are row-major: row
 * i's margins are {@code margins[i * outputs() .. (i + 1) * outputs() - 1]}. One call per group of
 * rows keeps the dispatch out of the hot loop; the kernels around it (margins from weights,
 * gradient from derivatives) know nothing of losses.
 */
public sealed interface Loss extends Serializable permits Squared {

  /** The name by which specs know the loss, such as {@code logistic}. */
  String name();

  /** Margins per row: 1, or the number of classes. */
  int outputs();

  /**
   * Loss and derivative of rows {@code 0..rows-1}, weighted.
   *
   * @param rows number of rows in the group
   * @param margins in: the margins; out: weight times the derivative of the loss in each margin
   * @param labels the labels, row i at {@code labels[offset + i]}
   * @param weights the row weights at the same places, or null where all are 1
   * @param offset index of the group's first row in {@code labels} and {@code weights}
   * @return the sum over the rows of weight times loss
   */
  double derivatives(
      int rows, double[] margins, double[] labels, double @Nullable [] weights, int offset);

  /** The weighted sum of losses alone, leaving {@code margins} as they are. */
  double value(
      int rows, double[] margins, double[] labels, double @Nullable [] weights, int offset);

  /**
   * An upper bound of the second derivative in the margin (for several margins: of the largest
   * eigenvalue), or positive infinity for losses that are not smooth.
   */
  double curvatureBound();
}
