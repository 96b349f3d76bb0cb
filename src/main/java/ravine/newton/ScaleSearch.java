package ravine.newton;

import ravine.exchange.WholeBatch;
import ravine.loss.ConcomitantHuber;

/**
 * The best scale σ of residuals that stay as they are: the zero of the derivative in ln σ, which
 * changes its sign once because the loss is convex in σ. A few questions of O(rows) each.
 */
public final class ScaleSearch {
  private static final double[] FIRST = {-24.0, -12.0, -6.0, -3.0, -1.0, 0.0, 1.0, 4.0};
  private static final int MOST_QUESTIONS = 8;
  private static final double ENOUGH = 1e-5;
  private static final double MOST = 80.0;

  private ScaleSearch() {}

  /**
   * Searches.
   *
   * @param logScale ln σ
   * @param meanLoss there
   */
  public record Scale(double logScale, double meanLoss) {}

  /**
   * The best ln σ for the margins of a slot.
   *
   * @param theta the point of {@code slot}, ln σ its last coordinate
   */
  public static Scale run(WholeBatch rows, double[] theta, int slot) {
    double start = theta[theta.length - 1];
    double low = Math.max(Math.log(ConcomitantHuber.LEAST_SCALE), start - MOST);
    double high = start + MOST;
    double lowSlope = Double.NaN;
    double highSlope = Double.NaN;
    Scale best = new Scale(start, Double.POSITIVE_INFINITY);
    double[] values = new double[FIRST.length];
    for (int j = 0; j < values.length; j++) {
      values[j] = Math.max(low, start + FIRST[j]);
    }
    for (int question = 0; question < MOST_QUESTIONS && high - low > ENOUGH; question++) {
      double[] answer = rows.scales(theta, slot, values);
      for (int i = 0; i < values.length; i++) {
        double slope = answer[2 * i + 1];
        if (answer[2 * i] < best.meanLoss()) {
          best = new Scale(values[i], answer[2 * i]);
        }
        if (slope < 0.0 && values[i] >= low) {
          low = values[i];
          lowSlope = slope;
        } else if (slope >= 0.0 && values[i] < high) {
          high = values[i];
          highSlope = slope;
        }
      }
      double secant = -lowSlope / (highSlope - lowSlope);
      secant = secant >= 0.0 && secant <= 1.0 ? secant : 0.5;
      for (int i = 0; i < values.length - 1; i++) {
        values[i] = low + (high - low) * (i + 1.0) / values.length;
      }
      values[values.length - 1] = low + (high - low) * secant;
      java.util.Arrays.sort(values);
    }
    return best;
  }
}
