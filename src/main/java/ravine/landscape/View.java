package ravine.landscape;

import java.util.Locale;

/**
 * The window of weights that is drawn, as pixels; the same length on both axes is the same number
 * of pixels, so that gradients stand at right angles to level sets.
 */
final class View {
  static final int WIDTH = 260;
  static final int HEIGHT = 330;

  /** Pixels of a unit. */
  static final double SCALE = 48.0;

  /** The weights of the upper left corner. */
  static final double LEFT = -3.6;

  static final double TOP = 5.05;

  private View() {}

  static double x(double[] weights) {
    return (weights[0] - LEFT) * SCALE;
  }

  static double y(double[] weights) {
    return (TOP - weights[1]) * SCALE;
  }

  /** As SVG has it: {@code x,y}. */
  static String point(double[] weights) {
    return String.format(Locale.ROOT, "%.1f,%.1f", x(weights), y(weights));
  }
}
