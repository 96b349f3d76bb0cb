package ravine.engine;

import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.curvature.AutoStep;
import ravine.curvature.Curvature;
import ravine.curvature.SampleStart;
import ravine.exchange.Engines;
import ravine.exchange.GradientEngine;
import ravine.exchange.Gradients;
import ravine.exchange.StepJobs;
import ravine.exchange.Work;
import ravine.loss.Hinge;
import ravine.loss.SmoothHinge;
import ravine.objective.Problem;
import ravine.rows.PackedPartition;
import ravine.rows.Packing;
import ravine.rows.SampleDraw;
import ravine.rows.Sampler;
import ravine.rule.UpdateRule;
import ravine.schedule.Constant;
import ravine.schedule.Schedule;
import ravine.step.Metric;
import ravine.step.StepPlan;

/**
 * Trains: packed rows, a problem and options to weights and history. The state stays on the driver.
 */
public final class Trainer {
  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  /** Room for the largest curvature of the whole above the sample's. */
  private static final double METRIC_SLACK = 1.15;

  /** Steps after which a momentum schedule is taken to have reached its last value. */
  private static final long LATE = 1_000_000L;

  private final TrainingData data;
  private final Problem problem;
  private final TrainerOptions options;
  private final GradientEngine engine;
  private final double openSeconds;
  private final Gradients gradients;
  private final History history;
  private final long rows;
  private final boolean validates;

  private Trainer(
      TrainingData data,
      Problem problem,
      TrainerOptions options,
      GradientEngine engine,
      double openSeconds) {
    this.data = data;
    this.openSeconds = openSeconds;
    this.problem = problem;
    this.options = options;
    this.engine = engine;
    this.gradients = new Gradients(engine, problem);
    this.history = new History(options.listeners(), problem.reportUnit(), problem.initial());
    this.rows = data.stats().rows();
    this.validates = data.stats().validationRows() > 0;
  }

  /**
   * Minimises the problem over the training rows.
   *
   * <p>With {@code stepSize=0}, no schedule, no batch size and a rule that is linear in the
   * gradient (plain descent, momentum, NAG), every step is a full-batch step: in a metric made from
   * a sample of the rows, if there are few enough weights for that; with more weights, and a rule
   * that has velocity, in a metric made from the last steps ({@link QuasiNewtonLoop}). Otherwise
   * the rule walks through mini-batches in standardised coordinates.
   *
   * @return the weights θ of the best pass and how they came about; {@link StopReason#DIVERGED} is
   *     reported there, not thrown
   */
  public static TrainingResult train(TrainingData data, Problem problem, TrainerOptions options) {
    long begun = System.nanoTime();
    Problem trained = smoothed(problem, options);
    CompletableFuture<SampleStart> start = start(data, trained, options);
    TrainingResult result;
    try (GradientEngine engine =
        Engines.open(
            options.engine(),
            data.packedRows(),
            Work.of(trained, options.localSteps() > 1),
            options.seed())) {
      double open = (System.nanoTime() - begun) / 1e9;
      result = new Trainer(data, trained, options, engine, open).run(start);
    }
    return trained.loss().equals(problem.loss())
        ? result
        : measured(data, problem, result, options.seed());
  }

  /** The result with one more record, of the objective that was asked for. */
  private static TrainingResult measured(
      TrainingData data, Problem problem, TrainingResult result, long seed) {
    try (GradientEngine engine = new StepJobs(data.packedRows(), Work.of(problem, false), seed)) {
      double loss = new Gradients(engine, problem).loss(result.weights());
      return result.withObjective(
          (loss + problem.penalty().value(result.weights())) * problem.reportUnit());
    }
  }

  /**
   * A kink has no Hessian; where the step is ours to choose, the hinge is trained as its smooth
   * twin.
   */
  private static Problem smoothed(Problem problem, TrainerOptions options) {
    if (!(problem.loss() instanceof Hinge) || !fullBatch(options)) {
      return problem;
    }
    double width = Math.max(2e-4, Math.min(1e-2, 3.0 * Math.sqrt(options.tol())));
    return new Problem(
        new SmoothHinge(width),
        problem.coordinates(),
        problem.penalty(),
        problem.initial(),
        problem.lossUnit(),
        problem.reportUnit());
  }

  /**
   * Whether a run with these options begins with a sample of the rows, if they have few enough
   * features: one that is drawn while they are packed saves it a job ({@link Packing#withSample}).
   */
  public static boolean beginsOnSample(TrainerOptions options) {
    return fullBatch(options) && options.maxPasses() > 0;
  }

  private static boolean fullBatch(TrainerOptions options) {
    return options.stepSize() == 0.0
        && options.schedule() == null
        && options.batchSize() == 0
        && options.gradientClip() == 0.0
        && options.localSteps() == 1
        && options.noiseReduction() == NoiseReduction.NONE
        && options.batchGrowth() == 1.0
        && options.rule().takesMetric();
  }

  /**
   * The driver's work on a sample of the rows, which goes on while the engine opens; null where
   * steps are not taken in a metric.
   */
  private static @Nullable CompletableFuture<SampleStart> start(
      TrainingData data, Problem problem, TrainerOptions options) {
    if (!beginsOnSample(options)) {
      return null;
    }
    int dimension = problem.coordinates().dimension();
    long rows = data.stats().rows();
    long size =
        SampleDraw.size(
            (double) rows, data.features() + 1.0, dimension, (double) data.stats().stored());
    if (size == 0) {
      return null;
    }
    PackedPartition sample =
        new Sampler(
                data.packedRows(), problem.coordinates().centre(), problem.coordinates().inverse())
            .draw(size, options.seed());
    return sample.rows == 0
        ? null
        : CompletableFuture.supplyAsync(() -> solve(sample, problem, options.rule(), rows));
  }

