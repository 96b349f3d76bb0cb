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
    double driverSeconds) {}
