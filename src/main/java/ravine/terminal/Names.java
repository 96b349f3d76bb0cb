package ravine.terminal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds a name among known ones, and the nearest ones when it is not there. */
public final class Names {
  private static final int SUGGESTIONS = 3;
  private static final int LISTED = 12;

  private Names() {}

  /** The known name: the same text, else the only one that differs in upper and lower case. */
  public static Optional<String> find(String name, List<String> known) {
    if (known.contains(name)) {
      return Optional.of(name);
    }
    List<String> same = known.stream().filter(name::equalsIgnoreCase).toList();
    return same.size() == 1 ? Optional.of(same.get(0)) : Optional.empty();
  }

  /** "did you mean price, or cut?", or the whole list when nothing is near. */
  public static String hint(String name, List<String> known) {
    List<String> near = nearest(name, known);
    if (!near.isEmpty()) {
      return "did you mean " + String.join(" or ", near) + "?";
    }
    return "there are " + list(known) + ".";
  }

  /** The first dozen names. */
  public static String list(List<String> known) {
    List<String> shown = known.subList(0, Math.min(LISTED, known.size()));
    String more = known.size() > LISTED ? ", … (" + known.size() + " in all)" : "";
    return String.join(", ", shown) + more;
  }

  /** At most three names within an edit distance of about a third of their length, best first. */
  public static List<String> nearest(String name, List<String> known) {
    String wanted = name.toLowerCase(Locale.ROOT);
    record Candidate(String name, int distance) {}
    List<Candidate> candidates = new ArrayList<>();
    for (String candidate : known) {
      int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT));
      int longest = Math.max(wanted.length(), candidate.length());
      if (distance <= Math.max(1, longest * 2 / 5)) {
        candidates.add(new Candidate(candidate, distance));
      }
    }
    candidates.sort(Comparator.comparingInt(Candidate::distance));
    return candidates.stream().limit(SUGGESTIONS).map(Candidate::name).toList();
  }

  /**
   * Edit distance: insertions, deletions, replacements and swaps of neighbours (Damerau, optimal
   * string alignment).
   */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
        best = Math.min(best, cost[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, cost[i - 2][j - 2] + 1);
        }
        cost[i][j] = best;
      }
    }
    return cost[a.length()][b.length()];
  }
}
