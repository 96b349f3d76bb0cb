package ravine.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Scores of two classes, in bins that ascend. All rows with one score are in one bin, so that with
 * as few scores as bins the curves are exact; else they are so at the edges of the bins, and {@link
 * #areaIsWithin} bounds what is between.
 *
 * @param lowest the least score of each bin; that of the first is the least of all
 * @param negatives weight of the rows of class 0 in each bin
 * @param positives weight of the rows of class 1 in each bin
 * @param scores weighted sum of the scores in each bin
 * @param areProbabilities whether a score is the probability of class 1, or a margin
 * @param brier weighted mean of the squared distance of score and label; NaN for margins
 */
public record BinaryScores(
    double[] lowest,
    double[] negatives,
    double[] positives,
    double[] scores,
    boolean areProbabilities,
    double brier) {

  /**
   * A threshold and what comes of it: class 1 is said of scores at or above it.
   *
   * @param threshold a score
   * @param truePositives weight of class 1 above it
   * @param falsePositives weight of class 0 above it
   * @param falseNegatives weight of class 1 below it
   * @param trueNegatives weight of class 0 below it
   */
  public record Cut(
      double threshold,
      double truePositives,
      double falsePositives,
      double falseNegatives,
      double trueNegatives) {

    /** Share of class 1 in what is said to be class 1; 1 where nothing is. */
    public double precision() {
      double said = truePositives + falsePositives;
      return said > 0 ? truePositives / said : 1;
    }

    /** Share of class 1 that is found. */
    public double recall() {
      return truePositives / (truePositives + falseNegatives);
    }

    /** Share of class 0 that is said to be class 1. */
    public double falsePositiveRate() {
      return falsePositives / (falsePositives + trueNegatives);
    }

    /** Harmonic mean of precision and recall. */
    public double f1() {
      return 2 * truePositives / (2 * truePositives + falsePositives + falseNegatives);
    }

    /** Youden's J: recall minus false-positive rate. */
    public double youden() {
      return recall() - falsePositiveRate();
    }

    /** Share of the rows that are said to be what they are. */
    public double accuracy() {
      return (truePositives + trueNegatives)
          / (truePositives + trueNegatives + falsePositives + falseNegatives);
    }
  }

  /** What a threshold is chosen by. */
  @FunctionalInterface
  public interface Worth {
    /** The more the better. */
    double of(Cut cut);
  }

  /** Whether both classes are there, without which there is no curve. */
  public boolean hasBothClasses() {
    return sum(negatives) > 0 && sum(positives) > 0;
  }

  /**
   * The cuts at the edges of the bins, from the one above all scores (of which nothing is said to
   * be class 1) to the least score (of which everything is).
   */
  public Cut[] cuts() {
    int bins = lowest.length;
    Cut[] cuts = new Cut[bins + 1];
    double allPositive = sum(positives);
    double allNegative = sum(negatives);
    double above1 = 0;
    double above0 = 0;
    cuts[0] = new Cut(Double.POSITIVE_INFINITY, 0, 0, allPositive, allNegative);
    for (int i = 1; i <= bins; i++) {
      above1 += positives[bins - i];
      above0 += negatives[bins - i];
      cuts[i] =
          new Cut(
              lowest[bins - i],
              above1,
              above0,
              Math.max(0, allPositive - above1),
              Math.max(0, allNegative - above0));
    }
    return cuts;
  }

  /** Area under the ROC curve, scores within a bin taken as equal. */
  public double areaUnderRoc() {
    double below = 0;
    double area = 0;
    for (int i = 0; i < lowest.length; i++) {
      area += positives[i] * (below + negatives[i] / 2);
      below += negatives[i];
    }
    return area / (below * sum(positives));
  }

  /** How far the area under the ROC curve of the very scores can be from {@link #areaUnderRoc}. */
  public double areaIsWithin() {
    double unknown = 0;
    for (int i = 0; i < lowest.length; i++) {
      unknown += positives[i] * negatives[i] / 2;
    }
    return unknown / (sum(positives) * sum(negatives));
  }

  /** Average precision: precision at each cut, weighted by the recall that it adds. */
  public double averagePrecision() {
    Cut[] cuts = cuts();
    double area = 0;
    for (int i = 1; i < cuts.length; i++) {
      area += cuts[i].precision() * (cuts[i].recall() - cuts[i - 1].recall());
    }
    return area;
  }

  /** The cut that is worth most; of equals the highest threshold that says something. */
  public Cut best(Worth worth) {
    Cut[] cuts = cuts();
    Cut best = cuts[1];
    for (int i = 2; i < cuts.length; i++) {
      if (worth.of(cuts[i]) > worth.of(best)) {
        best = cuts[i];
      }
    }
    return best;
  }

  /**
   * Groups of neighbouring bins of about equal weight, for a calibration curve.
   *
   * @param groups at most so many
   * @return mean score, share of class 1 and weight of each
   */
  public double[][] calibration(int groups) {
    double all = sum(negatives) + sum(positives);
    List<double[]> found = new ArrayList<>();
    double before = 0;
    double weight = 0;
    double ones = 0;
    double score = 0;
    for (int i = 0; i < lowest.length; i++) {
      weight += negatives[i] + positives[i];
      ones += positives[i];
      score += scores[i];
      if (weight > 0 && weight >= (all - before) / (groups - found.size()) * (1 - 1e-12)) {
        found.add(new double[] {score / weight, ones / weight, weight});
        before += weight;
        weight = 0;
        ones = 0;
        score = 0;
      }
    }
    return found.toArray(new double[0][]);
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
