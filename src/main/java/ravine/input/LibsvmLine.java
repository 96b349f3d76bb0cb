package ravine.input;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.StringTokenizer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.jspecify.annotations.Nullable;

/**
 * One line of LIBSVM text: {@code label index:value index:value … # comment}, separated by blanks
 * and tabs; indices are whole numbers from 1 in ascending order. Whatever breaks a rule is refused
 * with the rule.
 */
final class LibsvmLine {
  /** Beyond this, doubles skip whole numbers. */
  private static final double EXACT = 0x1p53;

  /** A double's digits end long before; exact arithmetic with a million of them takes seconds. */
  private static final int LONGEST_LABEL = 1_000;

  private final double label;
  private final int[] indices;
  private final double[] values;

  private LibsvmLine(double label, int[] indices, double[] values) {
    this.label = label;
    this.indices = indices;
    this.values = values;
  }

  /**
   * Reads a line; null when it is blank or only a comment.
   *
   * @throws IllegalArgumentException naming the rule that it breaks
   */
  static @Nullable LibsvmLine parse(String line) {
    int comment = line.indexOf('#');
    StringTokenizer words =
        new StringTokenizer(comment < 0 ? line : line.substring(0, comment), " \t\r\f\uFEFF");
    int count = words.countTokens() - 1;
    if (count < 0) {
      return null;
    }
    double label = label(words.nextToken());
    int[] indices = new int[count];
    double[] values = new double[count];
    int last = 0;
    for (int i = 0; i < count; i++) {
      String pair = words.nextToken();
      int colon = pair.indexOf(':');
      if (colon <= 0 || colon == pair.length() - 1) {
        throw new IllegalArgumentException("each feature must be index:value, but was " + pair);
      }
      if (pair.startsWith("qid:")) {
        throw new IllegalArgumentException(
            pair + " names a query to rank in, which no task here does; take the qid out");
      }
      int index = index(pair.substring(0, colon));
      if (index <= last) {
        throw new IllegalArgumentException(
            "indices must ascend, but " + index + " comes after " + last);
      }
      last = index;
      indices[i] = index - 1;
      values[i] = number(pair.substring(colon + 1), "the value of feature " + index);
    }
    return new LibsvmLine(label, indices, values);
  }

  private static double label(String text) {
    if (text.indexOf(':') >= 0) {
      throw new IllegalArgumentException("a label must come first, but there was " + text);
    }
    double label = number(text, "the label");
    if (Math.abs(label) >= EXACT && !Double.isInfinite(label) && !isExact(text, label)) {
      throw new IllegalArgumentException(
          "the label must be a number that a double holds, but was " + text);
    }
    // -0 and 0 are one class.
    return label == 0 ? 0 : label;
  }

  private static boolean isExact(String text, double label) {
    try {
      return text.length() <= LONGEST_LABEL
          && new BigDecimal(text).compareTo(new BigDecimal(label)) == 0;
    } catch (NumberFormatException notDecimal) {
      return false; // 0x1p60
    }
  }

  private static int index(String text) {
    long index = 0;
    for (int i = 0; i < text.length() && index <= Integer.MAX_VALUE; i++) {
      int digit = Character.digit(text.charAt(i), 10);
      if (digit < 0) {
        throw new IllegalArgumentException(
            "each index must be a whole number from 1, but was " + text);
      }
      index = 10 * index + digit;
    }
    if (index < 1 || index > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "each index must be a whole number from 1 to 2147483647, but was " + text);
    }
    return (int) index;
  }

  private static double number(String text, String what) {
    try {
      char end = text.charAt(text.length() - 1);
      if (Character.isDigit(end) || end == '.' || end == 'N' || end == 'y') {
        return Double.parseDouble(text);
      }
      if (text.matches("[-+]?(?i:inf|nan)")) {
        return text.toLowerCase(java.util.Locale.ROOT).endsWith("nan")
            ? Double.NaN
            : text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      }
      throw new IllegalArgumentException(what + " must be a number, but was " + text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(what + " must be a number, but was " + text, e);
    }
  }

  double label() {
    return label;
  }

  /** The highest index, from 1; 0 without any. */
  int width() {
    return indices.length == 0 ? 0 : indices[indices.length - 1] + 1;
  }

  Vector features(int width, boolean dense) {
    if (!dense) {
      return Vectors.sparse(width, indices, values);
    }
    double[] all = new double[width];
    for (int i = 0; i < indices.length; i++) {
      all[indices[i]] = values[i];
    }
    return Vectors.dense(all);
  }

  @Override
  public String toString() {
    return label + " " + Arrays.toString(indices);
  }
}
