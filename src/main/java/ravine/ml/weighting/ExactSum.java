package ravine.ml.weighting;

import java.math.BigDecimal;
import java.util.Arrays;

/**
 * The sum of finite doubles without rounding, so that their order does not matter: kept as doubles
 * that do not overlap (Shewchuk 1997, "Adaptive Precision Floating-Point Arithmetic", figure 8).
 */
final class ExactSum {
  private double[] parts = new double[4];
  private int count;

  /** Adds a finite number. */
  void add(double number) {
    double rest = number;
    int kept = 0;
    for (int i = 0; i < count; i++) {
      double part = parts[i];
      double large = Math.abs(rest) < Math.abs(part) ? part : rest;
      double small = Math.abs(rest) < Math.abs(part) ? rest : part;
      double sum = large + small;
      double lost = small - (sum - large);
      if (lost != 0.0) {
        parts[kept] = lost;
        kept++;
      }
      rest = sum;
    }
    if (kept == parts.length) {
      parts = Arrays.copyOf(parts, 2 * kept);
    }
    parts[kept] = rest;
    count = kept + 1;
  }

  /** What is to be added up elsewhere for the same sum. */
  double[] parts() {
    return Arrays.copyOf(parts, count);
  }

  /** The double nearest to it; infinity if it is beyond all. */
  double value() {
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = 0; i < count; i++) {
      if (!Double.isFinite(parts[i])) {
        return parts[i];
      }
      sum = sum.add(new BigDecimal(parts[i]));
    }
    return sum.doubleValue();
  }
}
