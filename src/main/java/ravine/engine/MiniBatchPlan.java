package ravine.engine;

import java.util.Arrays;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.batches.DenseStep;
import ravine.batches.LazyStep;
import ravine.batches.LocalStep;
import ravine.batches.MiniBatchStep;
import ravine.batches.OwnStep;
import ravine.batches.VarianceReducedStep;
import ravine.checkpoint.Sections;
import ravine.curvature.AutoStep;
import ravine.curvature.Curvature;
import ravine.curvature.OwnCoordinates;
import ravine.curvature.SampleStart;
import ravine.exchange.GradientEngine;
import ravine.exchange.Gradients;
import ravine.exchange.SparseGradients;
import ravine.objective.Problem;
import ravine.penalty.Penalty;
import ravine.rule.Sgd;
import ravine.schedule.Constant;
import ravine.schedule.Schedule;
import ravine.step.ExactLazyStepper;
import ravine.step.SparseStepper;
import ravine.step.StepPlan;
import ravine.step.Stepper;
import ravine.step.WaitingStepper;

/** How a run goes through mini-batches: how many, at which rates, and by which kind of step. */
final class MiniBatchPlan {
  private static final Logger LOG = LoggerFactory.getLogger(MiniBatchPlan.class);

  /** What a velocity may make of the mean displacement of local steps in the long run. */
  private static final double LOCAL_BOLDNESS = 2.0;

  /** Features below which a dense step costs less than keeping book of what is touched. */
  private static final int LEAST_WIDE = 4096;

  /** The share of the features that a mini-batch may touch for lazy steps, inverted. */
  private static final double MOST_TOUCHED = 4.0;

  /** What is left of them when they have grown: the rule needs some steps a pass. */
  private static final int LEAST_BATCHES = 4;

  /** At the optimum of all rows there is no way left, and a rate must be more than 0. */
  private static final double LEAST_LENGTH = 1e-12;

  /** Mini-batches whose gradients are compared with the whole's. */
  private static final int PROBES = 16;

  /** 256 steps, half as long on average, then take 13 times as much as a gradient off itself. */
  private static final double OF_NOISE = 0.1;

  /**
   * Where no sample says how far it is, a rule has at least so many steps a pass, or longer ones.
   */
  private static final double ENOUGH_STEPS = 256.0;

  private static final double LONGEST = 50.0;

  /** Curvature and rate, in a checkpoint. */
  private static final String MEASURED = "measured";

  private final TrainingData data;
  private final Problem problem;
  private final TrainerOptions options;
  private final GradientEngine engine;
  private final Gradients gradients;
  private final long rows;
  private final boolean isWide;
  private final int batches;
  private final double curvature;

  /** The curvature that rates allow for. */
  private final double steepness;

  private final double stepSize;
  private final Schedule schedule;

  /** Where the rule begins, and in which coordinates; null where there is no sample. */
  private final double[] initial;

  private final @Nullable OwnCoordinates own;
  private final double firstObjective;

  private MiniBatchPlan(Run run, @Nullable SampleStart start) {
    this.data = run.data();
    this.problem = run.problem();
    this.options = run.options();
    this.engine = run.engine();
    this.gradients = run.gradients();
    this.rows = run.data().stats().rows();
    this.isWide =
        isWide(run.data(), run.problem(), run.options())
            && run.problem().penalty().bounds() == null;
    this.batches = number();
    Sections resumed = run.resumed();
    this.curvature =
        resumed == null
            ? Curvature.ofProblem(gradients, problem, rows, options.seed())
            : resumed.numbers(MEASURED, 2)[0];
    this.steepness = steepness();
    if (start == null || isWide) {
      this.own = null;
      this.initial = problem.initial();
      this.firstObjective = Double.NaN;
      double rate = isAutomatic() ? automaticRate() : options.stepSize();
      this.stepSize = resumed == null ? rate : resumed.numbers(MEASURED, 2)[1];
    } else {
      this.own = OwnCoordinates.of(start, problem, data.stats());
      this.firstObjective = start.initialObjective();
      if (resumed == null) {
        this.initial = run.better(start.theta());
        this.stepSize = options.rule().rateOfLength(lengthOfWay(own, initial));
      } else {
        this.initial = start.theta();
        this.stepSize = resumed.numbers(MEASURED, 2)[1];
      }
    }
    DoubleFunction<Schedule> given = options.schedule();
    this.schedule = given == null ? new Constant(stepSize) : given.apply(stepSize);
  }

