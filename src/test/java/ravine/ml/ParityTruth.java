package ravine.ml;

import java.util.Arrays;
import ravine.curvature.TrustedOptimum;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Hinge;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Softmax;
import ravine.loss.Squared;

/**
 * Spark's objective of a {@link ParityProblem}, written out anew: in standardised features, centred
 * where there is an intercept, labels of regression in units of their deviation.
 */
final class ParityTruth {
  private final ParityProblem problem;
  private final int d;
  private final int k;
  private final double[] means;
  private final double[] deviations;
  private final double unit;
  private final double shift;
  private final double[][] rows;
  private final double[] labels;
  private final Loss loss;
  private final double[] l1;
  private final double[] l2;

  ParityTruth(ParityProblem problem) {
    this.problem = problem;
    this.d = problem.rows()[0].length;
    this.k = problem.classes();
    this.means = new double[d];
    this.deviations = new double[d];
    int n = problem.rows().length;
    for (int j = 0; j < d; j++) {
      int column = j;
      double[] values = Arrays.stream(problem.rows()).mapToDouble(row -> row[column]).toArray();
      means[j] = mean(values);
      deviations[j] = deviation(values, means[j]);
    }
    boolean quantity = problem.kind().isQuantity();
    double labelMean = mean(problem.labels());
    double labelDeviation = deviation(problem.labels(), labelMean);
    this.unit = quantity ? labelDeviation : 1.0;
    this.shift = quantity && problem.intercept() ? labelMean : 0.0;
    this.labels = Arrays.stream(problem.labels()).map(y -> (y - shift) / unit).toArray();
    int wide = d + (problem.intercept() ? 1 : 0);
    this.rows = new double[n][wide];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        double from = problem.rows()[i][j] - (problem.intercept() ? means[j] : 0.0);
        rows[i][j] = deviations[j] > 0.0 ? from / deviations[j] : 0.0;
      }
      if (problem.intercept()) {
        rows[i][d] = 1.0;
      }
    }
    this.loss =
        switch (problem.kind()) {
          case LOGISTIC -> new Logistic();
          case SOFTMAX -> new Softmax(k);
          case SVC -> new Hinge();
          case LINEAR -> new Squared();
          case HUBER -> new ConcomitantHuber(1.35);
        };
    this.l1 = new double[wide * k + loss.extraParameters()];
    this.l2 = new double[l1.length];
    double lambda =
        switch (problem.kind()) {
          case LINEAR -> problem.lambda() / unit;
          case HUBER -> problem.lambda() * unit;
          default -> problem.lambda();
        };
    for (int a = 0; a < d * k; a++) {
      double deviation = deviations[a / k];
      double seen = problem.standardised() || deviation == 0.0 ? 1.0 : 1.0 / deviation;
      l1[a] = lambda * problem.alpha() * seen;
      l2[a] = lambda * (1.0 - problem.alpha()) * seen * seen;
    }
  }

  private double mean(double[] values) {
    double total = 0.0;
    double sum = 0.0;
    for (int i = 0; i < values.length; i++) {
      total += problem.weights()[i];
      sum += problem.weights()[i] * (values[i] - values[0]);
    }
    return values[0] + sum / total;
  }

  /** As Spark's summarizer has it: over W − Σw²/W, which is n − 1 where every weight is 1. */
  private double deviation(double[] values, double mean) {
    double total = 0.0;
    double ofSquares = 0.0;
    double squares = 0.0;
    boolean constant = true;
    for (int i = 0; i < values.length; i++) {
      double weight = problem.weights()[i];
      total += weight;
      ofSquares += weight * weight;
      squares += weight * (values[i] - mean) * (values[i] - mean);
      constant &= weight == 0.0 || values[i] == values[0];
    }
    return constant ? 0.0 : Math.sqrt(squares / (total - ofSquares / total));
  }

  /** What labels are divided by; 1 for classes. */
  double unit() {
    return unit;
  }

  TrustedOptimum optimum() {
    return TrustedOptimum.of(rows, labels, problem.weights(), loss, l1, l2);
  }

  /** The objective of a model in the units of the data. */
  double objective(double[][] coefficients, double[] intercepts, double scale) {
    double[] theta = new double[l1.length];
    for (int c = 0; c < k; c++) {
      double intercept = intercepts[c] - shift;
      for (int j = 0; j < d; j++) {
        theta[j * k + c] = coefficients[c][j] * deviations[j] / unit;
        intercept += coefficients[c][j] * means[j];
      }
      if (problem.intercept()) {
        theta[d * k + c] = intercept / unit;
      }
    }
    if (loss.extraParameters() == 1) {
      theta[theta.length - 1] = Math.log(scale / unit);
    }
    return objective(theta);
  }

  /** Of the model that predicts the same for every row, or nearly that. */
  double nothing() {
    double[] theta = new double[l1.length];
    int n = labels.length;
    if (problem.intercept() && !problem.kind().isQuantity()) {
      double[] shares = new double[Math.max(2, k)];
      for (int i = 0; i < n; i++) {
        shares[(int) labels[i]] += problem.weights()[i];
      }
      for (int c = 0; c < k; c++) {
        theta[d * k + c] =
            switch (problem.kind()) {
              case SOFTMAX -> Math.log(shares[c]);
              case SVC -> shares[1] > shares[0] ? 1.0 : -1.0;
              default -> Math.log(shares[1] / shares[0]);
            };
      }
    }
    return objective(theta);
  }

  private double objective(double[] theta) {
    return TrustedOptimum.objective(rows, labels, problem.weights(), loss, l1, l2, theta);
  }
}
