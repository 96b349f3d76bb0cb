package ravine.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import ravine.engine.PassRecord;
import ravine.engine.StepRecord;
import ravine.engine.TrainingResult;
import ravine.page.Axis;
import ravine.page.Bars;
import ravine.page.Chart;
import ravine.page.Curve;
import ravine.page.Figure;
import ravine.page.Numbers;

/** Pictures of how trainings went. */
final class Curves {
  static final String PASSES = "passes over the data";
  private static final String SECONDS = "seconds since the first step";

  /** Objectives over a wider range are seen on a logarithmic scale only. */
  private static final double WIDE = 300;

  /** Two points say no more than their numbers. */
  static final int ENOUGH = 3;

  /** A bar of 0 ms says nothing. */
  private static final double SHORTEST = 0.0005;

  private final List<Series> trainings;
  private final Reference reference;

  Curves(List<Series> trainings, Reference reference) {
    this.trainings = trainings;
    this.reference = reference;
  }

  /** Whether a curve would have more than one point. */
  boolean hasPoints() {
    return points() > 1;
  }

  private long points() {
    return trainings.stream()
        .mapToLong(series -> series.passes().stream().mapToInt(PassRecord::pass).distinct().count())
        .max()
        .orElse(0);
  }

  List<Figure> all() {
    List<Figure> figures = new ArrayList<>();
    figures.add(objective());
    if (reference.isKnown()) {
      figures.add(gap(PASSES, Series::passNumbers, " by pass"));
      if (points() >= ENOUGH) {
        figures.add(gap(SECONDS, Series::seconds, " by time"));
      }
    }
    if (trainings.size() == 1) {
      figures.addAll(ofOne(trainings.get(0)));
    }
    return figures;
  }

  private Figure objective() {
    List<double[]> x = new ArrayList<>();
    List<double[]> y = new ArrayList<>();
    List<Curve> curves = new ArrayList<>();
    for (Series series : trainings) {
      x.add(series.passNumbers());
      y.add(series.objectives());
      boolean validated = Arrays.stream(series.validationLosses()).anyMatch(Double::isFinite);
      curves.add(
          Curve.line(
              trainings.size() == 1 ? "objective, training rows" : series.name(),
              series.passNumbers(),
              series.objectives()));
      if (validated && trainings.size() == 1) {
        y.add(series.validationLosses());
        curves.add(
            Curve.line(
                "mean loss, validation rows", series.passNumbers(), series.validationLosses()));
      }
    }
    Chart chart =
        new Chart(
            "Objective by pass", fallOf(), Axis.counts(PASSES, x), linearOrNot("objective", y));
    curves.forEach(chart::add);
    if (curves.size() == 2 && trainings.size() == 1) {
      best(trainings.get(0), chart);
    }
    return chart;
  }

  /** Marks the pass whose weights are returned, where validation chose it. */
  private static void best(Series series, Chart chart) {
    TrainingResult result = series.result();
    if (result != null && result.bestPass() < result.passes().size()) {
      int pass = result.passes().get(result.bestPass()).pass();
      chart.mark(pass, "pass " + pass + " is kept");
    }
  }

  private String fallOf() {
    List<String> parts = new ArrayList<>();
    for (Series series : trainings) {
      double[] values = series.objectives();
      if (values.length > 0) {
        parts.add(
            String.format(
                "%s: from %s to %s",
                series.name(), Numbers.of(values[0], 6), Numbers.of(values[values.length - 1], 6)));
      }
    }
    return "The objective after each pass; " + String.join("; ", parts) + ".";
  }

  private Figure gap(String xLabel, Abscissa abscissa, String by) {
    List<double[]> x = new ArrayList<>();
    List<double[]> y = new ArrayList<>();
    for (Series series : trainings) {
      x.add(abscissa.of(series));
      y.add(Arrays.stream(series.objectives()).map(reference::gap).toArray());
    }
    Chart chart =
        new Chart(
            reference.title() + by + reference.how(),
            reference.sentence(),
            xLabel.equals(PASSES) ? Axis.counts(xLabel, x) : Axis.fromZero(xLabel, x),
            Axis.decades("share of the objective", y));
    for (int i = 0; i < trainings.size(); i++) {
      chart.add(Curve.line(trainings.get(i).name(), x.get(i), y.get(i)));
    }
    return chart;
  }

