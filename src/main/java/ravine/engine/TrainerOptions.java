package ravine.engine;

import java.io.Serializable;
import java.util.List;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;
import ravine.cluster.TravellingList;
import ravine.exchange.EngineKind;
import ravine.resume.CheckpointPlan;
import ravine.rule.Lbfgs;
import ravine.rule.Optimizer;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.schedule.Schedule;
import ravine.validation.ValidationMetric;

/**
 * How to train, beyond what is minimised. Immutable; made by {@link #builder}.
 *
 * @param rule gradient to weight change; not asked where there is {@code lbfgs}
 * @param lbfgs what takes the rule's place; null for nothing
 * @param stepSize η, or the base of {@code schedule}; 0 for automatic
 * @param schedule from the step size to the learning rate by step; null for constant, or automatic
 *     where {@code stepSize} is 0
 * @param batchSize rows in a mini-batch; 0 for automatic
 * @param maxPasses most passes over the data, at least 0
 * @param maxSteps most updates, at least 0
 * @param maxSeconds most seconds of training, greater than 0; those of packing are not counted
 * @param tol relative accuracy of the objective at which training has converged; 0 never stops
 *     early
 * @param seed of the order of the mini-batches
 * @param gradientClip largest norm of the data gradient; 0 for no clipping
 * @param engine how partitions are asked
 * @param onFailure what becomes of a training that fails after its first pass
 * @param patience passes without improvement of the validation metric before stopping
 * @param validationTol relative decrease of that metric (of areas: of what is missing to 1) that
 *     counts as improvement
 * @param validationMetric by which the best pass is chosen where there are validation rows
 * @param sparse what steps on wide and sparse data may leave undone
 * @param localSteps mini-batch steps that each partition takes between two exchanges, at least 1; 1
 *     means that every mini-batch is the driver's
 * @param localStepSize learning rate of those steps where there are several; 0 for that of the
 *     driver's rule, or automatic where that rule is adaptive or its own is
 * @param noiseReduction what is done about the noise of mini-batches
 * @param batchGrowth factor by which mini-batches grow from pass to pass, at least 1
 * @param keepBest whether the weights of the best pass are returned, and not those of the last
 * @param checkpoints where checkpoints are kept and how often; null for none
 * @param listeners told of every step and pass
 */
