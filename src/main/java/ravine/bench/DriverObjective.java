package ravine.bench;

import java.util.Arrays;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Hinge;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.SmoothHinge;
import ravine.loss.Softmax;
import ravine.loss.Squared;
import ravine.penalty.CoordinateScale;
import ravine.penalty.ElasticNet;

/**
 * Spark's objective of a problem on {@link DriverRows}, with intercept, in standardised features
 * and in units of the label's deviation (its square for the squared loss).
 *
 * <p>θ holds d·K weights, feature by feature, then K intercepts, then, for Huber's loss, σ itself,
 * in which the loss is convex.
 */
final class DriverObjective {
  private final DriverRows rows;
  private final TruthProblem problem;
  private final Loss loss;
  private final int outputs;
  private final double[] labels;
  private final double unit;
  private final double shift;
  private final double[] l1;
  private final double[] l2;
  private final ElasticNet penalty;
  private final double[] slopes;
  private final double[] curvatures;

  /** The objective of a problem. */
  DriverObjective(DriverRows rows, TruthProblem problem) {
    this(rows, problem, loss(rows, problem));
  }

  private DriverObjective(DriverRows rows, TruthProblem problem, Loss loss) {
    this.rows = rows;
    this.problem = problem;
    this.loss = loss;
    this.outputs = loss.outputs();
    boolean numbers =
        problem.kind() == TruthProblem.Kind.LINEAR || problem.kind() == TruthProblem.Kind.HUBER;
    this.unit = numbers ? rows.labelUnit() : 1.0;
    this.shift = numbers ? rows.labelMean() : 0.0;
    this.labels = Arrays.stream(rows.labels()).map(label -> (label - shift) / unit).toArray();
    double lambda =
        switch (problem.kind()) {
          case LINEAR -> problem.lambda() / unit;
          case HUBER -> problem.lambda() * unit;
          default -> problem.lambda();
        };
    int p = dimension();
    double[] scale = new double[p];
    for (int a = 0; a < rows.features() * outputs; a++) {
      double deviation = rows.deviations()[a / outputs];
      scale[a] = problem.standardised() || deviation == 0.0 ? 1.0 : 1.0 / deviation;
    }
    this.penalty = new ElasticNet(lambda, problem.alpha(), CoordinateScale.of(scale));
    this.l1 = new double[p];
    this.l2 = new double[p];
    for (int a = 0; a < p; a++) {
      l1[a] = penalty.threshold(a);
      l2[a] = penalty.curvature(a);
    }
    this.slopes = new double[rows.rows() * outputs];
    this.curvatures = new double[rows.rows() * outputs * outputs];
  }

  private static Loss loss(DriverRows rows, TruthProblem problem) {
    return switch (problem.kind()) {
      case LOGISTIC -> new Logistic();
      case MULTINOMIAL -> new Softmax(rows.classes());
      case SVC -> new Hinge();
      case LINEAR -> new Squared();
      case HUBER -> new ConcomitantHuber(1.35);
    };
  }

  /** The same with the hinge rounded over a width. */
  DriverObjective smooth(double width) {
    return new DriverObjective(rows, problem, new SmoothHinge(width));
  }

  Loss loss() {
    return loss;
  }

  ElasticNet penalty() {
    return penalty;
  }

  double[] l1() {
    return l1;
  }

  double[] l2() {
    return l2;
  }

  int dimension() {
    return rows.features() * outputs + outputs + loss.extraParameters();
  }

  int rows() {
    return rows.rows();
  }

  /** θ of a model in the units of the data. */
  double[] fromModel(double[][] coefficients, double[] intercepts, double scale) {
    double[] theta = new double[dimension()];
    int d = rows.features();
    for (int k = 0; k < outputs; k++) {
      double intercept = intercepts[k] - shift;
      for (int j = 0; j < d; j++) {
        theta[j * outputs + k] = coefficients[k][j] * rows.deviations()[j] / unit;
        intercept += coefficients[k][j] * rows.means()[j];
      }
      theta[d * outputs + k] = intercept / unit;
    }
    if (loss.extraParameters() == 1) {
      theta[theta.length - 1] = scale / unit;
    }
    return theta;
  }

  /** Weights 0, intercepts by the shares of the classes, the label's mean, or the larger class. */
  double[] nothing() {
    double[] theta = new double[dimension()];
    int from = rows.features() * outputs;
    double[] shares = new double[Math.max(2, rows.classes())];
    if (problem.kind() == TruthProblem.Kind.LINEAR) {
      return theta;
    }
    if (problem.kind() == TruthProblem.Kind.HUBER) {
      theta[from + 1] = 1.0;
      return theta;
    }
    for (double label : labels) {
      shares[(int) label] += 1.0 / labels.length;
    }
    if (problem.kind() == TruthProblem.Kind.MULTINOMIAL) {
      for (int k = 0; k < outputs; k++) {
        theta[from + k] = Math.log(Math.max(shares[k], 0.1 / labels.length));
      }
    } else if (problem.kind() == TruthProblem.Kind.SVC) {
      theta[from] = shares[1] > shares[0] ? 1.0 : -1.0;
    } else {
      theta[from] = Math.log(shares[1] / shares[0]);
    }
    return theta;
  }

