package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import ravine.SparkTestBase;

/** Runs commands in this JVM, on small data made here. */
public abstract class CommandLineTestBase extends SparkTestBase {
  @TempDir protected Path directory;

  /** What a command printed, and how it ended. */
  protected record Ran(int status, String out, String err) {}

  protected Ran ravine(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Commands.run(
            args,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Ran(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a command that must succeed and keep the error stream empty. */
  protected String succeeds(String... args) {
    Ran ran = ravine(args);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.status()).isZero();
    return ran.out();
  }

  /** Runs a command that must end with this status and one sentence, which is returned. */
  protected String fails(int status, String... args) {
    Ran ran = ravine(args);
    assertThat(ran.status()).as(ran.toString()).isEqualTo(status);
    assertThat(ran.err().strip()).isNotEmpty().doesNotContain("\n", "Exception", "\tat ");
    return ran.err().strip();
  }

  /** {@code train} and these options, on this data, saving to {@link #model}. */
  protected String[] train(String data, String... more) {
    List<String> args =
        new ArrayList<>(List.of("train", "--data", data, "--model", model(), "--max-iter", "20"));
    args.addAll(Arrays.asList(more));
    return args.toArray(new String[0]);
  }

  protected String model() {
    return path("model");
  }

  protected String path(String name) {
    return directory.resolve(name).toString();
  }

  protected String write(String name, String... lines) {
    try {
      return Files.write(directory.resolve(name), List.of(lines)).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> files() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Two classes in the columns label, a and b, told apart by a + b with some noise. */
  protected static String[] classes(int rows, String zero, String one) {
    Random random = new Random(7);
    List<String> lines = new ArrayList<>(List.of("label,a,b"));
    for (int i = 0; i < rows; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      boolean positive = a + b + random.nextGaussian() > 0;
      lines.add((positive ? one : zero) + "," + a + "," + b);
    }
    return lines.toArray(new String[0]);
  }

  /** The same classes as LIBSVM. */
  protected static String[] libsvm(int rows, String zero, String one) {
    return Stream.of(classes(rows, zero, one))
        .skip(1)
        .map(line -> line.replaceFirst(",", " 1:").replaceFirst(",", " 2:"))
        .toArray(String[]::new);
  }

  /** y = 3a − 2b + 1 with a little noise, and a column c of three colours that shifts it. */
  protected static String[] quantities(int rows) {
    Random random = new Random(11);
    String[] colours = {"red", "green", "blue"};
    List<String> lines = new ArrayList<>(List.of("a,b,c,y"));
    for (int i = 0; i < rows; i++) {
      double a = random.nextGaussian();
      double b = 10 + 100 * random.nextGaussian();
      int colour = random.nextInt(3);
      double y = 3 * a - 0.02 * b + 1 + 5 * colour + 0.1 * random.nextGaussian();
      lines.add(a + "," + b + "," + colours[colour] + "," + y);
    }
    return lines.toArray(new String[0]);
  }

  /** Nothing half-written: neither models nor temporary files. */
  @AfterEach
  protected void noTemporaryFiles() {
    assertThat(files()).noneMatch(name -> name.startsWith("."));
  }
}
