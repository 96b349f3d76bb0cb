package ravine.mllib;

import java.io.Serializable;
import java.util.Objects;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import org.apache.spark.mllib.optimization.Optimizer;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import ravine.engine.NoiseReduction;
import ravine.engine.OnFailure;
import ravine.engine.SparseMode;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.exchange.EngineKind;
import ravine.loss.Loss;
import ravine.memory.Preflight;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.CoordinateScale;
import ravine.resume.CheckpointPlan;
import ravine.resume.Resume;
import ravine.rows.Determinism;
import ravine.rows.Packing;
import ravine.rows.Storage;
import ravine.rule.UpdateRule;
import ravine.schedule.InverseSqrt;
import ravine.schedule.Schedule;
import ravine.spec.Specs;
import scala.Tuple2;

/**
 * Ravine's engine behind MLlib's {@link Optimizer}: rows are packed once, mini-batches are slices
 * of them without replacement, and the rule's state stays on the driver.
 *
 * <p>Setters are those of {@code GradientDescent} and more. As there, {@code numIterations} counts
 * steps and the learning rate is stepSize/√t unless {@link #setSchedule} says otherwise; at full
 * batch with the rule {@code sgd} the run is that of {@code runMiniBatchSGD}. A step size of 0
 * leaves rate and batches to the engine. Unlike there, training stops early only where {@link
 * #setConvergenceTol} is above 0, and then when the objective has converged to it.
 *
 * <p>The weights are those of {@code GradientDescent}: d numbers, or (K − 1) · d with class 0 as
 * the pivot for {@code Softmax} with K classes.
 *
 * <p>Java serialization keeps everything set, schedule and listeners too; a listener that is not
 * {@link Serializable} stays behind, with a warning.
 */
public class MiniBatchOptimizer implements Optimizer {
  private static final long serialVersionUID = 1L;

  private Loss loss;
  private Regularization regularization = Regularization.UNSET;
  private double regParam;
  private boolean interceptExempt;
  private double miniBatchFraction;
  private Storage storage = Storage.DEFAULT;
  private String storageLevel = "auto";
  private String deterministic = Determinism.PARTITIONING.toString();
  private String checkpointDir = "";
  private CheckpointPlan.Interval checkpointInterval =
      CheckpointPlan.Interval.of(CheckpointPlan.DEFAULT_INTERVAL);
  private Resume resume = Resume.NONE;

  /** Everything else, with the defaults of {@code GradientDescent} where that has one. */
  private final TrainerOptions.Builder options =
      TrainerOptions.builder(Specs.rule(TrainerOptions.DEFAULT_RULE))
          .maxSteps(100)
          .maxPasses(Integer.MAX_VALUE)
          .tol(0.0);

  private transient @Nullable TrainingResult lastTrainingResult;

  /** An optimizer of the given loss. */
  public MiniBatchOptimizer(Loss loss) {
    this.loss = Objects.requireNonNull(loss, "loss");
  }

  /** An optimizer of the loss of one of MLlib's gradients; see {@link #setGradient}. */
  public MiniBatchOptimizer(Gradient gradient) {
    this.loss = MllibLosses.of(gradient);
  }

  /** Sets the loss. */
  public MiniBatchOptimizer setLoss(Loss value) {
    loss = Objects.requireNonNull(value, "loss");
    return this;
  }

  /**
   * Sets the loss by MLlib's gradient of it.
   *
   * @throws IllegalArgumentException if the gradient is none that the engine has kernels for
   */
  public MiniBatchOptimizer setGradient(Gradient gradient) {
    loss = MllibLosses.of(gradient);
    return this;
  }

  /** η, or the base of the schedule, at least 0; 0, the default, leaves the rate to the engine. */
  public MiniBatchOptimizer setStepSize(double value) {
    options.stepSize(value);
    return this;
  }

  /** Most steps, at least 0. Default: 100. */
  public MiniBatchOptimizer setNumIterations(int value) {
    require(value >= 0, "numIterations", ">= 0", value);
    options.maxSteps(value);
    return this;
  }

  /** Most passes over the data, at least 0. Default: as many as the steps take. */
  public MiniBatchOptimizer setMaxEpochs(int value) {
    require(value >= 0, "maxEpochs", ">= 0", value);
    options.maxPasses(value);
    return this;
  }

  /** Strength of the penalty, finite and at least 0. Default: 0. */
  public MiniBatchOptimizer setRegParam(double value) {
    require(value >= 0.0 && value < Double.POSITIVE_INFINITY, "regParam", ">= 0", value);
    regParam = value;
    return this;
  }

  /** Share of the rows in a mini-batch, in (0, 1]; takes the place of {@link #setBatchSize}. */
  public MiniBatchOptimizer setMiniBatchFraction(double value) {
    require(value > 0.0 && value <= 1.0, "miniBatchFraction", "in (0, 1]", value);
    miniBatchFraction = value;
    options.batchSize(0);
    return this;
  }

