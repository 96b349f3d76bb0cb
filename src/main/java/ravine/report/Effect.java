package ravine.report;

import java.util.List;

/**
 * What a feature has to say.
 *
 * @param feature its name
 * @param coefficients one for each output of the model: one for two classes and for quantities, one
 *     a class for more
 * @param deviation of the feature over the rows; NaN where it is not known
 */
public record Effect(String feature, List<Double> coefficients, double deviation) {
  /** As given, unchangeable. */
  public Effect {
    coefficients = List.copyOf(coefficients);
  }

  /**
   * Change of the margin or prediction when the feature grows by its deviation; of more outputs the
   * root of the mean of the squares. Where the deviation is not known, it counts as 1.
   */
  public double size() {
    double unit = Double.isNaN(deviation) ? 1 : deviation;
    if (coefficients.size() == 1) {
      return coefficients.get(0) * unit;
    }
    double squares = 0;
    for (double coefficient : coefficients) {
      squares += coefficient * coefficient;
    }
    return unit * Math.sqrt(squares / coefficients.size());
  }
}
