package ravine.landscape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Walks of every method at several settings, a JSON object a line. What {@link #main} prints is
 * kept in {@code walks.jsonl}: {@link WalkTest} holds Java to it, and {@code src/test/browser} the
 * script of the page in a browser.
 */
final class GoldenWalks {
  /** At which the weights are told; later ones would only add up rounding. */
  private static final int[] STEPS = {1, 2, 10, Walk.DRAWN};

  private GoldenWalks() {}

  /** Prints the file. */
  public static void main(String[] args) {
    lines().forEach(System.out::println);
  }

  static List<String> lines() {
    TwoFeatureLoss loss = TwoFeatureLoss.irises();
    List<String> lines = new ArrayList<>();
    for (Method method : Method.values()) {
      double best = Walk.best(loss, method).rate();
      for (double rate : new double[] {best, best / 4}) {
        for (double momentum : new double[] {Walk.DEFAULT_MOMENTUM, 0.5}) {
          for (int batch : new int[] {loss.size(), 5}) {
            lines.add(line(Walk.of(loss, method, rate, momentum, batch)));
          }
        }
      }
    }
    return lines;
  }

  private static String line(Walk walk) {
    List<String> points = new ArrayList<>();
    List<Double> gaps = new ArrayList<>();
    for (int step : STEPS) {
      points.add(Arrays.toString(walk.points()[step]));
      gaps.add(walk.gaps()[step]);
    }
    return String.format(
        Locale.ROOT,
        "{\"rule\": \"%s\", \"rate\": %s, \"momentum\": %s, \"batch\": %d, \"steps\": %s,"
            + " \"points\": %s, \"gaps\": %s}",
        walk.method().key(),
        walk.rate(),
        walk.momentum(),
        walk.batch(),
        Arrays.toString(STEPS),
        points,
        gaps);
  }
}
