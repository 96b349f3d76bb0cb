package ravine.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** What all commands share: their common options, the console and Spark's configuration. */
abstract class RavineCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  private @Nullable Console console;

  /** Given by {@link Ravine} before the command runs. */
  void attach(Console given) {
    this.console = given;
  }

  Console console() {
    if (console == null) {
      throw new IllegalStateException("attach comes before call");
    }
    return console;
  }

  @Override
  public final Integer call() throws Exception {
    run();
    return 0;
  }

  /** Does the work; ends in an exception when it cannot. */
  abstract void run() throws Exception;
}
