package ravine.mllib;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.Arrays;
import java.util.Objects;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Updater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.penalty.Penalty;
import ravine.rule.RuleState;
import ravine.rule.UpdateRule;
import ravine.schedule.Constant;
import ravine.schedule.Plateau;
import ravine.schedule.Schedule;
import ravine.spec.Specs;
import ravine.step.StepPlan;
import ravine.step.Stepper;
import scala.Tuple2;

/**
 * An MLlib {@code Updater} with state: the adapter between {@code GradientDescent} and an {@link
 * UpdateRule}. Its public methods are those of {@link RuleUpdater}, {@link MomentumUpdater}, {@link
 * NesterovUpdater} and {@link AdamUpdater}; the package page says when to use which.
 *
 * <p>What MLlib calls, in order: once with stepSize 0, whose only purpose there is the first
 * regularisation value (the <em>probe</em>), then once per non-empty mini-batch, always on the
 * thread that runs the fit, never in a task.
 *
 * @param <U> the updater's own class, returned by its setters
 */
abstract class StatefulUpdater<U extends StatefulUpdater<U>> extends Updater {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger("ravine.mllib.Updater");

  private @Nullable Schedule schedule;
  private @Nullable String scheduleText;
  private Regularization regularization = Regularization.UNSET;
  private boolean interceptExempt;
  private final CarriedState learned = new CarriedState();
  private transient FitGuard guard = new FitGuard();
  private transient boolean warnedNotFinite;
  private transient long undoneSteps;
  private transient boolean warnedRegParam;

  /** The rule this updater applies. */
  public abstract UpdateRule rule();

  /** This, as the class its setters return. */
  abstract U self();

  /**
   * Called when a fit begins and after every step.
   *
   * @param weights θ
   * @param point where the rule wants the next gradient: {@code weights} itself, or a scratch array
   * @return which of the two MLlib is to have as its weights
   */
  double[] whatMllibHolds(double[] weights, double[] point) {
    return point;
  }

  /** Called before every step; throws if the gradients cannot be those the rule needs. */
  void checkGradientPoint() {}

  /**
   * Sets the learning rate as text, such as {@code constant}, {@code cosine(0.1, 500)} or {@code
   * warmup(50, inverse_sqrt)}; the grammar is that of {@link Specs}. Where the first argument, the
   * rate to start from, is left out, it is the step size given to MLlib.
   *
   * <p>Unless set, the rate is MLlib's own, stepSize/√iter with MLlib's iter, so that changing the
   * updater changes nothing else. A schedule set here counts the updates this updater has made: a
   * mini-batch that happens to be empty does not count (it does in MLlib's iter), and with {@link
   * #setCarryState} the count goes on from fit to fit.
   *
   * @throws IllegalArgumentException if the text is not a schedule
   */
  public U setSchedule(String schedule) {
    Plateau.refuse("schedule", Specs.schedule(schedule, 1.0));
    synchronized (this) {
      this.scheduleText = schedule;
      this.schedule = null;
    }
    return self();
  }

  /**
   * Sets the learning rate itself: MLlib's step size is then without effect, but must still be
   * positive.
   *
   * @see #setSchedule(String)
   */
  public U setSchedule(Schedule schedule) {
    Plateau.refuse("schedule", Objects.requireNonNull(schedule, "schedule"));
    synchronized (this) {
      this.schedule = schedule;
      this.scheduleText = null;
    }
    return self();
  }

  /**
   * Sets the form of the regularisation term; its strength λ is the regParam given to MLlib.
   *
   * <ul>
   *   <li>{@code none}: 0, as {@code SimpleUpdater}; the default
   *   <li>{@code l2}: λ/2‖w‖², as {@code SquaredL2Updater}
   *   <li>{@code l1}: λ‖w‖₁, as {@code L1Updater}: a proximal step, weights become exactly 0
   *   <li>{@code elasticnet(α)}: λ(α‖w‖₁ + (1−α)/2‖w‖²) with 0 ≤ α ≤ 1, as in {@code spark.ml}
   * </ul>
   *
   * @throws IllegalArgumentException if the text is none of these
   */
  public U setPenalty(String penalty) {
    Regularization parsed = Regularization.parse(penalty);
    synchronized (this) {
      this.regularization = parsed;
    }
    return self();
  }

