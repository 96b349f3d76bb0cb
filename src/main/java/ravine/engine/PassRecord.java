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
}
