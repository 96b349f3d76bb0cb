package ravine.ml.tuning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import ravine.page.Axis;
import ravine.page.Chart;
import ravine.page.Curve;
import ravine.page.Numbers;
import ravine.page.Page;

/** A {@link RegularizationPath} to look at. */
final class PathPage {
  /** Coefficients beyond that are a tangle; the largest are shown. */
  private static final int MOST_CURVES = 10;

  private static final String STRENGTH = "regParam";

  private PathPage() {}

  static String of(RegularizationPath path, List<String> names, String metric) {
    List<RegularizationPath.Point> points = path.points();
    double[] strengths = numbers(points, RegularizationPath.Point::regParam);
    Page page = new Page("A path of penalties");
    page.subtitle(
        points.size()
            + " strengths from "
            + Numbers.of(strengths[0])
            + " down to "
            + Numbers.of(strengths[strengths.length - 1]));
    if (!metric.isEmpty()) {
      RegularizationPath.Point best = points.get(path.best());
      RegularizationPath.Point simple = points.get(path.strongestWithinOneError());
      page.verdict(
          Page.Tone.GOOD,
          "Take regParam " + Numbers.of(simple.regParam()),
          List.of(
              "The best mean "
                  + metric
                  + ", "
                  + Numbers.of(best.metric())
                  + ", is that of regParam "
                  + Numbers.of(best.regParam())
                  + "; "
                  + Numbers.of(simple.regParam())
                  + " is the strongest within one standard error of it, with "
                  + simple.nonZeros()
                  + " coefficients that are not 0."));
      page.section("Which strength");
      page.figures(List.of(spread(points, strengths, metric, best, simple)));
    }
    page.section("What the coefficients do");
    double[] nonZeros = numbers(points, RegularizationPath.Point::nonZeros);
    Chart counts =
        new Chart(
                "Coefficients that are not 0",
                "How many coefficients are not 0 at each strength.",
                Axis.decades(STRENGTH, List.of(strengths)),
                Axis.counts("coefficients", List.of(nonZeros)))
            .add(Curve.line("not 0", strengths, nonZeros));
    page.figures(List.of(coefficients(points, strengths, names), counts));
    return page.html();
  }

  private static double[] numbers(
      List<RegularizationPath.Point> points,
      java.util.function.ToDoubleFunction<RegularizationPath.Point> of) {
    return points.stream().mapToDouble(of).toArray();
  }

  private static Chart spread(
      List<RegularizationPath.Point> points,
      double[] strengths,
      String metric,
      RegularizationPath.Point best,
      RegularizationPath.Point simple) {
    double[] mean = numbers(points, RegularizationPath.Point::metric);
    double[] low = numbers(points, point -> point.metric() - point.standardError());
    double[] high = numbers(points, point -> point.metric() + point.standardError());
    return new Chart(
            "Mean " + metric + " of the rows held out",
            "The mean over folds with one standard error to either side.",
            Axis.decades(STRENGTH, List.of(strengths)),
            Axis.around(metric, List.of(low, high)))
        .add(Curve.line("mean", strengths, mean))
        .add(Curve.reference("one error more", strengths, high))
        .add(Curve.reference("one error less", strengths, low))
        .mark(best.regParam(), "best")
        .mark(simple.regParam(), "within one error");
  }

  private static Chart coefficients(
      List<RegularizationPath.Point> points, double[] strengths, List<String> names) {
    double[] last = points.get(points.size() - 1).coefficients();
    List<Integer> shown =
        IntStream.range(0, last.length)
            .boxed()
            .sorted(Comparator.comparingDouble(j -> -Math.abs(last[j])))
            .limit(MOST_CURVES)
            .toList();
    List<double[]> values = new ArrayList<>();
    for (int j : shown) {
      values.add(numbers(points, point -> point.coefficients()[j]));
    }
    Chart chart =
        new Chart(
            "Coefficients by strength",
            shown.size() < last.length
                ? "The "
                    + shown.size()
                    + " coefficients that are largest at the weakest penalty, of "
                    + last.length
                    + "."
                : "Each coefficient at each strength.",
            Axis.decades(STRENGTH, List.of(strengths)),
            Axis.around("coefficient", values));
    for (int i = 0; i < shown.size(); i++) {
      chart.add(Curve.line(names.get(shown.get(i)), strengths, values.get(i)));
    }
    return chart;
  }
}
