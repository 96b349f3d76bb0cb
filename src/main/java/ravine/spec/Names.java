package ravine.spec;

import java.util.Collection;
import java.util.Locale;

/** Advice on misspelt names. */
public final class Names {
  private Names() {}

  /** {@code did you mean adam? Known: sgd, adam}; without the question if nothing is near. */
  public static String advice(String wrong, Collection<String> known) {
    String nearest = "";
    int least = Math.max(1, wrong.length() / 3) + 1;
    for (String candidate : known) {
      int distance = distance(lower(wrong), lower(candidate));
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    String all = "Known: " + String.join(", ", known);
    return nearest.isEmpty() ? all : "did you mean " + nearest + "? " + all;
  }

  /** In small letters, whatever the language of the machine. */
  public static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** Fewest insertions, deletions and replacements that turn one into the other (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
