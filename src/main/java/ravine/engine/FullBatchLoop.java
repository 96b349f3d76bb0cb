package ravine.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.exchange.Answer;
import ravine.exchange.Gradients;
import ravine.penalty.Penalty;
import ravine.step.Metric;
import ravine.step.StepPlan;
import ravine.step.Stepper;

/**
 * The loop for full-batch gradients where the learning rate is ours to choose: one pass a step, no
 * pass that does not also give a gradient. Velocity is dropped when it points uphill (O'Donoghue
 * and Candès 2015, "Adaptive restart for accelerated gradient schemes", section 3.2); when the
 * objective rises, the loop goes back to the best point with the gradient it has of it, and if
 * there was no velocity to blame, halves the rate.
 *
 * <p>The objective of a pass is that of the point where its gradient was taken. In a metric near
 * the Hessian, half the squared length of the Newton-like step estimates the gap to the optimum,
 * and training has converged when that is below tol times the objective; without one the change
 * over several passes must be as small, too.
 */
final class FullBatchLoop {
  private static final int MOST_REJECTIONS = 60;

  /** Steps after which a momentum schedule is taken to have reached its last value. */
  static final long LATE = 1_000_000L;

  private final Gradients gradients;
  private final Stepper stepper;
  private final Penalty penalty;
  private final @Nullable Metric metric;
  private final TrainerOptions options;
  private final History history;
  private final StopRule stop;
  private final boolean validates;

  private final double[] gradient;
  private final double[] point;
  private final double[] previous;
  private final double[] bestPoint;
  private final double[] bestGradient;
  private Answer answer = Answer.NONE;
  private double best = Double.POSITIVE_INFINITY;
  private double rateFactor = 1.0;
  private int stepsSinceReset;

  /** A loop about to begin at {@code initial}; the stop rule knows the problem's own start. */
  FullBatchLoop(Run run, StepPlan plan, double[] initial) {
    this.gradients = run.gradients();
    this.stepper = new Stepper(plan, initial);
    this.penalty = plan.penalty();
    this.metric = plan.metric();
    this.options = run.options();
    this.history = run.history();
    this.stop = run.stop();
    this.validates = run.validates();
    int d = initial.length;
    this.gradient = new double[d];
    this.point = new double[d];
    this.previous = new double[d];
    this.bestPoint = initial.clone();
    this.bestGradient = new double[d];
  }

  Outcome run() {
    StopReason reason = walk();
    if (reason != StopReason.EARLY_STOPPED) {
      finish(history.passes().size());
    }
    return Outcome.of(reason, stop, stepper.plan().learningRate());
  }

  private StopReason walk() {
    int rejections = 0;
    for (int pass = 0; ; pass++) {
      System.arraycopy(stepper.gradientPoint(), 0, point, 0, point.length);
      answer = gradients.full(point, gradient);
      double objective = answer.loss() + penalty.value(point);
      boolean rejected = !(objective <= best + slack()) || !finite(gradient);
      if (rejected) {
        if (best == Double.POSITIVE_INFINITY) {
          return stop.neverBegan(objective);
        }
        if (++rejections > MOST_REJECTIONS) {
          return StopReason.CONVERGED;
        }
        goBack();
      } else {
        best = Math.min(best, objective);
        System.arraycopy(point, 0, bestPoint, 0, point.length);
        System.arraycopy(gradient, 0, bestGradient, 0, point.length);
      }
      record(pass, best);
      StopReason reason = stop.outside(pass, stepper.steps());
      if (reason != null) {
        return reason;
      }
      double gap = step(pass);
      boolean calm = stop.isCalm(best) || metric != null;
      if (!rejected && calm && stop.isSmall(gap, best)) {
        return StopReason.CONVERGED;
      }
    }
  }

  /** A rise this small is rounding. */
  private double slack() {
    return best == Double.POSITIVE_INFINITY ? 0.0 : 1e-14 * Math.abs(best);
  }

