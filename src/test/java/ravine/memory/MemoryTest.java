package ravine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import ravine.cli.Ravine;

/** Estimates against peaks: of a few ways; {@link MemoryMain} alone tries all of them. */
class MemoryTest {
  private static final Pattern LINE =
      Pattern.compile("(?m)^(\\S+) +([\\d.]+)M +([\\d.]+)M +([\\d.]+) .*$");

  @TempDir private Path folder;

  @Test
  void needs_ofThreeWays_areWithinAFifthOfMeasuredPeaks() throws Exception {
    String[] ways = {"batches:adam", "default", "lbfgs"};
    List<String> arguments = new ArrayList<>(List.of("2"));
    arguments.addAll(List.of(ways));
    String text = run(MemoryMain.class, List.of(), arguments);
    Matcher line = LINE.matcher(text);
    List<String> found = new ArrayList<>();
    while (line.find()) {
      found.add(line.group(1));
      assertThat(Double.parseDouble(line.group(4))).as(line.group()).isBetween(0.8, 1.25);
    }
    assertThat(found).as(text).containsExactly(ways);
  }

  /** Margins, Hessians, states and samples: each the most of one of the kinds of models. */
  @Test
  void together_ofManyModels_areWithinAFifthOfMeasuredPeaks() throws Exception {
    Path figures = folder.resolve("figures.json");
    List<String> arguments = List.of("bench", "--sections", "memory", "--quick");
    String text =
        run(
            Ravine.class,
            List.of("-XX:MarkSweepDeadRatio=0"),
            with(arguments, "--metrics", figures.toString()));
    assertThat(figures).as(text).exists();
    JsonNode all = new ObjectMapper().readTree(figures.toFile()).get("memory");
    assertThat(all).as(text).hasSize(5);
    for (JsonNode each : all) {
      assertThat(each.get("ratio").asDouble()).as(text).isBetween(0.8, 1.25);
    }
  }

  private static List<String> with(List<String> some, String... more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return all;
  }

  /** In a JVM of its own; what it printed. */
  private String run(Class<?> main, List<String> jvm, List<String> arguments) throws Exception {
    Path output = folder.resolve("output");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Path.of("src", "build", "spark.jvmargs"));
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx1500m"));
    command.addAll(jvm);
    command.add("-Dlog4j2.configurationFile=" + Path.of("src", "build", "log4j2.properties"));
    command.addAll(List.of("-Dspark.master=local[2]", "-Dspark.ui.enabled=false"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(arguments);
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
