package ravine.batches;

import ravine.exchange.Answer;
import ravine.exchange.Gradients;
import ravine.exchange.SparseGradients;
import ravine.penalty.Penalty;
import ravine.step.Motion;
import ravine.step.Stepper;

/** A step that costs what the mini-batch touches. */
public final class LazyStep extends MiniBatchStep {
  private final SparseGradients sparse;
  private final Gradients gradients;

  /** The penalty of the weights recorded last, because its value costs O(d). */
  private double penaltyOfPass;

  public LazyStep(Gradients gradients, SparseGradients sparse, Stepper stepper, Penalty penalty) {
    super(stepper, penalty);
    this.sparse = sparse;
    this.gradients = gradients;
  }

  @Override
  public Done take(int pass, int batch, int batches) {
    Answer answer = sparse.batch(pass, batch, batches);
    if (!answer.hasRows()) {
      return Done.nothing(answer, 1);
    }
    long start = System.nanoTime();
    sparse.step();
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Done(
        answer,
        1,
        answer.loss() + penaltyOfPass,
        stepper().learningRate(),
        stepper().gradientNorm(),
        Double.NaN,
        seconds,
        Motion.of(stepper().momentum()));
  }

  @Override
  public double beginPass(double[] weights) {
    penaltyOfPass = penalty().value(weights);
    return gradients.loss(weights);
  }

  @Override
  public void beginAgain(double[] weights) {
    penaltyOfPass = penalty().value(weights);
  }
}
