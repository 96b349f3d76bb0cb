package ravine.input;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How the values of a text file are separated and whether its first line names them, told from the
 * first lines of it. Each guess can be overruled by an option.
 *
 * @param separator between two fields
 * @param comments number of lines at the top that begin with {@code #} and are no data
 * @param header whether the first line names the columns
 * @param first the first line that is no comment
 */
record Dialect(char separator, int comments, boolean header, SeparatedLine first) {
  /** Lines that are looked at. */
  static final int LINES = 50;

  private static final char[] SEPARATORS = {',', ';', '\t', '|'};

  /** From here on, first fields 0, 1, 2, … are names even where all the data are whole numbers. */
  private static final int CERTAIN_SEQUENCE = 5;

  /**
   * Guesses.
   *
   * @param lines the first lines, in order
   * @param usual separator that is preferred
   * @param fixed whether the separator is given, not to be guessed
   * @param mayComment whether lines that begin with {@code #} may be comments
   */
  static Dialect of(List<String> lines, char usual, boolean fixed, boolean mayComment) {
    List<String> full = lines.stream().filter(line -> !line.isBlank()).toList();
    int comments = mayComment ? comments(full, usual, fixed) : 0;
    List<String> data = full.subList(comments, full.size());
    char separator = fixed ? usual : separator(data, usual);
    List<SeparatedLine> split = data.stream().map(l -> SeparatedLine.of(l, separator)).toList();
    SeparatedLine first = split.isEmpty() ? SeparatedLine.of("", separator) : split.get(0);
    // In a directory of small files the header comes again.
    List<SeparatedLine> rest = split.stream().filter(line -> !line.equals(first)).toList();
    return new Dialect(separator, comments, isHeader(first, rest), first);
  }

  /** Lines at the top that begin with #, unless the one line is the header: # label,a,b. */
  private static int comments(List<String> lines, char usual, boolean fixed) {
    int comments = 0;
    while (comments < lines.size() && lines.get(comments).startsWith("#")) {
      comments++;
    }
    if (comments == 0 || comments == lines.size()) {
      return 0;
    }
    List<String> data = lines.subList(comments, lines.size());
    char separator = fixed ? usual : separator(data, usual);
    SeparatedLine last = SeparatedLine.of(lines.get(comments - 1), separator);
    SeparatedLine next = SeparatedLine.of(data.get(0), separator);
    List<SeparatedLine> rest = data.stream().map(l -> SeparatedLine.of(l, separator)).toList();
    boolean names =
        last.size() > 1
            && last.size() == next.size()
            && isHeader(last, rest)
            && !isHeader(next, rest.subList(1, rest.size()));
    return names ? comments - 1 : comments;
  }

  /** The usual separator where it separates anything, else another that does so on every line. */
  private static char separator(List<String> lines, char usual) {
    if (lines.isEmpty() || SeparatedLine.of(lines.get(0), usual).size() > 1) {
      return usual;
    }
    for (char other : SEPARATORS) {
      int size = SeparatedLine.of(lines.get(0), other).size();
      if (size > 1
          && lines.stream().allMatch(line -> SeparatedLine.of(line, other).size() == size)) {
        return other;
      }
    }
    return usual;
  }

  /**
   * Whether a first line names the columns: there is text above numbers in a column; or all of it
   * is text that does not come again below; or it counts 0, 1, 2, … above what is no whole number.
   */
  static boolean isHeader(SeparatedLine first, List<SeparatedLine> rest) {
    boolean text = true;
    boolean again = !rest.isEmpty();
    for (int i = 0; i < first.size(); i++) {
      int column = i;
      boolean name = !first.isNumber(i) && !first.isMissing(i);
      text &= name || (first.isMissing(i) && isEdge(first, i));
      again &= !name || rest.stream().anyMatch(line -> sameText(first, line, column));
      boolean numbersBelow =
          !rest.isEmpty()
              && rest.stream().allMatch(line -> line.isNumberOrMissing(column))
              && rest.stream().anyMatch(line -> line.isNumber(column));
      boolean quotedAbove =
          first.quoted().get(i)
              && rest.stream().allMatch(line -> column < line.size() && !line.quoted().get(column));
      if (numbersBelow && (name || quotedAbove)) {
        return true;
      }
    }
    return (text && !again) || isSequence(first, rest);
  }

  private static boolean sameText(SeparatedLine first, SeparatedLine line, int column) {
    return column < line.size() && line.fields().get(column).equals(first.fields().get(column));
  }

  /** A row number has no name, nor what follows a separator at the end. */
  private static boolean isEdge(SeparatedLine line, int field) {
    return line.fields().get(field).isEmpty()
        && line.size() > 1
        && (field == 0 || field == line.size() - 1);
  }

  /** 0, 1, 2, …, as pandas names columns without names; at first there may be a row number. */
  private static boolean isSequence(SeparatedLine first, List<SeparatedLine> rest) {
    int start = first.fields().get(0).isEmpty() ? 1 : 0;
    boolean fraction = false;
    for (int i = start; i < first.size(); i++) {
      int column = i;
      if (!first.fields().get(i).equals(Integer.toString(i - start))) {
        return false;
      }
      fraction |=
          rest.stream()
              .anyMatch(line -> column < line.size() && !line.fields().get(column).matches("\\d*"));
    }
    return first.size() - start >= 2 && (fraction || first.size() - start >= CERTAIN_SEQUENCE);
  }

  /** Names of the first line that stand there twice or differ only in upper and lower case. */
  List<String> repeated() {
    List<String> seen = new ArrayList<>();
    List<String> repeated = new ArrayList<>();
    for (String field : first.fields()) {
      String name = field.toLowerCase(Locale.ROOT);
      if (!name.isEmpty() && seen.contains(name)) {
        repeated.add(field);
      }
      seen.add(name);
    }
    return repeated;
  }
}
