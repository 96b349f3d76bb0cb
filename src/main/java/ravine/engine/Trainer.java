package ravine.engine;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.checkpoint.Sections;
import ravine.cluster.Described;
import ravine.exchange.Engines;
import ravine.exchange.GradientEngine;
import ravine.exchange.RecordedEngine;
import ravine.exchange.Work;
import ravine.loss.SoftHinge;
import ravine.objective.Problem;
import ravine.plugin.Telling;
import ravine.resume.CheckpointWriter;
import ravine.resume.Checkpoints;
import ravine.rows.Packing;
import ravine.rule.Lbfgs;

/**
 * Trains: packed rows, a problem and options to weights and history. The state stays on the driver.
 */
public final class Trainer {
  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  /** Answers are not gathered in memory beyond that, whatever the interval of checkpoints. */
  private static final long MOST_BYTES = 64L << 20;

  private Trainer() {}

  /**
   * Minimises the problem over the training rows.
   *
   * <p>With {@code stepSize=0}, no schedule, no batch size and a rule that is linear in the
   * gradient (plain descent, momentum, NAG), least squares is solved from sums of products, where
   * the data has them ({@link TrainingData#sum}); otherwise every step is a full-batch step: a
   * proximal Newton step, if there are few enough weights for their Hessian; with more weights, and
   * a rule that leaves its momentum open, in a metric made from the last steps ({@link
   * QuasiNewtonLoop}); with a rule that does not, as it stands. Otherwise the rule walks through
   * mini-batches in standardised coordinates. The result says which way was taken, and why.
   *
   * @return the weights θ of the best pass and how they came about; {@link StopReason#DIVERGED} is
   *     reported there, not thrown
   */
  public static TrainingResult train(TrainingData data, Problem problem, TrainerOptions options) {
    return train(data, problem, options, soFar -> {});
  }

  /**
   * The same; what failed after the first measured weights is not lost.
   *
   * <p>By {@link TrainerOptions#onFailure} it ends in the best weights so far, with {@link
   * StopReason#FAILED}, or in what was thrown, after the same result was given away.
   *
   * @param soFar is given the result of a training that ends in an exception
   */
  public static TrainingResult train(
      TrainingData data, Problem problem, TrainerOptions options, Consumer<TrainingResult> soFar) {
    if (data.stats().validationRows() > 0) {
      options.validationMetric().requireFits(problem.loss());
    }
    try (Described described = Described.in(data.context())) {
      String what = "Ravine: " + problem.loss().name() + " loss, " + options.optimizer().name();
      described.say(String.format(Locale.ROOT, "%s; at most %d passes", what, options.maxPasses()));
      TrainerOptions told =
          options.toBuilder()
              .listener(TrainingListener.ofPasses(say(described, what, options)))
              .build();
      return data.alike(() -> trainOn(data, problem, told, soFar));
    }
  }

  /**
   * Trains one of several models that share an engine; Spark is told nothing of it.
   *
   * @param engine open, and of {@link #asked}'s loss
   * @param near weights θ near the optimum, such as those of a similar model; null where none are
   *     known and the rows' own sample may say where to begin
   * @param writer of the models' checkpoints; null where none are made
   */
  public static TrainingResult train(
      GradientEngine engine,
      TrainingData data,
      Problem problem,
      TrainerOptions options,
      double @Nullable [] near,
      @Nullable CheckpointWriter writer) {
    return data.alike(
        () -> {
          Problem trained = asked(problem, options);
          double[] start = near == null ? null : SmoothTwin.ofOriginal(trained, near);
          Way way = choose(data, trained, options, start);
          try (Checkpoints checkpoints = FitIdentity.open(data, trained, options, way, writer)) {
            Telling nobody = Telling.nobody();
            Run run = Run.of(data, trained, options, engine, checkpoints, nobody);
            return kept(way, run, problem, 0.0, soFar -> {}, nobody);
          }
        });
  }

  /** What is really minimised for a problem: the twin of one whose loss has a kink. */
  public static Problem asked(Problem problem, TrainerOptions options) {
    return SmoothTwin.of(problem, options);
  }

  /**
   * Says in Spark's UI how far a training is, where each step is a job: a job that runs keeps the
   * description that it was begun with.
   */
  private static Predicate<PassRecord> say(
      Described described, String what, TrainerOptions options) {
    return pass -> {
      String gap =
          pass.gapBound() >= 0.0
              ? String.format(Locale.ROOT, ", gap at most %.1e", pass.gapBound())
              : "";
      described.say(
          String.format(
              Locale.ROOT,
              "%s; pass %d of at most %d, objective %.6g%s",
              what,
              pass.pass(),
              options.maxPasses(),
              pass.objective(),
              gap));
      return true;
    };
  }

