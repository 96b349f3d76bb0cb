package ravine.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ravine.docs.Page.Piece;

/** Links, pictures, anchors and paths of the pages lead somewhere. (The web is not asked.) */
class LinksTest {
  /** Where the repository keeps files: a code span that begins so is taken for a path of it. */
  private static final Pattern PATH =
      Pattern.compile("(?:src|docs|examples|conf|\\.github|\\.ci|\\.mvn)/[\\w./-]*");

  /**
   * A name of a class, and what may follow: {@code StepPlan}, {@code MiniBatchOptimizer.setRule}.
   */
  private static final Pattern TYPE =
      Pattern.compile("([A-Z]\\w*[a-z]\\w*)(?:\\.[a-z]\\w*)?(?:\\(.*\\))?");

  @Test
  void links_ofAllPages_resolve() {
    Set<String> broken = new TreeSet<>();
    int links = 0;
    for (Page page : Page.all()) {
      for (Piece link : page.links()) {
        links++;
        if (!resolves(page, link.text())) {
          broken.add(link.toString());
        }
      }
    }
    assertThat(broken).as("links to nowhere").isEmpty();
    assertThat(links).as("links that were looked at").isGreaterThan(20);
  }

  @Test
  void codeSpans_thatArePaths_exist() {
    Set<String> missing = new TreeSet<>();
    for (Page page : Page.all()) {
      for (Piece span : page.codeSpans()) {
        if (PATH.matcher(span.text()).matches()
            && !Files.exists(Page.root().resolve(span.text()))) {
          missing.add(span.toString());
        }
      }
    }
    assertThat(missing).as("paths that are not there").isEmpty();
  }

  @Test
  void codeSpans_thatAreClasses_exist() throws IOException {
    Set<String> known = ClassNames.known();
    Set<String> missing = new TreeSet<>();
    for (Page page : Page.all()) {
      for (Piece span : page.codeSpans()) {
        Matcher type = TYPE.matcher(span.text());
        if (type.matches() && !known.contains(type.group(1))) {
          missing.add(span.toString());
        }
      }
    }
    assertThat(missing).as("classes that are neither ours nor on the class path").isEmpty();
  }

  @Test
  void architecture_table_namesEveryPackageOnce() throws IOException {
    List<String> named =
        Page.read(Path.of("docs/architecture.md")).prose().stream()
            .filter(line -> line.text().startsWith("| `ravine."))
            .map(line -> line.text().replaceAll("^\\| `ravine\\.(\\w+)`.*", "$1"))
            .sorted()
            .toList();
    try (Stream<Path> ours = Files.list(Page.root().resolve("src/main/java/ravine"));
        Stream<Path> connect = Files.list(Page.root().resolve("src/main/java-connect/ravine"))) {
      assertThat(named)
          .isEqualTo(
              Stream.concat(ours, connect)
                  .map(folder -> folder.getFileName().toString())
                  .sorted()
                  .toList());
    }
  }

  @Test
  void docs_eachPage_isLinkedFromTheFrontPage() {
    List<String> linked =
        Page.read(Path.of("README.md")).links().stream()
            .map(link -> link.text().replaceFirst("#.*", ""))
            .toList();
    for (Page page : Page.all()) {
      if (page.path().startsWith("docs")) {
        assertThat(linked).contains(page.path().toString());
      }
    }
  }

  private static boolean resolves(Page page, String link) {
    if (link.startsWith("https://")) {
      return true;
    }
    String[] parts = link.split("#", 2);
    Path folder = page.path().toAbsolutePath().getParent();
    Path target = parts[0].isEmpty() ? page.path().toAbsolutePath() : folder.resolve(parts[0]);
    target = target.normalize();
    if (!Files.exists(target)) {
      return false;
    }
    return parts.length == 1
        || (target.toString().endsWith(".md")
            && Page.read(Page.root().relativize(target)).anchors().contains(parts[1]));
  }
}
