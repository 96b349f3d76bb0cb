package ravine.input;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * Values as training knew them. Spark compares labels and categories as text, so that 1 and 1.0
 * differ, and which of them a file holds depends on its other rows; here equal numbers are equal.
 */
public final class KnownValues {
  private KnownValues() {}

  /** The column as text: what training knew where the value is that, else the value itself. */
  public static Column matched(Column column, DataType type, String[] known) {
    if (Columns.isText(type) && !allNumbers(known)) {
      // Text in both: 1.1 and 1.10 may be versions, not numbers.
      return column;
    }
    Column text =
        type.equals(DataTypes.BooleanType) && allNumbers(known)
            ? column.cast(DataTypes.IntegerType).cast(DataTypes.StringType)
            : column.cast(DataTypes.StringType);
    return functions.udf(new Match(known), DataTypes.StringType).apply(text);
  }

  private static boolean allNumbers(String[] known) {
    return Arrays.stream(known).allMatch(value -> number(value) != null);
  }

  /** The number that a text is, in one form; null when it is none. */
  static @Nullable BigDecimal number(String text) {
    if (text.isEmpty() || text.length() > 400 || !FormatGuess.isNumber(text)) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(text);
      return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    } catch (NumberFormatException e) {
      // NaN, infinity or a form of Java's such as 1f: text like any other.
      return null;
    }
  }

  private static final class Match implements UDF1<@Nullable String, @Nullable String> {
    private static final long serialVersionUID = 1L;
    private final HashSet<String> known = new HashSet<>();
    private final HashMap<BigDecimal, String> byNumber = new HashMap<>();

    private Match(String[] values) {
      Set<BigDecimal> twice = new HashSet<>();
      for (String value : values) {
        known.add(value);
        BigDecimal number = number(value);
        if (number != null && byNumber.put(number, value) != null) {
          twice.add(number);
        }
      }
      twice.forEach(byNumber::remove);
    }

    @Override
    public @Nullable String call(@Nullable String value) {
      if (value == null || known.contains(value) || byNumber.isEmpty()) {
        return value;
      }
      BigDecimal number = number(value);
      return number == null ? value : byNumber.getOrDefault(number, value);
    }
  }
}
