package ravine.exchange;

/**
 * What a question to all partitions came back with, beside a gradient.
 *
 * @param loss mean over the rows by weight, in the loop's units; NaN where there are none
 * @param weight sum of the rows' weights
 * @param computeSeconds longest time that any partition computed
 * @param exchangeSeconds what the question took beyond that
 */
public record Answer(double loss, double weight, double computeSeconds, double exchangeSeconds) {
  /** Before the first question. */
  public static final Answer NONE = new Answer(Double.NaN, 0.0, 0.0, 0.0);

  /** Whether any row was asked about. */
  public boolean hasRows() {
    return weight != 0.0;
  }
}