  private static SampleStart solve(
      PackedPartition sample, Problem problem, UpdateRule rule, long rows) {
    long start = System.nanoTime();
    SampleStart solved =
        SampleStart.solve(sample, problem.coordinates().ofStandardisedRows(), problem, rows);
    if (LOG.isInfoEnabled()) {
      LOG.info(
          String.format(
              Locale.ROOT,
              "stepSize=0: %s steps in the metric of %d sampled rows, solved on the driver in %.2f s",
              rule.name(),
              sample.rows,
              (System.nanoTime() - start) / 1e9));
    }
    return solved;
  }

  private TrainingResult run(@Nullable CompletableFuture<SampleStart> start) {
    if (start != null) {
      return inMetric(start);
    }
    if (!fullBatch(options)) {
      return miniBatch();
    }
    return options.rule().remembers() ? quasiNewton() : fullBatch();
  }

  private TrainingResult inMetric(CompletableFuture<SampleStart> start) {
    SampleStart begin;
    try {
      begin = start.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    }
    double rate = AutoStep.rate(options.rule(), METRIC_SLACK, false, LATE);
    return walk(rate, begin.metric(), better(begin.theta()), begin.initialObjective());
  }

  /** The sample's optimum, unless the start given is a model that is better over all rows. */
  private double[] better(double[] found) {
    double[] given = problem.initial();
    int coefficients = problem.coordinates().features() * problem.coordinates().outputs();
    for (int j = 0; j < coefficients; j++) {
      if (given[j] != 0.0) {
        double ofGiven = gradients.loss(given) + problem.penalty().value(given);
        double ofFound = gradients.loss(found) + problem.penalty().value(found);
        return ofGiven < ofFound ? given : found;
      }
    }
    return found;
  }

  /** Velocity with the coefficients that the curvature of the last steps gives it. */
  private TrainingResult quasiNewton() {
    LOG.info(
        "stepSize=0: {} takes full-batch steps in the metric of its last steps",
        options.rule().name());
    QuasiNewtonLoop loop = new QuasiNewtonLoop(gradients, problem, options, history, validates);
    StopReason reason = loop.run(problem.loss().curvatureBound(), Curvature.slices(rows));
    return result(reason, loop.cause(), new Constant(1.0));
  }

  private TrainingResult fullBatch() {
    double curvature =
        options.maxPasses() == 0
            ? 1.0
            : Curvature.ofProblem(gradients, problem, rows, options.seed());
    double rate = AutoStep.rate(options.rule(), curvature, false, LATE);
    LOG.info(
        "stepSize=0: {} takes full-batch steps of {} (largest curvature {})",
        options.rule().name(),
        rate,
        curvature);
    double first = gradients.loss(problem.initial()) + problem.penalty().value(problem.initial());
    return walk(rate, null, problem.initial(), first);
  }

  private TrainingResult walk(
      double rate, @Nullable Metric metric, double[] initial, double firstObjective) {
    Schedule schedule = new Constant(rate);
    StepPlan plan = new StepPlan(options.rule(), schedule, problem.penalty(), 0.0, metric);
    FullBatchLoop loop =
        new FullBatchLoop(gradients, plan, initial, options, history, validates, firstObjective);
    StopReason reason = loop.run();
    if (reason != StopReason.EARLY_STOPPED) {
      loop.finish(history.passes().size());
    }
    return result(reason, loop.cause(), schedule);
  }

  private TrainingResult miniBatch() {
    MiniBatchPlan steps = MiniBatchPlan.of(data, problem, options, engine, gradients);
    MiniBatchLoop loop =
        new MiniBatchLoop(
            gradients,
            steps.stride(),
            options,
            history,
            steps.batches(),
            steps.isAutomatic() && options.schedule() == null,
            validates,
            steps.curvature());
    StopReason reason = loop.run();
    if (!options.keepBest() && reason != StopReason.DIVERGED) {
      history.preferLast(loop.weights());
    }
    return result(reason, loop.cause(), steps.schedule());
  }

  /**
   * Whether these rows and options make mini-batches so sparse that steps are worth being confined
   * to the features they touch. Coordinates must not be centred then, and every feature be
   * penalised alike.
   */
  public static boolean isWide(TrainingData data, TrainerOptions options) {
    return !fullBatch(options) && MiniBatchPlan.isWide(data, options);
  }

  private TrainingResult result(StopReason reason, String cause, Schedule schedule) {
    String advice = cause.isEmpty() ? reason.advice() : cause + " " + reason.advice();
    if (reason == StopReason.DIVERGED) {
      LOG.warn("Training diverged. {}", advice);
    } else {
      LOG.info("Training ended ({}). {}", reason, advice);
    }
    return new TrainingResult(
        history.bestWeights(),
        history.passes(),
        history.steps(),
        reason,
        advice,
        history.bestPass(),
        options.rule().toString(),
        schedule.toString(),
        engine.name(),
        options.seed(),
        rows,
        new TrainingResult.Seconds(data.packSeconds(), openSeconds, history.seconds()));
  }
}
