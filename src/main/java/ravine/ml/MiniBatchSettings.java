package ravine.ml;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import ravine.cluster.Requirements;
import ravine.engine.NoiseReduction;
import ravine.engine.OnFailure;
import ravine.engine.SparseMode;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.exchange.EngineKind;
import ravine.resume.CheckpointPlan;
import ravine.resume.Resume;
import ravine.rows.Determinism;
import ravine.rows.Packing;
import ravine.rows.Storage;
import ravine.spec.Specs;
import ravine.validation.ValidationMetric;

/**
 * What an estimator of Ravine has beside Spark's params: params of its own, each with its doc, its
 * check and the option of the trainer it stands for (the default is that option's); the listeners;
 * and what the last fit gave.
 */
public final class MiniBatchSettings implements Serializable {
  private static final long serialVersionUID = 1L;

  final Param<String> optimizer;
  final DoubleParam stepSize;
  final Param<String> schedule;
  final IntParam batchSize;
  final DoubleParam miniBatchFraction;
  final LongParam seed;
  final Param<String> validationIndicatorCol;
  final Param<String> validationMetric;
  final IntParam patience;
  final DoubleParam validationTol;
  final LongParam maxSteps;
  final DoubleParam maxSeconds;
  final DoubleParam gradientClip;
  final Param<String> engine;
  final Param<String> deterministic;
  final Param<String> onFailure;
  final Param<String> sparse;
  final IntParam localSteps;
  final DoubleParam localStepSize;
  final Param<String> noiseReduction;
  final DoubleParam batchGrowth;
  final Param<String> storage;
  final Param<String> storageLevel;
  final Param<String> initialModelPath;
  final Param<String> checkpointDir;
  final Param<String> checkpointInterval;
  final Param<String> resume;

  private final MiniBatchParams<?> owner;
  private transient List<TrainingListener> listeners = new ArrayList<>();
  private transient @Nullable TrainingResult lastTrainingResult;
  private transient double[] lastClassWeights = {};

