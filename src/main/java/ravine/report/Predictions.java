package ravine.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ravine.evaluation.BinaryScores;
import ravine.evaluation.BinaryScores.Cut;
import ravine.evaluation.ClassTable;
import ravine.evaluation.Residuals;
import ravine.page.Axis;
import ravine.page.Chart;
import ravine.page.Curve;
import ravine.page.Density;
import ravine.page.Figure;
import ravine.page.Grid;
import ravine.page.Numbers;
import ravine.page.Page;

/** Pictures and tables of what predictions are worth. */
final class Predictions {
  private static final double[] ENDS = {0, 1};
  private static final int GROUPS = 10;

  /** A wider table is no table. */
  private static final int MOST_CLASSES = 30;

  private Predictions() {}

  static List<Figure> curves(BinaryScores scores) {
    Cut[] cuts = scores.cuts();
    double ones = cuts[0].falseNegatives();
    double share = ones / (ones + cuts[0].trueNegatives());
    double area = scores.areaUnderRoc();
    List<Figure> figures = new ArrayList<>();
    figures.add(
        new Chart(
                "ROC, area " + Numbers.of(area),
                "Share of the positive class that is found, by the share of the negative class"
                    + " taken for it, over all thresholds; the area is "
                    + Numbers.of(area)
                    + ".",
                Axis.linear("false-positive rate", 0, 1),
                Axis.linear("true-positive rate (recall)", 0, 1))
            .add(Curve.line("model", of(cuts, Cut::falsePositiveRate, 0), of(cuts, Cut::recall, 0)))
            .add(Curve.reference("chance", ENDS, ENDS))
            .note(within(scores)));
    figures.add(
        new Chart(
                "Precision and recall, average " + Numbers.of(scores.averagePrecision()),
                "Share of what is said to be positive that is so, by the share of the positive"
                    + " class that is found, over all thresholds.",
                Axis.linear("recall", 0, 1),
                Axis.linear("precision", 0, 1))
            .add(Curve.line("model", of(cuts, Cut::recall, 1), of(cuts, Cut::precision, 1)))
            .add(Curve.reference("share of the class", ENDS, new double[] {share, share})));
    if (scores.areProbabilities()) {
      figures.add(calibration(scores));
    }
    figures.add(thresholds(scores, cuts));
    return figures;
  }

  private static String within(BinaryScores scores) {
    double within = scores.areaIsWithin();
    return within < 5e-5
        ? ""
        : "Scores stand in "
            + scores.lowest().length
            + " bins; the exact area is within "
            + Numbers.of(within, 2)
            + " of this.";
  }

  private static Figure calibration(BinaryScores scores) {
    double[][] groups = scores.calibration(GROUPS);
    double error = 0;
    double all = 0;
    for (double[] group : groups) {
      error += group[2] * Math.abs(group[0] - group[1]);
      all += group[2];
    }
    return new Chart(
            "Calibration",
            "Share of the positive class by mean predicted probability, in groups of about equal"
                + " weight; on the diagonal, probabilities are what they say.",
            Axis.linear("mean predicted probability", 0, 1),
            Axis.linear("share of the positive class", 0, 1))
        .add(
            Curve.line(
                "model",
                Arrays.stream(groups).mapToDouble(group -> group[0]).toArray(),
                Arrays.stream(groups).mapToDouble(group -> group[1]).toArray()))
        .add(Curve.reference("as it should be", ENDS, ENDS))
        .note(
            String.format(
                "Mean distance from the diagonal %s, Brier score %s.",
                Numbers.of(error / all, 2), Numbers.of(scores.brier(), 3)));
  }

  private static Figure thresholds(BinaryScores scores, Cut[] cuts) {
    double[] at = of(cuts, Cut::threshold, 1);
    String label = scores.areProbabilities() ? "threshold (probability)" : "threshold (margin)";
    return new Chart(
            "What a threshold gives",
            "Precision, recall and F1 of the positive class by the threshold above which it is"
                + " said.",
            scores.areProbabilities() ? Axis.linear(label, 0, 1) : Axis.around(label, List.of(at)),
            Axis.linear("share", 0, 1))
        .add(Curve.line("precision", at, of(cuts, Cut::precision, 1)))
        .add(Curve.line("recall", at, of(cuts, Cut::recall, 1)))
        .add(Curve.line("F1", at, of(cuts, Cut::f1, 1)));
  }

  @FunctionalInterface
  private interface Of {
    double cut(Cut cut);
  }

  private static double[] of(Cut[] cuts, Of of, int from) {
    return Arrays.stream(cuts, from, cuts.length).mapToDouble(of::cut).toArray();
  }

