package ravine.engine;

import ravine.batches.MiniBatchStep;
import ravine.step.Motion;

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
 * @param motion how the step moved; of mini-batch steps some are measured, so that it costs next to
 *     nothing, and of the others only the momentum coefficient is known
 * @param bytes of the vectors sent to all partitions and back since the step before
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
    double driverSeconds,
    Motion motion,
    long bytes) {

  /** Numbers of a record, without those of {@link #writeMore}. */
  static final int NUMBERS = 9;

  /** Numbers that checkpoints of earlier versions do not have. */
  static final int MORE = 4;

  /** A record of which nothing more is known. */
  public StepRecord(
      long step,
      double pass,
      double loss,
      double learningRate,
      double gradientNorm,
      double velocityNorm,
      double computeSeconds,
      double exchangeSeconds,
      double driverSeconds) {
    this(
        step,
        pass,
        loss,
        learningRate,
        gradientNorm,
        velocityNorm,
        computeSeconds,
        exchangeSeconds,
        driverSeconds,
        Motion.UNKNOWN,
        0L);
  }

  /** What a mini-batch step did. */
  static StepRecord of(MiniBatchStep.Done done, long step, double pass) {
    return new StepRecord(
        step,
        pass,
        done.objective(),
        done.learningRate(),
        done.gradientNorm(),
        done.velocityNorm(),
        done.answer().computeSeconds(),
        done.answer().exchangeSeconds(),
        done.driverSeconds(),
        done.motion(),
        0L);
  }

  /** The same after which so much had been sent. */
  StepRecord withBytes(long sent) {
    return new StepRecord(
        step,
        pass,
        loss,
        learningRate,
        gradientNorm,
        velocityNorm,
        computeSeconds,
        exchangeSeconds,
        driverSeconds,
        motion,
        sent);
  }

  /**
   * As it was {@linkplain #write written}.
   *
   * @param more what was written of the rest; empty in checkpoints of earlier versions
   */
  static StepRecord read(double[] from, double[] more, int index) {
    int at = NUMBERS * index;
    int rest = MORE * index;
    boolean isWhole = rest + MORE <= more.length;
    return new StepRecord(
        (long) from[at],
        from[at + 1],
        from[at + 2],
        from[at + 3],
        from[at + 4],
        from[at + 5],
        from[at + 6],
        from[at + 7],
        from[at + 8],
        isWhole ? new Motion(more[rest], more[rest + 1], more[rest + 2]) : Motion.UNKNOWN,
        isWhole ? (long) more[rest + 3] : 0L);
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

  /** Writes {@link #MORE} numbers. */
  void writeMore(double[] to, int at) {
    to[at] = motion.momentum();
    to[at + 1] = motion.cosine();
    to[at + 2] = motion.updateRatio();
    to[at + 3] = (double) bytes;
  }
}