public record TrainerOptions(
    UpdateRule rule,
    @Nullable Lbfgs lbfgs,
    double stepSize,
    @Nullable DoubleFunction<Schedule> schedule,
    long batchSize,
    int maxPasses,
    long maxSteps,
    double maxSeconds,
    double tol,
    long seed,
    double gradientClip,
    EngineKind engine,
    OnFailure onFailure,
    int patience,
    double validationTol,
    ValidationMetric validationMetric,
    SparseMode sparse,
    int localSteps,
    double localStepSize,
    NoiseReduction noiseReduction,
    double batchGrowth,
    boolean keepBest,
    @Nullable CheckpointPlan checkpoints,
    List<TrainingListener> listeners) {

  /**
   * The default rule, as {@code Specs.rule} reads it: which rule is made of it is the business of
   * those above this package.
   */
  public static final String DEFAULT_RULE = "nesterov(accelerated)";

  /** Starts from the defaults. */
  public static Builder builder(Optimizer optimizer) {
    return optimizer instanceof UpdateRule rule
        ? new Builder(rule, null)
        : new Builder(new Sgd(), (Lbfgs) optimizer);
  }

  /** What makes the steps: the rule, or what takes its place. */
  Optimizer optimizer() {
    return lbfgs == null ? rule : lbfgs;
  }

  /**
   * What in these options asks for mini-batches, or rules out steps that need whole batches; null
   * if nothing does.
   */
  @Nullable String reasonForMiniBatches() {
    if (stepSize != 0.0) {
      return "stepSize is " + stepSize;
    }
    if (schedule != null) {
      return "there is a schedule";
    }
    if (batchSize != 0) {
      return "batchSize is " + batchSize;
    }
    if (gradientClip != 0.0) {
      return "gradientClip is " + gradientClip;
    }
    if (localSteps != 1) {
      return "localSteps is " + localSteps;
    }
    if (noiseReduction != NoiseReduction.NONE) {
      return "noiseReduction is " + noiseReduction;
    }
    if (batchGrowth != 1.0) {
      return "batchGrowth is " + batchGrowth;
    }
    return rule.takesMetric() ? null : rule + " takes no metric";
  }

  /** Starts from these options. */
  public Builder toBuilder() {
    Builder builder = new Builder(rule, lbfgs);
    builder.stepSize = stepSize;
    builder.schedule = schedule;
    builder.batchSize = batchSize;
    builder.maxPasses = maxPasses;
    builder.maxSteps = maxSteps;
    builder.maxSeconds = maxSeconds;
    builder.tol = tol;
    builder.seed = seed;
    builder.gradientClip = gradientClip;
    builder.engine = engine;
    builder.onFailure = onFailure;
    builder.patience = patience;
    builder.validationTol = validationTol;
    builder.validationMetric = validationMetric;
    builder.sparse = sparse;
    builder.localSteps = localSteps;
    builder.localStepSize = localStepSize;
    builder.noiseReduction = noiseReduction;
    builder.batchGrowth = batchGrowth;
    builder.keepBest = keepBest;
    builder.checkpoints = checkpoints;
    builder.listeners.addAll(listeners);
    return builder;
  }

  /**
   * Collects options; every default stands here, once. Serializable if the schedule is; a listener
   * that is not stays behind, with a warning.
   */
  public static final class Builder implements Serializable {
    private static final long serialVersionUID = 1L;

    private UpdateRule rule;
    private @Nullable Lbfgs lbfgs;
    private double stepSize;

    @SuppressWarnings("serial") // Those of Specs.scheduleOf are; see the class comment.
    private @Nullable DoubleFunction<Schedule> schedule;

    private long batchSize;
    private int maxPasses = 100;
    private long maxSteps = Long.MAX_VALUE;
    private double maxSeconds = Double.POSITIVE_INFINITY;
    private double tol = 1e-6;
    private long seed = 42L;
    private double gradientClip;
    private EngineKind engine = EngineKind.AUTO;
    private OnFailure onFailure = OnFailure.THROW;
    private int patience = 5;
    private double validationTol = 1e-4;
    private ValidationMetric validationMetric = ValidationMetric.LOSS;
    private SparseMode sparse = SparseMode.AUTO;
    private int localSteps = 1;
    private double localStepSize;
    private NoiseReduction noiseReduction = NoiseReduction.NONE;
    private double batchGrowth = 1.0;
    private boolean keepBest = true;
    private @Nullable CheckpointPlan checkpoints;
    private final TravellingList<TrainingListener> listeners = new TravellingList<>();

    private Builder(UpdateRule rule, @Nullable Lbfgs lbfgs) {
      this.rule = rule;
      this.lbfgs = lbfgs;
    }

    /** Gradient to weight change. */
    public Builder rule(UpdateRule value) {
      rule = value;
      lbfgs = null;
      return this;
    }

    /** η, at least 0 and finite; 0 for automatic. */
    public Builder stepSize(double value) {
      require(value >= 0.0 && value < Double.POSITIVE_INFINITY, "stepSize", ">= 0", value);
      stepSize = value;
      return this;
    }

    /** Learning rate by step, given the step size. */
    public Builder schedule(DoubleFunction<Schedule> value) {
      schedule = value;
      return this;
    }

    /** Rows in a mini-batch; 0 for automatic. */
    public Builder batchSize(long value) {
      require(value >= 0, "batchSize", ">= 0", value);
      batchSize = value;
      return this;
    }

    /** Most passes over the data. */
    public Builder maxPasses(int value) {
      require(value >= 0, "maxPasses", ">= 0", value);
      maxPasses = value;
      return this;
    }

    /** Most updates. */
    public Builder maxSteps(long value) {
      require(value >= 0, "maxSteps", ">= 0", value);
      maxSteps = value;
      return this;
    }

    /** Most seconds of training, greater than 0; infinite for any number. */
    public Builder maxSeconds(double value) {
      require(value > 0.0, "maxSeconds", "> 0", value);
      maxSeconds = value;
      return this;
    }

    /** Relative accuracy at which training has converged. */
    public Builder tol(double value) {
      require(value >= 0.0, "tol", ">= 0", value);
      tol = value;
      return this;
    }

    /** Seed of the order of the mini-batches. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Largest norm of the data gradient; 0 for no clipping. */
    public Builder gradientClip(double value) {
      require(value >= 0.0, "gradientClip", ">= 0", value);
      gradientClip = value;
      return this;
    }

    /** How partitions are asked. */
    public Builder engine(EngineKind value) {
      engine = value;
      return this;
    }

    /** What becomes of a training that fails after its first pass. */
    public Builder onFailure(OnFailure value) {
      onFailure = value;
      return this;
    }

    /** Passes without improvement before stopping, at least 1. */
    public Builder patience(int value) {
      require(value >= 1, "patience", ">= 1", value);
      patience = value;
      return this;
    }

    /** Relative decrease of the validation metric that counts as improvement. */
    public Builder validationTol(double value) {
      require(value >= 0.0, "validationTol", ">= 0", value);
      validationTol = value;
      return this;
    }

    /** By which the best pass is chosen where there are validation rows. */
    public Builder validationMetric(ValidationMetric value) {
      validationMetric = value;
      return this;
    }

    /** What steps on wide and sparse data may leave undone. */
    public Builder sparse(SparseMode value) {
      sparse = value;
      return this;
    }

    /** Mini-batch steps of each partition between two exchanges, at least 1. */
    public Builder localSteps(int value) {
      require(value >= 1, "localSteps", ">= 1", value);
      localSteps = value;
      return this;
    }

    /** Learning rate of those steps, at least 0 and finite; 0 for automatic. */
    public Builder localStepSize(double value) {
      require(value >= 0.0 && value < Double.POSITIVE_INFINITY, "localStepSize", ">= 0", value);
      localStepSize = value;
      return this;
    }

    /** What is done about the noise of mini-batches. */
    public Builder noiseReduction(NoiseReduction value) {
      noiseReduction = value;
      return this;
    }

    /** Factor by which mini-batches grow from pass to pass, at least 1 and finite. */
    public Builder batchGrowth(double value) {
      require(value >= 1.0 && value < Double.POSITIVE_INFINITY, "batchGrowth", ">= 1", value);
      batchGrowth = value;
      return this;
    }

    /** Whether the weights of the best pass are returned, and not those of the last. */
    public Builder keepBest(boolean value) {
      keepBest = value;
      return this;
    }

    /** Where checkpoints are kept and how often; null for none. */
    public Builder checkpoints(@Nullable CheckpointPlan value) {
      checkpoints = value;
      return this;
    }

    /** Adds a listener. */
    public Builder listener(TrainingListener value) {
      listeners.add(value);
      return this;
    }

    /** Takes away all listeners. */
    public Builder withoutListeners() {
      listeners.clear();
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException if L-BFGS is to take steps that are not its own
     */
    public TrainerOptions build() {
      TrainerOptions options = options();
      String reason = options.reasonForMiniBatches();
      if (lbfgs != null && reason != null) {
        throw new IllegalArgumentException(
            "lbfgs takes whole batches and finds its own step lengths, but "
                + reason
                + ": leave that at its default, or name an update rule.");
      }
      return options;
    }

    private TrainerOptions options() {
      return new TrainerOptions(
          rule,
          lbfgs,
          stepSize,
          schedule,
          batchSize,
          maxPasses,
          maxSteps,
          maxSeconds,
          tol,
          seed,
          gradientClip,
          engine,
          onFailure,
          patience,
          validationTol,
          validationMetric,
          sparse,
          localSteps,
          localStepSize,
          noiseReduction,
          batchGrowth,
          keepBest,
          checkpoints,
          List.copyOf(listeners));
    }

    private static void require(boolean holds, String name, String range, Object value) {
      if (!holds) {
        throw new IllegalArgumentException(name + " must be " + range + ", but was " + value);
      }
    }
  }
}
