package ravine.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.schedule.Constant;
import ravine.schedule.Schedule;

/**
 * When training ends, whatever its loop: by whoever watches (a listener, or a validation loss that
 * has not improved for {@code patience} passes), by what is used up (passes, steps), by {@code
 * tol}, or because the objective is no number any more.
 *
 * <p>A gap, or a change, is small when it is at most tol times the objective; an objective of
 * nearly 0 counts as a millionth of the first one, because otherwise a fit without error would
 * never be good enough. A change of the objective is looked at over five passes: one pass may stand
 * still without being at the end.
 */
final class StopRule {
  private static final int WINDOW = 5;

  /** The share of the first objective that the scale of a gap does not fall below. */
  private static final double FLOOR = 1e-6;

  /** An objective this many times the first one means that training has diverged. */
  private static final double BLOW_UP = 1e3;

  /** What a first objective of nearly 0 counts as there. */
  private static final double LEAST_FIRST = 1e-6;

  private final TrainerOptions options;
  private final History history;
  private final boolean validates;
  private final double[] recent = new double[WINDOW];
  private int calls;
  private double first = Double.NaN;
  private String cause = "";

  /**
   * A rule about to be asked.
   *
   * @param history what has happened, and what listeners said to it
   * @param validates whether there are validation rows
   */
  StopRule(TrainerOptions options, History history, boolean validates) {
    this.options = options;
    this.history = history;
    this.validates = validates;
    Arrays.fill(recent, Double.POSITIVE_INFINITY);
  }

  /** Takes the objective of the start, by which later ones are judged. */
  void judgeBy(double firstObjective) {
    first = firstObjective;
  }

  /** The reason where the objective or the gradient of the start is no number. */
  StopReason neverBegan(double objective) {
    cause =
        (Double.isFinite(objective)
                ? "The gradient is not finite"
                : "The objective is " + objective)
            + " before the first step.";
    return StopReason.DIVERGED;
  }

  /**
   * The reason to stop that lies with whoever watches, null if there is none.
   *
   * @param pass the last one made
   */
  @Nullable StopReason watched(int pass) {
    if (history.stopAsked()) {
      return StopReason.STOPPED_BY_LISTENER;
    }
    return validates && pass - history.lastImprovement() >= options.patience()
        ? StopReason.EARLY_STOPPED
        : null;
  }

  /** The reason to stop that lies with what is used up, null if passes, steps and time are left. */
  @Nullable StopReason usedUp(int pass, long steps) {
    if (isTimeUp()) {
      return StopReason.MAX_SECONDS;
    }
    return pass >= options.maxPasses() || steps >= options.maxSteps() ? StopReason.MAX_ITER : null;
  }

  /**
   * Whether no time is left; it is asked in the middle of passes, too. Not before the first step of
   * this run, so that one that goes on from checkpoints comes to an end however little time it has.
   */
  boolean isTimeUp() {
    return history.hasStepped() && history.secondsOfThisRun() >= options.maxSeconds();
  }

  /** Whether the run is to stop in the middle of a pass. */
  boolean isInterrupted() {
    return history.stopAsked() || isTimeUp();
  }

  /**
   * The reason to stop of a loop whose passes are counted where the rows are read: whoever watches,
   * or steps or time that are used up; null if there is none.
   *
   * @param arrived whether the weights are good enough, so that nothing is missing
   */
  static @Nullable StopReason outside(
      TrainerOptions options, History history, long steps, boolean arrived) {
    if (history.stopAsked()) {
      return StopReason.STOPPED_BY_LISTENER;
    }
    if (history.validates() && history.passesWithoutImprovement() >= options.patience()) {
      return StopReason.EARLY_STOPPED;
    }
    if (arrived) {
      return null;
    }
    return history.secondsOfThisRun() >= options.maxSeconds()
        ? StopReason.MAX_SECONDS
        : steps >= options.maxSteps() ? StopReason.MAX_ITER : null;
  }

  /** What a reason means, in a sentence, by what it was that was used up. */
  String advice(StopReason reason) {
    return reason == StopReason.MAX_ITER && history.stepsMade() >= options.maxSteps()
        ? "All steps are used up before tol was met; raise maxSteps."
        : reason.advice();
  }

  /** {@link #watched} and {@link #usedUp}, in this order. */
  @Nullable StopReason outside(int pass, long steps) {
    StopReason reason = watched(pass);
    return reason != null ? reason : usedUp(pass, steps);
  }

  /** Whether a gap (or a change) is at most tol times the objective; never if tol is 0. */
  boolean isSmall(double gap, double objective) {
    double scale = Math.max(Math.abs(objective), FLOOR * Math.abs(first));
    return options.tol() > 0.0 && gap <= options.tol() * scale;
  }

  /**
   * Takes the objective of another pass; whether it has fallen over the last five by no more than
   * {@link #isSmall is small}.
   */
  boolean isCalm(double objective) {
    int at = calls++ % WINDOW;
    double before = recent[at];
    recent[at] = objective;
    return isSmall(before - objective, objective);
  }

  /** Whether this objective means that training has diverged. */
  boolean isBlownUp(double objective) {
    return !(objective <= BLOW_UP * Math.max(Math.abs(first), LEAST_FIRST));
  }

  /** Says by what objective training was seen to diverge. */
  void rose(double objective, int pass) {
    cause = "The objective rose from " + first + " to " + objective + " in pass " + pass + ".";
  }

  /** Says in which step the loss or the gradient stopped being a number. */
  void notFinite(double loss, double gradientNorm, long step, int pass, double learningRate) {
    String what =
        Double.isFinite(loss) ? "The gradient's norm is " + gradientNorm : "The loss is " + loss;
    cause = what + " in step " + step + " (pass " + pass + ", learning rate " + learningRate + ").";
  }

  /** What went wrong, in a sentence; empty if nothing. */
  String cause() {
    return cause;
  }

  /**
   * How a way of training ended. The weights are the history's.
   *
   * @param reason why it ended
   * @param cause what went wrong, in a sentence; empty if nothing
   * @param schedule of its learning rates
   * @param certificate how far its weights can be from the optimum; null where that was not asked
   */
  record Outcome(
      StopReason reason, String cause, Schedule schedule, @Nullable Certificate certificate) {

    /** One that ended in an exception, with what its best weights are known to be worth. */
    static Outcome failed(Throwable failure, History history, TrainerOptions options) {
      String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
      String line = message.lines().findFirst().orElse(message);
      String cause =
          "After " + history.stepsMade() + " steps: " + line + (line.endsWith(".") ? "" : ".");
      Certificate worth = history.worthOfBest(objective -> Certificate.none());
      return new Outcome(
          StopReason.FAILED,
          cause,
          new Constant(options.stepSize()),
          worth.bound() < Double.POSITIVE_INFINITY ? worth.times(history.reportUnit()) : null);
    }

    /** One without a certificate. */
    static Outcome of(StopReason reason, StopRule stop, Schedule schedule) {
      return new Outcome(reason, stop.cause(), schedule, null);
    }
  }
}
