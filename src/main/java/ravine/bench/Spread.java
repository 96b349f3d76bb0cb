package ravine.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Locale;

/**
 * One figure over the counted rounds: its median, and from where to where it went.
 *
 * @param values by round, at least one
 */
record Spread(double[] values) {
  Spread {
    if (values.length == 0) {
      throw new IllegalArgumentException("values must not be empty");
    }
  }

  /** Round by round, this over that. */
  Spread over(Spread other) {
    double[] ratios = new double[values.length];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] = values[round] / other.values[round];
    }
    return new Spread(ratios);
  }

  /** Round by round, so many times this. */
  Spread times(double factor) {
    return new Spread(Arrays.stream(values).map(value -> factor * value).toArray());
  }

  double median() {
    return median(values);
  }

  double least() {
    return Arrays.stream(values).min().orElseThrow();
  }

  double most() {
    return Arrays.stream(values).max().orElseThrow();
  }

  /** {@code 75.2 (71.4-80.1)}. */
  @Override
  public String toString() {
    return digits(median()) + " (" + digits(least()) + "-" + digits(most()) + ")";
  }

  /** Adds an object of that name with the median, the ends and every round. */
  void addTo(ObjectNode node, String name) {
    ObjectNode spread = node.putObject(name);
    put(spread, "median", median());
    put(spread, "min", least());
    put(spread, "max", most());
    ArrayNode rounds = spread.putArray("rounds");
    for (double value : values) {
      rounds.add(value);
    }
  }

  /** Numbers that JSON does not know become null. */
  static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  /** Three digits that count, without an exponent. */
  static String digits(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    double size = Math.abs(value);
    String format = size >= 99.95 ? "%,.0f" : size >= 9.995 ? "%.1f" : size >= 1 ? "%.2f" : "%.3g";
    return String.format(Locale.ROOT, format, value);
  }

  /** The middle one, or the mean of the two in the middle; NaN where there is none. */
  static double median(double[] values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
  }
}
