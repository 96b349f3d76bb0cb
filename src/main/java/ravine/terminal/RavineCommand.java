package ravine.terminal;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** What all commands share: their common options, the console and Spark's configuration. */
public abstract class RavineCommand implements Callable<Integer> {
  public @Mixin CommonOptions common = new CommonOptions();

  private @Nullable Console console;

  /** Given by the command line before the command runs. */
  public void attach(Console given) {
    this.console = given;
  }

  protected Console console() {
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
  protected abstract void run() throws Exception;
}
