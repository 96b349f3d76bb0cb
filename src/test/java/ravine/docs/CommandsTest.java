package ravine.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ravine.docs.Page.Piece;
import ravine.docs.ShellBlock.Command;

/**
 * Every command of a {@code bash} block, of an example's last lines and of the head of a file in
 * {@code conf} is one that can be typed: programs, goals, properties, options and their values
 * exist. (None is run: see the tests of the commands themselves.)
 */
class CommandsTest {
  /** Programs of the reader's machine, whose own options are not ours to check. */
  private static final Set<String> PROGRAMS =
      Set.of("git", "cd", "pip", "python", "python3", "export");

  private final Project project = new Project();

  @Test
  void bashBlocks_ofAllPages_canBeTyped() {
    List<Command> commands = new ArrayList<>();
    for (Piece block : Page.blocksOfAll("bash")) {
      commands.addAll(ShellBlock.commands(block));
    }
    assertThat(commands).as("commands").hasSizeGreaterThan(20);
    assertThat(problems(commands)).isEmpty();
  }

  @Test
  void examples_lastLines_runThatExample() throws IOException {
    for (Path file : files("examples", ".java")) {
      List<Command> commands = commands(file, "// ");
      assertThat(problems(commands)).isEmpty();
      assertThat(commands).as("commands of " + file).hasSize(1);
      String example = file.getFileName().toString().replace(".java", "");
      assertThat(commands.get(0).arguments()).contains("-Dexec.mainClass=" + example);
    }
  }

  @Test
  void configurationFiles_everyKey_isAnOption() throws IOException {
    for (Path file : files("conf", ".conf")) {
      List<Command> commands = commands(file, "#   ");
      assertThat(problems(commands)).isEmpty();
      assertThat(commands).as("commands of " + file).hasSize(1);
      // What is commented out is meant to be commented in.
      String all = Files.readString(file).replaceAll("(?m)^#(?=spark)", "");
      List<String> typed = List.of("train", "--data", "x", "--model", "y");
      assertThatCode(() -> RavineOptions.check(typed, properties(all)))
          .as(file.toString())
          .doesNotThrowAnyException();
    }
  }

  private List<String> problems(List<Command> commands) {
    List<String> problems = new ArrayList<>();
    for (Command command : commands) {
      try {
        check(command);
      } catch (RuntimeException e) {
        problems.add(command.piece() + ": " + e.getMessage());
      }
    }
    return problems;
  }

  private void check(Command command) {
    switch (command.name()) {
      case "mvn" -> checkMaven(command.arguments());
      case "spark-submit", "spark-shell" -> checkSpark(command.arguments());
      default -> checkScript(command);
    }
  }

  private void checkMaven(List<String> arguments) {
    project.checkMaven(arguments);
    boolean another = arguments.stream().anyMatch(word -> word.startsWith("-Dexec.mainClass="));
    for (String word : arguments) {
      if (word.startsWith("-Dexec.args=") && !another) {
        RavineOptions.check(ShellBlock.words(word.substring("-Dexec.args=".length())), Map.of());
      }
    }
  }

  private void checkSpark(List<String> arguments) {
    int rest = SparkOptions.check(arguments, project.coordinates());
    List<String> own = arguments.subList(rest, arguments.size());
    if (own.isEmpty() || own.get(0).endsWith(".py")) {
      return; // a script of the reader's
    }
    project.checkJar(own.get(0));
    int type = arguments.indexOf("--class");
    if (type < 0 || !arguments.get(type + 1).equals("ravine.cli.Ravine")) {
      throw new IllegalArgumentException("the class of the command line is ravine.cli.Ravine");
    }
    int file = arguments.indexOf("--properties-file");
    RavineOptions.check(
        own.subList(1, own.size()),
        file < 0 ? Map.of() : properties(read(arguments.get(file + 1))));
  }

  /** As Spark reads a file of properties. */
  private static Map<String, String> properties(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> entries = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> entries.put(key, properties.getProperty(key)));
    return entries;
  }

  private static String read(String path) {
    try {
      return Files.readString(Page.root().resolve(path));
    } catch (IOException e) {
      throw new IllegalArgumentException("there is no program or file " + path, e);
    }
  }

  /** A script of the repository, whose options must stand in its source. */
  private static void checkScript(Command command) {
    if (PROGRAMS.contains(command.name())) {
      return;
    }
    String source = read(command.name());
    for (String word : command.arguments()) {
      if (word.startsWith("--") && !source.contains("\"" + word + "\"")) {
        throw new IllegalArgumentException(command.name() + " has no option " + word);
      }
    }
  }

  /** The commands in the comments of a file that is no page. */
  private static List<Command> commands(Path file, String comment) {
    Page page = Page.read(Page.root().relativize(file));
    StringBuilder text = new StringBuilder();
    int first = 0;
    boolean open = false;
    for (int i = 0; i < page.lines().size(); i++) {
      String line = page.lines().get(i);
      String said = line.startsWith(comment) ? line.substring(comment.length()) : "";
      if (open || said.startsWith("mvn ") || said.startsWith("spark-submit ")) {
        first = text.isEmpty() ? i + 1 : first;
        text.append(said).append('\n');
        open = said.endsWith("\\");
      }
    }
    return ShellBlock.commands(new Piece(page, first, text.toString()));
  }

  private static List<Path> files(String folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(Page.root().resolve(folder))) {
      List<Path> found = files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
      assertThat(found).as("files of " + folder).isNotEmpty();
      return found;
    }
  }
}
