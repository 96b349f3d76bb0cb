package ravine.objective;

import ravine.loss.Loss;
import ravine.penalty.Penalty;

/**
 * What is minimised: mean weighted loss divided by {@code lossUnit}, plus the penalty, both as
 * functions of the preconditioned weights θ.
 *
 * @param loss pointwise loss in the raw margins
 * @param coordinates θ to raw weights and back
 * @param penalty of θ; knows which coordinates are exempt
 * @param initial θ at the start, length {@code coordinates.dimension()}
 * @param lossUnit what the loss is divided by inside the loop, positive
 * @param reportUnit what reported objectives are multiplied by, positive
 */
public record Problem(
    Loss loss,
    Coordinates coordinates,
    Penalty penalty,
    double[] initial,
    double lossUnit,
    double reportUnit) {

  /** A problem in the loss's own units. */
  public static Problem of(Loss loss, Coordinates coordinates, Penalty penalty, double[] initial) {
    return new Problem(loss, coordinates, penalty, initial, 1.0, 1.0);
  }
}
