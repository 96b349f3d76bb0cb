package ravine.input;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One line of separated values as RFC 4180 has it: a field may stand in double quotes, a quote in
 * it is doubled, a backslash is a character like any other.
 *
 * @param fields without their quotes, without blanks around them
 * @param quoted whether each stood in quotes
 * @param open whether the line ends inside quotes: the field goes on in the next line
 */
record SeparatedLine(List<String> fields, List<Boolean> quoted, boolean open) {
  /** What people write where a number is missing. */
  private static final Set<String> MISSING =
      Set.of("", "?", "-", ".", "na", "n/a", "null", "none", "nan", "inf", "-inf", "+inf");

  static SeparatedLine of(String line, char separator) {
    List<String> fields = new ArrayList<>();
    List<Boolean> quoted = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean inside = false;
    boolean hadQuotes = false;
    boolean blank =
        true; // what has come of the field; to look each time takes n² where all are quotes
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (inside) {
        if (c != '"') {
          field.append(c);
        } else if (i + 1 < line.length() && line.charAt(i + 1) == '"') {
          field.append(c);
          i++;
        } else {
          inside = false;
        }
      } else if (c == '"' && blank && !hadQuotes) {
        field.setLength(0);
        inside = true;
        hadQuotes = true;
      } else if (c == separator) {
        fields.add(field.toString().strip());
        quoted.add(hadQuotes);
        field.setLength(0);
        hadQuotes = false;
        blank = true;
      } else {
        field.append(c);
        blank &= Character.isWhitespace(c);
      }
    }
    fields.add(field.toString().strip());
    quoted.add(hadQuotes);
    return new SeparatedLine(List.copyOf(fields), List.copyOf(quoted), inside);
  }

  int size() {
    return fields.size();
  }

  boolean isNumber(int field) {
    return field < size() && FormatGuess.isNumber(fields.get(field)) && !isMissing(field);
  }

  /** Whether a field is there and is a number, or a sign that one is missing. */
  boolean isNumberOrMissing(int field) {
    return field >= size() || isMissing(field) || isNumber(field);
  }

  boolean isMissing(int field) {
    return MISSING.contains(fields.get(field).toLowerCase(java.util.Locale.ROOT));
  }
}
