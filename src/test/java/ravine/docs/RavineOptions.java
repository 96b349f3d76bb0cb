package ravine.docs;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import ravine.cli.Commands;
import ravine.spec.Specs;

/** The options of the command line, asked of itself: arguments are parsed, and nothing is run. */
final class RavineOptions {
  private RavineOptions() {}

  /**
   * @param configuration what {@code --properties-file} says, {@code spark.ravine.<option>} among
   *     it
   * @throws RuntimeException if a command, an option, a key or a value does not exist
   */
  static void check(List<String> arguments, Map<String, String> configuration) {
    CommandLine commandLine = commandLine(configuration);
    ParseResult parsed = commandLine.parseArgs(arguments.toArray(new String[0]));
    if (!parsed.hasSubcommand()) {
      if (!parsed.isUsageHelpRequested()) {
        throw new IllegalArgumentException("no command is named");
      }
      return;
    }
    // Their texts are read later by the command itself.
    for (OptionSpec option : parsed.subcommand().commandSpec().options()) {
      Object value = option.getValue();
      List<?> texts = value instanceof List<?> several ? several : Arrays.asList(value);
      for (Object text : texts) {
        if (text != null && option.longestName().equals("--optimizer")) {
          Specs.rule(text.toString());
        } else if (text != null && option.longestName().equals("--schedule")) {
          Specs.schedule(text.toString(), 1.0);
        }
      }
    }
  }

  /** {@code Commands.commandLine}, which no public method gives away. */
  private static CommandLine commandLine(Map<String, String> configuration) {
    try {
      Method factory =
          Arrays.stream(Commands.class.getDeclaredMethods())
              .filter(method -> method.getReturnType() == CommandLine.class)
              .findFirst()
              .orElseThrow();
      factory.setAccessible(true);
      Class<?>[] types = factory.getParameterTypes();
      Object[] arguments = new Object[types.length];
      for (int i = 0; i < types.length; i++) {
        arguments[i] = make(types[i], configuration);
      }
      return (CommandLine) factory.invoke(null, arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(String.valueOf(e.getCause()), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("Ravine makes its command line in another way now", e);
    }
  }

  /** A console that nobody reads, or the defaults of Spark's configuration. */
  private static Object make(Class<?> type, Map<String, String> configuration)
      throws ReflectiveOperationException {
    Constructor<?> constructor = type.getDeclaredConstructors()[0];
    constructor.setAccessible(true);
    Object[] arguments = new Object[constructor.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      Class<?> wanted = constructor.getParameterTypes()[i];
      if (wanted == PrintStream.class) {
        arguments[i] = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
      } else if (wanted == SparkConf.class) {
        SparkConf conf = new SparkConf(false);
        configuration.forEach(conf::set);
        arguments[i] = conf;
      } else if (wanted == boolean.class) {
        arguments[i] = false;
      } else {
        throw new NoSuchMethodException("a constructor of " + type + " wants a " + wanted);
      }
    }
    return constructor.newInstance(arguments);
  }
}
