package ravine.engine;

import ravine.curvature.Certificate;

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
    boolean gapIsProven) {

  /** Numbers of a record. */
  static final int NUMBERS = 10;

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
        certificate.isKnownAndProven());
  }

  /** As it was {@linkplain #write written}. */
  static PassRecord read(double[] from, int at) {
    return new PassRecord(
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
}
