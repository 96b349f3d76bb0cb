package ravine.cli;

import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;
import ravine.cluster.Requirements;

/**
 * The command line: {@code spark-submit --class ravine.cli.Ravine ravine-spark.jar <command>}.
 *
 * <p>It looks at Java and Spark, and leaves the rest to {@code Commands}. This class and {@link
 * Requirements} are compiled for Java 8 and name no other class of ours but by its name, so that
 * where either is too old one sentence says so.
 */
public final class Ravine {
  private static final int USAGE = 2;

  private Ravine() {}

  /**
   * Runs a command and ends the JVM with its exit status, unless that is 0.
   *
   * @param arguments a command and its options
   * @throws ReflectiveOperationException if the jar is not whole
   */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    refuse(Requirements.unmet());
    try {
      Class.forName("ravine.cli.Commands")
          .getMethod("main", String[].class)
          .invoke(null, (Object) arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error) {
        throw (Error) e.getCause();
      }
      throw e;
    }
  }

  private static void refuse(@Nullable String unmet) {
    if (unmet != null) {
      System.err.println(unmet);
      System.exit(USAGE);
    }
  }
}