  private static TrainingResult trainOn(
      TrainingData data, Problem problem, TrainerOptions options, Consumer<TrainingResult> soFar) {
    long begun = System.nanoTime();
    Problem trained = SmoothTwin.of(problem, options);
    // Spark tells a cancel to jobs that run: where the driver has rows to begin on, the job of the
    // workers is there before it works on them, not after a second in which no cancel is heard.
    // Where sums of products may do, nothing is packed before they were tried.
    boolean beginsAtOnce = data.coMoments() == null && data.packedRows().hasSample();
    Way early = beginsAtOnce ? null : choose(data, trained, options);
    try (GradientEngine engine =
        early == null || early.asks() ? open(data, trained, options) : Engines.none()) {
      Way way = early != null ? early : choose(data, trained, options);
      LOG.info("{} by way of {}, because {}", options.optimizer(), way.name(), way.why());
      try (Checkpoints checkpoints = FitIdentity.open(data, trained, options, way, null)) {
        double open = (System.nanoTime() - begun) / 1e9;
        Telling telling =
            Telling.begin(
                data.context(),
                way.name(),
                way.why(),
                () -> Run.told(data, problem, options, engine));
        try {
          Run run = Run.of(data, trained, options, engine, checkpoints, telling);
          TrainingResult result = kept(way, run, problem, open, soFar, telling);
          telling.ended(result::told);
          return result;
        } catch (Throwable e) { // SparkException is checked, and comes undeclared from Scala
          telling.failed(e);
          throw e;
        }
      }
    }
  }

  /** Runs; of whole batches the partitions' answers are the checkpoints. */
  private static TrainingResult kept(
      Way way,
      Run run,
      Problem asked,
      double openSeconds,
      Consumer<TrainingResult> soFar,
      Telling telling) {
    return run.checkpoints().areMade() && !(way instanceof MiniBatches)
        ? recorded(way, run, asked, openSeconds, soFar, telling)
        : run(way, run, asked, openSeconds, soFar);
  }

  private static TrainingResult recorded(
      Way way,
      Run run,
      Problem asked,
      double openSeconds,
      Consumer<TrainingResult> soFar,
      Telling telling) {
    Checkpoints checkpoints = run.checkpoints();
    RecordedEngine engine =
        new RecordedEngine(run.engine(), checkpoints.links(), new Answers(checkpoints));
    try {
      Run again = Run.of(run.data(), run.problem(), run.options(), engine, checkpoints, telling);
      return run(way, again, asked, openSeconds, soFar);
    } finally {
      keepLast(engine, checkpoints);
      if (!checkpoints.areAny()) {
        checkpoints.save(0, RecordedEngine::noAnswers); // of a way that asks nothing
      }
    }
  }

  private static TrainingResult run(
      Way way, Run run, Problem asked, double openSeconds, Consumer<TrainingResult> soFar) {
    boolean isTwin = !run.problem().loss().equals(asked.loss());
    try {
      TrainingResult result = told(way, run, way.run(run), openSeconds);
      return isTwin ? SmoothTwin.measured(run, result) : result;
    } catch (Throwable e) { // SparkException is checked, and comes undeclared from Scala
      if (e instanceof InterruptedException) { // Spark clears the flag, and the caller is to see it
        Thread.currentThread().interrupt();
      }
      if (run.history().passes().isEmpty()) {
        throw e;
      }
      TrainingResult saved =
          told(way, run, StopRule.Outcome.failed(e, run.history(), run.options()), openSeconds);
      saved = isTwin ? SmoothTwin.unmeasured(run, saved) : saved;
      if (run.options().onFailure() == OnFailure.THROW) {
        soFar.accept(saved);
        throw e;
      }
      return saved;
    }
  }

  /** Makes a checkpoint of answers when one is due. */
  private record Answers(Checkpoints checkpoints) implements RecordedEngine.Keeper {
    @Override
    public void answered(RecordedEngine recorded) {
      boolean full = recorded.freshBytes() >= MOST_BYTES && checkpoints.isIdle();
      if (full || checkpoints.isDue(recorded.reads())) {
        keepLast(recorded, checkpoints);
      }
    }

    @Override
    public void cut(long links) {
      checkpoints.cut(links);
    }
  }

  private static void keepLast(RecordedEngine recorded, Checkpoints checkpoints) {
    Sections fresh = recorded.takeFresh();
    if (fresh != null) {
      checkpoints.save(recorded.reads(), () -> fresh);
    }
  }

  static GradientEngine open(TrainingData data, Problem problem, TrainerOptions options) {
    return Engines.open(
        options.engine(),
        data.packedRows(),
        Work.of(problem, options.localSteps() > 1),
        options.seed());
  }

  /** The one place that decides; work on a sample begins here. */
  private static Way choose(TrainingData data, Problem problem, TrainerOptions options) {
    return choose(data, problem, options, null);
  }

