package ravine.ml;

/**
 * What else can be gained in a box, by cyclic coordinate descent in the units of standardised rows:
 * slow, nothing of the engine's, and simple enough to be believed. Each coordinate goes to the
 * exact minimum of a parabola above the objective, or a Newton step's where that is lower.
 */
final class BoxedTruth {
  private final int n;
  private final int d;
  private final int k;
  private final boolean intercept;
  private final double[][] columns;
  private final int[] labels;
  private final double[] weights;
  private final double[] l1;
  private final double[] l2;
  private final double[] lower;
  private final double[] upper;

  /** Inverse deviation of each feature; 0 where constant. */
  private final double[] units;

  private final double[][] margins;
  private final double[] theta;

  BoxedTruth(ParityProblem problem, ParityBox box) {
    this.n = problem.rows().length;
    this.d = problem.rows()[0].length;
    this.k = problem.classes();
    this.intercept = problem.intercept();
    this.columns = new double[d + 1][n];
    this.labels = new int[n];
    this.weights = problem.weights().clone();
    this.units = new double[d];
    double total = 0.0;
    double squares = 0.0;
    for (int i = 0; i < n; i++) {
      labels[i] = (int) problem.labels()[i];
      total += weights[i];
      squares += weights[i] * weights[i];
    }
    for (int i = 0; i < n; i++) {
      weights[i] /= total;
    }
    this.l1 = new double[(d + 1) * k];
    this.l2 = new double[(d + 1) * k];
    this.lower = new double[(d + 1) * k];
    this.upper = new double[(d + 1) * k];
    for (int j = 0; j <= d; j++) {
      double deviation = j == d ? 1.0 : deviation(problem, j, total, squares);
      for (int i = 0; i < n; i++) {
        columns[j][i] = j == d ? 1.0 : deviation > 0.0 ? problem.rows()[i][j] / deviation : 0.0;
      }
      if (j < d) {
        units[j] = deviation > 0.0 ? 1.0 / deviation : 0.0;
      }
      double seen = j == d || deviation == 0.0 ? 0.0 : problem.standardised() ? 1.0 : units[j];
      for (int c = 0; c < k; c++) {
        int at = j * k + c;
        l1[at] = problem.lambda() * problem.alpha() * seen;
        l2[at] = problem.lambda() * (1.0 - problem.alpha()) * seen * seen;
        lower[at] = j == d ? box.lowerIntercepts()[c] : box.lower()[c][j] * deviation;
        upper[at] = j == d ? box.upperIntercepts()[c] : box.upper()[c][j] * deviation;
      }
    }
    this.margins = new double[k][n];
    this.theta = new double[(d + 1) * k];
  }

  private static double deviation(ParityProblem problem, int j, double total, double squares) {
    double mean = 0.0;
    double first = problem.rows()[0][j];
    boolean constant = true;
    for (int i = 0; i < problem.rows().length; i++) {
      mean += problem.weights()[i] * (problem.rows()[i][j] - first) / total;
      constant &= problem.weights()[i] == 0.0 || problem.rows()[i][j] == first;
    }
    double sum = 0.0;
    for (int i = 0; i < problem.rows().length; i++) {
      double from = problem.rows()[i][j] - first - mean;
      sum += problem.weights()[i] * from * from;
    }
    return constant ? 0.0 : Math.sqrt(sum / (total - squares / total));
  }

  /** The objective of a model in the units of the data, which becomes the point. */
  double at(double[][] coefficients, double[] intercepts) {
    for (int c = 0; c < k; c++) {
      for (int j = 0; j < d; j++) {
        theta[j * k + c] = units[j] > 0.0 ? coefficients[c][j] / units[j] : 0.0;
      }
      theta[d * k + c] = intercepts[c];
      for (int i = 0; i < n; i++) {
        double margin = 0.0;
        for (int j = 0; j <= d; j++) {
          margin += columns[j][i] * theta[j * k + c];
        }
        margins[c][i] = margin;
      }
    }
    return objective();
  }

  /** Goes on from the point, and gives back the objective. */
  double descend(int sweeps) {
    double last = objective();
    for (int sweep = 0; sweep < sweeps; sweep++) {
      for (int at = 0; at < theta.length; at++) {
        boolean isIntercept = at >= d * k;
        if (isIntercept ? intercept : units[at / k] > 0.0) {
          move(at);
        }
      }
      double now = objective();
      if (sweep % 10 == 9 && last - now <= 1e-14 * Math.abs(now)) {
        break;
      }
      last = sweep % 10 == 9 ? now : last;
    }
    return objective();
  }

  private void move(int at) {
    int c = at % k;
    double[] column = columns[at / k];
    double slope = 0.0;
    double curved = 0.0;
    double most = 0.0;
    for (int i = 0; i < n; i++) {
      double p = probability(i, c);
      double target = k == 1 ? labels[i] : labels[i] == c ? 1.0 : 0.0;
      slope += weights[i] * (p - target) * column[i];
      curved += weights[i] * p * (1.0 - p) * column[i] * column[i];
      most += 0.25 * weights[i] * column[i] * column[i];
    }
    double before = valueAlong(at, 0.0);
    double step = target(at, slope, Math.max(curved, 1e-6 * most)) - theta[at];
    if (valueAlong(at, step) > before) {
      step = target(at, slope, most) - theta[at];
      if (!(valueAlong(at, step) <= before)) {
        return;
      }
    }
    theta[at] += step;
    for (int i = 0; i < n; i++) {
      margins[c][i] += step * column[i];
    }
  }

  private double target(int at, double slope, double curvature) {
    double pulled = curvature * theta[at] - slope;
    double thresholded = Math.signum(pulled) * Math.max(0.0, Math.abs(pulled) - l1[at]);
    double free = thresholded / (curvature + l2[at]);
    return curvature + l2[at] > 0.0 ? Math.max(lower[at], Math.min(upper[at], free)) : theta[at];
  }

  private double valueAlong(int at, double step) {
    int c = at % k;
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
      double kept = margins[c][i];
      margins[c][i] = kept + step * columns[at / k][i];
      sum += weights[i] * loss(i);
      margins[c][i] = kept;
    }
    double w = theta[at] + step;
    return sum + l1[at] * Math.abs(w) + 0.5 * l2[at] * w * w;
  }

  private double objective() {
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
      sum += weights[i] * loss(i);
    }
    for (int at = 0; at < theta.length; at++) {
      sum += l1[at] * Math.abs(theta[at]) + 0.5 * l2[at] * theta[at] * theta[at];
    }
    return sum;
  }

  private double loss(int i) {
    if (k == 1) {
      double signed = labels[i] == 1 ? -margins[0][i] : margins[0][i];
      return signed > 0.0 ? signed + Math.log1p(Math.exp(-signed)) : Math.log1p(Math.exp(signed));
    }
    return logSum(i) - margins[labels[i]][i];
  }

  private double probability(int i, int c) {
    return k == 1 ? 1.0 / (1.0 + Math.exp(-margins[0][i])) : Math.exp(margins[c][i] - logSum(i));
  }

  private double logSum(int i) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < k; c++) {
      largest = Math.max(largest, margins[c][i]);
    }
    double sum = 0.0;
    for (int c = 0; c < k; c++) {
      sum += Math.exp(margins[c][i] - largest);
    }
    return largest + Math.log(sum);
  }
}