  /** Params that belong to {@code owner}, with their defaults set on it. */
  public MiniBatchSettings(MiniBatchParams<?> owner) {
    Requirements.check();
    this.owner = owner;
    TrainerOptions defaults =
        TrainerOptions.builder(Specs.rule(TrainerOptions.DEFAULT_RULE)).build();
    optimizer =
        new Param<>(
            owner,
            "optimizer",
            "update rule with its hyper-parameters, such as nesterov, momentum(0.9) or"
                + " adam(beta2=0.99)");
    stepSize =
        new DoubleParam(
            owner,
            "stepSize",
            "learning rate in standardised coordinates (>= 0); 0 chooses it from measured"
                + " curvature",
            ParamValidators.gtEq(0.0));
    schedule =
        new Param<>(
            owner,
            "schedule",
            "learning rate by step, such as inverse_sqrt or warmup(100,cosine(5000)); its first"
                + " argument may be left out and is then stepSize; empty means constant, or"
                + " automatic where stepSize is 0");
    batchSize =
        new IntParam(
            owner,
            "batchSize",
            "rows in a mini-batch (>= 0); 0 chooses it automatically",
            ParamValidators.gtEq(0));
    miniBatchFraction =
        new DoubleParam(
            owner,
            "miniBatchFraction",
            "rows in a mini-batch as a fraction of the training rows, in (0, 1]; not together with"
                + " batchSize",
            ParamValidators.inRange(0.0, 1.0, false, true));
    seed = new LongParam(owner, "seed", "seed of the shuffle and of the order of the mini-batches");
    validationIndicatorCol =
        new Param<>(
            owner,
            "validationIndicatorCol",
            "name of a boolean column: rows where it is true are not trained on but measured after"
                + " every pass");
    validationMetric =
        new Param<>(
            owner,
            "validationMetric",
            "what the best pass is chosen by, and patience counted by: loss, logLoss, areaUnderROC,"
                + " areaUnderPR or rmse of the validation rows");
    patience =
        new IntParam(
            owner,
            "patience",
            "passes without an improvement of the validation metric before training stops early (>="
                + " 1)",
            ParamValidators.gtEq(1));
    validationTol =
        new DoubleParam(
            owner,
            "validationTol",
            "relative decrease of the validation metric (of areas: of what is missing to 1) that"
                + " counts as an improvement (>= 0)",
            ParamValidators.gtEq(0.0));
    maxSteps =
        new LongParam(
            owner, "maxSteps", "most steps (>= 0); 0 for any number", ParamValidators.gtEq(0.0));
    maxSeconds =
        new DoubleParam(
            owner,
            "maxSeconds",
            "most seconds of training, those of packing the rows not counted (>= 0); 0 for any"
                + " number",
            ParamValidators.gtEq(0.0));
    gradientClip =
        new DoubleParam(
            owner,
            "gradientClip",
            "largest Euclidean norm of the mean gradient, longer ones are scaled down (>= 0); 0"
                + " means no clipping",
            ParamValidators.gtEq(0.0));
    engine =
        new Param<>(
            owner,
            "engine",
            "how partitions are asked for gradients: auto, jobs (one Spark job a step), resident"
                + " (one Spark job whose tasks stay)");
    deterministic =
        new Param<>(
            owner,
            "deterministic",
            "what the bits of a training depend on besides rows, params and seed: partitioning (on"
                + " the partitions that rows come in), strict (on nothing: rows are dealt into 32"
                + " shards by content; strict(64) into 64)");
    onFailure =
        new Param<>(
            owner,
            "onFailure",
            "what becomes of a training that fails or is cancelled after its first pass: throw (its"
                + " best weights stand in lastTrainingResult), best (they are the model)");
    sparse =
        new Param<>(
            owner,
            "sparse",
            "what steps on wide and sparse data may leave undone: auto (nothing that is not made up"
                + " for exactly), lazy (adaptive rules too update only the weights that a"
                + " mini-batch touches), dense");
    localSteps =
        new IntParam(
            owner,
            "localSteps",
            "mini-batch steps that each partition takes between two exchanges, whose mean"
                + " displacement is the gradient of the rule (>= 1); 1 is ordinary mini-batch"
                + " training",
            ParamValidators.gtEq(1));
    localStepSize =
        new DoubleParam(
            owner,
            "localStepSize",
            "learning rate of the local steps in standardised coordinates (>= 0); 0 takes stepSize"
                + " if that is given and the rule is not adaptive, and chooses it automatically"
                + " otherwise",
            ParamValidators.gtEq(0.0));
    noiseReduction =
        new Param<>(
            owner,
            "noiseReduction",
            "what is done about the noise of mini-batches: none, average (weights are the mean over"
                + " the second half of each pass), svrg (variance-reduced gradients; with"
                + " localSteps > 1 those of the local steps)");
    batchGrowth =
        new DoubleParam(
            owner,
            "batchGrowth",
            "factor by which mini-batches grow from pass to pass (>= 1)",
            ParamValidators.gtEq(1.0));
    storage =
        new Param<>(
            owner,
            "storage",
            "how packed feature values are kept: double, or float for half the memory at 24 bits a"
                + " value (sums and weights stay double)");
    storageLevel =
        new Param<>(
            owner,
            "storageLevel",
            "where packed rows are kept while training: MEMORY_AND_DISK, DISK_ONLY or one of these"
                + " with _2 or DISK_ONLY_3, or auto: that of the input where it is persisted, else"
                + " MEMORY_AND_DISK");
    initialModelPath =
        new Param<>(
            owner,
            "initialModelPath",
            "path of a saved Spark model of the same kind whose coefficients training starts from;"
                + " empty means none");
    checkpointDir =
        new Param<>(
            owner,
            "checkpointDir",
            "directory of any of Hadoop's file systems for checkpoints of the training, from which"
                + " a run that was lost goes on; one directory for one fit; empty means none");
    checkpointInterval =
        new Param<>(
            owner,
            "checkpointInterval",
            "between two checkpoints: steps such as 100, seconds such as 60s, or -1 for one at the"
                + " end alone");
    resume =
        new Param<>(
            owner,
            "resume",
            "what is done about the checkpoints in checkpointDir: none (there must not be any),"
                + " must (go on from the last), auto (go on if there is one)");
    owner.setDefault(optimizer, TrainerOptions.DEFAULT_RULE);
    owner.setDefault(stepSize, defaults.stepSize());
    owner.setDefault(schedule, "");
    owner.setDefault(batchSize, (int) defaults.batchSize());
    owner.setDefault(seed, defaults.seed());
    owner.setDefault(validationMetric, defaults.validationMetric().toString());
    owner.setDefault(maxSteps, 0L);
    owner.setDefault(maxSeconds, 0.0);
    owner.setDefault(patience, defaults.patience());
    owner.setDefault(validationTol, defaults.validationTol());
    owner.setDefault(gradientClip, defaults.gradientClip());
    owner.setDefault(engine, Specs.choiceName(defaults.engine()));
    owner.setDefault(deterministic, Determinism.PARTITIONING.toString());
    owner.setDefault(onFailure, Specs.choiceName(defaults.onFailure()));
    owner.setDefault(sparse, Specs.choiceName(defaults.sparse()));
    owner.setDefault(localSteps, defaults.localSteps());
    owner.setDefault(localStepSize, defaults.localStepSize());
    owner.setDefault(noiseReduction, Specs.choiceName(defaults.noiseReduction()));
    owner.setDefault(batchGrowth, defaults.batchGrowth());
    owner.setDefault(storage, Specs.choiceName(Storage.DEFAULT));
    owner.setDefault(storageLevel, "auto");
    owner.setDefault(initialModelPath, "");
    owner.setDefault(checkpointDir, "");
    owner.setDefault(checkpointInterval, CheckpointPlan.DEFAULT_INTERVAL);
    owner.setDefault(resume, Specs.choiceName(Resume.NONE));
  }

