package ravine.terminal;

import picocli.CommandLine.Option;

/** Options every command has. */
public final class CommonOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @Option(names = "--debug", description = "Print the stack trace of an error, and Spark's log.")
  public boolean debug;

  @Option(
      names = "--progress",
      description = "Show the progress line even when the output is no terminal.")
  public boolean progress;
}
