package ravine.fuzz;

import java.util.List;
import java.util.Locale;

/**
 * Feeds broken input to everything that reads any, and prints a line for each kind: {@code
 * FuzzInputsMain COUNT [SEED]}. The cases are dealt out to the kinds in turn.
 *
 * <p>Ends with status 1 if an input was answered by an exception that is not documented for it, or
 * took more time or memory than an input of its length may.
 */
final class FuzzInputsMain {
  private static final int SHOWN = 10;

  private FuzzInputsMain() {}

  public static void main(String[] args) {
    long count = args.length > 0 ? Long.parseLong(args[0]) : 7_000;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    List<FuzzTarget> targets = Fuzz.targets();
    long wrong = 0;
    for (int kind = 0; kind < targets.size(); kind++) {
      wrong += run(targets.get(kind), count / targets.size(), seed);
    }
    System.out.println(wrong == 0 ? "nothing undocumented" : wrong + " inputs went wrong");
    System.exit(wrong == 0 ? 0 : 1);
  }

  private static long run(FuzzTarget target, long count, long seed) {
    long refused = 0;
    long wrong = 0;
    double seconds = 0.0;
    double most = 0.0;
    long bytes = 0;
    for (long i = 0; i < count; i++) {
      Fuzz.Outcome outcome = Fuzz.read(target, seed * 1_000_003 + i);
      refused += outcome.refused() ? 1 : 0;
      seconds += outcome.seconds();
      most = Math.max(most, outcome.seconds());
      bytes = Math.max(bytes, outcome.bytes());
      if (outcome.wrong() != null && ++wrong <= SHOWN) {
        System.out.println(outcome.wrong());
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-22s %7d inputs: %7d taken, %7d refused, %d wrong; %.1f s, the longest %.3f s, at most"
            + " %.1f MB%n",
        target.name(),
        count,
        count - refused,
        refused,
        wrong,
        seconds,
        most,
        bytes / 1e6);
    return wrong;
  }
}
