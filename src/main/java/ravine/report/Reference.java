package ravine.report;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What gaps are measured from.
 *
 * @param objective NaN where nothing is known that would say something
 * @param scale that gaps are shares of
 * @param title of a chart of these gaps
 * @param how they are known, after the title
 * @param sentence what the gaps are
 */
record Reference(double objective, double scale, String title, String how, String sentence) {
  /** Smaller relative gaps are rounding, not learning. */
  private static final double SMALLEST_GAP = 1e-14;

  /** A bound that is nearly all of the objective says no more than that a loss is not below 0. */
  private static final double EMPTY_BOUND = 0.95;

  /**
   * The optimum where it is known; else what it is proven, or estimated, not to be below; else, of
   * several trainings, the best objective that any of them reached. A single training has no gap to
   * its own end.
   */
  static Reference of(List<Series> trainings, double optimum) {
    double best =
        extreme(
            trainings,
            series -> -series.passes().stream().mapToDouble(p -> p.objective()).min().orElse(0));
    double scale = Math.max(Math.abs(best), Double.MIN_NORMAL);
    if (!Double.isNaN(optimum)) {
      return new Reference(
          optimum,
          Math.max(Math.abs(optimum), Double.MIN_NORMAL),
          "Gap to the optimum",
          "",
          "How far the objective is above the optimum, as a share of the optimum.");
    }
    double proven = extreme(trainings, series -> series.lowerBound(true));
    if (-best - proven < EMPTY_BOUND * scale) {
      return new Reference(
          proven,
          scale,
          "Gap to the optimum",
          ", at most",
          "The objective is at most so much above the optimum, as a share of the least objective:"
              + " measured from the highest value that the optimum is proven not to be below.");
    }
    double estimated = extreme(trainings, series -> series.lowerBound(false));
    if (-best - estimated < EMPTY_BOUND * scale) {
      return new Reference(
          estimated,
          scale,
          "Gap to the optimum",
          ", estimated",
          "The objective is about so much above the optimum, as a share of the least objective:"
              + " measured from an estimate of what the optimum is not below.");
    }
    return new Reference(
        trainings.size() > 1 && !Double.isNaN(best) ? -best : Double.NaN,
        scale,
        "Gap to the best",
        "",
        "How far the objective is above the best that any of these trainings reached.");
  }

  boolean isKnown() {
    return !Double.isNaN(objective);
  }

  /** The gap of an objective; NaN where it is nothing but rounding. */
  double gap(double of) {
    double gap = (of - objective) / scale;
    return gap > SMALLEST_GAP ? gap : Double.NaN;
  }

  private static double extreme(List<Series> trainings, ToDoubleFunction<Series> of) {
    return trainings.stream().mapToDouble(of).filter(Double::isFinite).max().orElse(Double.NaN);
  }
}
