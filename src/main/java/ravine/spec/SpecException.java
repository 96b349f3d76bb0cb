package ravine.spec;

/** A text that is not a spec: says what is wrong, where, in which text, and what is allowed. */
public final class SpecException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String text;
  private final int position;

  /**
   * Problem, place, and advice.
   *
   * @param problem what is wrong
   * @param index where in the text, from 0
   * @param advice what would be right, or empty
   */
  SpecException(String text, int index, String problem, String advice) {
    super(
        problem
            + " at position "
            + (index + 1)
            + " in \""
            + text
            + "\""
            + (advice.isEmpty() ? "" : ": " + advice));
    this.text = text;
    this.position = index + 1;
  }

  /** The whole text. */
  public String text() {
    return text;
  }

  /** Where in the text the trouble begins: a column, from 1. */
  public int position() {
    return position;
  }
}