  /** To the best point, without velocity; with a shorter step if there was hardly any. */
  private void goBack() {
    if (stepsSinceReset <= 1 || stepper.velocityNorm() == 0.0) {
      rateFactor *= 0.5;
      stepper.setRateFactor(rateFactor);
    }
    System.arraycopy(bestPoint, 0, point, 0, point.length);
    System.arraycopy(bestGradient, 0, gradient, 0, point.length);
    stepper.restore(bestPoint, stepper.plan().rule().newState(bestPoint.length), stepper.steps());
    stepsSinceReset = 0;
  }

  /** One step from {@link #point}; returns the estimate of the gap there. */
  private double step(int pass) {
    System.arraycopy(stepper.weights(), 0, previous, 0, previous.length);
    long start = System.nanoTime();
    stepper.step(gradient);
    double[] weights = stepper.weights();
    double eta = stepper.learningRate();
    double[] taken = difference(point, weights);
    double gap =
        metric == null && stepper.plan().rule().remembers()
            ? 0.5 * squaredNorm(plainStep(eta)) / eta
            : 0.5 * squaredNorm(taken) / (metric == null ? eta : eta * eta);
    stepsSinceReset++;
    if (inner(taken, difference(weights, previous)) > 0.0) {
      stepper.restart();
      stepsSinceReset = 0;
    }
    history.step(
        new StepRecord(
            stepper.steps(),
            pass + 1.0,
            best,
            eta,
            stepper.gradientNorm(),
            stepper.velocityNorm(),
            answer.computeSeconds(),
            answer.exchangeSeconds(),
            (System.nanoTime() - start) / 1e9));
    return gap;
  }

  /**
   * The plain proximal gradient step, after the rule's own: what velocity makes of it says nothing
   * about the gap. The stepper has added the penalty's smooth part to {@link #gradient} by then.
   */
  private double[] plainStep(double eta) {
    double[] target = new double[point.length];
    double[] rates = new double[point.length];
    Arrays.fill(rates, eta);
    for (int j = 0; j < target.length; j++) {
      target[j] = point[j] - eta * gradient[j];
    }
    penalty.proximal(target, rates);
    return difference(point, target);
  }

  private double squaredNorm(double[] vector) {
    if (metric != null) {
      return metric.squaredNorm(vector);
    }
    double sum = 0.0;
    for (double value : vector) {
      sum += value * value;
    }
    return sum;
  }

  /** By polarisation: (‖a + b‖² − ‖a − b‖²) / 4. */
  private double inner(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int j = 0; j < a.length; j++) {
      sum[j] = a[j] + b[j];
    }
    return 0.25 * (squaredNorm(sum) - squaredNorm(difference(a, b)));
  }

  private static double[] difference(double[] a, double[] b) {
    double[] result = new double[a.length];
    for (int j = 0; j < a.length; j++) {
      result[j] = a[j] - b[j];
    }
    return result;
  }

  private static boolean finite(double[] vector) {
    double sum = 0.0;
    for (double value : vector) {
      sum += value * 0.0;
    }
    return sum == 0.0;
  }

  private void record(int pass, double objective) {
    double validation = validates ? gradients.validationLoss(bestPoint) : Double.NaN;
    history.pass(pass, stepper, bestPoint, objective, validation, options.validationTol());
  }

  /**
   * The weights to return where the penalty has an L1 part: after the last proximal step, whose
   * zeros are exact, if they are as good as the best point.
   */
  private void finish(int pass) {
    if (!penalty.isProximal() || best == Double.POSITIVE_INFINITY) {
      return;
    }
    double[] weights = stepper.weights();
    double objective = gradients.loss(weights) + penalty.value(weights);
    if (objective <= best + 1e-9 * Math.abs(best)) {
      System.arraycopy(weights, 0, bestPoint, 0, weights.length);
      best = Math.min(best, objective);
      record(pass, best);
      if (!validates) {
        history.preferLast(weights);
      }
    }
  }
}
