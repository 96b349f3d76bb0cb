package ravine.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown page of the repository: what the tests of this package need of it, and no more.
 *
 * @param path relative to the root of the repository
 * @param lines as they stand in the file
 */
record Page(Path path, List<String> lines) {
  private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern HTML_LINK = Pattern.compile("(?:src|href)=\"([^\"]+)\"");
  private static final Pattern CODE_SPAN = Pattern.compile("`([^`]+)`");
  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*?)\\s*");

  /**
   * A piece of text and where it begins.
   *
   * @param line first line of the text in the file, from 1
   */
  record Piece(Page page, int line, String text) {
    /** Such as {@code docs/rules.md:12}. */
    String place() {
      return page.path() + ":" + line;
    }

    @Override
    public String toString() {
      return place() + " " + text;
    }
  }

  /** The root of the repository: Maven runs tests there. */
  static Path root() {
    return Path.of("").toAbsolutePath();
  }

  /** The pages a visitor reads, in a fixed order. */
  static List<Page> all() {
    Path root = root();
    List<Page> pages = new ArrayList<>();
    for (String folder : List.of(".", "docs", "examples", "src/test/python/golden")) {
      try (Stream<Path> files = Files.list(root.resolve(folder))) {
        files
            .filter(file -> file.toString().endsWith(".md"))
            .sorted()
            .forEach(file -> pages.add(read(root.relativize(file.normalize()))));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return pages;
  }

  static Page read(Path relative) {
    try {
      return new Page(relative, Files.readAllLines(root().resolve(relative)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fenced blocks of one language, such as {@code java}, of all pages. */
  static List<Piece> blocksOfAll(String language) {
    return all().stream().flatMap(page -> page.blocks(language).stream()).toList();
  }

  /** The text of the fenced blocks of one language. */
  List<Piece> blocks(String language) {
    List<Piece> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!isFence(lines.get(i))) {
        continue;
      }
      String of = lines.get(i).strip().substring(3).strip();
      int end = i + 1;
      while (end < lines.size() && !isFence(lines.get(end))) {
        end++;
      }
      if (of.equals(language)) {
        blocks.add(new Piece(this, i + 2, String.join("\n", lines.subList(i + 1, end)) + "\n"));
      }
      i = end;
    }
    return blocks;
  }

  /** Where links and pictures lead. */
  List<Piece> links() {
    List<Piece> links = new ArrayList<>();
    for (Piece line : prose()) {
      // What looks like a link inside a code span is code.
      String text = CODE_SPAN.matcher(line.text()).replaceAll("`code`");
      for (Pattern pattern : List.of(LINK, HTML_LINK)) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
          links.add(new Piece(this, line.line(), matcher.group(1)));
        }
      }
    }
    return links;
  }

  /** What stands between single backquotes. */
  List<Piece> codeSpans() {
    List<Piece> spans = new ArrayList<>();
    for (Piece line : prose()) {
      Matcher matcher = CODE_SPAN.matcher(line.text());
      while (matcher.find()) {
        spans.add(new Piece(this, line.line(), matcher.group(1)));
      }
    }
    return spans;
  }

  /** The lines outside fenced blocks. */
  List<Piece> prose() {
    List<Piece> prose = new ArrayList<>();
    boolean fenced = false;
    for (int i = 0; i < lines.size(); i++) {
      if (isFence(lines.get(i))) {
        fenced = !fenced;
      } else if (!fenced) {
        prose.add(new Piece(this, i + 1, lines.get(i)));
      }
    }
    return prose;
  }

  /** From each heading to the next; what stands above the first one is a section too. */
  List<Piece> sections() {
    Set<Integer> headings = new LinkedHashSet<>();
    for (Piece line : prose()) {
      if (HEADING.matcher(line.text()).matches()) {
        headings.add(line.line());
      }
    }
    List<Piece> sections = new ArrayList<>();
    int begin = 1;
    for (int line = 2; line <= lines.size() + 1; line++) {
      if (line == lines.size() + 1 || headings.contains(line)) {
        sections.add(
            new Piece(this, begin, String.join("\n", lines.subList(begin - 1, line - 1)) + "\n"));
        begin = line;
      }
    }
    return sections;
  }

  /** The anchors of the headings, as GitHub makes them. */
  Set<String> anchors() {
    Set<String> anchors = new LinkedHashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    for (Piece line : prose()) {
      Matcher heading = HEADING.matcher(line.text());
      if (heading.matches()) {
        String slug =
            heading
                .group(1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        int before = seen.merge(slug, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? slug : slug + "-" + before);
      }
    }
    return anchors;
  }

  private static boolean isFence(String line) {
    return line.stripLeading().startsWith("```");
  }
}
