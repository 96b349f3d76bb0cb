package ravine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a main class of the tests with executors in JVMs of their own: what {@code local[2]} passes
 * by reference is serialized there.
 *
 * <p>The main class runs in a JVM of its own too, because a JVM has one SparkContext and the shared
 * session of {@link SparkTestBase} holds it. It finds its master, {@code local-cluster[2,1,1024]},
 * and all other settings in a plain {@code new SparkConf()}; what it prints comes back.
 */
public final class LocalCluster {
  private static final int TIMEOUT_SECONDS = 600;

  private static final String QUICK =
      "@" + Path.of("src", "build", "quick.jvmargs").toAbsolutePath();

  private LocalCluster() {}

  /**
   * Runs {@code main} to its end.
   *
   * @param settings Spark settings besides those of the cluster
   * @return standard output and error, interleaved: the log of the driver and what was printed
   * @throws AssertionError if it fails or takes more than ten minutes
   */
  public static String run(Class<?> main, Map<String, String> settings, String... arguments) {
    return run(main, List.of(QUICK), settings, arguments);
  }

  /** Runs {@code main}, which encrypts much or computes for long, with all of the compilers. */
  public static String runOptimized(
      Class<?> main, Map<String, String> settings, String... arguments) {
    return run(main, List.of(), settings, arguments);
  }

  private static String run(
      Class<?> main, List<String> flags, Map<String, String> settings, String... arguments) {
    try {
      Path directory = Files.createTempDirectory(Path.of("target"), "local-cluster-");
      Path home = directory.resolve("spark-home").toAbsolutePath();
      // A launched executor insists on this directory; its classes come from the class path below.
      Files.createDirectories(home.resolve("jars"));
      Path output = directory.resolve("output.txt");
      ProcessBuilder builder =
          new ProcessBuilder(command(main, flags, settings, arguments))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      Map<String, String> environment = builder.environment();
      environment.put("SPARK_HOME", home.toString());
      environment.put("SPARK_SCALA_VERSION", "2.12");
      environment.put("SPARK_LOCAL_IP", "127.0.0.1");
      environment.put("SPARK_LOCAL_DIRS", directory.toAbsolutePath().toString());
      environment.put("SPARK_WORKER_DIR", directory.resolve("work").toAbsolutePath().toString());
      Process process = builder.start();
      boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      String text = Files.readString(output, StandardCharsets.UTF_8);
      if (!ended || process.exitValue() != 0) {
        throw new AssertionError(
            main.getName() + (ended ? " failed:\n" : " did not end in time:\n") + text);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static List<String> command(
      Class<?> main, List<String> flags, Map<String, String> settings, String... arguments) {
    String classPath = System.getProperty("java.class.path");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("src", "build", "spark.jvmargs"));
    command.addAll(flags);
    command.add("-cp");
    command.add(classPath);
    command.add("-Dlog4j2.configurationFile=" + Path.of("src", "build", "log4j2.properties"));
    command.add("-Dspark.master=local-cluster[2,1,1024]");
    command.add("-Dspark.app.name=" + main.getSimpleName());
    command.add("-Dspark.ui.enabled=false");
    command.add("-Dspark.driver.host=127.0.0.1");
    command.add("-Dspark.executor.extraClassPath=" + classPath);
    command.add("-Dspark.executor.extraJavaOptions=" + String.join(" ", flags));
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }
}
