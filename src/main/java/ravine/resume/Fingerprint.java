package ravine.resume;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ravine.checkpoint.Sections;

/**
 * What a fit and its data are known by, so that a run is not continued with others: names as a user
 * knows them, with texts that must be equal, or sums that must be equal but for the rounding that
 * another number of partitions makes.
 */
public final class Fingerprint {
  private static final String PREFIX = "fit.";
  private static final String MODELS = "the number of models";

  /** Sums in another order differ by less, relative to the sum of their terms' sizes. */
  private static final double ROUNDING = 1e-9;

  private final Sections values = new Sections();

  /** In the order in which differences are looked for. */
  private final List<String> names = new ArrayList<>();

  private final Map<String, String> defaults = new HashMap<>();

  /** Adds how many models train together; one that trains alone says nothing of it. */
  public Fingerprint putModels(int models) {
    return put(MODELS, models);
  }

  boolean isOfSeveral() {
    return isOfSeveral(values);
  }

  static boolean isOfSeveral(Sections found) {
    return found.has(PREFIX + MODELS);
  }

  /** Adds a text, such as that of a rule. */
  public Fingerprint put(String name, String text) {
    values.putText(PREFIX + name, text);
    names.add(PREFIX + name);
    return this;
  }

  /**
   * Adds a text that files of earlier versions do not hold.
   *
   * @param unstated what it was where a file does not say
   */
  public Fingerprint put(String name, String text, String unstated) {
    defaults.put(PREFIX + name, unstated);
    return put(name, text);
  }

  /** Adds a number, which must be the same. */
  public Fingerprint put(String name, Number number) {
    return put(name, String.valueOf(number));
  }

  /** Adds a vector by its length and two weighted sums. */
  public Fingerprint put(String name, double[] vector) {
    double sum = 0.0;
    double mixed = 0.0;
    double size = 0.0;
    double mixedSize = 0.0;
    for (int j = 0; j < vector.length; j++) {
      // Weights without a pattern, so that exchanged entries are told apart.
      double weight = 1.0 + ((j * 2654435761L) & 1023) / 1024.0;
      sum += vector[j];
      size += Math.abs(vector[j]);
      mixed += weight * vector[j];
      mixedSize += weight * Math.abs(vector[j]);
    }
    values.putNumbers(PREFIX + name, vector.length, sum, mixed, size, mixedSize);
    names.add(PREFIX + name);
    return this;
  }

  /** Writes all of it. */
  public void save(Sections to) {
    for (String name : names) {
      if (isText(name)) {
        to.putText(name, values.text(name));
      } else {
        to.putNumbers(name, values.numbers(name));
      }
    }
  }

  private boolean isText(String name) {
    return !values.isNumbers(name);
  }

  /** The first difference from what a checkpoint tells, in a clause; null where there is none. */
  public @Nullable String difference(Sections found) {
    for (String name : names) {
      String shown = name.substring(PREFIX.length());
      if (isText(name)) {
        String now = values.text(name);
        String then =
            found.has(name) ? found.text(name) : defaults.getOrDefault(name, "not stated");
        if (!now.equals(then)) {
          return shown + " was " + then + " and is " + now;
        }
      } else {
        double[] now = values.numbers(name);
        double[] then = found.has(name) ? found.numbers(name) : new double[0];
        if (then.length != now.length || now[0] != then[0]) {
          return shown + " had another length";
        }
        if (isOther(now[1], then[1], now[3]) || isOther(now[2], then[2], now[4])) {
          return now[0] == 1.0
              ? String.format(Locale.ROOT, "%s was %s and is %s", shown, then[1], now[1])
              : shown + " had other numbers";
        }
      }
    }
    return null;
  }

  private static boolean isOther(double now, double then, double size) {
    return Double.compare(now, then) != 0 && !(Math.abs(now - then) <= ROUNDING * size);
  }
}