  /**
   * Sets the regularisation term itself, strength and exempt coordinates included: MLlib's regParam
   * and {@link #setInterceptExempt} are then without effect.
   */
  public U setPenalty(Penalty penalty) {
    Regularization fixed = Regularization.fixed(penalty);
    synchronized (this) {
      this.regularization = fixed;
    }
    return self();
  }

  /**
   * Whether the last weight is left out of the regularisation term, for algorithms that add an
   * intercept: MLlib appends it as the last weight and its own updaters penalise it. Default false.
   */
  public U setInterceptExempt(boolean interceptExempt) {
    synchronized (this) {
      this.interceptExempt = interceptExempt;
    }
    return self();
  }

  /**
   * Whether velocity, moments and step count go on from one fit to the next. Default false: every
   * fit starts fresh.
   *
   * <p>Meant for streaming, where MLlib runs a whole fit per micro-batch. When true the state is
   * also serialized with the updater, so that a stream recovered from a checkpoint goes on with it;
   * it then travels in the closures of {@code predictOn} too, as the model does. A fit with another
   * number of weights starts fresh.
   *
   * <p>Carried state refuses to be poisoned: a step whose gradient is not finite, or that would
   * lead beyond finite numbers, is not made. Weights and state stay as they are, {@link
   * #undoneSteps} counts it and the log tells it, and the next step is as if it had not been; one
   * bad row would otherwise end all that a stream has learned. Where every fit starts fresh, a fit
   * that diverges is MLlib's: its weights are not finite, and the log says so.
   */
  public U setCarryState(boolean carryState) {
    synchronized (this) {
      learned.carry(carryState);
    }
    return self();
  }

  /** Number of updates made since the state was last fresh: the t of rule and schedule. */
  public synchronized long steps() {
    return learned.steps();
  }

  /**
   * Number of steps that were not made, in all fits of this object: see {@link #setCarryState}. The
   * first of each fit is logged.
   */
  public synchronized long undoneSteps() {
    return undoneSteps;
  }

  /**
   * A copy of the weights θ after the last update; empty before the first call. For a look-ahead
   * rule without {@link LookAheadGradient} MLlib's weights are the look-ahead point, and this is
   * the way to θ.
   */
  public synchronized double[] weights() {
    return learned.weights().clone();
  }

  /**
   * Writes what was learned, so that a fit in another program can go on with it: weights, moments
   * and step count as {@link #weights} tells them, as one file that appears whole or not at all.
   *
   * @param path on any of Hadoop's file systems; a file that is there is replaced
   * @throws IOException if the file cannot be written
   * @throws IllegalStateException if nothing was learned yet
   */
  public synchronized void saveState(String path) throws IOException {
    SavedState.write(path, rule(), learned);
  }

  /**
   * Goes on with what {@link #saveState} wrote: the next fit begins with its moments and step
   * count, for which {@link #setCarryState} is switched on, and with the weights that MLlib gives
   * it, which should be those of {@link #weights()}.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it is no whole state, or that of another rule
   */
  public synchronized U loadState(String path) throws IOException {
    SavedState.read(path, rule(), learned);
    guard = new FitGuard();
    return self();
  }

