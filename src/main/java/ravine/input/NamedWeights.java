package ravine.input;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import ravine.terminal.Failure;

/** What {@code --class-weight} says, by the labels as people write them. */
public final class NamedWeights {
  private static final String OPTION = "--class-weight";
  private static final String BALANCED = "balanced";
  private static final int MOST_NAMED = 20;

  private final boolean balanced;
  private final Map<String, Double> weights;

  private NamedWeights(boolean balanced, Map<String, Double> weights) {
    this.balanced = balanced;
    this.weights = weights;
  }

  /**
   * Reads {@code balanced}, or weights by label such as {@code yes:10,no:1}; a label may have a
   * colon in it.
   *
   * @param text of the option; null where it is not given
   * @return null where it is not given
   * @throws Failure if it is none of these, a label is named twice, or a weight is not a positive,
   *     finite number
   */
  public static @Nullable NamedWeights of(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (text.strip().equals(BALANCED)) {
      return new NamedWeights(true, Map.of());
    }
    Map<String, Double> weights = new LinkedHashMap<>();
    for (String pair : text.split(",", -1)) {
      int colon = pair.lastIndexOf(':');
      Double weight = colon < 1 ? null : number(pair.substring(colon + 1));
      if (weight == null) {
        throw Failure.usage(
            OPTION
                + " must be balanced, or weights by label such as yes:10,no:1, but was "
                + text
                + ".");
      }
      String label = pair.substring(0, colon).strip();
      if (!(weight > 0.0 && Double.isFinite(weight))) {
        throw Failure.usage(
            OPTION
                + " must be positive and finite for each label, but was "
                + weight
                + " for "
                + label
                + ".");
      }
      if (weights.put(label, weight) != null) {
        throw Failure.usage(OPTION + " names " + label + " twice.");
      }
    }
    return new NamedWeights(false, weights);
  }

  private static @Nullable Double number(String text) {
    try {
      return Double.valueOf(text.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * The same by class number, as the estimators' param {@code classWeight} has it.
   *
   * @throws Failure if a label is named that there is not, or one label in two ways
   */
  public String byClass(Labels labels) {
    if (balanced) {
      return BALANCED;
    }
    Map<Integer, Double> byClass = new TreeMap<>();
    weights.forEach(
        (label, weight) -> {
          int number = labels.classOf(label);
          if (number < 0) {
            List<String> names = labels.names();
            throw Failure.usage(
                OPTION
                    + " names "
                    + label
                    + ", but the labels are "
                    + String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())))
                    + (names.size() > MOST_NAMED ? ", …" : "")
                    + ".");
          }
          if (byClass.put(number, weight) != null) {
            throw Failure.usage(OPTION + " names " + label + " twice.");
          }
        });
    List<String> pairs = new ArrayList<>();
    byClass.forEach((number, weight) -> pairs.add(number + ":" + weight));
    return String.join(",", pairs);
  }
}
