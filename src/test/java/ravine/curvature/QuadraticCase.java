package ravine.curvature;

import java.util.Arrays;
import java.util.Random;

/** A least squares problem in Gram form, and what is true of it. */
final class QuadraticCase {
  final int dimension;
  final double[] hessian;
  final double[] right;
  final double[] l1;
  final double[] l2;

  private QuadraticCase(int dimension, double[] hessian, double[] right) {
    this.dimension = dimension;
    this.hessian = hessian;
    this.right = right;
    this.l1 = new double[dimension];
    this.l2 = new double[dimension];
  }

  /** Independent Gaussian columns; of fewer rows than columns, a singular matrix. */
  static QuadraticCase random(int seed, int rows, int dimension) {
    return twins(seed, rows, dimension, Double.NaN);
  }

  /** Every other column is the one before it plus noise of size {@code distance}. */
  static QuadraticCase twins(int seed, int rows, int dimension, double distance) {
    Random random = new Random(seed);
    double[][] columns = new double[dimension][rows];
    double[] label = new double[rows];
    for (int j = 0; j < dimension; j++) {
      for (int i = 0; i < rows; i++) {
        double noise = random.nextGaussian();
        boolean twin = j % 2 == 1 && !Double.isNaN(distance);
        columns[j][i] = twin ? columns[j - 1][i] + distance * noise : noise;
      }
    }
    for (int i = 0; i < rows; i++) {
      label[i] = random.nextGaussian();
      for (int j = 0; j < dimension; j += 3) {
        label[i] += columns[j][i] * (j % 5 - 2.0) * 0.3;
      }
    }
    return gram(columns, label);
  }

  static QuadraticCase gram(double[][] columns, double[] label) {
    int d = columns.length;
    double[] hessian = new double[d * d];
    double[] right = new double[d];
    for (int j = 0; j < d; j++) {
      for (int k = 0; k <= j; k++) {
        double product = product(columns[j], columns[k]) / label.length;
        hessian[j * d + k] = product;
        hessian[k * d + j] = product;
      }
      right[j] = product(columns[j], label) / label.length;
    }
    return new QuadraticCase(d, hessian, right);
  }

  static double product(double[] a, double[] b) {
    double sum = 0.0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  QuadraticCase withL1(double threshold) {
    Arrays.fill(l1, threshold);
    return this;
  }

  /** The same problem with unknown j in units of {@code units[j]}. */
  QuadraticCase inUnits(double[] units) {
    double[] scaled = hessian.clone();
    double[] b = right.clone();
    for (int j = 0; j < dimension; j++) {
      b[j] *= units[j];
      for (int k = 0; k < dimension; k++) {
        scaled[j * dimension + k] *= units[j] * units[k];
      }
    }
    QuadraticCase result = new QuadraticCase(dimension, scaled, b);
    for (int j = 0; j < dimension; j++) {
      result.l1[j] = l1[j] * units[j];
      result.l2[j] = l2[j] * units[j] * units[j];
    }
    return result;
  }

  QuadraticSolver solver() {
    return new QuadraticSolver(dimension, hessian, l2);
  }

  QuadraticSolver.Solution solve() {
    return solver().solve(right, l1, new double[dimension], 0.0);
  }

  /** P(x) − P(y), from their difference, so that little cancels. */
  double difference(double[] x, double[] y) {
    double sum = 0.0;
    for (int j = 0; j < dimension; j++) {
      double inner = l2[j] * 0.5 * (x[j] + y[j]) - right[j];
      for (int k = 0; k < dimension; k++) {
        inner += hessian[j * dimension + k] * 0.5 * (x[k] + y[k]);
      }
      sum += inner * (x[j] - y[j]) + l1[j] * (Math.abs(x[j]) - Math.abs(y[j]));
    }
    return sum;
  }

  /** The largest violated optimality condition, relative to the terms of the derivative. */
  double violation(double[] x) {
    double worst = 0.0;
    for (int j = 0; j < dimension; j++) {
      double slope = l2[j] * x[j] - right[j];
      double size = Math.abs(right[j]) + l1[j] + Math.abs(l2[j] * x[j]);
      for (int k = 0; k < dimension; k++) {
        double term = hessian[j * dimension + k] * x[k];
        slope += term;
        size += Math.abs(term);
      }
      double out =
          x[j] == 0.0
              ? Math.max(0.0, Math.abs(slope) - l1[j])
              : Math.abs(slope + Math.signum(x[j]) * l1[j]);
      worst = Math.max(worst, size == 0.0 ? 0.0 : out / size);
    }
    return worst;
  }

  /** Cyclic coordinate descent from zeros: slow, and simple enough to be believed. */
  double[] descend(int sweeps) {
    double[] x = new double[dimension];
    for (int sweep = 0; sweep < sweeps; sweep++) {
      for (int j = 0; j < dimension; j++) {
        double diagonal = hessian[j * dimension + j] + l2[j];
        double target = right[j];
        for (int k = 0; k < dimension; k++) {
          target -= k == j ? 0.0 : hessian[j * dimension + k] * x[k];
        }
        x[j] = Math.signum(target) * Math.max(0.0, Math.abs(target) - l1[j]) / diagonal;
      }
    }
    return x;
  }
}