  @FunctionalInterface
  private interface Abscissa {
    double[] of(Series series);
  }

  private static List<Figure> ofOne(Series series) {
    List<Figure> figures = new ArrayList<>();
    TrainingResult result = series.result();
    List<StepRecord> steps = result == null ? List.of() : result.steps();
    boolean bySteps = steps.size() > series.passes().size();
    double[] at =
        bySteps ? numbers(steps, StepRecord::pass) : numbers(series.passes(), PassRecord::pass);
    if (bySteps) {
      double[] loss = numbers(steps, StepRecord::loss);
      figures.add(
          lines(
              "Objective on the mini-batch of each step",
              "The objective on the rows of each step's mini-batch, by passes.",
              at,
              "objective",
              new double[][] {loss}));
    }
    double[] rate =
        bySteps
            ? numbers(steps, StepRecord::learningRate)
            : numbers(series.passes(), PassRecord::learningRate);
    if (changes(rate)) {
      figures.add(
          lines(
              "Learning rate", "The learning rate of each step.", at, "η", new double[][] {rate}));
    }
    double[] gradient =
        bySteps
            ? numbers(steps, StepRecord::gradientNorm)
            : numbers(series.passes(), PassRecord::gradientNorm);
    double[] velocity =
        bySteps
            ? numbers(steps, StepRecord::velocityNorm)
            : numbers(series.passes(), PassRecord::velocityNorm);
    if (changes(gradient)) {
      figures.add(
          lines(
              "Norms",
              "Euclidean norms of the gradient and of the velocity after each step.",
              at,
              "norm",
              changes(velocity) ? new double[][] {gradient, velocity} : new double[][] {gradient},
              "gradient",
              "velocity"));
    }
    figures.addAll(new MotionFigures(series).all());
    return figures;
  }

  private static Figure lines(
      String title, String sentence, double[] x, String label, double[][] values, String... names) {
    List<double[]> y = List.of(values);
    Chart chart =
        new Chart(title, sentence, Axis.counts(PASSES, List.of(x)), linearOrNot(label, y));
    for (int i = 0; i < values.length; i++) {
      chart.add(Curve.line(i < names.length ? names[i] : label, x, values[i]));
    }
    return chart;
  }

  /** Whether there is something to see: enough values above 0, and not all the same. */
  private static boolean changes(double[] values) {
    double[] positive = Arrays.stream(values).filter(v -> v > 0 && Double.isFinite(v)).toArray();
    return positive.length >= ENOUGH
        && Arrays.stream(positive).max().orElse(0) > Arrays.stream(positive).min().orElse(0);
  }

  private static Axis linearOrNot(String label, List<double[]> values) {
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    for (double[] some : values) {
      for (double value : some) {
        if (Double.isFinite(value) && value != 0) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    return low > 0 && high / low > WIDE ? Axis.decades(label, values) : Axis.around(label, values);
  }

  private static <T> double[] numbers(List<T> records, ToDoubleFunction<T> of) {
    return records.stream().mapToDouble(of).toArray();
  }

  /** Where the time of a training went; of steps only if each is recorded. */
  static Bars time(Bars bars, TrainingResult result) {
    stage(bars, "read and pack rows", result.seconds().pack());
    stage(bars, "open the engine", result.seconds().open());
    double compute = 0;
    double exchange = 0;
    double driver = 0;
    for (StepRecord step : result.steps()) {
      compute += step.computeSeconds();
      exchange += step.exchangeSeconds();
      driver += step.driverSeconds();
    }
    double train = result.seconds().train();
    double steps = compute + exchange + driver;
    boolean complete =
        !result.steps().isEmpty()
            && result.steps().get(result.steps().size() - 1).step() == result.steps().size();
    if (!complete || steps > train) {
      return stage(bars, "train", train);
    }
    stage(bars, "steps: compute", compute);
    stage(bars, "steps: exchange", exchange);
    stage(bars, "steps: driver", driver);
    return stage(bars, "train, the rest", train - steps);
  }

  static Bars stage(Bars bars, String name, double seconds) {
    return seconds < SHORTEST ? bars : bars.add(name, seconds, Numbers.seconds(seconds));
  }
}