  /**
   * How long the first steps should be, measured in one pass and {@link #PROBES} mini-batches: as
   * far as the optimum is along a coordinate; longer where mini-batches differ so much that the sum
   * of such steps, each divided by a gradient that is nearly all noise, would not get there.
   */
  private double lengthOfWay(OwnCoordinates coordinates, double[] theta) {
    double[] whole = new double[theta.length];
    gradients.full(theta, whole);
    double length = coordinates.length(theta, whole);
    double[] part = new double[theta.length];
    int probes = Math.min(PROBES, batches);
    double[] noise = new double[probes];
    for (int probe = 0; probe < probes && batches > 1; probe++) {
      int batch = (int) ((long) batches * probe / probes);
      if (!gradients.batch(theta, 0, batch, batches, part).hasRows()) {
        continue;
      }
      for (int j = 0; j < part.length; j++) {
        part[j] -= whole[j];
      }
      noise[probe] = coordinates.reach(part);
    }
    // The median: one row far from all others would make it as large as itself.
    Arrays.sort(noise);
    length = Math.max(length, OF_NOISE * noise[probes / 2]);
    return Double.isFinite(length) ? Math.max(length, LEAST_LENGTH) : LEAST_LENGTH;
  }

  /**
   * Measures the curvature, which takes a few mini-batches, and makes the plan.
   *
   * @param start of a sample, null where there is none
   */
  static MiniBatchPlan of(Run run, @Nullable SampleStart start) {
    MiniBatchPlan plan = new MiniBatchPlan(run, start);
    if (plan.isAutomatic()) {
      LOG.info(
          "The rate starts at {} (largest curvature {}, of slices {}; {} steps a pass)",
          plan.stepSize,
          plan.curvature,
          plan.steepness,
          plan.batches);
    }
    return plan;
  }

  /** Writes what was measured, so that a run that goes on need not measure it again. */
  void save(Sections to) {
    to.putNumbers(MEASURED, curvature, stepSize);
  }

  /** Whether the rate was left to us. */
  boolean isAutomatic() {
    return options.stepSize() == 0.0;
  }

  /** Whether the rate falls in cycles, and is cut when it turns out to be too long. */
  boolean isAnnealed() {
    return isAutomatic() && options.schedule() == null;
  }

  /**
   * Mini-batches in a pass. From the sample's optimum on they are twice as large from cycle to
   * cycle, unless their size was asked for: rules that divide by the size of noisy gradients settle
   * beside the optimum, whatever the rate, by as much as there is noise.
   *
   * @param cycle number of the cycle, from 0
   */
  int batches(int pass, int cycle) {
    double grown = batches / Math.pow(options.batchGrowth(), pass - 1.0);
    if (startsAnew() && options.batchSize() == 0) {
      grown = Math.max(Math.min(batches, LEAST_BATCHES), grown / Math.pow(2.0, cycle));
    }
    return (int) Math.max(1, Math.round(grown));
  }

  /**
   * Whether the rule forgets at the beginning of each cycle what it remembers: sizes of gradients
   * from farther away, or of smaller mini-batches, would only keep its steps short.
   */
  boolean startsAnew() {
    return own != null;
  }

  /** The objective by which later ones are judged; NaN where that is the one at the start. */
  double firstObjective() {
    return firstObjective;
  }

  /** Mini-batches in the first pass. */
  int batches() {
    return batches;
  }

  /** Largest curvature of the objective. */
  double curvature() {
    return curvature;
  }

  Schedule schedule() {
    return schedule;
  }