  /** Rows in a mini-batch, at least 1; takes the place of {@link #setMiniBatchFraction}. */
  public MiniBatchOptimizer setBatchSize(long value) {
    require(value >= 1, "batchSize", ">= 1", value);
    options.batchSize(value);
    miniBatchFraction = 0.0;
    return this;
  }

  /** Relative accuracy of the objective at which to stop early; 0, the default, never does. */
  public MiniBatchOptimizer setConvergenceTol(double value) {
    require(value >= 0.0, "convergenceTol", ">= 0", value);
    options.tol(value);
    return this;
  }

  /** The update rule. Default: {@code nesterov(accelerated)}. */
  public MiniBatchOptimizer setRule(UpdateRule value) {
    options.rule(Objects.requireNonNull(value, "rule"));
    return this;
  }

  /** The update rule by its text, as read by {@code Specs.rule}. */
  public MiniBatchOptimizer setRule(String value) {
    return setRule(Specs.rule(value));
  }

  /** The learning rate by step; MLlib's {@code inverse_sqrt} of the step size unless set. */
  public MiniBatchOptimizer setSchedule(Schedule value) {
    options.schedule(new FixedSchedule(Objects.requireNonNull(value, "schedule")));
    return this;
  }

  /** The same by its text; the first argument may be left out and is then the step size. */
  public MiniBatchOptimizer setSchedule(String value) {
    options.schedule(Specs.scheduleOf(value));
    return this;
  }

  /** {@code none}, {@code l1}, {@code l2} or {@code elasticnet(alpha)}, of strength regParam. */
  public MiniBatchOptimizer setPenalty(String value) {
    regularization = Regularization.parse(value);
    return this;
  }

  /** Whether the last weight (of each class) is an intercept that no penalty touches. */
  public MiniBatchOptimizer setInterceptExempt(boolean value) {
    interceptExempt = value;
    return this;
  }

  /** Seed of the shuffle and of the order of the mini-batches. Default: 42. */
  public MiniBatchOptimizer setSeed(long value) {
    options.seed(value);
    return this;
  }

  /** Largest norm of the mean gradient; 0, the default, means no clipping. */
  public MiniBatchOptimizer setGradientClip(double value) {
    options.gradientClip(value);
    return this;
  }

  /** {@code auto}, {@code jobs} or {@code resident}. */
  public MiniBatchOptimizer setEngine(String value) {
    options.engine(Specs.choice(EngineKind.class, "engine", value));
    return this;
  }

  /**
   * What bits depend on besides rows, options and seed: {@code partitioning}, the default, or
   * nothing with {@code strict} or {@code strict(shards)}: see {@link Determinism}.
   */
  public MiniBatchOptimizer setDeterministic(String value) {
    deterministic = Determinism.of(value).toString();
    return this;
  }

  /**
   * {@code throw}, the default, or {@code best}: see {@link OnFailure}. Either way {@link
   * #lastTrainingResult} has the best weights of a training that failed after its first pass.
   */
  public MiniBatchOptimizer setOnFailure(String value) {
    options.onFailure(Specs.choice(OnFailure.class, "onFailure", value));
    return this;
  }

  /** {@code auto}, {@code lazy} or {@code dense}: see {@link SparseMode}. Default: auto. */
  public MiniBatchOptimizer setSparse(String value) {
    options.sparse(Specs.choice(SparseMode.class, "sparse", value));
    return this;
  }

  /**
   * Mini-batch steps that each partition takes between two exchanges, at least 1; one step counted
   * by {@link #setNumIterations} is then so many. Default: 1, no local steps.
   */
  public MiniBatchOptimizer setLocalSteps(int value) {
    options.localSteps(value);
    return this;
  }

  /** Learning rate of the local steps; 0, the default, takes that of the rule or chooses it. */
  public MiniBatchOptimizer setLocalStepSize(double value) {
    options.localStepSize(value);
    return this;
  }

  /** {@code none}, {@code average} or {@code svrg}: see {@link NoiseReduction}. Default: none. */
  public MiniBatchOptimizer setNoiseReduction(String value) {
    options.noiseReduction(Specs.choice(NoiseReduction.class, "noiseReduction", value));
    return this;
  }

  /** Factor by which mini-batches grow from pass to pass, at least 1. Default: 1. */
  public MiniBatchOptimizer setBatchGrowth(double value) {
    options.batchGrowth(value);
    return this;
  }

  /** How packed feature values are kept: {@code double}, the default, or {@code float}. */
  public MiniBatchOptimizer setStorage(String value) {
    storage = Specs.choice(Storage.class, "storage", value);
    return this;
  }

  /**
   * Where packed rows are kept: {@code MEMORY_AND_DISK} or {@code DISK_ONLY}, also replicated, or
   * {@code auto}, the default: as the RDD where that is persisted.
   */
  public MiniBatchOptimizer setStorageLevel(String value) {
    Packing.level(value, StorageLevel.NONE());
    storageLevel = value;
    return this;
  }

  /**
   * Directory of any of Hadoop's file systems for checkpoints, from which a run that was lost goes
   * on; empty, the default, for none.
   */
  public MiniBatchOptimizer setCheckpointDir(String value) {
    checkpointDir = Objects.requireNonNull(value, "checkpointDir");
    return this;
  }

