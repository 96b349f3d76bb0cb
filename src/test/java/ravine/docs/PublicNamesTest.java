package ravine.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ravine.docs.Page.Piece;

/**
 * What we show, we promise: the code of the pages and the examples name only packages that are for
 * users, and of {@code ravine.engine} only what a training gives back.
 */
class PublicNamesTest {
  private static final Set<String> PACKAGES =
      Set.of("ml", "mllib", "rule", "schedule", "penalty", "loss", "spec", "step", "report");

  private static final Set<String> RESULTS =
      Set.of("TrainingResult", "TrainingListener", "PassRecord", "StepRecord", "StopReason");

  /** A qualified name of ours: package, and type unless all of the package is meant. */
  private static final Pattern NAME = Pattern.compile("\\bravine\\.([a-z]+)(?:\\.(\\w+))?");

  @Test
  void code_ofPages_namesOnlyWhatIsForUsers() {
    List<String> others = new ArrayList<>();
    for (String language : List.of("java", "scala")) {
      for (Piece block : Page.blocksOfAll(language)) {
        others.addAll(others(block.place(), block.text()));
      }
    }
    assertThat(others).isEmpty();
  }

  @Test
  void examples_nameOnlyWhatIsForUsers() throws IOException {
    List<String> others = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Page.root().resolve("examples"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        others.addAll(others(file.getFileName().toString(), Files.readString(file)));
      }
    }
    assertThat(others).isEmpty();
  }

  private static List<String> others(String place, String code) {
    List<String> others = new ArrayList<>();
    Matcher name = NAME.matcher(code);
    while (name.find()) {
      String type = name.group(2) == null ? "" : name.group(2);
      boolean result = name.group(1).equals("engine") && RESULTS.contains(type);
      if (!result && !PACKAGES.contains(name.group(1))) {
        others.add(place + " " + name.group());
      }
    }
    return others;
  }
}
