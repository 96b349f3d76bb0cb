package ravine.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import ravine.engine.PassRecord;
import ravine.engine.StepRecord;
import ravine.engine.TrainingResult;
import ravine.page.Axis;
import ravine.page.Chart;
import ravine.page.Curve;
import ravine.page.Figure;
import ravine.page.Numbers;
import ravine.step.Motion;

/**
 * Pictures of how the steps of one training moved: its {@link Motion}, as far as it was measured.
 */
final class MotionFigures {
  /** Ratios over a wider range are seen on a logarithmic scale only. */
  private static final double WIDE = 30;

  private final List<PassRecord> passes;
  private final List<StepRecord> steps;

  MotionFigures(Series series) {
    TrainingResult result = series.result();
    this.passes = series.passes();
    this.steps = result == null ? List.of() : result.steps();
  }

  /** A value by passes, where it is known. */
  private record Known(double[] pass, double[] value) {
    static <T> Known of(List<T> records, ToDoubleFunction<T> pass, ToDoubleFunction<T> value) {
      List<T> known =
          records.stream().filter(r -> Double.isFinite(value.applyAsDouble(r))).toList();
      return new Known(
          known.stream().mapToDouble(pass).toArray(), known.stream().mapToDouble(value).toArray());
    }

    boolean isEnough() {
      return value.length >= Curves.ENOUGH;
    }

    double least() {
      return Arrays.stream(value).min().orElse(Double.NaN);
    }

    double most() {
      return Arrays.stream(value).max().orElse(Double.NaN);
    }

    /** How often it goes to the other side of 0. */
    int turns() {
      int turns = 0;
      double side = 0.0;
      for (double one : value) {
        turns += one * side < 0.0 ? 1 : 0;
        side = one == 0.0 ? side : Math.signum(one);
      }
      return turns;
    }

    Chart chart(String title, String sentence, Axis y) {
      Axis x = Axis.counts(Curves.PASSES, List.of(pass));
      return new Chart(title, sentence, x, y).add(Curve.line(y.label(), pass, value));
    }
  }

  /** Those of which there are enough points. */
  List<Figure> all() {
    List<Figure> figures = new ArrayList<>();
    Known momentum = ofEachStep(Motion::momentum);
    // One that is constant is said by the rule.
    if (momentum.isEnough() && momentum.most() > momentum.least()) {
      figures.add(momentum(momentum));
    }
    Known cosine = ofPasses(Motion::cosine);
    if (cosine.isEnough()) {
      figures.add(cosine(cosine));
    }
    Known ratio = ofPasses(Motion::updateRatio);
    if (ratio.isEnough() && ratio.most() > 0.0) {
      figures.add(ratio(ratio));
    }
    return figures;
  }

  /** Of every step that is recorded, else of the last of each pass. */
  private Known ofEachStep(ToDoubleFunction<Motion> of) {
    Known each = Known.of(steps, StepRecord::pass, step -> of.applyAsDouble(step.motion()));
    return each.isEnough()
        ? each
        : Known.of(passes, PassRecord::pass, pass -> of.applyAsDouble(pass.motion()));
  }

  /** The mean over each pass, for that of a mini-batch is noise; of steps where passes are few. */
  private Known ofPasses(ToDoubleFunction<Motion> of) {
    Known each = Known.of(passes, PassRecord::pass, pass -> of.applyAsDouble(pass.motion()));
    return each.isEnough()
        ? each
        : Known.of(steps, StepRecord::pass, step -> of.applyAsDouble(step.motion()));
  }

  private static Figure momentum(Known known) {
    return known.chart(
        "Momentum coefficient",
        String.format(
            "The share of the velocity that a step keeps, from %s to %s.",
            Numbers.of(known.least(), 3), Numbers.of(known.most(), 3)),
        Axis.around("coefficient", List.of(known.value)));
  }

  private static Figure cosine(Known known) {
    int turns = known.turns();
    String often = turns == 0 ? "It stays on one side." : "It changes sides " + times(turns) + ".";
    double end = known.pass[known.pass.length - 1];
    return known
        .chart(
            "Cosine of gradient and velocity",
            "Whether steps still go downhill: " + range(known) + ". " + often,
            Axis.linear("cosine", -1, 1))
        .add(Curve.reference("at right angles", new double[] {0, end}, new double[] {0, 0}))
        .note(
            "Near 1 the velocity goes on downhill, below 0 it went too far; what changes sides"
                + " again and again oscillates. "
                + often);
  }

  private static Figure ratio(Known known) {
    double least = Arrays.stream(known.value).filter(v -> v > 0).min().orElse(Double.NaN);
    List<double[]> values = List.of(known.value);
    String label = "step / weights";
    return known
        .chart(
            "Length of the steps",
            "Length of a step in units of the length of the weights: " + range(known) + ".",
            known.most() > WIDE * least
                ? Axis.decades(label, values)
                : Axis.fromZero(label, values))
        .note("Euclidean length of a step over that of the weights it started from.");
  }

  private static String range(Known known) {
    return "from "
        + Numbers.of(known.value[0], 3)
        + " to "
        + Numbers.of(known.value[known.value.length - 1], 3);
  }

  private static String times(int count) {
    return count == 1 ? "once" : Numbers.count(count) + " times";
  }
}