  /**
   * One update, called by MLlib.
   *
   * <p>With {@code stepSize} 0, the probe, the state becomes fresh (unless carried) and the weights
   * are returned as they are. Arguments are never changed, and the vector returned shares nothing
   * with them.
   *
   * @param weightsOld the weights, size d
   * @param gradient mean gradient of the mini-batch, size d
   * @param stepSize MLlib's step size, finite and at least 0
   * @param iter MLlib's iteration number, at least 1; used only by the default learning rate
   * @param regParam MLlib's regularisation parameter, finite and at least 0
   * @return new weights, and the regularisation value at them
   * @throws IllegalArgumentException if sizes differ or a number is out of range
   * @throws IllegalStateException if another thread, or a fit with another d, is using this
   *     updater, or if the caller is {@code LBFGS}
   */
  @Override
  public final synchronized Tuple2<Vector, Object> compute(
      Vector weightsOld, Vector gradient, double stepSize, int iter, double regParam) {
    if (!(stepSize >= 0.0 && stepSize < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "stepSize must be finite and at least 0, but was " + stepSize);
    }
    if (weightsOld.size() != gradient.size()) {
      throw new IllegalArgumentException(
          "the weights have size " + weightsOld.size() + " but the gradient " + gradient.size());
    }
    double[] given = weightsOld.toArray();
    if (stepSize == 0.0) {
      guard.probe();
      warnIgnoredRegParam(regParam);
      begin(given);
      return result(given.clone(), regParam);
    }
    double[] mutableGradient = gradient.toArray().clone();
    guard.step(given, mutableGradient, stepSize, iter);
    checkGradientPoint();
    RuleState current = learned.rule();
    if (current == null) {
      current = begin(given);
    } else if (learned.weights().length != given.length) {
      throw new IllegalStateException(
          "the fit in progress has "
              + learned.weights().length
              + " weights, but this call brings "
              + given.length
              + "; a fit begins with a call with stepSize 0");
    }
    if (learned.isCarried() && !CarriedState.isFinite(mutableGradient)) {
      return undone(given, regParam, "the gradient is not finite: nor is a row of its mini-batch");
    }
    StepPlan plan =
        new StepPlan(rule(), learningRate(stepSize, iter), penalty(given.length, regParam), 0.0);
    Stepper stepper = new Stepper(plan, trueWeights(given, current), current, current.step());
    stepper.step(mutableGradient);
    if (!CarriedState.isFinite(stepper.weights(), stepper.state())) {
      if (learned.isCarried()) {
        return undone(
            given, regParam, "it leads beyond finite numbers: the learning rate is too large");
      }
      warnNotFinite(current.step() + 1);
    }
    learned.set(stepper.weights(), stepper.state());
    double[] held = whatMllibHolds(stepper.weights(), stepper.gradientPoint());
    return result(held.clone(), regParam);
  }

  /** Forgets all that was learned, for subclasses whose rule has changed. */
  final synchronized void reset() {
    learned.clear();
    guard = new FitGuard();
  }

  /**
   * A fit begins, with the state of the last one if it is carried and of the right size, and with
   * fresh otherwise.
   */
  private RuleState begin(double[] given) {
    warnedNotFinite = false;
    RuleState carried = learned.rule();
    RuleState next;
    double[] weights;
    if (carried != null && learned.goesOnWith(given.length)) {
      next = carried;
      weights = trueWeights(given, carried);
    } else {
      next = rule().newState(given.length);
      weights = given.clone();
    }
    learned.set(weights, next);
    whatMllibHolds(weights, rule().gradientPoint(weights, next));
    return next;
  }

  /**
   * θ, where MLlib brings the weights it was last given. If that was a look-ahead point, θ is what
   * this updater remembers; otherwise, and if someone else has moved the weights, θ is what comes.
   */
  private double[] trueWeights(double[] given, RuleState current) {
    return Arrays.equals(given, rule().gradientPoint(learned.weights(), current))
        ? learned.weights()
        : given;
  }

  private Schedule learningRate(double stepSize, int iter) {
    if (schedule != null) {
      return schedule;
    }
    return scheduleText == null
        ? new Constant(stepSize / Math.sqrt(iter))
        : Specs.schedule(scheduleText, stepSize);
  }

  private Penalty penalty(int dimension, double regParam) {
    return regularization.penalty(regParam, dimension, interceptExempt);
  }

  private Tuple2<Vector, Object> result(double[] newWeights, double regParam) {
    return new Tuple2<>(
        Vectors.dense(newWeights), penalty(newWeights.length, regParam).value(newWeights));
  }

  private void warnIgnoredRegParam(double regParam) {
    if (regParam != 0.0 && regularization == Regularization.UNSET && !warnedRegParam) {
      warnedRegParam = true;
      LOG.warn(
          "regParam is {}, but this {} has no penalty, so nothing is regularised: call"
              + " setPenalty(\"l2\"), \"l1\" or \"elasticnet(0.5)\"; \"none\" silences this message",
          regParam,
          getClass().getSimpleName());
    }
  }

  /**
   * A step that would poison a stream's weights or moments for ever is not made: MLlib gets back
   * what it brought, and the next mini-batch finds all as it was.
   */
  private Tuple2<Vector, Object> undone(double[] given, double regParam, String why) {
    if (!warnedNotFinite) {
      warnedNotFinite = true;
      LOG.warn("step {} is not made, because {}", steps() + 1, why);
    }
    undoneSteps++;
    return result(given.clone(), regParam);
  }

  private void warnNotFinite(long step) {
    if (!warnedNotFinite) {
      warnedNotFinite = true;
      LOG.warn(
          "weights or moments are no longer finite after step {}: the learning rate is too large for"
              + " this data, or the data holds a value that is not finite",
          step);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    guard = new FitGuard();
  }
}
