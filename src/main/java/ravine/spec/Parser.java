package ravine.spec;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Text to a tree of calls; knows the grammar in {@link Specs}, but no names. */
final class Parser {
  private static final int DEEPEST = 20;

  private final String text;
  private int at;

  private Parser(String text) {
    this.text = text;
  }

  /**
   * {@code word} or {@code word(argument, …)}; a number is a word without arguments.
   *
   * @param word the name or number as written
   * @param index where it begins, from 0
   * @param bare whether there were no parentheses
   * @param arguments what stood between them
   */
  record Call(String word, int index, boolean bare, List<Argument> arguments)
      implements Serializable {
    /** Whether this is a number, not a name. */
    boolean isNumber() {
      return bare && !Character.isLetter(word.charAt(0));
    }
  }

  /**
   * {@code value} or {@code key=value}.
   *
   * @param key as written, empty for a positional argument
   * @param index where the argument begins, from 0
   */
  record Argument(String key, int index, Call value) implements Serializable {
    boolean isPositional() {
      return key.isEmpty();
    }
  }

  static Call parse(String text) {
    Parser parser = new Parser(text);
    Call call = parser.call(0);
    parser.skipSpace();
    if (parser.at < text.length()) {
      throw parser.error("expected the end, but found '" + text.charAt(parser.at) + "'");
    }
    return call;
  }

  private Call call(int depth) {
    if (depth > DEEPEST) {
      throw error("nested more than " + DEEPEST + " deep");
    }
    skipSpace();
    int index = at;
    String word = word();
    skipSpace();
    if (!peek('(') || !Character.isLetter(word.charAt(0))) {
      return new Call(word, index, true, List.of());
    }
    at++;
    return new Call(word, index, false, arguments(depth));
  }

  private List<Argument> arguments(int depth) {
    List<Argument> arguments = new ArrayList<>();
    skipSpace();
    if (peek(')')) {
      at++;
      return arguments;
    }
    while (true) {
      arguments.add(argument(depth));
      skipSpace();
      if (peek(')')) {
        at++;
        return arguments;
      }
      if (!peek(',')) {
        throw error("expected ',' or ')', but found " + found());
      }
      at++;
    }
  }

  private Argument argument(int depth) {
    skipSpace();
    int index = at;
    Call value = call(depth + 1);
    skipSpace();
    if (!peek('=')) {
      return new Argument("", index, value);
    }
    if (!value.bare() || value.isNumber()) {
      throw error("expected a name before '='");
    }
    at++;
    return new Argument(value.word(), index, call(depth + 1));
  }

  /** Letters, digits and underscores, or the characters of a number. */
  private String word() {
    int start = at;
    boolean number = at < text.length() && !Character.isLetter(text.charAt(at));
    while (at < text.length() && (number ? isOfNumber(start) : isOfName(text.charAt(at)))) {
      at++;
    }
    if (at == start) {
      throw error("expected a name or a number, but found " + found());
    }
    return text.substring(start, at);
  }

  private static boolean isOfName(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private boolean isOfNumber(int start) {
    char c = text.charAt(at);
    boolean signAllowed = at == start || "eE".indexOf(text.charAt(at - 1)) >= 0;
    return Character.isLetterOrDigit(c) || c == '.' || (signAllowed && (c == '-' || c == '+'));
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean peek(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private String found() {
    return at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
  }

  private SpecException error(String problem) {
    return new SpecException(text, at, problem, "");
  }
}