  private static Way choose(
      TrainingData data, Problem problem, TrainerOptions options, double @Nullable [] near) {
    boolean bounded = problem.penalty().bounds() != null;
    if (bounded) {
      requireBoundsKept(options);
    }
    String why = options.reasonForMiniBatches();
    if (why != null) {
      return MiniBatches.of(why, data, problem, options);
    }
    boolean proximal = problem.penalty().isProximal();
    int dimension = problem.coordinates().dimension();
    if (options.lbfgs() != null) {
      return RecentMetric.of(options.lbfgs(), dimension, proximal, "the optimizer is lbfgs");
    }
    NormalEquations sums = bounded ? null : NormalEquations.solve(data, problem, options);
    if (sums != null && sums.suffices()) {
      return sums;
    }
    NewtonSteps newton = NewtonSteps.begin(data, problem, options, sums, near);
    if (newton != null) {
      return newton;
    }
    // The hinge's twin has a width that no sample settles.
    SampleMetric sample =
        problem.loss() instanceof SoftHinge || bounded
            ? null
            : SampleMetric.begin(data, problem, options, (double) data.stats().stored());
    if (sample != null) {
      return sample;
    }
    String tooMany =
        options.maxPasses() == 0
            ? "there is no pass to make"
            : dimension
                + " weights are more than "
                + NewtonSteps.MOST_WEIGHTS
                + ", the most that Newton steps are for";
    if (bounded) {
      return new PlainDescent(tooMany + " and a metric of steps keeps no bounds");
    }
    if (options.rule().leavesMomentumOpen()) {
      return RecentMetric.of(
          new Lbfgs(),
          dimension,
          proximal,
          tooMany + " and the curvature of the last steps sets the momentum, which is left open");
    }
    return new PlainDescent(
        tooMany
            + (options.rule().remembers()
                ? " and the momentum is given (optimizer=lbfgs makes a metric of the last steps)"
                : " and " + options.rule().name() + " has no momentum"));
  }

  /** Metrics that are no diagonal, and steps away from the driver, know nothing of a box. */
  private static void requireBoundsKept(TrainerOptions options) {
    String cannot =
        options.lbfgs() != null
            ? "optimizer=" + options.lbfgs()
            : options.localSteps() > 1 ? "localSteps=" + options.localSteps() : "";
    if (!cannot.isEmpty()) {
      throw new IllegalArgumentException(
          cannot + " keeps no bounds on weights: leave it at its default, or clear the bounds.");
    }
  }

  /**
   * Whether a run with these options begins with a sample of the rows, if they have few enough
   * features: one that is drawn while they are packed saves it a job ({@link Packing#withSample}).
   */
  public static boolean beginsOnSample(TrainerOptions options) {
    return MiniBatches.beginOnSample(options)
        || (takesWholeBatches(options) && options.lbfgs() == null);
  }

  /** Whether steps with these options are of whole batches. */
  public static boolean takesWholeBatches(TrainerOptions options) {
    return options.reasonForMiniBatches() == null && options.maxPasses() > 0;
  }

  /** Whether these are Newton's, of so many weights. */
  public static boolean takesNewtonSteps(TrainerOptions options, long weights) {
    return takesWholeBatches(options)
        && options.lbfgs() == null
        && weights <= NewtonSteps.MOST_WEIGHTS;
  }

  /** Whether mini-batches with these options, of so many weights, begin on a sample's Hessian. */
  public static boolean beginsOnSample(TrainerOptions options, long weights) {
    return !takesWholeBatches(options)
        && MiniBatches.beginOnSample(options)
        && weights <= NewtonSteps.MOST_WEIGHTS;
  }

  /**
   * Whether least squares with these options can do with the sums of products of features ({@link
   * TrainingData#sum}), if there is a pass to make and no validation.
   */
  public static boolean canDoWithSums(TrainerOptions options) {
    return NormalEquations.suit(options);
  }

  /**
   * Whether these rows and options make mini-batches so sparse that steps are worth being confined
   * to the features they touch. Coordinates must not be centred then, and every feature be
   * penalised alike.
   */
  public static boolean isWide(TrainingData data, TrainerOptions options) {
    return options.reasonForMiniBatches() != null && MiniBatchPlan.isWide(data, options);
  }

  private static TrainingResult told(
      Way way, Run run, StopRule.Outcome outcome, double openSeconds) {
    TrainingResult result = way.result(run, outcome, openSeconds);
    if (run.data().isHere()) {
      return result; // one of thousands
    }
    switch (result.stopReason()) {
      case DIVERGED -> LOG.warn("Training diverged, {}. {}", result.worth(), result.advice());
      case FAILED -> LOG.warn("Training failed, {}. {}", result.worth(), result.advice());
      default ->
          LOG.info(
              "Training ended ({}), {}. {}", result.stopReason(), result.worth(), result.advice());
    }
    return result;
  }
}