  /**
   * The options of the trainer that the params stand for, listeners included; but for {@code
   * maxIter} and {@code tol}, which are Spark's own params, and {@code miniBatchFraction}, which is
   * a number of rows only when they are counted.
   *
   * @throws IllegalArgumentException if a text cannot be read
   */
  public TrainerOptions.Builder options() {
    TrainerOptions.Builder options =
        TrainerOptions.builder(Specs.optimizer(owner.getOptimizer()))
            .stepSize(owner.getStepSize())
            .batchSize(owner.getBatchSize())
            .seed(owner.getSeed())
            .patience(owner.getPatience())
            .validationTol(owner.getValidationTol())
            .validationMetric(ValidationMetric.of(owner.getValidationMetric()))
            .gradientClip(owner.getGradientClip())
            .engine(Specs.choice(EngineKind.class, "engine", owner.getEngine()))
            .onFailure(Specs.choice(OnFailure.class, "onFailure", owner.getOnFailure()))
            .sparse(Specs.choice(SparseMode.class, "sparse", owner.getSparse()))
            .localSteps(owner.getLocalSteps())
            .localStepSize(owner.getLocalStepSize())
            .noiseReduction(
                Specs.choice(NoiseReduction.class, "noiseReduction", owner.getNoiseReduction()))
            .batchGrowth(owner.getBatchGrowth());
    if (!owner.getSchedule().isEmpty()) {
      options.schedule(Specs.scheduleOf(owner.getSchedule()));
    }
    if (owner.getMaxSteps() > 0) {
      options.maxSteps(owner.getMaxSteps());
    }
    if (owner.getMaxSeconds() > 0.0) {
      options.maxSeconds(owner.getMaxSeconds());
    }
    options.checkpoints(checkpoints());
    listeners.forEach(options::listener);
    return options;
  }

  private @Nullable CheckpointPlan checkpoints() {
    CheckpointPlan.Interval interval = CheckpointPlan.Interval.of(owner.getCheckpointInterval());
    Resume chosen = Specs.choice(Resume.class, "resume", owner.getResume());
    if (owner.getCheckpointDir().isEmpty()) {
      if (chosen != Resume.NONE) {
        throw new IllegalArgumentException(
            "resume is " + owner.getResume() + ", but there is no checkpointDir to go on from");
      }
      return null;
    }
    return new CheckpointPlan(owner.getCheckpointDir(), interval, chosen);
  }

  /**
   * How packed values are kept.
   *
   * @throws IllegalArgumentException if the text cannot be read
   */
  public Storage packedAs() {
    return Specs.choice(Storage.class, "storage", owner.getStorage());
  }

  /**
   * Where packed rows are kept.
   *
   * @param input the level of the input
   * @throws IllegalArgumentException if the text names no level for this
   */
  public StorageLevel storedAt(StorageLevel input) {
    return Packing.level(owner.getStorageLevel(), input);
  }

  /**
   * What bits may depend on.
   *
   * @throws IllegalArgumentException if the text cannot be read
   */
  public Determinism determinism() {
    return Determinism.of(owner.getDeterministic());
  }

  /** Gives the listeners to a copy of the owner, and the copy back. */
  public <E extends MiniBatchParams<E>> E listeningTo(E copy) {
    copy.miniBatchSettings().listeners.addAll(listeners);
    return copy;
  }

  void listen(TrainingListener listener) {
    listeners.add(listener);
  }

  /** What the rows of each class weigh more in the fit that begins. */
  public void weighed(double[] classWeights) {
    lastClassWeights = classWeights;
  }

  /** What the rows of each class weighed more in the last fit; empty if nothing. */
  public double[] lastClassWeights() {
    return lastClassWeights.clone();
  }

  void trained(TrainingResult result) {
    lastTrainingResult = result;
  }

  @Nullable TrainingResult lastTrainingResult() {
    return lastTrainingResult;
  }

  /** Listeners are transient: an estimator read from bytes has none. */
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    listeners = new ArrayList<>();
    lastClassWeights = new double[0];
  }

  /** What was loaded, if it is of the class asked for. */
  public static <T> T loaded(Object estimator, Class<T> type, String path) {
    if (!type.isInstance(estimator)) {
      String what = path + " holds a " + estimator.getClass().getName();
      throw new IllegalArgumentException(
          what + ", not a " + type.getSimpleName() + ": load it with its own class.");
    }
    return type.cast(estimator);
  }
}
