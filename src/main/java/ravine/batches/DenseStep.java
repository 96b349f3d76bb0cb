package ravine.batches;

import ravine.exchange.Answer;
import ravine.exchange.Gradients;
import ravine.penalty.Penalty;
import ravine.step.Motion;
import ravine.step.MotionMeter;
import ravine.step.Stepper;

/** A step on the gradient of a mini-batch, at the cost of the number of weights. */
public sealed class DenseStep extends MiniBatchStep
    permits VarianceReducedStep, LocalStep, OwnStep {
  final Gradients gradients;
  final double[] gradient;
  private final MotionMeter meter;

  /** Of the step under way. */
  private double[] point = {};

  public DenseStep(Gradients gradients, Stepper stepper, Penalty penalty) {
    super(stepper, penalty);
    this.gradients = gradients;
    this.gradient = new double[stepper.weights().length];
    this.meter = new MotionMeter(stepper);
  }

  @Override
  public final Done take(int pass, int batch, int batches) {
    return answered(ask(asks(), pass, batch, batches), batch, batches);
  }

  /**
   * Whether a step asks for the gradient of its mini-batch and for nothing else, so that it can be
   * made in two halves, {@link #asks} and {@link #answered}, instead of by {@link #take}.
   */
  public boolean hasHalves() {
    return true;
  }

  /** The first half: the point of the gradient, live until the second. */
  public double[] asks() {
    point = stepper().gradientPoint();
    return point;
  }

  /** Where the gradient is to be written between the halves. */
  public final double[] gradient() {
    return gradient;
  }

  /** The second half. */
  public Done answered(Answer answer, int batch, int batches) {
    Stepper stepper = stepper();
    int used = used(batch, batches);
    if (!answer.hasRows()) {
      return Done.nothing(answer, used);
    }
    double objective = answer.loss() + penaltyAt(point);
    long start = System.nanoTime();
    boolean measures = batch + used >= batches || meter.isDue();
    if (measures) {
      meter.begin(gradient);
    }
    step(gradient);
    Motion motion = measures ? meter.end() : Motion.of(stepper.momentum());
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Done(
        answer,
        used,
        objective,
        stepper.learningRate(),
        stepper.gradientNorm(),
        stepper.velocityNorm(),
        seconds,
        motion);
  }

  /** Lets the rule step. */
  void step(double[] gradient) {
    stepper().step(gradient);
  }

  /** Mini-batches that the step from this one on uses. */
  int used(int batch, int batches) {
    return 1;
  }

  /** The penalty's value at the point of the last gradient. */
  double penaltyAt(double[] point) {
    return penalty().value(point);
  }

  /** Writes the gradient. */
  Answer ask(double[] point, int pass, int batch, int batches) {
    return gradients.batch(point, pass, batch, batches, gradient);
  }

  @Override
  public double beginPass(double[] weights) {
    return gradients.loss(weights);
  }

  @Override
  public void beginAgain(double[] weights) {}
}
