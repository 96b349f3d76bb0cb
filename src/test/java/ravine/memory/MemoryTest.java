package ravine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.cli.Ravine;

/** Estimates against peaks: of a few ways; {@link MemoryMain} alone tries all of them. */
class MemoryTest {
  private static final Pattern LINE =
      Pattern.compile("(?m)^(\\S+) +([\\d.]+)M +([\\d.]+)M +([\\d.]+) .*$");

  private static final Pattern TOGETHER =
      Pattern.compile("(?m)^(\\d+ \\S.*?) {2,}.* driver and tasks .* ([\\d.]+)$");

  @TempDir private Path folder;

  @Test
  void needs_ofThreeWays_areWithinAFifthOfMeasuredPeaks() throws Exception {
    String[] ways = {"batches:adam", "default", "lbfgs"};
    String text = run(List.of(), MemoryMain.class, "2", ways[0], ways[1], ways[2]);
    Matcher line = LINE.matcher(text);
    List<String> found = new ArrayList<>();
    while (line.find()) {
      found.add(line.group(1));
      assertThat(Double.parseDouble(line.group(4))).as(line.group()).isBetween(0.8, 1.25);
    }
    assertThat(found).as(text).containsExactly(ways);
  }

  /**
   * A peak that is far from the others of its case was seen once (of 58 MB for 29): another run
   * decides then.
   */
  @Test
  void needs_ofModelsTogether_areWithinAFifthOfMeasuredPeaks() throws Exception {
    List<String> options = List.of("-XX:MarkSweepDeadRatio=0", "-Dspark.master=local[2]");
    String text = run(options, Ravine.class, "bench", "--sections", "memory", "--quick");
    if (!together(text).values().stream().allMatch(MemoryTest::isWithinAFifth)) {
      text += run(options, Ravine.class, "bench", "--sections", "memory", "--quick");
    }
    Map<String, Double> ratios = together(text);
    assertThat(ratios)
        .as(text)
        .containsOnlyKeys("20 newton", "16 adam at its own rate", "3 newton, wide");
    assertThat(ratios.values()).as(text).allMatch(MemoryTest::isWithinAFifth);
  }

  private static boolean isWithinAFifth(double ratio) {
    return ratio >= 0.8 && ratio <= 1.25;
  }

  /** Expected over measured, by case; of several runs that which is nearest to 1. */
  private static Map<String, Double> together(String text) {
    Map<String, Double> ratios = new HashMap<>();
    Matcher line = TOGETHER.matcher(text);
    while (line.find()) {
      ratios.merge(line.group(1), Double.valueOf(line.group(2)), MemoryTest::nearer);
    }
    return ratios;
  }

  private static double nearer(double one, double other) {
    return Math.abs(Math.log(one)) < Math.abs(Math.log(other)) ? one : other;
  }

  /** What a JVM of its own prints, whose heap has nothing else in it. */
  private String run(List<String> options, Class<?> main, String... arguments) throws Exception {
    Path output = folder.resolve("output");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("src", "build", "spark.jvmargs"));
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx1500m", "-Dspark.ui.enabled=false"));
    command.add("-Dlog4j2.configurationFile=" + Path.of("src", "build", "log4j2.properties"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process child = builder.start();
    boolean ended = child.waitFor(900, TimeUnit.SECONDS);
    child.destroyForcibly();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(ended).as(text).isTrue();
    return text;
  }
}
