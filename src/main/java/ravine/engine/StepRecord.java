package ravine.engine;

/**
 * What one step looked like from the driver.
 *
 * @param step number of updates made including this one, from 1
 * @param pass passes over the data made when the step ended, fractional
 * @param loss objective on the mini-batch: weighted mean loss plus penalty, at the point where the
 *     gradient was taken
 * @param learningRate η of the step
 * @param gradientNorm Euclidean norm of the mean data gradient before clipping
 * @param velocityNorm Euclidean norm of the velocity or first moment after the step; 0 for rules
 *     without
 * @param computeSeconds longest time any partition took to compute its sum
 * @param exchangeSeconds the rest of the time between asking for the gradient and having it
 * @param driverSeconds time of the update on the driver
 */
public record StepRecord(
    long step,
    double pass,
    double loss,
    double learningRate,
    double gradientNorm,
    double velocityNorm,
    double computeSeconds,
    double exchangeSeconds,
    double driverSeconds) {

  /** Numbers of a record. */
  static final int NUMBERS = 9;

  /** As it was {@linkplain #write written}. */
  static StepRecord read(double[] from, int at) {
    return new StepRecord(
        (long) from[at],
        from[at + 1],
        from[at + 2],
        from[at + 3],
        from[at + 4],
        from[at + 5],
        from[at + 6],
        from[at + 7],
        from[at + 8]);
  }

  /** Writes {@link #NUMBERS} numbers. */
  void write(double[] to, int at) {
    to[at] = step;
    to[at + 1] = pass;
    to[at + 2] = loss;
    to[at + 3] = learningRate;
    to[at + 4] = gradientNorm;
    to[at + 5] = velocityNorm;
    to[at + 6] = computeSeconds;
    to[at + 7] = exchangeSeconds;
    to[at + 8] = driverSeconds;
  }
}
