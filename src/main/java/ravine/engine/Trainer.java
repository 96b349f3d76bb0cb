package ravine.engine;

import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.loss.Hinge;
import ravine.loss.SmoothHinge;
import ravine.penalty.Penalty;
import ravine.rule.Momentum;
import ravine.rule.MomentumCorrection;
import ravine.rule.Nesterov;
import ravine.rule.NesterovForm;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.schedule.Constant;
import ravine.schedule.Schedule;
import ravine.step.LazyStepper;
import ravine.step.Metric;
import ravine.step.StepPlan;
import ravine.step.Stepper;

/**
 * Trains: packed rows, a problem and options to weights and history. The state stays on the driver.
 */
public final class Trainer {
  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  /** Room for the largest curvature of the whole above the sample's. */
  private static final double METRIC_SLACK = 1.15;

  /** What a velocity may make of the mean displacement of local steps in the long run. */
  private static final double LOCAL_BOLDNESS = 2.0;

  /** Features below which a dense step costs less than keeping book of what is touched. */
  private static final int LEAST_WIDE = 4096;

  /** The share of the features that a mini-batch may touch for lazy steps, inverted. */
  private static final double MOST_TOUCHED = 4.0;

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
            options.engine(), data, trained.work(options.localSteps() > 1), options.seed())) {
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
    try (GradientEngine engine = new StepJobs(data, problem.work(false), seed)) {
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
        && options.noise() == Noise.NONE
        && options.batchGrowth() == 1.0
        && isLinear(options.rule());
  }

  private static boolean isLinear(UpdateRule rule) {
    return rule instanceof Sgd
        || (rule instanceof Nesterov nesterov && nesterov.form() == NesterovForm.LOOKAHEAD)
        || (rule instanceof Momentum momentum && momentum.correction() == MomentumCorrection.NONE);
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
    double rows = data.stats().rows();
    long size = Sampler.size(rows, data.features() + 1.0, dimension);
    if (size == 0) {
      return null;
    }
    PackedPartition sample = new Sampler(data, problem.coordinates()).draw(size, options.seed());
    return sample.rows == 0
        ? null
        : CompletableFuture.supplyAsync(() -> solve(sample, problem, options.rule()));
  }

  private static SampleStart solve(PackedPartition sample, Problem problem, UpdateRule rule) {
    long start = System.nanoTime();
    SampleStart solved =
        SampleStart.solve(sample, problem.coordinates().ofStandardisedRows(), problem);
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
    return options.rule() instanceof Sgd ? fullBatch() : quasiNewton();
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
    double curvature = options.maxPasses() == 0 ? 1.0 : curvature();
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
    int batches = batches();
    double curvature = curvature();
    double steepness = steepness(curvature, batches);
    boolean automatic = options.stepSize() == 0.0;
    double stepSize = automatic ? automaticRate(steepness, batches) : options.stepSize();
    DoubleFunction<Schedule> given = options.schedule();
    Schedule schedule = given == null ? new Constant(stepSize) : given.apply(stepSize);
    if (automatic) {
      LOG.info(
          "stepSize=0: {} starts at {} (largest curvature {}, of slices {}; {} steps a pass)",
          options.rule().name(),
          stepSize,
          curvature,
          steepness,
          batches);
    }
    StepPlan plan =
        new StepPlan(options.rule(), schedule, problem.penalty(), options.gradientClip());
    Loop loop =
        new Loop(
            gradients,
            stride(plan, stepSize, steepness),
            options,
            history,
            batches,
            automatic && given == null,
            validates,
            curvature);
    StopReason reason = loop.run();
    if (!options.keepBest() && reason != StopReason.DIVERGED) {
      history.preferLast(loop.weights());
    }
    return result(reason, loop.cause(), schedule);
  }

  private Stride stride(StepPlan plan, double stepSize, double curvature) {
    double[] initial = problem.initial();
    if (options.localSteps() > 1) {
      return new Stride.Local(
          gradients,
          plan,
          initial,
          options.localSteps(),
          localRate(stepSize, curvature),
          stepSize,
          options.noise() == Noise.SVRG);
    }
    Penalty penalty = plan.penalty();
    if (isWide(data, options) && !problem.coordinates().isCentred()) {
      boolean exact = LazyStepper.canBeExact(plan, initial.length);
      if (exact || (options.sparse() == SparseSteps.LAZY && LazyStepper.canWait(plan))) {
        LazyStepper stepper = new LazyStepper(plan, initial, exact);
        SparseGradients sparse = new SparseGradients(engine, problem, stepper);
        LOG.info(
            "Wide and sparse: steps cost what a mini-batch touches ({})",
            exact ? "exact" : "lazy form of " + options.rule().name());
        return new Stride.Lazy(gradients, sparse, stepper, penalty);
      }
    }
    Stepper stepper = new Stepper(plan, initial);
    return options.noise() == Noise.SVRG
        ? new Stride.Reduced(gradients, stepper, penalty)
        : new Stride.Dense(gradients, stepper, penalty);
  }

  /** The rate of the rule; of one that is given the displacements of local steps, bolder. */
  private double automaticRate(double curvature, int batches) {
    double rate = AutoStep.rate(options.rule(), curvature, batches > 1, expectedSteps(batches));
    if (!LazyStepper.isLinear(options.rule())) {
      // An adaptive rule's step has the length of its rate, however far the local steps went.
      return rate * options.localSteps();
    }
    if (options.localSteps() == 1) {
      return rate;
    }
    return Math.min(AutoStep.rate(new Sgd(), curvature, true, 1), LOCAL_BOLDNESS * rate);
  }

  /** Learning rate of local steps while the driver's is the step size. */
  private double localRate(double stepSize, double curvature) {
    double given = options.localStepSize();
    if (given > 0.0) {
      return given;
    }
    boolean own = options.stepSize() > 0.0 && LazyStepper.isLinear(options.rule());
    return own ? stepSize : AutoStep.rate(new Sgd(), curvature, true, 1);
  }

  /**
   * Whether these rows and options make mini-batches so sparse that steps are worth being confined
   * to the features they touch. Coordinates must not be centred then, and every feature be
   * penalised alike.
   */
  public static boolean isWide(TrainingData data, TrainerOptions options) {
    boolean follows = LazyStepper.isLinear(options.rule()) || options.sparse() == SparseSteps.LAZY;
    if (options.sparse() == SparseSteps.DENSE
        || !follows
        || fullBatch(options)
        || options.localSteps() > 1
        || options.noise() != Noise.NONE
        || data.features() < LEAST_WIDE) {
      return false;
    }
    double rows = data.stats().rows();
    double batch = options.batchSize() > 0 ? options.batchSize() : Math.min(rows, 4096);
    double touched = batch * (data.stats().stored() / rows);
    return touched * MOST_TOUCHED <= data.features();
  }

  private long expectedSteps(int batches) {
    int local = options.localSteps();
    long perPass = (batches + local - 1L) / local;
    return Math.max(1, Math.min(options.maxSteps(), perPass * Math.min(options.maxPasses(), 30)));
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

  private int batches() {
    long size = options.batchSize() > 0 ? options.batchSize() : automaticBatch();
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round((double) rows / size)));
  }

  /**
   * Small batches make the fastest passes as long as a step costs little beside its rows; where
   * every step is a Spark job, no more than 32 a pass.
   */
  private long automaticBatch() {
    long size = Math.max(32, Math.min(4096, rows / 256));
    return Math.min(rows, engine.name().equals("jobs") ? Math.max(size, rows / 32) : size);
  }

  private double curvature() {
    double bound = problem.loss().curvatureBound();
    int dimension = problem.coordinates().dimension();
    double ofData =
        Curvature.largest(
            gradients, dimension, rows, Double.isFinite(bound) ? bound : 1.0, options.seed());
    return 1.1 * ofData + smoothest(problem.penalty(), dimension);
  }

  /** The curvature that an automatic rate allows for: see {@link Curvature#ofSlices}. */
  private double steepness(double curvature, int batches) {
    if (batches == 1 || (isWide(data, options) && !problem.coordinates().isCentred())) {
      return curvature;
    }
    int parts = options.localSteps() > 1 ? data.partitions() : 1;
    double slice = (double) rows / batches / parts;
    return Curvature.ofSlices(
        curvature, problem, data.stats(), slice, options.noise() == Noise.SVRG);
  }

  /** Largest curvature of the penalty's smooth part, which is diagonal. */
  private static double smoothest(Penalty penalty, int dimension) {
    double[] ones = new double[dimension];
    java.util.Arrays.fill(ones, 1.0);
    double[] gradient = new double[dimension];
    penalty.addGradient(ones, gradient);
    double largest = 0.0;
    for (double value : gradient) {
      largest = Math.max(largest, value);
    }
    return largest;
  }
}
