package ravine.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code pom.xml} and the source trees say that can be asked of Maven. */
final class Project {
  private static final Set<String> PHASES =
      Set.of("clean", "compile", "test-compile", "test", "package", "verify", "install");

  private static final Set<String> FLAGS = Set.of("-q", "-B", "-o");

  /** Properties that plug-ins read, and which plug-in; others must stand in the pom. */
  private static final Map<String, String> PLUGIN_PROPERTIES =
      Map.of(
          "exec.args", "exec-maven-plugin",
          "exec.mainClass", "exec-maven-plugin",
          "exec.classpathScope", "exec-maven-plugin",
          "test", "maven-surefire-plugin",
          "skipTests", "maven-surefire-plugin",
          "surefire.failIfNoSpecifiedTests", "maven-surefire-plugin",
          "invoker.skip", "maven-invoker-plugin",
          "invoker.test", "maven-invoker-plugin",
          "gpg.keyname", "maven-gpg-plugin");

  private final String pom = read(Page.root().resolve("pom.xml"));

  /** Such as {@code ravine:ravine-spark:0.1.0-SNAPSHOT}: the first of each tag is the project's. */
  String coordinates() {
    return first("groupId") + ":" + first("artifactId") + ":" + first("version");
  }

  /**
   * @throws IllegalArgumentException if this is neither the jar that is built nor its short name
   */
  void checkJar(String path) {
    String built = "target/" + first("artifactId") + "-" + first("version") + ".jar";
    if (!path.equals(first("artifactId") + ".jar") && !path.equals(built)) {
      throw new IllegalArgumentException("the jar is " + built + ", not " + path);
    }
  }

  /**
   * @throws IllegalArgumentException if a phase, goal, profile or property does not exist
   */
  void checkMaven(List<String> arguments) {
    for (String word : arguments) {
      if (word.startsWith("-D")) {
        String[] property = word.substring(2).split("=", 2);
        checkProperty(property[0], property.length == 1 ? "" : property[1]);
      } else if (word.startsWith("-P")) {
        require(pom.contains("<id>" + word.substring(2) + "</id>"), "no profile " + word);
      } else if (word.contains(":")) {
        String[] goal = word.split(":", 2);
        require(hasPlugin(goal[0] + "-maven-plugin"), "no plug-in for the goal " + word);
        int execution = word.indexOf('@');
        require(
            execution < 0 || pom.contains("<id>" + word.substring(execution + 1) + "</id>"),
            "no execution " + word);
      } else {
        require(PHASES.contains(word) || FLAGS.contains(word), "no phase or flag " + word);
      }
    }
  }

  private void checkProperty(String name, String value) {
    String plugin = PLUGIN_PROPERTIES.get(name);
    require(
        plugin == null ? pom.contains("<" + name + ">") : hasPlugin(plugin), "no property " + name);
    switch (name) {
      case "test" ->
          Arrays.stream(value.split(","))
              .forEach(test -> require(inTree("src/test/java", test), "no test " + test));
      case "exec.mainClass" ->
          require(
              inTree("examples", value) || inTree("src", value.replaceFirst(".*\\.", "")),
              "no class " + value);
      case "jmh.args" -> require(inTree("src/jmh/java", value + "Benchmark"), "no JMH " + value);
      default -> {}
    }
  }

  private boolean hasPlugin(String artifact) {
    return pom.contains("<artifactId>" + artifact + "</artifactId>");
  }

  private static boolean inTree(String folder, String type) {
    try (Stream<Path> files = Files.walk(Page.root().resolve(folder))) {
      return files.anyMatch(file -> file.endsWith(type + ".java"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String first(String tag) {
    Matcher matcher = Pattern.compile("<" + tag + ">([^<]+)</" + tag + ">").matcher(pom);
    require(matcher.find(), "no " + tag + " in the pom");
    return matcher.group(1);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