  /**
   * Thresholds that suit, each with what it gives.
   *
   * @param costs what a positive that is missed costs, and what a false alarm; none for null
   */
  static Grid suitable(BinaryScores scores, double[] costs) {
    Grid table =
        new Grid(
            "Thresholds that suit, on these rows",
            List.of(
                "chosen by", "threshold", "precision", "recall", "F1", "accuracy", "Youden's J"));
    double usual = scores.areProbabilities() ? 0.5 : 0;
    Cut[] cuts = scores.cuts();
    Cut nearest = cuts[0];
    for (Cut cut : cuts) {
      nearest = cut.threshold() >= usual ? cut : nearest;
    }
    row(table, "Spark's own, " + usual, usual, nearest);
    row(table, "best F1", scores.best(Cut::f1));
    row(table, "best Youden's J", scores.best(Cut::youden));
    if (costs.length == 2) {
      Cut least =
          scores.best(cut -> -costs[0] * cut.falseNegatives() - costs[1] * cut.falsePositives());
      row(
          table,
          String.format(
              "least cost (missed %s, false alarm %s)", Numbers.of(costs[0]), Numbers.of(costs[1])),
          least);
    }
    return table;
  }

  private static void row(Grid table, String name, Cut cut) {
    row(table, name, cut.threshold(), cut);
  }

  private static void row(Grid table, String name, double threshold, Cut cut) {
    table.row(
        name,
        Numbers.of(threshold),
        Numbers.percent(cut.precision()),
        Numbers.percent(cut.recall()),
        Numbers.of(cut.f1(), 3),
        Numbers.percent(cut.accuracy()),
        Numbers.of(cut.youden(), 3));
  }

  static void classes(Page page, ClassTable table) {
    List<String> names = table.classes();
    List<Grid> tables = new ArrayList<>();
    if (names.size() <= MOST_CLASSES) {
      List<String> heading = new ArrayList<>(List.of("true class"));
      names.forEach(name -> heading.add("said " + name));
      Grid confusion = new Grid("Confusion matrix", heading).withDiagonal();
      for (int i = 0; i < names.size(); i++) {
        List<String> cells = new ArrayList<>(List.of(names.get(i)));
        for (double weight : table.weights()[i]) {
          cells.add(Numbers.of(weight, 6));
        }
        confusion.row(cells);
      }
      tables.add(confusion);
    }
    Grid each = new Grid("Each class", List.of("class", "rows", "precision", "recall", "F1"));
    for (int i = 0; i < names.size(); i++) {
      each.row(
          names.get(i),
          Numbers.of(table.support(i), 6),
          Numbers.percent(table.precision(i)),
          Numbers.percent(table.recall(i)),
          Numbers.of(table.f1(i), 3));
    }
    tables.add(each);
    page.tables(tables);
  }

  static Figure residuals(Residuals residuals) {
    int columns = residuals.cells().length;
    double[] x = new double[columns];
    double[] mean = new double[columns];
    Grid numbers =
        new Grid(
            "Residuals by prediction",
            List.of("prediction", "rows", "mean", "10 %", "median", "90 %"));
    for (int i = 0; i < columns; i++) {
      x[i] = residuals.prediction(i);
      mean[i] = residuals.mean(i);
      if (residuals.weight(i) > 0) {
        numbers.row(
            Numbers.of(x[i]),
            Numbers.of(residuals.weight(i), 6),
            Numbers.of(mean[i]),
            Numbers.of(residuals.quantile(i, 0.1), 3),
            Numbers.of(residuals.quantile(i, 0.5), 3),
            Numbers.of(residuals.quantile(i, 0.9), 3));
      }
    }
    return new Density(
        "Residuals by prediction",
        "How many rows have which residual (label minus prediction) at which prediction, and the"
            + " mean residual; a mean that leaves zero shows what a straight line cannot follow.",
        Axis.linear("prediction", residuals.predictionLow(), residuals.predictionHigh()),
        Axis.linear("residual", residuals.residualLow(), residuals.residualHigh()),
        residuals.cells(),
        Curve.line("The line is the mean residual; the darker, the more rows.", x, mean),
        numbers);
  }

  static Figure residualShares(Residuals residuals) {
    int rows = residuals.cells()[0].length;
    double height = (residuals.residualHigh() - residuals.residualLow()) / rows;
    double[] x = new double[rows];
    double[] share = new double[rows];
    double all = 0;
    for (int j = 0; j < rows; j++) {
      x[j] = residuals.residualLow() + (j + 0.5) * height;
      for (double[] column : residuals.cells()) {
        share[j] += column[j];
        all += column[j];
      }
    }
    for (int j = 0; j < rows; j++) {
      share[j] /= all;
    }
    return new Chart(
            "Distribution of the residuals",
            "Share of the rows by residual (label minus prediction).",
            Axis.linear("residual", residuals.residualLow(), residuals.residualHigh()),
            Axis.fromZero("share of the rows", List.of(share)))
        .add(Curve.line("share", x, share))
        .mark(0, "");
  }
}
