package ravine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Estimates against peaks: of a few ways; {@link MemoryMain} alone tries all of them. */
class MemoryTest {
  private static final Pattern LINE =
      Pattern.compile("(?m)^(\\S+) +([\\d.]+)M +([\\d.]+)M +([\\d.]+) .*$");

  @TempDir private Path folder;

  @Test
  void needs_ofThreeWays_areWithinAFifthOfMeasuredPeaks() throws Exception {
    String[] ways = {"batches:adam", "default", "lbfgs"};
    Path output = folder.resolve("output");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("src", "build", "spark.jvmargs"));
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx1500m"));
    command.add("-Dlog4j2.configurationFile=" + Path.of("src", "build", "log4j2.properties"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(MemoryMain.class.getName(), "2"));
    command.addAll(List.of(ways));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process child = builder.start();
    boolean ended = child.waitFor(900, TimeUnit.SECONDS);
    child.destroyForcibly();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(ended).as(text).isTrue();
    Matcher line = LINE.matcher(text);
    List<String> found = new ArrayList<>();
    while (line.find()) {
      found.add(line.group(1));
      assertThat(Double.parseDouble(line.group(4))).as(line.group()).isBetween(0.8, 1.25);
    }
    assertThat(found).as(text).containsExactly(ways);
  }
}
