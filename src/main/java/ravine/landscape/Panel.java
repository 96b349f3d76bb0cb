package ravine.landscape;

import java.util.Locale;

/** One walk on the landscape: its drawing, and what is said of it. */
final class Panel {
  private final Walk walk;
  private final int drawn;

  /**
   * A panel.
   *
   * @param drawn steps of the walk that are drawn
   */
  Panel(Walk walk, int drawn) {
    this.walk = walk;
    this.drawn = drawn;
  }

  Walk walk() {
    return walk;
  }

  int drawn() {
    return drawn;
  }

  /** Level sets, for all panels of a page to use. */
  static String landscape(TwoFeatureLoss loss, String id) {
    StringBuilder group = new StringBuilder("<g id=\"").append(id).append("\">\n");
    for (int level = LevelSets.count() - 1; level >= 0; level--) {
      group
          .append("<path class=\"")
          .append(level == 0 ? "ravine-level ravine-near" : "ravine-level")
          .append("\" d=\"")
          .append(LevelSets.path(loss, level))
          .append("\"/>\n");
    }
    return group.append("</g>\n").toString();
  }

  /** Path, start and minimum; above the landscape. */
  String marks(TwoFeatureLoss loss) {
    double[] minimum = loss.minimum();
    return String.format(
        Locale.ROOT,
        "<path class=\"minimum\" d=\"M%1$.1f,%2$.1fh12m-6,-6v12\"/>%n"
            + "<polyline class=\"walk\" points=\"%3$s\"/>%n"
            + "<path class=\"steps\" d=\"%4$s\"/>%n"
            + "<circle class=\"start\" cx=\"%5$.1f\" cy=\"%6$.1f\" r=\"4.5\"/>%n",
        View.x(minimum) - 6,
        View.y(minimum),
        points(),
        dots(),
        View.x(Walk.start()),
        View.y(Walk.start()));
  }

  private String points() {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i <= drawn && walk.gaps()[i] < Double.POSITIVE_INFINITY; i++) {
      points.append(i == 0 ? "" : " ").append(View.point(walk.points()[i]));
    }
    return points.toString();
  }

  /** Lines of no length, which round caps make dots of. */
  private String dots() {
    StringBuilder dots = new StringBuilder();
    for (int i = 1; i <= drawn && walk.gaps()[i] < Double.POSITIVE_INFINITY; i++) {
      dots.append("M").append(View.point(walk.points()[i])).append("h0");
    }
    return dots.toString();
  }

  /** Such as "31 steps to within 1 %". */
  String arrival() {
    return walk.arrived()
        ? walk.arrival() + " steps to within 1 %"
        : "not within 1 % in " + Walk.STEPS + " steps";
  }

  /** Such as "59 of 60 steps turn back". */
  String turns() {
    return walk.turns() + " of " + Walk.DRAWN + " steps turn back";
  }

  /** Such as "rate 0.841". */
  String rate() {
    return String.format(Locale.ROOT, "rate %.3g", walk.rate());
  }

  /** Such as "ends 1.9 % above the least loss". */
  String end() {
    double percent = 100.0 * walk.lastGap();
    if (!(percent < 1000.0)) {
      return "diverges";
    }
    return percent < 0.05
        ? "ends at the least loss"
        : String.format(Locale.ROOT, "ends %.1f %% above the least loss", percent);
  }
}
