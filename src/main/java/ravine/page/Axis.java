package ravine.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An axis: what it measures, its range and where it has ticks.
 *
 * @param label what it measures, with its unit
 * @param low its least value
 * @param high its greatest value, above {@code low}
 * @param logarithmic whether equal distances are equal ratios; then {@code low} is positive
 * @param whole whether there is nothing between whole numbers, and hence no tick
 */
public record Axis(String label, double low, double high, boolean logarithmic, boolean whole) {
  private static final int MOST_TICKS = 6;

  /** A tick and its text. */
  record Tick(double value, String text) {}

  public Axis {
    if (!(low < high) || !Double.isFinite(high - low) || (logarithmic && !(low > 0))) {
      throw new IllegalArgumentException(
          "An axis must go from a number up to another, but was from " + low + " to " + high);
    }
  }

  /** A linear axis with these ends. */
  public static Axis linear(String label, double low, double high) {
    return new Axis(label, low, high, false, false);
  }

  /** An axis of counts from 0 to the largest of these values. */
  public static Axis counts(String label, List<double[]> values) {
    Axis axis = fromZero(label, values);
    return new Axis(label, 0, axis.high(), false, true);
  }

  /** A linear axis around all finite ones of these values. */
  public static Axis around(String label, List<double[]> values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double[] some : values) {
      for (double value : some) {
        if (Double.isFinite(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    if (low > high) {
      return linear(label, 0, 1);
    }
    double margin = 0.04 * (high - low);
    if (margin < 1e-9 * Math.max(Math.abs(low), Math.abs(high)) || margin == 0) {
      margin = Math.max(0.1 * Math.abs(low), 1e-9);
    }
    return linear(label, low >= 0 && low - margin < 0 ? 0 : low - margin, high + margin);
  }

  /** A linear axis from 0 to the largest of these values. */
  public static Axis fromZero(String label, List<double[]> values) {
    double high = 0;
    for (double[] some : values) {
      for (double value : some) {
        if (Double.isFinite(value)) {
          high = Math.max(high, value);
        }
      }
    }
    return linear(label, 0, high > 0 ? high : 1);
  }

  /** A logarithmic axis of whole decades around all positive ones of these values. */
  public static Axis decades(String label, List<double[]> values) {
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    for (double[] some : values) {
      for (double value : some) {
        if (value > 0 && Double.isFinite(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    if (high == 0) {
      return new Axis(label, 0.1, 1, true, false);
    }
    double from = Math.pow(10, Math.floor(Math.log10(low)));
    double to = Math.pow(10, Math.ceil(Math.log10(high)));
    return new Axis(label, from, to > from ? to : 10 * from, true, false);
  }

  /** Where a value stands, from 0 to 1; NaN where it cannot stand anywhere. */
  double position(double value) {
    if (logarithmic) {
      return value > 0 ? Math.log(value / low) / Math.log(high / low) : Double.NaN;
    }
    return (value - low) / (high - low);
  }

  List<Tick> ticks() {
    return logarithmic ? decadeTicks() : linearTicks();
  }

  private List<Tick> decadeTicks() {
    List<Tick> ticks = new ArrayList<>();
    int first = (int) Math.ceil(Math.log10(low) - 1e-9);
    int last = (int) Math.floor(Math.log10(high) + 1e-9);
    int stride = Math.max(1, (int) Math.ceil((last - first) / (double) MOST_TICKS));
    for (int exponent = last; exponent >= first; exponent -= stride) {
      ticks.add(0, new Tick(Math.pow(10, exponent), Numbers.powerOfTen(exponent)));
    }
    return ticks;
  }

  private List<Tick> linearTicks() {
    double rough = (high - low) / MOST_TICKS;
    int exponent = (int) Math.floor(Math.log10(rough));
    double power = Math.pow(10, exponent);
    double step = 10 * power;
    for (int factor : new int[] {1, 2, 5}) {
      if (factor * power >= rough * (1 - 1e-9)) {
        step = factor * power;
        break;
      }
    }
    step = whole ? Math.max(1, step) : step;
    int decimals = Math.max(0, -(int) Math.floor(Math.log10(step) + 1e-9));
    List<Tick> ticks = new ArrayList<>();
    for (long k = (long) Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
      ticks.add(new Tick(k * step, text(k * step, decimals)));
    }
    return ticks;
  }

  private static String text(double value, int decimals) {
    double size = Math.abs(value);
    if (size >= 1e6) {
      return size >= 1e9 ? Numbers.of(value, 3) : Numbers.of(value / 1e6, 4) + " M";
    }
    if (decimals > 6) {
      return Numbers.of(value, 3);
    }
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", value == 0 ? 0.0 : value);
    return text.replace("-", "−");
  }
}
