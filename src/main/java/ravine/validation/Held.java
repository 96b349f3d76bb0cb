package ravine.validation;

/**
 * What the validation rows say of weights.
 *
 * @param loss weighted mean loss, in the loop's units; NaN where there are no such rows
 * @param metric the metric that training chooses by, in the user's units; NaN where there are none
 */
public record Held(double loss, double metric) {
  /** There are no validation rows. */
  public static final Held NOTHING = new Held(Double.NaN, Double.NaN);

  /** Where the loss is the metric, in units that are the user's. */
  public static Held of(double loss) {
    return new Held(loss, loss);
  }
}
