package ravine.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import ravine.terminal.Failure;

/** Where a training keeps checkpoints, and whether it goes on from one. */
final class CheckpointOptions {
  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description = "Keep checkpoints there, from which a training that was lost goes on.")
  @Nullable String directory;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "N|60s",
      description = "Steps, or seconds, between two checkpoints (default: 60s).")
  @Nullable String interval;

  @Option(
      names = "--resume",
      arity = "0..1",
      fallbackValue = "must",
      paramLabel = "auto",
      description =
          "Go on from the last checkpoint; with =auto, begin at the start if there is none.")
  @Nullable String resume;

  /** Hands out every option that is a param of an estimator. */
  void forEach(LearningOptions.Taker taker) {
    Failure.require(
        directory == null || !directory.isBlank(), "--checkpoint", "a directory", "empty");
    if (directory == null && (interval != null || resume != null)) {
      throw Failure.usage(
          (resume == null ? "--checkpoint-interval" : "--resume")
              + " needs --checkpoint DIR: there is nowhere to keep checkpoints.");
    }
    taker.take("--checkpoint", "checkpointDir", directory);
    taker.take("--checkpoint-interval", "checkpointInterval", interval);
    taker.take("--resume", "resume", resume);
  }
}
