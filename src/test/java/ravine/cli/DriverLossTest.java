package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A driver that is killed (SIGKILL, nothing is cleaned up) and started again by the same line. */
class DriverLossTest extends CommandLineTestBase {
  private static final long BOUND_SECONDS = 300;

  private String hash(String metrics) throws IOException {
    return new ObjectMapper()
        .readTree(Path.of(metrics).toFile())
        .get("coefficientsSha256")
        .asText();
  }

  private String[] line(String data, String name) {
    return train(
        data,
        "--task",
        "logistic",
        "--optimizer",
        "adam",
        "--batch-size",
        "20",
        "--max-iter",
        "24",
        "--engine",
        "jobs",
        "--overwrite",
        "--metrics",
        path(name + ".json"),
        "--checkpoint",
        path(name),
        "--checkpoint-interval",
        "7",
        "--resume=auto");
  }

  @Test
  void train_killedAndStartedAgain_endsAsIfNothingHadHappened() throws Exception {
    String data = write("data.csv", classes(600, "0", "1"));
    succeeds(line(data, "undisturbed"));

    Process killed = start(line(data, "killed"));
    try {
      awaitCheckpoint(killed, 2);
    } finally {
      killed.destroyForcibly();
    }
    assertThat(killed.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(Path.of(path("killed.json"))).doesNotExist();
    succeeds(line(data, "killed"));

    assertThat(hash(path("killed.json"))).isEqualTo(hash(path("undisturbed.json")));
  }

  /** Waits until a checkpoint of at least that number is there, while the process lives. */
  private void awaitCheckpoint(Process process, int least) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (last(Path.of(path("killed"))) < least) {
      assertThat(process.waitFor(5, TimeUnit.MILLISECONDS))
          .as("ended before it was killed")
          .isFalse();
      assertThat(System.nanoTime()).as("no checkpoint in time").isLessThan(end);
    }
  }

  private static int last(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("checkpoint-"))
          .mapToInt(name -> Integer.parseInt(name.substring(11, 20)))
          .max()
          .orElse(0);
    }
  }

  private Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("src", "build", "spark.jvmargs"));
    command.add("@" + Path.of("src", "build", "quick.jvmargs"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("-Dspark.master=local[2]");
    command.add("-Dspark.ui.enabled=false");
    command.add("-Dspark.driver.host=127.0.0.1");
    command.add(Ravine.class.getName());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(Files.createTempFile(Path.of("target"), "driver-", ".txt").toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.start();
  }
}
