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
 *
 * <p>A loss may have parameters of its own that are learned together with the weights, such as the
 * scale of {@link ConcomitantHuber}. They are few, unconstrained real numbers, start at 0, are
 * never penalised, and are passed in as {@code extra}; almost every loss has none, and ignores the
 * two arrays.
 */
public sealed interface Loss extends Serializable
    permits Logistic,
        Softmax,
        Squared,
        Hinge,
        SmoothHinge,
        SoftHinge,
        SquaredHinge,
        Huber,
        ConcomitantHuber {

  /** The name by which users know the loss, such as {@code logistic}. */
  String name();

  /** What its labels are. */
  LabelKind labels();

  /** Number of classes whose indices are the labels; 0 where labels are no indices. */
  default int classes() {
    return labels() == LabelKind.CLASS_INDEX ? Math.max(2, outputs()) : 0;
  }

  /** Margins per row: 1, or the number of classes. */
  int outputs();

  /** Number of parameters of the loss's own: the length of {@code extra}; 0 for most. */
  default int extraParameters() {
    return 0;
  }

  /**
   * Loss and derivative of rows {@code 0..rows-1}, weighted.
   *
   * @param rows number of rows in the group
   * @param margins in: the margins; out: weight times the derivative of the loss in each margin
   * @param labels the labels, row i at {@code labels[offset + i]}
   * @param weights the row weights at the same places, finite and at least 0, or null where all are
   *     1
   * @param offset index of the group's first row in {@code labels} and {@code weights}
   * @param extra the loss's own parameters, length {@link #extraParameters()}
   * @param extraGradient the sum over the rows of weight times the derivative in each of those
   *     parameters is added to it, same length
   * @return the sum over the rows of weight times loss
   */
  double derivatives(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] extraGradient);

  /**
   * The weighted sum of losses alone, leaving {@code margins} as they are: the very number {@link
   * #derivatives} returns for the same arguments.
   */
  double value(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra);

  /** {@link #derivatives} of a loss without parameters of its own. */
  default double derivatives(
      int rows, double[] margins, double[] labels, double @Nullable [] weights, int offset) {
    return derivatives(
        rows, margins, labels, weights, offset, Numbers.NO_PARAMETERS, Numbers.NO_PARAMETERS);
  }

  /** {@link #value} of a loss without parameters of its own. */
  default double value(
      int rows, double[] margins, double[] labels, double @Nullable [] weights, int offset) {
    return value(rows, margins, labels, weights, offset, Numbers.NO_PARAMETERS);
  }

  /**
   * Second derivatives in the margins, weighted, for a quadratic model of the loss: where a loss
   * has kinks or flat parts, those of a parabola that lies above it and touches it at the margin.
   *
   * @param margins as they are, not changed
   * @param out overwritten: K × K numbers a row for K outputs, row i's at {@code i * K * K}
   */
  void curvatures(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] out);

  /**
   * Second derivatives in the margins, weighted: laid out as {@link #curvatures}; at a kink or a
   * jump the one from either side. Those of {@link #curvatures} where that has no other.
   */
  default void secondDerivatives(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] out) {
    curvatures(rows, margins, labels, weights, offset, extra, out);
  }

  /**
   * Second derivatives of parabolas that lie above the loss everywhere and touch it at the margins,
   * weighted: laid out as {@link #curvatures}, whose parabolas these are unless a loss says
   * otherwise. A step that minimises the sum of parabolas never raises the loss (Böhning and
   * Lindsay 1988, "Monotonicity of quadratic-approximation algorithms").
   */
  default void majorisers(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] out) {
    curvatures(rows, margins, labels, weights, offset, extra, out);
  }

  /**
   * {@link #secondDerivatives} where the first ones are known, which may spare an exponential.
   *
   * @param derivatives what {@link #derivatives} made of the margins
   */
  default void secondDerivativesAfter(
      int rows,
      double[] margins,
      double[] derivatives,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] out) {
    secondDerivatives(rows, margins, labels, weights, offset, extra, out);
  }

  /**
   * Second derivatives in which the loss's own parameters take part, weighted; 0 where it is not
   * overridden.
   *
   * @param mixed overwritten with those in a margin and a parameter: K × E numbers a row, row i's
   *     at {@code i * K * E}
   * @param own those in two parameters, summed over the rows, are added to it: E × E numbers
   */
  default void ownSecondDerivatives(
      int rows,
      double[] margins,
      double[] labels,
      double @Nullable [] weights,
      int offset,
      double[] extra,
      double[] mixed,
      double[] own) {
    java.util.Arrays.fill(mixed, 0, rows * outputs() * extraParameters(), 0.0);
  }

  /**
   * An upper bound of the second derivative in the margin (for several margins: of the largest
   * eigenvalue), or positive infinity where there is none.
   */
  double curvatureBound();

  /**
   * The convex conjugate ℓ*(a) = sup over m of ⟨a, m⟩ − ℓ(m, label) (Rockafellar 1970, section 12):
   * positive infinity outside its domain, equal to ⟨a, m⟩ − ℓ(m) where a is the derivative at m
   * (Fenchel and Young). A dual that lies outside by rounding (1e-12) counts as on the border.
   *
   * <p>A loss with parameters of its own is conjugated in those, too, each as the number the loss
   * is convex in: see {@link ConcomitantHuber#conjugate}.
   *
   * @param dual one number a margin, then one for each of the loss's own parameters
   * @param label the row's label
   */
  double conjugate(double[] dual, double label);

  /**
   * The infimum of the loss over all margins, and over its own parameters: 0 for every loss here,
   * whatever the label, so that the mean loss alone is already an upper bound of its distance to
   * the smallest. It is −ℓ*(0).
   */
  default double infimum() {
    return 0.0;
  }

  /**
   * The constant M of generalised self-concordance of order 2: for margins m and a direction t
   * whose entries span an interval of length r (for one output: |t| = r), |D³ℓ(m)[t, t, t]| ≤ M · r
   * · D²ℓ(m)[t, t] (Bach 2010, "Self-concordant analysis for logistic regression"; Sun and
   * Tran-Dinh 2019, definition 2). 0 for a quadratic loss; positive infinity where the second
   * derivative jumps and no such constant exists.
   */
  default double selfConcordance() {
    return Double.POSITIVE_INFINITY;
  }
}
