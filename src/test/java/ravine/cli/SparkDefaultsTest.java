package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;
import ravine.input.Task;
import ravine.terminal.Console;
import ravine.terminal.SparkDefaults;

class SparkDefaultsTest {

  private static ParseResult parse(SparkConf conf, String... args) {
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    CommandLine ravine =
        Commands.commandLine(new Console(nowhere, nowhere, false), new SparkDefaults(conf));
    return ravine.parseArgs(args).subcommand();
  }

  private static SparkConf conf(String... pairs) {
    SparkConf conf = new SparkConf(false);
    for (int i = 0; i < pairs.length; i += 2) {
      conf.set(pairs[i], pairs[i + 1]);
    }
    return conf;
  }

  private static Object value(ParseResult parsed, String option) {
    return parsed.commandSpec().findOption(option).getValue();
  }

  @Test
  void parse_keyOfConfiguration_isTheOption() {
    ParseResult parsed =
        parse(
            conf(
                "spark.ravine.max-iter", "7",
                "spark.ravine.task", "svm",
                "spark.ravine.no-intercept", "true",
                "spark.ravine.header", "false",
                "spark.ravine.features", "a,b"),
            "train");

    assertThat(value(parsed, "--max-iter")).isEqualTo(7);
    assertThat(value(parsed, "--task")).isEqualTo(Task.SVM);
    assertThat(value(parsed, "--no-intercept")).isEqualTo(true);
    assertThat(value(parsed, "--header")).isEqualTo(false);
    assertThat(value(parsed, "--features")).isEqualTo(List.of("a", "b"));
  }

  @Test
  void parse_commandLine_wins() {
    ParseResult parsed =
        parse(
            conf("spark.ravine.max-iter", "7", "spark.ravine.task", "svm"),
            "train",
            "--task",
            "linear",
            "--max-iter",
            "8",
            "--no-header");

    assertThat(value(parsed, "--max-iter")).isEqualTo(8);
    assertThat(value(parsed, "--task")).isEqualTo(Task.LINEAR);
    assertThat(value(parsed, "--header")).isEqualTo(false);
  }

  @Test
  void parse_optimizersOfCompare_areSeparatedBySemicolons() {
    ParseResult parsed =
        parse(
            conf("spark.ravine.optimizer", "adam(0.9, 0.99); sgd", "spark.ravine.task", "svm"),
            "compare");

    assertThat(value(parsed, "--optimizer")).isEqualTo(List.of("adam(0.9, 0.99)", " sgd"));
  }

  /** What picocli takes for variables and would look up, in the environment also. */
  @Test
  void parse_dollarsInAValue_areMeant() {
    for (String path : new String[] {"$$ ${sys:user.home}", "${a:-${a}}", "a$b$$${"}) {
      ParseResult parsed =
          parse(conf("spark.ravine.model", path, "spark.ravine.task", "svm"), "train");
      assertThat(value(parsed, "--model")).isEqualTo(path);
    }
  }

  @Test
  void parse_misspeltKey_isRefusedWithTheNearest() {
    assertThatThrownBy(() -> parse(conf("spark.ravine.maxiter", "7"), "train"))
        .hasMessageContaining("spark.ravine.maxiter")
        .hasMessageContaining("max-iter");
  }

  @Test
  void parse_keyOfAnotherCommandOrPart_isWelcome() {
    parse(
        conf("spark.ravine.output", "x", "spark.ravine.ui.port", "1", "spark.ravine.task", "svm"),
        "train");
  }

  @Test
  void readerOptions_areCollected() {
    SparkDefaults defaults = new SparkDefaults(conf("spark.ravine.option.sep", ";"));

    assertThat(defaults.readerOptions()).containsEntry("sep", ";");
  }

  @TestFactory
  Stream<DynamicTest> confFiles_areParsed() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("conf"))) {
      List<Path> confs = files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
      assertThat(confs).hasSizeGreaterThanOrEqualTo(4);
      return confs.stream()
          .map(file -> DynamicTest.dynamicTest(file.toString(), () -> parses(file)));
    }
  }

  private static void parses(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    SparkConf conf = new SparkConf(false);
    properties.stringPropertyNames().forEach(key -> conf.set(key, properties.getProperty(key)));
    ParseResult parsed = parse(conf, "train");
    assertThat(parsed.commandSpec().findOption("--task").<Task>getValue()).isNotNull();
    TrainCommand command = (TrainCommand) parsed.commandSpec().userObject();
    ConfiguredEstimator.of(command.columns.task, command.learning, command.optimizer);
  }
}
