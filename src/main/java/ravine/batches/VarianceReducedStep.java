package ravine.batches;

import ravine.exchange.Answer;
import ravine.exchange.Gradients;
import ravine.penalty.Penalty;
import ravine.step.Stepper;

/**
 * A step on ∇ℓ_B(θ) − ∇ℓ_B(θ̃) + ∇ℓ(θ̃), with θ̃ the weights at the beginning of the pass: see
 * {@code NoiseReduction.SVRG}.
 */
public final class VarianceReducedStep extends DenseStep {
  /** ∇ℓ(θ̃). */
  private final double[] full;

  public VarianceReducedStep(Gradients gradients, Stepper stepper, Penalty penalty) {
    super(gradients, stepper, penalty);
    this.full = new double[gradient.length];
  }

  @Override
  public double beginPass(double[] weights) {
    gradients.takeSnapshot(weights);
    return gradients.full(weights, full).loss();
  }

  @Override
  public void beginAgain(double[] weights) {
    beginPass(weights);
  }

  @Override
  public boolean hasHalves() {
    return false;
  }

  @Override
  Answer ask(double[] point, int pass, int batch, int batches) {
    Answer answer = gradients.difference(point, pass, batch, batches, gradient);
    for (int j = 0; j < full.length; j++) {
      gradient[j] += full[j];
    }
    return answer;
  }
}
