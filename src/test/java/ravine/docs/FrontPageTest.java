package ravine.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ravine.docs.Page.Piece;

/** The front page stays one a stranger can read, and what the pages claim can be looked at. */
class FrontPageTest {
  private static final int MOST_LINES = 120;
  private static final int LONGEST_LINE = 140;
  private static final int LARGEST_PICTURE = 200_000;

  /**
   * A measured figure: so many times as fast, so many seconds, such a share of what was measured.
   */
  private static final Pattern MEASURED =
      Pattern.compile(
          "\\d(?:\\.\\d+)? ?×(?! [A-Zd\\d])|\\d (?:ms|µs|seconds)\\b"
              + "|\\d times (?:as \\w+|faster|slower)|[Mm]easured");

  private static final Pattern SPARK = Pattern.compile("\\b[345]\\.\\d\\.\\d\\b");

  private final Page front = Page.read(Path.of("README.md"));

  @Test
  void readme_isShort() {
    assertThat(front.lines()).hasSizeLessThanOrEqualTo(MOST_LINES);
    for (int i = 0; i < front.lines().size(); i++) {
      String line = front.lines().get(i);
      assertThat(line.codePointCount(0, line.length()))
          .as("length of line %d of README.md", i + 1)
          .isLessThanOrEqualTo(LONGEST_LINE);
    }
  }

  @Test
  void readme_twoCommands_standThere() {
    String commands = String.join("\n", front.blocks("bash").stream().map(Piece::text).toList());
    assertThat(commands).contains("mvn -q compile exec:java", "mvn -q verify");
  }

  @Test
  void readme_sparkVersions_areThoseOfTheLegs() throws IOException {
    TreeSet<String> legs = new TreeSet<>();
    try (Stream<Path> folders = Files.list(Page.root().resolve("src/build/legs"))) {
      folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> name.startsWith("spark-"))
          .forEach(name -> legs.add(name.replaceAll("spark-|_.*", "")));
    }
    TreeSet<String> named = new TreeSet<>();
    for (String line : front.lines()) {
      Matcher version = SPARK.matcher(line);
      while (line.contains("Spark") && version.find()) {
        named.add(version.group());
      }
    }
    assertThat(named).isEqualTo(legs);
  }

  @Test
  void sections_withMeasuredFigures_nameTheCommand() {
    List<String> claims = new ArrayList<>();
    int measured = 0;
    for (Page page : Page.all()) {
      for (Piece section : page.sections()) {
        Matcher figure = MEASURED.matcher(section.text());
        if (figure.find()) {
          measured++;
          if (!section.text().contains("```bash")
              && !section.text().matches("(?s).*`[^`]*bench.*")) {
            claims.add(section.place() + " \"" + figure.group() + "\"");
          }
        }
      }
    }
    assertThat(claims).as("measured figures without the command that prints them").isEmpty();
    assertThat(measured).as("sections with measured figures").isGreaterThan(1);
  }

  @Test
  void pictures_areSmall_andNameTheirCommand() throws IOException {
    int pictures = 0;
    for (Page page : Page.all()) {
      for (Piece link : page.links()) {
        if (!link.text().endsWith(".png") && !link.text().endsWith(".svg")) {
          continue;
        }
        pictures++;
        Path file = link.page().path().toAbsolutePath().resolveSibling(link.text());
        assertThat(Files.size(file)).as("bytes of " + link).isLessThan(LARGEST_PICTURE);
        int last = Math.min(link.line() + 4, page.lines().size());
        assertThat(page.lines().subList(link.line(), last))
            .as("command under " + link)
            .anyMatch(
                line ->
                    line.contains("mvn ")
                        || line.contains("spark-submit ")
                        || line.contains("src/test/browser/"));
      }
    }
    assertThat(pictures).isPositive();
  }
}
