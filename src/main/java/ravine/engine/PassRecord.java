package ravine.engine;

import ravine.curvature.Certificate;
import ravine.step.Motion;

/**
 * What training looked like at the end of a pass over the data.
 *
 * @param pass passes made, from 0 (the state before the first step)
 * @param step updates made
 * @param objective mean loss plus penalty over the training rows, at the weights of this moment
 * @param validationLoss mean loss over the validation rows, NaN where there are none
 * @param learningRate η of the last step, 0 before the first
 * @param gradientNorm Euclidean norm of the last data gradient, 0 before the first
 * @param velocityNorm Euclidean norm of the velocity or first moment
 * @param seconds since the first step began
 * @param gapBound how far the objective can be above the optimum, in its units, as far as was known
 *     at these weights; NaN where nothing was. Listeners may be told a looser one than the result
 *     holds, because what the next step shows of these weights is not known to them yet
 * @param gapIsProven whether {@code gapBound} holds always, or is an estimate; false where nothing
 *     was known
 * @param validationMetric the metric of the validation rows that training chooses by; NaN where
 *     there are none
 * @param motion how the steps since the record before moved: the momentum coefficient of the last,
 *     the means of cosine and update ratio over those that were measured
 * @param cost where the time since the record before went, and what was sent
 */
public record PassRecord(
    int pass,
    long step,
    double objective,
    double validationLoss,
    double learningRate,
    double gradientNorm,
    double velocityNorm,
    double seconds,
    double gapBound,
    boolean gapIsProven,
    double validationMetric,
    Motion motion,
    Cost cost) {

  /** Numbers of a record, without those of {@link #writeMore}. */
  static final int NUMBERS = 10;

  /** Numbers that checkpoints of earlier versions do not have. */
  static final int MORE = 8;

  /**
   * Where wall-clock time went, and what was sent.
   *
   * @param computeSeconds sum over questions of the longest that any partition computed
   * @param exchangeSeconds what the questions took beyond that
   * @param driverSeconds the rest
   * @param bytes of the vectors sent to all partitions and back
   */
  public record Cost(
      double computeSeconds, double exchangeSeconds, double driverSeconds, long bytes) {
    /** Nothing, or nothing that is known. */
    public static final Cost NONE = new Cost(0.0, 0.0, 0.0, 0L);
  }

  /** A record of weights of which nothing more is known. */
  public PassRecord(
      int pass,
      long step,
      double objective,
      double validationLoss,
      double learningRate,
      double gradientNorm,
      double velocityNorm,
      double seconds) {
    this(
        pass,
        step,
        objective,
        validationLoss,
        learningRate,
        gradientNorm,
        velocityNorm,
        seconds,
        Double.NaN,
        false);
  }

  /** A record without metric, motion and cost. */
  public PassRecord(
      int pass,
      long step,
      double objective,
      double validationLoss,
      double learningRate,
      double gradientNorm,
      double velocityNorm,
      double seconds,
      double gapBound,
      boolean gapIsProven) {
    this(
        pass,
        step,
        objective,
        validationLoss,
        learningRate,
        gradientNorm,
        velocityNorm,
        seconds,
        gapBound,
        gapIsProven,
        Double.NaN,
        Motion.UNKNOWN,
        Cost.NONE);
  }

  /**
   * The same with what a certificate in units of the record says; with nothing if it knows none.
   */
  PassRecord with(Certificate certificate) {
    return new PassRecord(
        pass,
        step,
        objective,
        validationLoss,
        learningRate,
        gradientNorm,
        velocityNorm,
        seconds,
        certificate.bound() < Double.POSITIVE_INFINITY ? certificate.bound() : Double.NaN,
        certificate.isKnownAndProven(),
        validationMetric,
        motion,
        cost);
  }

  /** The same with what only the history knows. */
  PassRecord with(double metric, Motion moved, Cost spent) {
    return new PassRecord(
        pass,
        step,
        objective,
        validationLoss,
        learningRate,
        gradientNorm,
        velocityNorm,
        seconds,
        gapBound,
        gapIsProven,
        metric,
        moved,
        spent);
  }

  /**
   * As it was {@linkplain #write written}.
   *
   * @param more what was written of the rest; empty in checkpoints of earlier versions
   */
  static PassRecord read(double[] from, double[] more, int index) {
    int at = NUMBERS * index;
    PassRecord passRecord =
        new PassRecord(
            (int) from[at],
            (long) from[at + 1],
            from[at + 2],
            from[at + 3],
            from[at + 4],
            from[at + 5],
            from[at + 6],
            from[at + 7],
            from[at + 8],
            from[at + 9] == 1.0);
    int rest = MORE * index;
    return rest + MORE > more.length
        ? passRecord
        : passRecord.with(
            more[rest],
            new Motion(more[rest + 1], more[rest + 2], more[rest + 3]),
            new Cost(more[rest + 4], more[rest + 5], more[rest + 6], (long) more[rest + 7]));
  }

  /** Writes {@link #NUMBERS} numbers. */
  void write(double[] to, int at) {
    to[at] = pass;
    to[at + 1] = step;
    to[at + 2] = objective;
    to[at + 3] = validationLoss;
    to[at + 4] = learningRate;
    to[at + 5] = gradientNorm;
    to[at + 6] = velocityNorm;
    to[at + 7] = seconds;
    to[at + 8] = gapBound;
    to[at + 9] = gapIsProven ? 1.0 : 0.0;
  }

  /** Writes {@link #MORE} numbers. */
  void writeMore(double[] to, int at) {
    to[at] = validationMetric;
    to[at + 1] = motion.momentum();
    to[at + 2] = motion.cosine();
    to[at + 3] = motion.updateRatio();
    to[at + 4] = cost.computeSeconds();
    to[at + 5] = cost.exchangeSeconds();
    to[at + 6] = cost.driverSeconds();
    to[at + 7] = (double) cost.bytes();
  }
}