  private double[] extra(double[] theta) {
    return loss.extraParameters() == 0
        ? new double[0]
        : new double[] {Math.log(theta[theta.length - 1])};
  }

  private void margins(double[] theta) {
    int d = rows.features();
    double[] x = rows.values();
    for (int i = 0; i < rows.rows(); i++) {
      for (int k = 0; k < outputs; k++) {
        double sum = theta[d * outputs + k];
        for (int j = 0; j < d; j++) {
          sum += x[i * d + j] * theta[j * outputs + k];
        }
        slopes[i * outputs + k] = sum;
      }
    }
  }

  /** F(θ); not a number where σ is not positive. */
  double value(double[] theta) {
    margins(theta);
    double sum = loss.value(rows.rows(), slopes, labels, null, 0, extra(theta));
    return sum / rows.rows() + penalty.value(theta);
  }

  /** The mean loss; its gradient, the penalty's not included, is written. */
  double gradient(double[] theta, double[] gradient) {
    int d = rows.features();
    double n = rows.rows();
    double[] x = rows.values();
    margins(theta);
    double[] own = new double[loss.extraParameters()];
    double sum = loss.derivatives(rows.rows(), slopes, labels, null, 0, extra(theta), own);
    Arrays.fill(gradient, 0.0);
    for (int i = 0; i < rows.rows(); i++) {
      for (int k = 0; k < outputs; k++) {
        double slope = slopes[i * outputs + k] / n;
        for (int j = 0; j < d; j++) {
          gradient[j * outputs + k] += slope * x[i * d + j];
        }
        gradient[d * outputs + k] += slope;
      }
    }
    if (own.length == 1) {
      gradient[gradient.length - 1] = own[0] / n / theta[theta.length - 1];
    }
    return sum / n;
  }

  /** Second derivatives of the mean loss, both triangles. */
  double[] hessian(double[] theta) {
    return hessian(theta, 0.0);
  }

  /**
   * The same with a share of the curvature of parabolas above a hinge's twin, which has none of its
   * own but for the rows at the kink.
   */
  double[] hessian(double[] theta, double parabolas) {
    int p = dimension();
    int d = rows.features();
    int wide = (d + 1) * outputs;
    double[] x = rows.values();
    double[] h = new double[p * p];
    margins(theta);
    loss.curvatures(rows.rows(), slopes, labels, null, 0, extra(theta), curvatures);
    double sigma = loss.extraParameters() == 1 ? theta[p - 1] : 1.0;
    double[] row = new double[d + 1];
    row[d] = 1.0;
    for (int i = 0; i < rows.rows(); i++) {
      System.arraycopy(x, i * d, row, 0, d);
      if (outputs > 1) {
        addBlocks(row, i * outputs * outputs, h, p);
        continue;
      }
      double residual = slopes[i] - labels[i];
      double c = second(i, sigma, parabolas) / rows.rows();
      if (c == 0.0) {
        continue;
      }
      for (int a = 0; a < wide; a++) {
        double factor = c * row[a];
        if (factor != 0.0) {
          int to = a * p;
          for (int b = 0; b <= a; b++) {
            h[to + b] += factor * row[b];
          }
        }
      }
      if (p > wide) {
        double t = residual / sigma;
        for (int a = 0; a < wide; a++) {
          h[wide * p + a] -= c * t * row[a];
        }
        h[wide * p + wide] += c * t * t;
      }
    }
    for (int a = 0; a < p; a++) {
      for (int b = 0; b < a; b++) {
        h[b * p + a] = h[a * p + b];
      }
    }
    return h;
  }

  /** Of softmax: a block of K × K curvatures for each pair of features. */
  private void addBlocks(double[] row, int from, double[] h, int p) {
    int k = outputs;
    for (int a = 0; a < row.length; a++) {
      for (int b = 0; b <= a; b++) {
        double factor = row[a] * row[b] / rows.rows();
        if (factor == 0.0) {
          continue;
        }
        for (int u = 0; u < k; u++) {
          int to = (a * k + u) * p + b * k;
          for (int v = 0; v < k; v++) {
            h[to + v] += factor * curvatures[from + u * k + v];
          }
        }
      }
    }
  }

  /** The second derivative in the margin, not that of a parabola above the loss. */
  private double second(int row, double sigma, double parabolas) {
    if (loss instanceof SmoothHinge twin) {
      double slack = 1.0 - (labels[row] > 0.5 ? slopes[row] : -slopes[row]);
      double own = slack > 0.0 && slack < twin.width() ? 1.0 / twin.width() : 0.0;
      return own + parabolas * curvatures[row];
    }
    if (loss instanceof ConcomitantHuber huber) {
      return Math.abs(slopes[row] - labels[row]) <= huber.epsilon() * sigma ? 1.0 / sigma : 0.0;
    }
    return curvatures[row];
  }

  /** The least second derivative in a margin at the θ of the last {@link #hessian}. */
  double leastCurvature() {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; outputs == 1 && i < rows.rows(); i++) {
      least = Math.min(least, curvatures[i]);
    }
    return outputs == 1 ? least : 0.0;
  }
}
