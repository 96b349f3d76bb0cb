package ravine.input;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.ml.feature.SQLTransformer;

/**
 * A first stage, Spark's {@code SQLTransformer}, that gives columns a name and a type that the
 * other stages can work with: to them a dot means a field of a structure, a quote breaks the Java
 * code that Spark generates, and a category must be a number or text. The data keeps its own names.
 */
public final class PlainNames {
  private static final Pattern ODD = Pattern.compile("[.`\"\\\\*\\p{Cntrl}]");
  private static final String NAME = "`((?:[^`]|``)+)`";
  private static final Pattern ENTRY =
      Pattern.compile("(?:CAST\\()?" + NAME + "(?: AS STRING\\))? AS " + NAME);
  private static final String START = "SELECT *, ";
  private static final String END = " FROM __THIS__";

  private final List<String> entries = new ArrayList<>();

  /** Whether Spark's stages can work with this name. */
  static boolean isPlain(String name) {
    return !ODD.matcher(name).find();
  }

  /** The same name with underscores for what the stages cannot work with. */
  public static String plain(String name) {
    return ODD.matcher(name).replaceAll("_");
  }

  /** The name as an expression. */
  public static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** Gives a column another name. */
  void add(String name, String plain) {
    entries.add(quoted(name) + " AS " + quoted(plain));
  }

  /** Gives a column as text another name. */
  void addText(String name, String plain) {
    entries.add("CAST(" + quoted(name) + " AS STRING) AS " + quoted(plain));
  }

  /** The stage, when there is anything to do. */
  Optional<SQLTransformer> stage() {
    return entries.isEmpty()
        ? Optional.empty()
        : Optional.of(new SQLTransformer().setStatement(START + String.join(", ", entries) + END));
  }

  /** Name in the data by name that the stage makes; empty when the stage is not one of these. */
  public static Map<String, String> of(SQLTransformer stage) {
    Map<String, String> names = new LinkedHashMap<>();
    String statement = stage.getStatement();
    if (statement.startsWith(START) && statement.endsWith(END)) {
      Matcher entry = ENTRY.matcher(statement);
      while (entry.find()) {
        names.put(entry.group(2).replace("``", "`"), entry.group(1).replace("``", "`"));
      }
    }
    return names;
  }
}
