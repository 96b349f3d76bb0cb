package ravine.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import ravine.bench.BenchCommand;
import ravine.terminal.Console;
import ravine.terminal.Failure;
import ravine.terminal.Names;
import ravine.terminal.RavineCommand;
import ravine.terminal.Sentences;
import ravine.terminal.SparkDefaults;
import ravine.terminal.SparkRun;

/**
 * What the command line does, once {@code Ravine} has found this Java and this Spark new enough.
 *
 * <p>Every option can also come from Spark's configuration under its own name, {@code
 * spark.ravine.max-iter} for {@code --max-iter}; the command line wins. Exit status 0 is success, 1
 * a training that failed or a model that is not verified, 2 bad usage or bad input.
 */
@Command(
    name = "ravine",
    description = "Momentum, NAG, Adam and their family for Spark MLlib.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Each option can also stand in a file given to spark-submit --properties-file, as",
      "spark.ravine.<option> without the dashes: spark.ravine.max-iter 50. Flags take true.",
      "Exit status: 0 success, 1 training or verification failed, 2 bad usage or bad input."
    })
public final class Commands implements Runnable {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  private Commands() {}

  /**
   * Runs a command and ends the JVM with its exit status, unless that is 0.
   *
   * @param args a command and its options
   */
  public static void main(String[] args) {
    SparkRun.quietLogging();
    if (System.getProperty("java.awt.headless") == null) {
      // A report is drawn in memory; that DISPLAY is set does not mean that there is a screen.
      System.setProperty("java.awt.headless", "true");
    }
    int status = run(args, System.out, System.err, SparkRun.isTerminal());
    System.out.flush();
    System.err.flush();
    if (status != 0) {
      System.exit(status);
    }
  }

  /**
   * Runs a command in this JVM, silent about progress.
   *
   * @param args a command and its options
   * @param out receives results
   * @param err receives one sentence when something is wrong
   * @return the exit status
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    return run(args, out, err, false);
  }

  private static int run(String[] args, PrintStream out, PrintStream err, boolean terminal) {
    Console console = new Console(out, err, terminal);
    boolean debug = Arrays.asList(args).contains("--debug");
    try {
      SparkDefaults defaults = new SparkDefaults(new SparkConf());
      return commandLine(console, defaults).execute(args);
    } catch (Exception | Error e) {
      // Errors too: a heap that is too small, or a Spark that lacks a method.
      return report(e, console, debug);
    }
  }

  /** The commands, ready to parse. */
  static CommandLine commandLine(Console console, SparkDefaults defaults) {
    CommandLine ravine = new CommandLine(new Commands());
    List<RavineCommand> commands =
        List.of(
            new QuickstartCommand(),
            new TrainCommand(),
            new EvaluateCommand(),
            new PredictCommand(),
            new VerifyCommand(),
            new InfoCommand(),
            new CompareCommand(),
            new TuneCommand(),
            new BenchCommand());
    for (RavineCommand command : commands) {
      command.attach(console);
      ravine.addSubcommand(command);
    }
    ravine
        // As everywhere: the last one wins, so that scripts can append.
        .setOverwrittenOptionsAllowed(true)
        .setDefaultValueProvider(defaults)
        .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler((e, arguments) -> misused(e, console))
        .setExecutionExceptionHandler(
            (e, command, parsed) ->
                report(
                    e,
                    console,
                    command.getCommand() instanceof RavineCommand ran && ran.common.debug));
    defaults.check(ravine);
    return ravine;
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw Failure.usage(
        "Name a command: quickstart, train, evaluate, predict, verify, info, compare, tune or bench"
            + " (--help says more).");
  }

  private static int misused(ParameterException problem, Console console) {
    if (problem.getCause() instanceof Failure failure) {
      return report(failure, console, false);
    }
    String sentence = String.valueOf(problem.getMessage());
    String command = problem.getCommandLine().getCommandName();
    if (problem instanceof UnmatchedArgumentException unmatched) {
      sentence = unknown(unmatched);
    } else if (problem instanceof MissingParameterException missing) {
      sentence = "Missing " + missing(missing.getMissing()) + ".";
    }
    console.err().println(oneLine(sentence) + " See " + command + " --help.");
    return Failure.USAGE;
  }

  private static String missing(List<ArgSpec> missing) {
    return missing.stream()
        .map(
            argument ->
                argument instanceof OptionSpec option
                    ? option.longestName() + " " + option.paramLabel()
                    : argument.paramLabel())
        .collect(Collectors.joining(", "));
  }

  private static String unknown(UnmatchedArgumentException problem) {
    String typed = problem.getUnmatched().get(0);
    CommandLine at = problem.getCommandLine();
    boolean option = typed.startsWith("-");
    List<String> known =
        option
            ? at.getCommandSpec().optionsMap().keySet().stream()
                .filter(name -> name.startsWith("--"))
                .sorted()
                .toList()
            : at.getSubcommands().keySet().stream().sorted().toList();
    String name = option ? typed.replaceFirst("=.*", "") : typed;
    String kind = option ? "option" : known.isEmpty() ? "argument" : "command";
    String hint = known.isEmpty() ? "" : "; " + Names.hint(name, known);
    return "Unknown " + kind + " " + name + hint;
  }

  private static int report(Throwable problem, Console console, boolean debug) {
    if (debug) {
      problem.printStackTrace(console.err());
    }
    Failure failure = Sentences.find(problem, Failure.class);
    if (failure != null) {
      console.err().println(oneLine(failure.sentence()));
      return failure.exitStatus();
    }
    if (problem instanceof IllegalArgumentException) {
      console.err().println(oneLine(Sentences.of(problem)));
      return Failure.USAGE;
    }
    console
        .err()
        .println(
            oneLine("Failed: " + Sentences.of(problem) + (debug ? "" : " (--debug shows where)")));
    return Failure.TRAINING;
  }

  private static String oneLine(String sentence) {
    return sentence.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
