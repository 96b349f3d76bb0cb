package ravine.batches;

import org.jspecify.annotations.Nullable;
import ravine.exchange.Answer;
import ravine.exchange.Gradients;
import ravine.exchange.LocalSteps;
import ravine.penalty.None;
import ravine.step.StepPlan;
import ravine.step.Stepper;

/**
 * A step on what several steps within each partition came to. With θ̄ the mean of the partitions'
 * weights afterwards and η′ their learning rate, (θ − θ̄)/η′ is given to the rule as if it were the
 * gradient (Wang et al. 2020, "SlowMo", equation 2, for momentum; Reddi et al. 2021, "Adaptive
 * federated optimization", algorithm 2, for adaptive rules; Douillard et al. 2023, "DiLoCo", for
 * NAG). With one local step, η′ = η and a rule that is linear in the gradient it is the gradient,
 * penalty included, and training is what it is without local steps.
 *
 * <p>The local steps may be variance-reduced, with the weights at the beginning of the pass as the
 * snapshot and one more read of the rows a pass for the gradient there (see {@link LocalSteps}).
 * With one local step, η′ = η, a linear rule and a smooth penalty that is {@link
 * VarianceReducedStep}, on any number of partitions; a velocity on the driver then does over
 * several steps what AIDE's extrapolation does over DANE's rounds (Reddi et al. 2016, "AIDE: fast
 * and communication efficient distributed optimization").
 */
public final class LocalStep extends DenseStep {
  private final int steps;
  private final double rate;
  private final double stepSize;

  /** ∇ℓ at the snapshot; null where the steps are not reduced. */
  private final double @Nullable [] full;

  private LocalSteps.Order instruction = LocalSteps.Order.plain();

  /**
   * Local steps between two exchanges.
   *
   * @param plan of the driver; its penalty is left to the local steps
   * @param steps between two exchanges
   * @param rate of the local steps when the driver's is {@code stepSize}; follows it
   * @param reduced whether the local steps are variance-reduced
   */
  public LocalStep(
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
    None none = new None(plan.penalty().scale());
    return new StepPlan(plan.rule(), plan.learningRate(), none, plan.gradientClip());
  }

  @Override
  int used(int batch, int batches) {
    return Math.min(steps, batches - batch);
  }

  /** Where steps are reduced, the weights recorded are the next snapshot. */
  @Override
  public double beginPass(double[] weights) {
    if (full == null) {
      return super.beginPass(weights);
    }
    gradients.takeSnapshot(weights);
    double loss = gradients.full(weights, full).loss();
    instruction = gradients.reducedOrder(full);
    return loss;
  }

  @Override
  public void beginAgain(double[] weights) {
    if (full != null) {
      beginPass(weights);
    }
  }

  @Override
  public boolean hasHalves() {
    return false;
  }

  @Override
  Answer ask(double[] point, int pass, int batch, int batches) {
    double now = rate * stepper().nextLearningRate() / stepSize;
    LocalSteps.Order told = instruction.set(used(batch, batches), now);
    return gradients.local(point, pass, batch, batches, told, gradient);
  }
}
