package ravine.ml.weighting;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * By how much the weight of a row is multiplied for the class it is of: not at all, so that all
 * classes weigh the same ({@code balanced}), or by numbers that were named. A class that is not
 * named keeps its weight, as in scikit-learn.
 */
public final class ClassWeighting {
  /** Of a param that says nothing. */
  public static final ClassWeighting NONE = new ClassWeighting(false, new TreeMap<>());

  /** The text of {@code n / (K n_k)} for the K classes there are, of n rows with n_k of class k. */
  public static final String BALANCED = "balanced";

  /** Labels from here on are no class indices: see {@code ColumnStats}. */
  private static final double MOST_CLASSES = 10_000.0;

  private final boolean balanced;
  private final SortedMap<Integer, Double> named;

  private ClassWeighting(boolean balanced, SortedMap<Integer, Double> named) {
    this.balanced = balanced;
    this.named = named;
  }

  /**
   * Reads what a param says.
   *
   * @param text empty, {@code balanced}, or weights by class index such as {@code 0:1,1:10}
   * @throws IllegalArgumentException if it is none of these, a class is no class index or named
   *     twice, or a weight is not a positive, finite number
   */
  public static ClassWeighting of(String text) {
    String stated = text.strip();
    if (stated.isEmpty()) {
      return NONE;
    }
    if (stated.equals(BALANCED)) {
      return new ClassWeighting(true, new TreeMap<>());
    }
    SortedMap<Integer, Double> named = new TreeMap<>();
    for (String pair : stated.split(",", -1)) {
      int colon = pair.indexOf(':');
      if (colon < 0) {
        throw unreadable(text);
      }
      int index = index(number(pair.substring(0, colon), text));
      if (index < 0) {
        throw new IllegalArgumentException(
            "classWeight names classes by their labels 0, 1, 2, …, but names "
                + pair.substring(0, colon).strip());
      }
      double weight = number(pair.substring(colon + 1), text);
      requireWeight(weight, String.valueOf(index));
      if (named.put(index, weight) != null) {
        throw new IllegalArgumentException(
            "classWeight must name each class once, but names " + index + " twice");
      }
    }
    return new ClassWeighting(false, named);
  }

  private static double number(String text, String all) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw unreadable(all);
    }
  }

  private static IllegalArgumentException unreadable(String text) {
    return new IllegalArgumentException(
        "classWeight must be balanced, or weights by class such as 0:1,1:10, but was '"
            + text
            + "'");
  }

  /**
   * Refuses what no class can weigh.
   *
   * @param name of the class, for the sentence
   * @throws IllegalArgumentException if the weight is not a positive, finite number
   */
  public static void requireWeight(double weight, String name) {
    if (!(weight > 0.0 && Double.isFinite(weight))) {
      throw new IllegalArgumentException(
          "classWeight must be positive and finite for each class, but was "
              + weight
              + " for class "
              + name
              + (weight == 0.0 ? ": leave its rows out instead" : ""));
    }
  }

  /** The class that a label names; −1 for a label that is no class index. */
  static int index(double label) {
    return label >= 0.0 && label < MOST_CLASSES && label == Math.rint(label) ? (int) label : -1;
  }

  /** Whether rows keep their weights. */
  public boolean isNone() {
    return !balanced && named.isEmpty();
  }

  /** Whether the weights depend on how many rows of each class there are. */
  public boolean isBalanced() {
    return balanced;
  }

  /**
   * The weight of each class; of classes beyond the end it is 1.
   *
   * @param totals the weight of all training rows of each class, asked for if it is needed
   * @return by class index; empty if this is none
   */
  public double[] weights(Supplier<double[]> totals) {
    if (balanced) {
      return balanced(totals.get());
    }
    double[] weights = new double[named.isEmpty() ? 0 : named.lastKey() + 1];
    Arrays.fill(weights, 1.0);
    named.forEach((index, weight) -> weights[index] = weight);
    return weights;
  }

  private static double[] balanced(double[] totals) {
    ExactSum all = new ExactSum();
    int present = 0;
    for (double total : totals) {
      all.add(total);
      present += total > 0.0 ? 1 : 0;
    }
    double[] weights = new double[totals.length];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = totals[k] > 0.0 ? all.value() / (present * totals[k]) : 1.0;
    }
    return weights;
  }

  /**
   * Refuses the name of a class that is none.
   *
   * @param classes how many there are
   * @param labelCol name of the label column
   * @throws IllegalArgumentException if another one is named
   */
  public void requireAmong(int classes, String labelCol) {
    if (!named.isEmpty() && named.lastKey() >= classes) {
      throw new IllegalArgumentException(
          "classWeight names class "
              + named.lastKey()
              + ", but the classes in column "
              + labelCol
              + " are 0 to "
              + (classes - 1)
              + ".");
    }
  }

  /** The weight of a row's class, given those of {@link #weights}. */
  public static double of(double[] weights, double label) {
    int index = index(label);
    return index >= 0 && index < weights.length ? weights[index] : 1.0;
  }

  /** {@code none}, {@code balanced} or the classes that are named in order. */
  @Override
  public String toString() {
    if (isNone()) {
      return "none";
    }
    return balanced
        ? BALANCED
        : named.entrySet().stream().map(ClassWeighting::pair).collect(Collectors.joining(","));
  }

  private static String pair(Map.Entry<Integer, Double> entry) {
    return entry.getKey() + ":" + entry.getValue();
  }
}