  /** Steps between two checkpoints, such as 100, or seconds, such as 60s. Default: 60s. */
  public MiniBatchOptimizer setCheckpointInterval(String value) {
    checkpointInterval = CheckpointPlan.Interval.of(value);
    return this;
  }

  /** Steps between two checkpoints, at least 1; −1 for one at the end alone. */
  public MiniBatchOptimizer setCheckpointInterval(int steps) {
    return setCheckpointInterval(Integer.toString(steps));
  }

  /**
   * Whether a run goes on from the checkpoints of an earlier one: {@code none}, the default, {@code
   * must} or {@code auto} (if there are any).
   */
  public MiniBatchOptimizer setResume(String value) {
    resume = Specs.choice(Resume.class, "resume", value);
    return this;
  }

  /** Watches the next runs, in place of the one before; may stop them. */
  public MiniBatchOptimizer setListener(TrainingListener value) {
    options.withoutListeners().listener(Objects.requireNonNull(value, "listener"));
    return this;
  }

  /** What the last run gave beyond the weights; null before the first. */
  public @Nullable TrainingResult lastTrainingResult() {
    return lastTrainingResult;
  }

  @Override
  public Vector optimize(RDD<Tuple2<Object, Vector>> data, Vector initialWeights) {
    return optimizeWithLossReturned(data, initialWeights)._1();
  }

  /**
   * Trains, and tells the objective on each mini-batch before its step, and on all rows at the end.
   *
   * <p>That is one number for each iteration, as {@code GradientDescent} has it, and one more; but
   * of more than 10,000 iterations only every second, fourth, … is told, the first, the least and
   * the last always, and {@code lastTrainingResult().steps()} says of which steps they are. A
   * {@link TrainingListener} is told of every step.
   *
   * @param initialWeights d numbers, or (K − 1) · d for several classes; not changed
   */
  public Tuple2<Vector, double[]> optimizeWithLossReturned(
      RDD<Tuple2<Object, Vector>> data, Vector initialWeights) {
    WeightLayout layout = WeightLayout.of(loss.outputs(), initialWeights.size());
    TrainerOptions stated = options.build();
    Preflight.before(data.context(), layout.features(), loss.outputs(), forRows(Long.MAX_VALUE))
        .check(data.context());
    Packing packing =
        Packing.of(layout.features(), stated.seed(), storage)
            .storedAt(Packing.level(storageLevel, data.getStorageLevel()))
            .declaredBy("the length of the initial weights")
            .with(Determinism.of(deterministic))
            .withSample(Trainer.beginsOnSample(forRows(Long.MAX_VALUE)));
    if (miniBatchFraction > 0.0) {
      packing = packing.withBatchesOfShare(miniBatchFraction);
    } else if (stated.batchSize() > 0) {
      packing = packing.withBatchesOf(stated.batchSize());
    }
    Packing asked = packing;
    try (TrainingData packed =
        TrainingData.guarded(
            data.context(), () -> TrainingData.pack(data.toJavaRDD(), PairReader::new, asked))) {
      LabelCheck.check(loss, packed.stats().label());
      Coordinates identity = Coordinates.identity(layout.features(), loss.outputs(), false);
      CoordinateScale scale = interceptExempt ? layout.lastExempt() : CoordinateScale.uniform();
      Problem problem =
          Problem.of(
              loss,
              identity,
              regularization.penalty(regParam, scale),
              layout.toEngine(initialWeights.toArray()));
      TrainingResult result =
          Trainer.train(
              packed, problem, forRows(packed.stats().rows()), soFar -> lastTrainingResult = soFar);
      lastTrainingResult = result;
      double[] history = new double[result.steps().size() + 1];
      for (int i = 0; i < history.length - 1; i++) {
        history[i] = result.steps().get(i).loss();
      }
      history[history.length - 1] = result.passes().get(result.passes().size() - 1).objective();
      return new Tuple2<>(Vectors.dense(layout.toMllib(result.weights())), history);
    }
  }

  /** What is stated, and what MLlib means where a step size is given and nothing else. */
  private TrainerOptions forRows(long rows) {
    TrainerOptions stated = options.build();
    boolean stepGiven = stated.stepSize() > 0.0;
    TrainerOptions.Builder meant = stated.toBuilder().keepBest(!stepGiven);
    if (!checkpointDir.isEmpty()) {
      meant.checkpoints(new CheckpointPlan(checkpointDir, checkpointInterval, resume));
    } else if (resume != Resume.NONE) {
      throw new IllegalArgumentException(
          "resume is " + resume + ", but there is no checkpointDir to go on from");
    }
    if (stated.schedule() == null && stepGiven) {
      meant.schedule(InverseSqrt::new);
    }
    if (miniBatchFraction > 0.0) {
      meant.batchSize(Math.max(1L, Math.round(miniBatchFraction * (double) rows)));
    } else if (stated.batchSize() == 0 && stepGiven) {
      meant.batchSize(rows);
    }
    return meant.build();
  }

  private static void require(boolean holds, String name, String range, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + range + ", but was " + value);
    }
  }
}
