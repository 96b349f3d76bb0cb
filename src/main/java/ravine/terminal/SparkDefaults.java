package ravine.terminal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import scala.Tuple2;

/**
 * Options from Spark's configuration: {@code spark.ravine.max-iter=50} in a {@code
 * --properties-file}, or as {@code --conf}, is {@code --max-iter 50}. The command line wins. Reader
 * options are {@code spark.ravine.option.<name>=<value>}.
 */
public final class SparkDefaults implements IDefaultValueProvider {
  static final String PREFIX = "spark.ravine.";
  private static final String READER_OPTION = "option.";

  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, String> readerOptions = new LinkedHashMap<>();

  public SparkDefaults(SparkConf conf) {
    for (Tuple2<String, String> entry : conf.getAllWithPrefix(PREFIX)) {
      if (entry._1().startsWith(READER_OPTION)) {
        readerOptions.put(entry._1().substring(READER_OPTION.length()), entry._2());
      } else {
        values.put(entry._1(), entry._2());
      }
    }
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (argument instanceof OptionSpec option) {
      for (String name : option.names()) {
        String value = values.get(key(name));
        if (value != null) {
          // What is written is meant: ${a} is no variable of picocli's, and no circle of them.
          return value.replace("$", "$$");
        }
      }
    }
    return null;
  }

  public Map<String, String> readerOptions() {
    return readerOptions;
  }

  /**
   * Refuses keys that no command has: a misspelt key would be ignored without a word. A key of one
   * command is welcome in the file of another. Keys with further dots belong to other parts of
   * Ravine.
   */
  public void check(CommandLine ravine) {
    TreeSet<String> known = new TreeSet<>();
    for (CommandLine command : ravine.getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        for (String name : option.names()) {
          if (name.startsWith("--")) {
            known.add(key(name));
          }
        }
      }
    }
    List<String> names = new ArrayList<>(known);
    for (String key : values.keySet()) {
      if (!known.contains(key) && key.indexOf('.') < 0) {
        throw Failure.usage(
            "Unknown key " + PREFIX + key + " in Spark's configuration; " + Names.hint(key, names));
      }
    }
  }

  private static String key(String optionName) {
    return optionName.replaceFirst("^-+", "");
  }
}
