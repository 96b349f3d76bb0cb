package ravine.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.exchange.Gradients;
import ravine.exchange.LocalOrder;
import ravine.exchange.LocalSteps;
import ravine.exchange.SparseGradients;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.schedule.Schedule;
import ravine.step.StepPlan;
import ravine.step.Stepper;

/** One step of the mini-batch loop: ask for what the rule needs at its point, and let it step. */
abstract class Stride {
  private final Stepper stepper;
  final Penalty penalty;
  double objective;
  double driverSeconds;

  /**
   * A way of stepping.
   *
   * @param penalty of the objective
   */
  Stride(Stepper stepper, Penalty penalty) {
    this.stepper = stepper;
    this.penalty = penalty;
  }

  /** The rule with its weights and state. */
  final Stepper stepper() {
    return stepper;
  }

  /**
   * Makes a step.
   *
   * @return the mean loss at the point; NaN without a step where the batch has no rows
   */
  abstract double take(int pass, int batch, int batches);

  /** Mini-batches that a step uses. */
  int slices() {
    return 1;
  }

  /** Mean loss at weights about to be recorded, before the first pass and after every pass. */
  abstract double loss(double[] weights);

  /** θ where the rule's weights are these; itself where the rule steps in θ. */
  double[] theta(double[] stepped) {
    return stepped;
  }

  /** Weights were set back to these: what was kept of others since does not hold any longer. */
  void setBack(double[] weights) {}

  /** Sum of the weights of the rows that the last step used. */
  abstract double weight();

  abstract double computeSeconds();

  abstract double exchangeSeconds();

  /** Loss plus penalty at the last step's point. */
  final double objective() {
    return objective;
  }

  /** Seconds the last step took on the driver. */
  final double driverSeconds() {
    return driverSeconds;
  }

  /** Euclidean norm of the velocity, NaN where it would cost more than the step. */
  double velocityNorm() {
    return stepper.velocityNorm();
  }

  /** A step on the gradient of a mini-batch. */
  static class Dense extends Stride {
    final Gradients gradients;
    final double[] gradient;

    Dense(Gradients gradients, Stepper stepper, Penalty penalty) {
      super(stepper, penalty);
      this.gradients = gradients;
      this.gradient = new double[stepper.weights().length];
    }

    @Override
    final double take(int pass, int batch, int batches) {
      double[] point = stepper().gradientPoint();
      double loss = ask(point, pass, batch, batches);
      if (!Double.isNaN(loss) || weight() != 0.0) {
        objective = loss + penaltyAt(point);
        long start = System.nanoTime();
        stepper().step(gradient);
        driverSeconds = (System.nanoTime() - start) / 1e9;
      }
      return loss;
    }

    /** The penalty's value where the gradient was taken. */
    double penaltyAt(double[] point) {
      return penalty.value(point);
    }

    /** Writes the gradient; the mean loss, NaN where there are no rows. */
    double ask(double[] point, int pass, int batch, int batches) {
      return gradients.batch(point, pass, batch, batches, gradient);
    }

    @Override
    double loss(double[] weights) {
      return gradients.loss(weights);
    }

    @Override
    final double weight() {
      return gradients.weight();
    }

    @Override
    final double computeSeconds() {
      return gradients.computeSeconds();
    }

    @Override
    final double exchangeSeconds() {
      return gradients.exchangeSeconds();
    }
  }

  /** With the noise of the mini-batch reduced: see {@link NoiseReduction#SVRG}. */
  static final class Reduced extends Dense {
    private final double[] full;

    Reduced(Gradients gradients, Stepper stepper, Penalty penalty) {
      super(gradients, stepper, penalty);
      this.full = new double[gradient.length];
    }

    /** The weights recorded are the next snapshot. */
    @Override
    double loss(double[] weights) {
      gradients.takeSnapshot(weights);
      return gradients.full(weights, full);
    }

    @Override
    void setBack(double[] weights) {
      loss(weights);
    }

    @Override
    double ask(double[] point, int pass, int batch, int batches) {
      double loss = gradients.difference(point, pass, batch, batches, gradient);
      for (int j = 0; j < full.length; j++) {
        gradient[j] += full[j];
      }
      return loss;
    }
  }

