package ravine.ml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * A streaming query in a process of its own that is killed (SIGKILL) at random moments and started
 * again, until all micro-batches are committed; then one that nobody disturbs, and whether their
 * states are the same to the bit. Also what the commit of a state adds to a micro-batch.
 *
 * <pre>
 * java @src/build/spark.jvmargs -cp … ravine.ml.StreamingKillMain 200 20
 * </pre>
 */
final class StreamingKillMain {
  private static final int ROWS = 60;

  /** A child that does not end in this time hangs. */
  private static final int MOST_SECONDS = 600;

  private StreamingKillMain() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 3) {
      query(Path.of(arguments[0]), Integer.parseInt(arguments[1]), arguments[2]);
    } else {
      System.out.println(
          trial(
              Files.createTempDirectory("streaming"),
              Integer.parseInt(arguments[0]),
              Integer.parseInt(arguments[1])));
    }
  }

  /** Runs until so many micro-batches are committed; tells of each. */
  private static void query(Path folder, int batches, String name) throws Exception {
    try (SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()) {
      StreamingTrainer trainer =
          new StreamingTrainer(Stream.learner(), folder.resolve(name).toString());
      StreamingQuery query =
          Stream.start(
              Stream.rows(session, ROWS),
              folder.resolve(name + "-query").toString(),
              (rows, batch) -> {
                if (batch < batches) {
                  trainer.call(rows, batch);
                  Files.writeString(folder.resolve(name + "-at"), Long.toString(batch));
                }
              });
      while (trainer.lastBatch() < batches - 1) {
        query.awaitTermination(20);
      }
      query.stop();
    }
  }

  /** One line of what came out. */
  static String trial(Path folder, int batches, int kills) throws Exception {
    Random random = new Random(8);
    int done = 0;
    int killed = 0;
    while (killed < kills) {
      // Somewhere in the next part of the stream, at whatever moment of a micro-batch.
      int until = done + 1 + random.nextInt(Math.max(1, 2 * (batches - done) / (kills - killed)));
      Process child = start(folder, batches, "killed");
      boolean ended = false;
      while (!ended && at(folder) < Math.min(until, batches - 2)) {
        ended = child.waitFor(5, TimeUnit.MILLISECONDS);
      }
      if (!ended) {
        ended = child.waitFor(random.nextInt(300), TimeUnit.MILLISECONDS);
      }
      if (ended) {
        throw new IllegalStateException("the query ended by itself after " + at(folder));
      }
      child.destroyForcibly().waitFor();
      killed++;
      done = at(folder);
    }
    finish(start(folder, batches, "killed"));
    long begun = System.nanoTime();
    finish(start(folder, batches, "undisturbed"));
    double seconds = (System.nanoTime() - begun) / 1e9;
    return String.format(
        Locale.ROOT,
        "%d micro-batches, killed %d times: %s (undisturbed in %.1f s)",
        batches,
        killed,
        same(folder, batches) ? "the same bits" : "OTHER BITS",
        seconds);
  }

  private static int at(Path folder) throws IOException {
    Path file = folder.resolve("killed-at");
    String text = Files.exists(file) ? Files.readString(file) : "";
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  private static void finish(Process child) throws InterruptedException {
    if (!child.waitFor(MOST_SECONDS, TimeUnit.SECONDS) || child.exitValue() != 0) {
      child.destroyForcibly();
      throw new IllegalStateException("the query did not end well");
    }
  }

  private static boolean same(Path folder, int batches) {
    TrainingState killed = state(folder, batches, "killed");
    TrainingState undisturbed = state(folder, batches, "undisturbed");
    return killed
        .copy()
        .putText("stream.query", "")
        .equals(undisturbed.copy().putText("stream.query", ""));
  }

  private static TrainingState state(Path folder, int batches, String name) {
    return TrainingState.load(
        folder
            .resolve(name)
            .resolve(String.format(Locale.ROOT, "checkpoint-%09d.ravine", batches))
            .toString());
  }

  private static Process start(Path folder, int batches, String name) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("src", "build", "spark.jvmargs"));
    command.add("@" + Path.of("src", "build", "quick.jvmargs"));
    command.add("-Dlog4j2.configurationFile=" + Path.of("src", "build", "log4j2.properties"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(StreamingKillMain.class.getName());
    command.addAll(List.of(folder.toString(), Integer.toString(batches), name));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.start();
  }
}
