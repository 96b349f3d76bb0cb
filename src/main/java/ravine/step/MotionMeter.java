package ravine.step;

/**
 * Measures the {@link Motion} of some steps of a {@link Stepper}: of every {@value #FEWEST}th, and
 * of fewer where there are many weights, so that it takes about a hundredth of a millisecond a step
 * whatever their number. Which steps these are depends on their number alone, and so is the same
 * when a run is resumed.
 *
 * <p>A measurement reads gradient, velocity and weights and changes no bit of the step.
 */
public final class MotionMeter {
  /** Steps from one measurement to the next, at least. */
  static final int FEWEST = 8;

  /** Weights that a step may be charged for; one takes about 4 ns. */
  private static final int WEIGHTS_A_STEP = 2_500;

  private final Stepper stepper;
  private final long stride;
  private final double[] before;
  private double cosine;

  /** Of the steps that this stepper makes from now on. */
  public MotionMeter(Stepper stepper) {
    this.stepper = stepper;
    int weights = stepper.weights.length;
    long wanted = Math.max(FEWEST, (weights + WEIGHTS_A_STEP - 1) / WEIGHTS_A_STEP);
    this.stride = Long.highestOneBit(2 * wanted - 1);
    this.before = new double[weights];
  }

  /** Whether the next step is one of those that are measured. */
  public boolean isDue() {
    return stepper.steps() % stride == 0;
  }

  /**
   * Just before a step.
   *
   * @param gradient that the step will be made of, as it came from the data
   */
  public void begin(double[] gradient) {
    double[] weights = stepper.weights();
    System.arraycopy(weights, 0, before, 0, weights.length);
    double[] velocity = stepper.plan().rule().velocity(stepper.state());
    cosine = Double.NaN;
    if (velocity.length != gradient.length) {
      return;
    }
    double product = 0.0;
    double length = 0.0;
    double speed = 0.0;
    for (int j = 0; j < gradient.length; j++) {
      product += gradient[j] * velocity[j];
      length += gradient[j] * gradient[j];
      speed += velocity[j] * velocity[j];
    }
    cosine = Motion.cosine(product, length, speed);
  }

  /** Just after it. */
  public Motion end() {
    double[] weights = stepper.weights();
    double moved = 0.0;
    double size = 0.0;
    for (int j = 0; j < weights.length; j++) {
      double difference = weights[j] - before[j];
      moved += difference * difference;
      size += before[j] * before[j];
    }
    return new Motion(stepper.momentum(), cosine, Motion.ratio(moved, size));
  }
}