  /**
   * On what several steps within each partition came to. With θ̄ the mean of the partitions'
   * weights afterwards and η′ their learning rate, (θ − θ̄)/η′ is given to the rule as if it were
   * the gradient (Wang et al. 2020, "SlowMo", equation 2, for momentum; Reddi et al. 2021,
   * "Adaptive federated optimization", algorithm 2, for adaptive rules; Douillard et al. 2023,
   * "DiLoCo", for NAG). With one local step, η′ = η and a rule that is linear in the gradient it is
   * the gradient, penalty included, and training is what it is without local steps.
   *
   * <p>The local steps may be variance-reduced, with the weights at the beginning of the pass as
   * the snapshot and one more read of the rows a pass for the gradient there (see {@link
   * LocalSteps}). With one local step, η′ = η, a linear rule and a smooth penalty that is {@link
   * Reduced}, on any number of partitions; a velocity on the driver then does over several steps
   * what AIDE's extrapolation does over DANE's rounds (Reddi et al. 2016, "AIDE: fast and
   * communication efficient distributed optimization").
   */
  static final class Local extends Dense {
    private final int steps;
    private final double rate;
    private final double stepSize;
    private final double @Nullable [] full;
    private LocalOrder order = LocalOrder.plain();
    private int taken;

    /**
     * Strides of local steps.
     *
     * @param plan of the driver; its penalty is left to the local steps
     * @param steps between two exchanges
     * @param rate of the local steps when the driver's is {@code stepSize}; follows it
     * @param reduced whether the local steps are variance-reduced
     */
    Local(
        Gradients gradients,
        StepPlan plan,
        double[] initial,
        int steps,
        double rate,
        double stepSize,
        boolean reduced) {
      super(gradients, new Stepper(withoutPenalty(plan), initial), plan.penalty());
      this.steps = steps;
      this.rate = rate;
      this.stepSize = stepSize;
      this.full = reduced ? new double[initial.length] : null;
    }

    private static StepPlan withoutPenalty(StepPlan plan) {
      Schedule schedule = plan.learningRate();
      return new StepPlan(
          plan.rule(), schedule, new None(plan.penalty().scale()), plan.gradientClip());
    }

    @Override
    int slices() {
      return taken;
    }

    /** Where steps are reduced, the weights recorded are the next snapshot. */
    @Override
    double loss(double[] weights) {
      if (full == null) {
        return super.loss(weights);
      }
      gradients.takeSnapshot(weights);
      double loss = gradients.full(weights, full);
      order = gradients.reducedOrder(full);
      return loss;
    }

    @Override
    void setBack(double[] weights) {
      if (full != null) {
        loss(weights);
      }
    }

    @Override
    double ask(double[] point, int pass, int batch, int batches) {
      taken = Math.min(steps, batches - batch);
      double now = rate * stepper().nextLearningRate() / stepSize;
      return gradients.local(point, pass, batch, batches, order.set(taken, now), gradient);
    }
  }

  /** A step that costs what the batch touches. */
  static final class Lazy extends Stride {
    private final SparseGradients sparse;
    private final Gradients gradients;
    private double penaltyOfPass;

    Lazy(Gradients gradients, SparseGradients sparse, Stepper stepper, Penalty penalty) {
      super(stepper, penalty);
      this.sparse = sparse;
      this.gradients = gradients;
    }

    /** The penalty is that of the weights recorded last, because its value costs O(d). */
    @Override
    double take(int pass, int batch, int batches) {
      double loss = sparse.batch(pass, batch, batches);
      if (!Double.isNaN(loss) || sparse.weight() != 0.0) {
        objective = loss + penaltyOfPass;
        long start = System.nanoTime();
        sparse.step();
        driverSeconds = (System.nanoTime() - start) / 1e9;
      }
      return loss;
    }

    @Override
    double loss(double[] weights) {
      penaltyOfPass = penalty.value(weights);
      return gradients.loss(weights);
    }

    @Override
    double weight() {
      return sparse.weight();
    }

    @Override
    double computeSeconds() {
      return sparse.computeSeconds();
    }

    @Override
    double exchangeSeconds() {
      return sparse.exchangeSeconds();
    }

    @Override
    double velocityNorm() {
      return Double.NaN;
    }
  }

  /** The mean of weights over some steps. */
  static final class Tail {
    private final double[] sum;
    private final double[] mean;
    private long count;

    Tail(int dimension) {
      this.sum = new double[dimension];
      this.mean = new double[dimension];
    }

    void clear() {
      Arrays.fill(sum, 0.0);
      count = 0;
    }

    void add(double[] weights) {
      for (int j = 0; j < sum.length; j++) {
        sum[j] += weights[j];
      }
      count++;
    }

    /** The mean of what was added; {@code otherwise} where nothing was. Valid until the next. */
    double[] mean(double[] otherwise) {
      if (count == 0) {
        return otherwise;
      }
      for (int j = 0; j < sum.length; j++) {
        mean[j] = sum[j] / count;
      }
      return mean;
    }
  }
}
