package ravine.curvature;

import ravine.penalty.Penalty;

/**
 * A step δ that nearly minimises the quadratic model ⟨g, δ⟩ + ½δᵀHδ + R(w + δ): conjugate gradients
 * (Hestenes and Stiefel 1952, preconditioned) on the coordinates that may move, where R is smooth
 * once the signs are known. A weight that would change its sign is held at 0, one that presses
 * against its threshold is let go, and the system is solved again (an active set, as Lawson and
 * Hanson 1974 do for non-negative least squares). Any step gives a valid bound; a good one gives a
 * tight one.
 */
final class NewtonStep {
  private static final int MOST_SETS = 300;
  private static final int GREEDY_SETS = 4;
  private static final int MOST_RESTARTS = 3;

  /** So many products without progress mean that the rest is rounding. */
  private static final int PATIENCE = 20;

  private final Penalty penalty;
  private final TrueHessian hessian;
  private final int mostProducts;
  private final double target;
  private final double[] weights;
  private final double[] gradient;
  private final int d;
  private final double[] step;
  private final double[] product;
  private final boolean[] active;
  private final double[] signs;
  private int products;

  private NewtonStep(
      Penalty penalty,
      TrueHessian hessian,
      int mostProducts,
      double target,
      double[] weights,
      double[] gradient) {
    this.penalty = penalty;
    this.hessian = hessian;
    this.mostProducts = mostProducts;
    this.target = target;
    this.weights = weights;
    this.gradient = gradient;
    this.d = weights.length;
    this.step = new double[d];
    this.product = new double[d];
    this.active = new boolean[d];
    this.signs = new double[d];
  }

  /**
   * The step, for at most {@code mostProducts} products with the Hessian.
   *
   * @param target the largest slope of the model that may be left in a coordinate that moves
   */
  static double[] find(
      Penalty penalty,
      TrueHessian hessian,
      int mostProducts,
      double target,
      double[] weights,
      double[] gradient) {
    NewtonStep search = new NewtonStep(penalty, hessian, mostProducts, target, weights, gradient);
    search.run();
    return search.step;
  }

  private void run() {
    for (int j = 0; j < d; j++) {
      double threshold = penalty.threshold(j);
      active[j] = weights[j] != 0.0 || Math.abs(gradient[j]) > threshold;
      signs[j] = weights[j] != 0.0 ? Math.signum(weights[j]) : -Math.signum(gradient[j]);
    }
    double[] base = new double[d];
    for (int set = 0; set < MOST_SETS && products < mostProducts; set++) {
      System.arraycopy(step, 0, base, 0, d);
      solve();
      if (!stopsAtZero(base) && !letsGo(set < GREEDY_SETS)) {
        return;
      }
    }
  }

  /**
   * Solves for the active coordinates; begun again from where the step is, because the residual
   * that conjugate gradients carry along drifts from the true one.
   */
  private void solve() {
    for (int start = 0; start < MOST_RESTARTS && products < mostProducts; start++) {
      if (descend()) {
        return;
      }
    }
  }

  /** Whether the residual was within the target from the start. */
  private boolean descend() {
    double[] residual = new double[d];
    double[] preconditioned = new double[d];
    double[] direction = new double[d];
    hessian.multiply(step, product);
    products++;
    for (int j = 0; j < d; j++) {
      residual[j] = active[j] ? -slope(j) : 0.0;
    }
    double old = 0.0;
    double left = largest(residual);
    if (left <= target) {
      return true;
    }
    double least = left;
    int sinceLeast = 0;
    for (; left > target && sinceLeast < PATIENCE && products < mostProducts; sinceLeast++) {
      hessian.precondition(active, residual, preconditioned);
      double now = dot(residual, preconditioned);
      if (!(now > 0.0)) {
        return false;
      }
      for (int j = 0; j < d; j++) {
        direction[j] = preconditioned[j] + (old > 0.0 ? now / old * direction[j] : 0.0);
      }
      old = now;
      hessian.multiply(direction, product);
      products++;
      double curved = 0.0;
      for (int j = 0; j < d; j++) {
        product[j] += penalty.curvature(j) * direction[j];
        curved += product[j] * direction[j];
      }
      if (!(curved > 0.0) || !(now / curved < Double.POSITIVE_INFINITY)) {
        return false;
      }
      double length = now / curved;
      for (int j = 0; j < d; j++) {
        step[j] += length * direction[j];
        residual[j] -= active[j] ? length * product[j] : 0.0;
      }
      left = largest(residual);
      if (left < 0.5 * least) {
        least = left;
        sinceLeast = 0;
      }
    }
    return false;
  }

  /** The slope of the model's smooth part with the sign's share of the threshold. */
  private double slope(int j) {
    return gradient[j]
        + product[j]
        + penalty.curvature(j) * (weights[j] + step[j])
        + penalty.threshold(j) * signs[j];
  }

  /**
   * Goes from the last step towards the new one only as far as every weight keeps its sign; the one
   * that reaches 0 first is held there. The model falls on the way, so that no set comes twice.
   */
  private boolean stopsAtZero(double[] base) {
    double length = 1.0;
    int first = -1;
    for (int j = 0; j < d; j++) {
      double from = weights[j] + base[j];
      double to = weights[j] + step[j];
      if (active[j] && penalty.threshold(j) > 0.0 && signs[j] * to < 0.0) {
        double reaches = signs[j] * from > 0.0 ? from / (from - to) : 0.0;
        if (first < 0 || reaches < length) {
          length = reaches;
          first = j;
        }
      }
    }
    if (first < 0) {
      return false;
    }
    for (int j = 0; j < d; j++) {
      step[j] = base[j] + length * (step[j] - base[j]);
    }
    step[first] = -weights[first];
    active[first] = false;
    return true;
  }

  /** Frees what presses against its threshold: all of it, or only the hardest. */
  private boolean letsGo(boolean all) {
    hessian.multiply(step, product);
    products++;
    int hardest = -1;
    double most = 0.0;
    for (int j = 0; j < d; j++) {
      double slope = gradient[j] + product[j];
      double pressure = Math.abs(slope) - penalty.threshold(j) * (1.0 + 1e-14);
      if (!active[j] && pressure > target) {
        if (all) {
          release(j, slope);
        }
        if (pressure > most) {
          most = pressure;
          hardest = j;
        }
      }
    }
    if (hardest >= 0) {
      release(hardest, gradient[hardest] + product[hardest]);
    }
    return hardest >= 0;
  }

  private void release(int j, double slope) {
    active[j] = true;
    signs[j] = -Math.signum(slope);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0.0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  private static double largest(double[] a) {
    double largest = 0.0;
    for (double value : a) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
