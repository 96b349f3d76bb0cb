package ravine.batches;

import ravine.checkpoint.Sections;
import ravine.exchange.Answer;
import ravine.penalty.Penalty;
import ravine.step.Motion;
import ravine.step.Stepper;

/** One step of the mini-batch loop: ask for what the rule needs at its point, and let it step. */
public abstract sealed class MiniBatchStep permits DenseStep, LazyStep {
  private final Stepper stepper;
  private final Penalty penalty;

  /**
   * A kind of step.
   *
   * @param penalty of the objective
   */
  MiniBatchStep(Stepper stepper, Penalty penalty) {
    this.stepper = stepper;
    this.penalty = penalty;
  }

  /** The rule with its weights and state. */
  public final Stepper stepper() {
    return stepper;
  }

  /** The penalty of the objective. */
  public final Penalty penalty() {
    return penalty;
  }

  /**
   * Makes a step; none where the mini-batch has no rows.
   *
   * @param batch of {@code batches} mini-batches of the pass, the first that the step may use
   */
  public abstract Done take(int pass, int batch, int batches);

  /**
   * Begins a pass at weights that are recorded, and takes of them what its steps need; once more
   * after the last pass.
   *
   * @return the mean loss there
   */
  public abstract double beginPass(double[] weights);

  /** θ where the rule's weights are these; themselves where the rule steps in θ. */
  public double[] theta(double[] stepped) {
    return stepped;
  }

  /** Begins the pass anew, at weights to which the loop went back. */
  public abstract void beginAgain(double[] weights);

  /** Writes copies of what the next step depends on beside the stepper; most kinds have nothing. */
  public void save(Sections to) {}

  /** Goes on from what was saved, after {@link #beginAgain}. */
  public void restore(Sections from) {}

  /**
   * What a step did.
   *
   * @param answer what was asked came back with it; without rows there was no step
   * @param batches mini-batches that were used
   * @param objective loss plus penalty at the point of the gradient
   * @param learningRate η
   * @param gradientNorm of the data gradient before clipping
   * @param velocityNorm NaN where it would cost more than the step
   * @param driverSeconds that the step took on the driver
   * @param motion how it moved, as far as that was measured
   */
  public record Done(
      Answer answer,
      int batches,
      double objective,
      double learningRate,
      double gradientNorm,
      double velocityNorm,
      double driverSeconds,
      Motion motion) {

    /** No step: the mini-batches had no rows. */
    static Done nothing(Answer answer, int batches) {
      return new Done(answer, batches, Double.NaN, 0.0, 0.0, 0.0, 0.0, Motion.UNKNOWN);
    }

    /** Whether loss and gradient are numbers. */
    public boolean isFinite() {
      return Double.isFinite(answer.loss()) && Double.isFinite(gradientNorm);
    }
  }
}
