package ravine.curvature;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Hinge;
import ravine.loss.Huber;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.SmoothHinge;
import ravine.loss.SoftHinge;
import ravine.loss.SquaredHinge;

/**
 * A small problem, written out: (1/Σw) Σ wᵢ ℓ(xᵢθ, yᵢ) + Σ l1ⱼ|θⱼ| + ½Σ l2ⱼθⱼ². With K margins θ is
 * feature-major, weight of feature j and output k at j·K + k; the loss's own parameters (ln σ) come
 * last. An intercept is a column of ones without penalty.
 *
 * @param rows x, n × d
 * @param labels y, length n
 * @param weights of the rows, length n
 * @param l1 length {@link #dimension()}
 * @param l2 the same; a coordinate is free where both are 0
 */
record DenseProblem(
    double[][] rows, double[] labels, double[] weights, Loss loss, double[] l1, double[] l2) {

  int outputs() {
    return loss.outputs();
  }

  int dimension() {
    return rows[0].length * outputs() + loss.extraParameters();
  }

  double totalWeight() {
    return DoubleStream.of(weights).sum();
  }

  DenseProblem with(Loss other) {
    return new DenseProblem(rows, labels, weights, other, l1, l2);
  }

  double[] margins(double[] theta) {
    int k = outputs();
    double[] margins = new double[rows.length * k];
    for (int i = 0; i < rows.length; i++) {
      double[] row = rows[i];
      for (int c = 0; c < k; c++) {
        double sum = 0.0;
        for (int j = 0, at = c; j < row.length; j++, at += k) {
          sum += row[j] * theta[at];
        }
        margins[i * k + c] = sum;
      }
    }
    return margins;
  }

  double[] extra(double[] theta) {
    return Arrays.copyOfRange(theta, rows[0].length * outputs(), theta.length);
  }

  double meanLoss(double[] theta) {
    return loss.value(rows.length, margins(theta), labels, weights, 0, extra(theta))
        / totalWeight();
  }

  /** Mean loss; its gradient is written. */
  double gradient(double[] theta, double[] gradient) {
    int k = outputs();
    double[] slopes = margins(theta);
    double[] extra = extra(theta);
    double[] own = new double[extra.length];
    double total = totalWeight();
    double sum = loss.derivatives(rows.length, slopes, labels, weights, 0, extra, own);
    Arrays.fill(gradient, 0.0);
    for (int i = 0; i < rows.length; i++) {
      double[] row = rows[i];
      for (int c = 0; c < k; c++) {
        double slope = slopes[i * k + c] / total;
        for (int j = 0, at = c; slope != 0.0 && j < row.length; j++, at += k) {
          gradient[at] += row[j] * slope;
        }
      }
    }
    for (int e = 0; e < own.length; e++) {
      gradient[rows[0].length * k + e] = own[e] / total;
    }
    return sum / total;
  }

  double penalty(double[] theta) {
    double sum = 0.0;
    for (int j = 0; j < theta.length; j++) {
      sum += l1[j] * Math.abs(theta[j]) + 0.5 * l2[j] * theta[j] * theta[j];
    }
    return sum;
  }

  double objective(double[] theta) {
    return meanLoss(theta) + penalty(theta);
  }

  /**
   * Second derivatives of the mean loss, row-major; where they jump, those of the side that holds
   * the point. With a scale σ those in σ itself, not in its logarithm: psd.
   */
  double[] hessian(double[] theta) {
    return hessian(theta, false);
  }

  /** As {@link #hessian(double[])}, or of parabolas above the loss, without the row of σ's own. */
  double[] hessian(double[] theta, boolean above) {
    int k = outputs();
    int d = rows[0].length;
    int p = dimension();
    double[] h = new double[p * p];
    double[] margins = margins(theta);
    double[] curvatures = curvatures(theta, above);
    double[] extra = loss instanceof SoftHinge ? new double[0] : extra(theta);
    double sigma = extra.length == 0 ? 1.0 : Math.exp(extra[0]);
    double total = totalWeight();
    for (int i = 0; i < rows.length; i++) {
      addProducts(rows[i], curvatures, i * k * k, 1.0 / total, h);
      if (extra.length == 1) {
        double t = (margins[i] - labels[i]) / sigma;
        for (int a = 0; a < d; a++) {
          h[a * p + d] -= above ? 0.0 : rows[i][a] * t * curvatures[i] / total;
          h[d * p + a] -= above ? 0.0 : rows[i][a] * t * curvatures[i] / total;
        }
        h[d * p + d] += t * t * curvatures[i] / total;
      }
    }
    return h;
  }

  /** Adds c x xᵀ for the k × k curvatures of a row; a row without curvature adds nothing. */
  private void addProducts(double[] row, double[] curvatures, int at, double factor, double[] h) {
    int k = outputs();
    int p = dimension();
    for (int u = 0; u < k; u++) {
      for (int v = 0; v < k; v++) {
        double c = factor * curvatures[at + u * k + v];
        for (int i = 0; c != 0.0 && i < row.length; i++) {
          double scaled = c * row[i];
          int to = (i * k + u) * p + v;
          for (int j = 0; scaled != 0.0 && j < row.length; j++) {
            h[to + j * k] += scaled * row[j];
          }
        }
      }
    }
  }

  /** Second derivatives of the rows' losses in their margins, or of parabolas above them. */
  double[] curvatures(double[] theta, boolean above) {
    int k = outputs();
    double[] margins = margins(theta);
    double[] curvatures = new double[rows.length * k * k];
    double[] extra = extra(theta);
    loss.curvatures(rows.length, margins, labels, weights, 0, extra, curvatures);
    double scale = extra.length == 0 ? 1.0 : Math.exp(extra[0]);
    for (int i = 0; k == 1 && i < rows.length; i++) {
      double size = Math.abs(margins[i]);
      double slack = Math.abs(1.0 - (labels[i] > 0.5 ? margins[i] : -margins[i])) / scale;
      if (!above) {
        curvatures[i] = weights[i] * second(margins[i], labels[i], scale, curvatures[i], i);
      } else if (loss instanceof Logistic) {
        curvatures[i] = weights[i] * (size < 1e-4 ? 0.25 : Math.tanh(0.5 * size) / (2.0 * size));
      } else if (loss instanceof SoftHinge) {
        double touching = slack < 1e-4 ? 0.25 : Math.tanh(0.5 * slack) / (2.0 * slack);
        curvatures[i] = weights[i] * touching / scale;
      }
    }
    for (int at = 0; above && k > 1 && at < curvatures.length; at++) {
      int row = at / (k * k);
      boolean same = at % (k * k) / k == at % k;
      curvatures[at] = weights[row] * 0.5 * ((same ? 1.0 : 0.0) - 1.0 / k);
    }
    return curvatures;
  }

  /** The Hessian in θ itself: of a scale in its logarithm, as the executors give it. */
  double[] fullHessian(double[] theta, boolean above) {
    double[] h = hessian(theta, above);
    int p = dimension();
    if (loss instanceof ConcomitantHuber) {
      double sigma = Math.exp(theta[p - 1]);
      double[] gradient = new double[p];
      gradient(theta, gradient);
      for (int j = 0; j < p - 1; j++) {
        h[j * p + p - 1] *= sigma;
        h[(p - 1) * p + j] *= sigma;
      }
      h[p * p - 1] = h[p * p - 1] * sigma * sigma + gradient[p - 1];
    }
    return h;
  }

  private double second(double margin, double label, double sigma, double given, int row) {
    double slack = 1.0 - (label > 0.5 ? margin : -margin);
    double size = Math.abs(margin - label);
    if (loss instanceof SquaredHinge) {
      return slack > 0.0 ? 2.0 : 0.0;
    } else if (loss instanceof SmoothHinge smooth) {
      return slack > 0.0 && slack < smooth.width() ? 1.0 / smooth.width() : 0.0;
    } else if (loss instanceof Hinge) {
      return 0.0;
    } else if (loss instanceof Huber huber) {
      return size <= huber.epsilon() ? 1.0 : 0.0;
    } else if (loss instanceof ConcomitantHuber huber) {
      return size <= huber.epsilon() * sigma ? 1.0 / sigma : 0.0;
    }
    return weights[row] > 0.0 ? given / weights[row] : 0.0;
  }

  /** The sharp reach of the rows at θ: see {@link Reach}. */
  double reach(double[] theta) {
    int p = dimension();
    int k = outputs();
    double[] h = hessian(theta);
    for (int j = 0; j < p; j++) {
      h[j * p + j] += 0.5 * l2[j];
    }
    // Twice what the factor with its ridge says, so that rounding cannot make it too short.
    double[] zero = new double[p];
    boolean[] all = new boolean[p];
    Arrays.fill(all, true);
    DenseProblem bare = new DenseProblem(rows, labels, weights, loss, zero, zero);
    DenseHessian factor = new DenseHessian(h, TrustedSolver.penalty(bare));
    double longest = 0.0;
    for (int i = 0; i < rows.length; i++) {
      for (int a = 0; weights[i] > 0.0 && a < k; a++) {
        for (int b = 0; b < k; b++) {
          if (k > 1 && a == b) {
            continue;
          }
          double[] x = new double[p];
          for (int j = 0; j < rows[i].length; j++) {
            x[j * k + a] += rows[i][j];
            if (k > 1) {
              x[j * k + b] -= rows[i][j];
            }
          }
          double[] solved = new double[p];
          factor.precondition(all, x, solved);
          longest = Math.max(longest, Cut.dot(x, solved));
        }
      }
    }
    return 1.001 * Math.sqrt(longest);
  }
}
