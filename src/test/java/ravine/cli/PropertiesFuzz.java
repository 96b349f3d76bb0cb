package ravine.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.spark.SparkConf;
import picocli.CommandLine;
import ravine.fuzz.FuzzTarget;
import ravine.fuzz.Mutations;
import ravine.terminal.Console;
import ravine.terminal.Failure;
import ravine.terminal.SparkDefaults;

/** Properties files as {@code spark-submit} reads them, as far as our keys go. */
public final class PropertiesFuzz implements FuzzTarget {
  private static final List<String> GOOD =
      List.of(
          """
          spark.ravine.max-iter 50
          spark.ravine.task svm
          spark.ravine.optimizer adam(beta2=0.99)
          spark.ravine.no-intercept true
          spark.ravine.option.sep=;
          """,
          """
          spark.ravine.features=a,b
          spark.ravine.header false
          spark.ravine.step-size:0.1
          spark.ravine.checkpoint file:///tmp/here
          spark.ravine.resume auto
          # a comment
          """,
          "spark.ravine.data a.svm\nspark.ravine.tol 1e-6\nspark.master local[2]\n");

  private static final Console SILENT = new Console(nowhere(), nowhere(), false);

  private static PrintStream nowhere() {
    return new PrintStream(OutputStream.nullOutputStream());
  }

  @Override
  public String name() {
    return "properties files";
  }

  @Override
  public Object input(SplittableRandom random) {
    return Mutations.text(random, GOOD);
  }

  @Override
  public void read(Object input) {
    SparkConf conf = new SparkConf(false);
    Properties file = new Properties();
    try {
      file.load(new StringReader((String) input));
    } catch (IllegalArgumentException notProperties) {
      return; // Java's own reader refuses it, before us
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    file.stringPropertyNames().forEach(name -> conf.set(name, file.getProperty(name)));
    CommandLine ravine = Commands.commandLine(SILENT, new SparkDefaults(conf));
    ravine.parseArgs("train");
  }

  @Override
  public boolean isDocumented(Throwable thrown) {
    return thrown instanceof Failure || thrown instanceof CommandLine.ParameterException;
  }
}
