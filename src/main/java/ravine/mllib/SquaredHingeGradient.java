package ravine.mllib;

import ravine.loss.SquaredHinge;

/**
 * The squared hinge loss max(0, 1 − z)², z = ±w·x, for support vector machines: the smooth
 * counterpart of MLlib's {@code HingeGradient}, better suited to momentum, whose velocity a kink
 * would keep disturbing. LabelCheck are 0 and 1, as everywhere in MLlib.
 *
 * <p>No factor ½: the gradient is −2·max(0, 1 − z)·(±x), as in LIBLINEAR's L2-loss SVM. Its
 * curvature is twice that of the squared error, so a step size found for {@code
 * LeastSquaresGradient} is to be halved.
 */
public final class SquaredHingeGradient extends MarginGradient {
  private static final long serialVersionUID = 1L;

  /** The gradient of the squared hinge loss. */
  public SquaredHingeGradient() {
    super(new SquaredHinge());
  }

  @Override
  double checked(double label) {
    if (label != 0.0 && label != 1.0) {
      throw new IllegalArgumentException("label must be 0 or 1, but was " + label);
    }
    return label;
  }
}
