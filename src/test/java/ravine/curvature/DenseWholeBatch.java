package ravine.curvature;

import java.util.Arrays;
import java.util.Random;
import ravine.exchange.WholeBatch;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Hinge;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.SoftHinge;
import ravine.loss.Softmax;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.CoordinateScale;
import ravine.penalty.ElasticNet;
import ravine.penalty.None;
import ravine.penalty.Penalty;

/**
 * All rows in one array, asked as the executors are: with an intercept as its last feature, and the
 * optimum by {@link TrustedSolver}. Counts what it is asked.
 */
public final class DenseWholeBatch implements WholeBatch {
  private final DenseProblem problem;
  private final Penalty penalty;
  private final int features;
  private final double[][] kept = new double[2][];
  private final double[][] points = new double[2][];

  /** Reads of all rows, Hessians by their share of the rows. */
  public double passes;

  /** Questions of kept margins. */
  public int questions;

  private DenseWholeBatch(DenseProblem problem, Penalty penalty, int features) {
    this.problem = problem;
    this.penalty = penalty;
    this.features = features;
  }

  /**
   * Rows with an intercept.
   *
   * @param features n × d, as they are: nothing is standardised
   * @param loss {@link SoftHinge} for the hinge
   * @param lambda of the elastic net
   * @param alpha its L1 share
   */
  public static DenseWholeBatch of(
      double[][] features, double[] labels, Loss loss, double lambda, double alpha) {
    int n = features.length;
    int d = features[0].length;
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = Arrays.copyOf(features[i], d + 1);
      rows[i][d] = 1.0;
    }
    double[] weights = new double[n];
    Arrays.fill(weights, 1.0);
    int k = loss.outputs();
    int p = (d + 1) * k + loss.extraParameters();
    double[] scale = new double[p];
    double[] l1 = new double[p];
    double[] l2 = new double[p];
    for (int j = 0; j < d * k; j++) {
      scale[j] = 1.0;
      l1[j] = lambda * alpha;
      l2[j] = lambda * (1.0 - alpha);
    }
    Penalty penalty =
        lambda == 0.0 ? new None() : new ElasticNet(lambda, alpha, CoordinateScale.of(scale));
    return new DenseWholeBatch(new DenseProblem(rows, labels, weights, loss, l1, l2), penalty, d);
  }

  /** The rows of some indices, of the same problem. */
  public DenseWholeBatch sample(int size, long seed) {
    int[] order = order(seed);
    double[][] rows = new double[size][];
    double[] labels = new double[size];
    double[] weights = new double[size];
    for (int i = 0; i < size; i++) {
      rows[i] = problem.rows()[order[i]];
      labels[i] = problem.labels()[order[i]];
      weights[i] = problem.weights()[order[i]];
    }
    return new DenseWholeBatch(
        new DenseProblem(rows, labels, weights, problem.loss(), problem.l1(), problem.l2()),
        penalty,
        features);
  }

  /** As the loop sees it. */
  public Problem problem(double[] initial) {
    int k = problem.outputs();
    double[] ones = new double[features];
    Arrays.fill(ones, 1.0);
    Coordinates coordinates =
        Coordinates.scaledBy(ones)
            .outputs(k)
            .intercept(true)
            .extras(problem.loss().extraParameters())
            .build();
    return Problem.of(problem.loss(), coordinates, penalty, initial);
  }

  /** Length of θ. */
  public int dimension() {
    return problem.dimension();
  }

  public int size() {
    return problem.rows().length;
  }

  /** θ of the null model: shares of the classes, mean label. */
  public double[] nullModel() {
    double[] theta = new double[dimension()];
    int k = problem.outputs();
    double n = size();
    double mean = Arrays.stream(problem.labels()).average().orElseThrow();
    for (int c = 0; c < k; c++) {
      double wanted = c;
      double share = Arrays.stream(problem.labels()).filter(y -> y == wanted).count() / n;
      theta[features * k + c] =
          problem.loss() instanceof Softmax
              ? Math.log(share)
              : problem.loss() instanceof Logistic
                  ? Math.log(mean / (1.0 - mean))
                  : problem.loss() instanceof SoftHinge ? Math.signum(mean - 0.5) : mean;
    }
    if (problem.loss() instanceof SoftHinge) {
      theta[theta.length - 1] = Math.log(0.3);
    } else if (problem.loss() instanceof ConcomitantHuber) {
      double squares = Arrays.stream(problem.labels()).map(y -> (y - mean) * (y - mean)).sum();
      theta[theta.length - 1] = 0.5 * Math.log(squares / n);
    }
    return theta;
  }

  /** The smallest objective a slow solver finds; of the hinge itself for its soft twin. */
  public double[] optimum() {
    return TrustedSolver.solve(
            problem.rows(),
            problem.labels(),
            problem.weights(),
            hard().loss(),
            hard().l1(),
            hard().l2())
        .weights();
  }

  /** The objective at θ; of the hinge itself for its soft twin. */
  public double objective(double[] theta) {
    DenseProblem hard = hard();
    return hard.objective(Arrays.copyOf(theta, hard.dimension()));
  }

  private DenseProblem hard() {
    if (!(problem.loss() instanceof SoftHinge)) {
      return problem;
    }
    int p = problem.dimension() - 1;
    return new DenseProblem(
        problem.rows(),
        problem.labels(),
        problem.weights(),
        new Hinge(),
        Arrays.copyOf(problem.l1(), p),
        Arrays.copyOf(problem.l2(), p));
  }

  @Override
  public Sums gradient(double[] theta, int slot, double[] gradient) {
    passes += 1.0;
    double[] margins = problem.margins(theta);
    double loss = problem.gradient(theta, gradient);
    double change = kept[1 - slot] == null ? Double.POSITIVE_INFINITY : 0.0;
    for (int i = 0; kept[1 - slot] != null && i < margins.length; i++) {
      change = Math.max(change, Math.abs(margins[i] - kept[1 - slot][i]));
    }
    kept[slot] = margins;
    points[slot] = theta.clone();
    int n = size();
    int k = problem.outputs();
    double[] curvatures = problem.curvatures(theta, false);
    double[] slopes = margins.clone();
    double[] extra = problem.extra(theta);
    problem
        .loss()
        .derivatives(
            n, slopes, problem.labels(), problem.weights(), 0, extra, new double[extra.length]);
    double sum = 0.0;
    double least = Double.POSITIVE_INFINITY;
    double steep = 0.0;
    for (int i = 0; i < n; i++) {
      double smallest = 1.0;
      for (int c = 0; c < k; c++) {
        sum += curvatures[(i * k + c) * k + c] / k;
        steep += Math.abs(slopes[i * k + c]);
        smallest = Math.min(smallest, probability(margins, i, c));
      }
      least = Math.min(least, k > 1 ? 0.5 * smallest : curvatures[i]);
    }
    double total = problem.totalWeight();
    return new Sums(loss, total, sum / total, least, steep / total, change);
  }

  private double probability(double[] margins, int row, int c) {
    int k = problem.outputs();
    double most = Double.NEGATIVE_INFINITY;
    for (int b = 0; b < k; b++) {
      most = Math.max(most, margins[row * k + b]);
    }
    double sum = 0.0;
    for (int b = 0; b < k; b++) {
      sum += Math.exp(margins[row * k + b] - most);
    }
    return Math.exp(margins[row * k + c] - most) / sum;
  }

  @Override
  public double[] along(double[] from, double[] to, int fromSlot, double[] lengths) {
    questions++;
    require(from, fromSlot);
    require(to, 1 - fromSlot);
    double[] answer = new double[3 * lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      double[] at = new double[from.length];
      double[] direction = new double[from.length];
      for (int j = 0; j < from.length; j++) {
        direction[j] = to[j] - from[j];
        at[j] = from[j] + lengths[i] * direction[j];
      }
      double[] slopes = new double[from.length];
      answer[3 * i] = problem.gradient(at, slopes);
      answer[3 * i + 1] = Cut.dot(slopes, direction);
      answer[3 * i + 2] = Double.NaN;
    }
    return answer;
  }

  private void require(double[] point, int slot) {
    if (!Arrays.equals(point, points[slot])) {
      throw new IllegalStateException("slot " + slot + " holds the margins of another point");
    }
  }

  @Override
  public double hessian(
      double[] theta, int slot, long pass, int batches, boolean majorised, double[] hessian) {
    require(theta, slot);
    DenseProblem rows = problem;
    double used = 1.0;
    if (batches > 1) {
      DenseWholeBatch some = sample(Math.max(1, size() / batches), pass);
      rows = some.problem;
      used = (double) some.size() / size();
    }
    double[] full = rows.fullHessian(theta, majorised);
    System.arraycopy(full, 0, hessian, 0, full.length);
    if (problem.loss() instanceof SoftHinge && !majorised) {
      double[] curvatures = rows.curvatures(theta, false);
      used *= Arrays.stream(curvatures).filter(c -> c > 0.0).count() / (double) curvatures.length;
      used = Math.max(used, 1e-9);
    }
    passes += used;
    return used;
  }

  @Override
  public void product(double[] theta, int slot, double[] direction, double[] product) {
    passes += 1.0;
    require(theta, slot);
    if (problem.loss().extraParameters() == 0) {
      multiply(theta, direction, product);
      return;
    }
    int d = theta.length;
    double[] full = problem.fullHessian(theta, false);
    for (int i = 0; i < d; i++) {
      product[i] = 0.0;
      for (int j = 0; j < d; j++) {
        product[i] += full[i * d + j] * direction[j];
      }
    }
  }

  /** By rows, without the matrix. */
  private void multiply(double[] theta, double[] direction, double[] product) {
    int k = problem.outputs();
    double[] curvatures = problem.curvatures(theta, false);
    double[] change = problem.margins(direction);
    double total = problem.totalWeight();
    Arrays.fill(product, 0.0);
    for (int i = 0; i < size(); i++) {
      double[] row = problem.rows()[i];
      for (int c = 0; c < k; c++) {
        double slope = 0.0;
        for (int b = 0; b < k; b++) {
          slope += curvatures[(i * k + c) * k + b] * change[i * k + b] / total;
        }
        for (int j = 0; j < row.length; j++) {
          product[j * k + c] += slope * row[j];
        }
      }
    }
  }

  @Override
  public double[] scales(double[] theta, int slot, double[] values) {
    questions++;
    if (!Arrays.equals(
        Arrays.copyOf(theta, theta.length - 1), Arrays.copyOf(points[slot], theta.length - 1))) {
      throw new IllegalStateException("slot " + slot + " holds the margins of another point");
    }
    double[] answer = new double[2 * values.length];
    double[] at = theta.clone();
    double[] slopes = new double[theta.length];
    for (int i = 0; i < values.length; i++) {
      at[theta.length - 1] = values[i];
      answer[2 * i] = problem.gradient(at, slopes);
      answer[2 * i + 1] = slopes[theta.length - 1];
    }
    return answer;
  }

  @Override
  public double[] shifted(double[] theta, int slot, double[] shifts) {
    questions++;
    require(theta, slot);
    int n = size();
    int k = problem.outputs();
    double[] slopes = kept[slot].clone();
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] += shifts[i % k];
    }
    double[] extra = problem.extra(theta);
    double[] second = new double[n * k * k];
    problem
        .loss()
        .secondDerivatives(
            n, slopes.clone(), problem.labels(), problem.weights(), 0, extra, second);
    problem
        .loss()
        .derivatives(
            n, slopes, problem.labels(), problem.weights(), 0, extra, new double[extra.length]);
    double total = problem.totalWeight();
    double[] answer = new double[k + k * k];
    for (int i = 0; i < slopes.length; i++) {
      answer[i % k] += slopes[i] / total;
    }
    for (int i = 0; i < second.length; i++) {
      answer[k + i % (k * k)] += second[i] / total;
    }
    return answer;
  }

  private int[] order(long seed) {
    int[] order = new int[size()];
    Arrays.setAll(order, i -> i);
    Random random = new Random(seed * 31 + 7);
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }
}