  /** The kind of step. */
  MiniBatchStep step() {
    StepPlan plan =
        new StepPlan(options.rule(), schedule, problem.penalty(), options.gradientClip());
    if (options.localSteps() > 1) {
      return new LocalStep(
          gradients,
          plan,
          initial,
          options.localSteps(),
          localRate(),
          stepSize,
          options.noiseReduction() == NoiseReduction.SVRG);
    }
    Penalty penalty = plan.penalty();
    if (isWide) {
      boolean exact = plan.canBeExact(initial.length);
      if (exact || (options.sparse() == SparseMode.LAZY && plan.canWait())) {
        SparseStepper stepper =
            exact ? new ExactLazyStepper(plan, initial) : new WaitingStepper(plan, initial);
        SparseGradients sparse = new SparseGradients(engine, problem, stepper);
        LOG.info(
            "Wide and sparse: steps cost what a mini-batch touches ({})",
            exact ? "exact" : "lazy form of " + options.rule().name());
        return new LazyStep(gradients, sparse, stepper.whole(), penalty);
      }
    }
    if (own != null) {
      return new OwnStep(gradients, own, plan, initial);
    }
    Stepper stepper = new Stepper(plan, initial);
    return options.noiseReduction() == NoiseReduction.SVRG
        ? new VarianceReducedStep(gradients, stepper, penalty)
        : new DenseStep(gradients, stepper, penalty);
  }

  /** The rate of the rule; of one that is given the displacements of local steps, bolder. */
  private double automaticRate() {
    double rate = AutoStep.rate(options.rule(), steepness, batches > 1, expectedSteps());
    if (!options.rule().isLinear()) {
      // Its step has the length of its rate, however far the local steps went: fewer steps have to
      // be longer, to go as far.
      double local = options.localSteps();
      double longer = options.rule().normalises() ? ENOUGH_STEPS / batches : 1.0;
      return rate * Math.max(local, Math.min(LONGEST, longer * local));
    }
    if (options.localSteps() == 1) {
      return rate;
    }
    return Math.min(AutoStep.rate(new Sgd(), steepness, true, 1), LOCAL_BOLDNESS * rate);
  }

  /** Learning rate of local steps while the driver's is the step size. */
  private double localRate() {
    double given = options.localStepSize();
    if (given > 0.0) {
      return given;
    }
    boolean own = options.stepSize() > 0.0 && options.rule().isLinear();
    return own ? stepSize : AutoStep.rate(new Sgd(), steepness, true, 1);
  }

  /** The same of a problem whose coordinates allow it. */
  static boolean isWide(TrainingData data, Problem problem, TrainerOptions options) {
    return isWide(data, options) && !problem.coordinates().isCentred();
  }

  /** For rows and options that take mini-batches: see {@link Trainer#isWide}. */
  static boolean isWide(TrainingData data, TrainerOptions options) {
    boolean follows = options.rule().isLinear() || options.sparse() == SparseMode.LAZY;
    if (options.sparse() == SparseMode.DENSE
        || !follows
        || options.localSteps() > 1
        || options.noiseReduction() != NoiseReduction.NONE
        || data.features() < LEAST_WIDE) {
      return false;
    }
    double rows = data.stats().rows();
    double batch = options.batchSize() > 0 ? options.batchSize() : Math.min(rows, 4096);
    double touched = batch * (data.stats().stored() / rows);
    return touched * MOST_TOUCHED <= data.features();
  }

  private long expectedSteps() {
    int local = options.localSteps();
    long perPass = (batches + local - 1L) / local;
    return Math.max(1, Math.min(options.maxSteps(), perPass * Math.min(options.maxPasses(), 30)));
  }

  private int number() {
    long size = options.batchSize() > 0 ? options.batchSize() : automaticBatch();
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round((double) rows / size)));
  }

  /**
   * Small batches make the fastest passes as long as a step costs little beside its rows. The size
   * is the same for every engine: one that takes longer over a step must not train another model.
   */
  private long automaticBatch() {
    return Math.min(rows, Math.max(32, Math.min(4096, rows / 256)));
  }

  /** The curvature that an automatic rate allows for: see {@link Curvature#ofSlices}. */
  private double steepness() {
    if (batches == 1 || isWide) {
      return curvature;
    }
    int parts = options.localSteps() > 1 ? data.partitions() : 1;
    double slice = (double) rows / batches / parts;
    return Curvature.ofSlices(
        curvature, problem, data.stats(), slice, options.noiseReduction() == NoiseReduction.SVRG);
  }
}
