package ravine.docs;

import java.lang.reflect.Field;
import java.util.List;

/** The options of Spark's own scripts, which stand before the jar. */
final class SparkOptions {
  private static final String PARSER = "org.apache.spark.launcher.SparkSubmitOptionParser";

  private SparkOptions() {}

  /**
   * @param coordinates what {@code --packages} may name
   * @return how many words are Spark's: the jar comes next, if there is one
   * @throws IllegalArgumentException if an option is none of Spark's
   */
  static int check(List<String> arguments, String coordinates) {
    int i = 0;
    while (i < arguments.size() && arguments.get(i).startsWith("-")) {
      String option = arguments.get(i);
      if (knows("switches", option)) {
        i++;
      } else if (knows("opts", option)) {
        if (i + 1 == arguments.size()) {
          throw new IllegalArgumentException(option + " has no value");
        }
        if (option.equals("--packages") && !arguments.get(i + 1).equals(coordinates)) {
          throw new IllegalArgumentException("the coordinates are " + coordinates);
        }
        i += 2;
      } else {
        throw new IllegalArgumentException("spark-submit has no option " + option);
      }
    }
    return i;
  }

  private static boolean knows(String table, String option) {
    try {
      Class<?> type = Class.forName(PARSER);
      var constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      Field field = type.getDeclaredField(table);
      field.setAccessible(true);
      for (String[] names : (String[][]) field.get(constructor.newInstance())) {
        if (List.of(names).contains(option)) {
          return true;
        }
      }
      return false;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("Spark keeps its options elsewhere now", e);
    }
  }
}
