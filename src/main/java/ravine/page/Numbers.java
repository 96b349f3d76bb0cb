package ravine.page;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people read them. */
public final class Numbers {
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  private Numbers() {}

  /** With at most this many significant digits; a dash for what is not finite. */
  public static String of(double value, int digits) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    if (size >= 1e15 || size < 1e-4) {
      String text = String.format(Locale.ROOT, "%." + (digits - 1) + "e", value);
      return text.replaceFirst("\\.?0*e", "e").replace("-", "−");
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits));
    BigDecimal stripped = rounded.stripTrailingZeros();
    int decimals = Math.max(0, stripped.scale());
    return String.format(Locale.ROOT, "%,." + decimals + "f", stripped).replace("-", "−");
  }

  /** With at most four significant digits. */
  public static String of(double value) {
    return of(value, 4);
  }

  /** A count, in groups of three digits. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A share as a percentage with one digit after the point. */
  public static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f %%", 100 * share) : "–";
  }

  /** Seconds, from milliseconds to hours. */
  public static String seconds(double seconds) {
    if (!Double.isFinite(seconds)) {
      return "–";
    }
    if (seconds < 1) {
      return String.format(Locale.ROOT, "%.0f ms", 1e3 * seconds);
    }
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return seconds < 7200
        ? String.format(Locale.ROOT, "%.1f min", seconds / 60)
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }

  /** 10 to an integer power, as the ticks of a logarithmic axis have it. */
  static String powerOfTen(int exponent) {
    if (exponent >= -3 && exponent <= 4) {
      return of(Math.pow(10, exponent), 1);
    }
    StringBuilder text = new StringBuilder(exponent < 0 ? "10⁻" : "10");
    for (char digit : Integer.toString(Math.abs(exponent)).toCharArray()) {
      text.append(SUPERSCRIPTS.charAt(digit - '0'));
    }
    return text.toString();
  }
}
