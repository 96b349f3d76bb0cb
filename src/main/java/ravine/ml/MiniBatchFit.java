package ravine.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.engine.NoiseReduction;
import ravine.engine.Preflight;
import ravine.engine.SparseMode;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.exchange.EngineKind;
import ravine.objective.Problem;
import ravine.rows.Packing;
import ravine.rows.Storage;
import ravine.rule.Optimizer;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.schedule.Schedule;
import ravine.spec.Specs;

/**
 * One {@code fit} of an estimator, what all three have in common: from params and rows to packed
 * rows, and from params to the options of the trainer.
 */
public final class MiniBatchFit {
  /** Stands for a number of rows that is not known yet, where any will do. */
  private static final long LARGE = 1_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(MiniBatchFit.class);

  private final MiniBatchParams<?> params;
  private final List<TrainingListener> listeners;
  private final Optimizer optimizer;
  private final UpdateRule rule;

  /** By step size; null where the user gives none. */
  private final @Nullable DoubleFunction<Schedule> schedule;

  /**
   * Reads the params that need no data, so that a wrong one is refused before the first job.
   *
   * @throws IllegalArgumentException if {@code optimizer}, {@code schedule}, {@code engine} or
   *     {@code storage} cannot be read, or {@code batchSize} and {@code miniBatchFraction} are both
   *     set
   */
  public MiniBatchFit(MiniBatchParams<?> params, List<TrainingListener> listeners) {
    this.params = params;
    this.listeners = new ArrayList<>(listeners);
    this.optimizer = Specs.optimizer(params.getOptimizer());
    this.rule = optimizer instanceof UpdateRule update ? update : new Sgd();
    Specs.choice(EngineKind.class, "engine", params.getEngine());
    Specs.choice(SparseMode.class, "sparse", params.getSparse());
    Specs.choice(NoiseReduction.class, "noiseReduction", params.getNoiseReduction());
    Specs.choice(Storage.class, "storage", params.getStorage());
    refuseChanged(
        "aggregationDepth",
        "gradients are added up on the driver in the order of the partitions, in one level");
    refuseChanged("maxBlockSizeInMB", "blocks of rows are cut to fit the processor's cache");
    String text = params.getSchedule();
    this.schedule = text.isEmpty() ? null : Specs.scheduleOf(text);
    if (params.getBatchSize() > 0 && params.isDefined(params.miniBatchFraction())) {
      throw new IllegalArgumentException(
          "batchSize and miniBatchFraction both say how large a mini-batch is: set one of them.");
    }
  }

  /** Refuses a param of Spark's own training that steers nothing here. */
  private void refuseChanged(String name, String reason) {
    Param<Object> param = params.getParam(name);
    if (params.isSet(param) && !params.getDefault(param).contains(params.getOrDefault(param))) {
      throw new IllegalArgumentException(
          name
              + "="
              + params.getOrDefault(param)
              + " has no meaning here ("
              + reason
              + "): leave it at its default.");
    }
  }

  /** Reads, validates and packs the rows; close what comes back. */
  public TrainingData pack(
      Dataset<?> dataset, String labelCol, String featuresCol, @Nullable String weightCol) {
    String validation =
        params.isDefined(params.validationIndicatorCol())
            ? params.getValidationIndicatorCol()
            : null;
    DataFrameRows rows = new DataFrameRows(dataset, labelCol, featuresCol, weightCol, validation);
    int features = rows.declaredFeatures();
    if (features == 0) {
      throw noFeature(featuresCol);
    }
    checkMemory(dataset, features);
    TrainingData data;
    try {
      data =
          TrainingData.pack(
              rows.rows(),
              rows.readers(),
              Packing.of(
                      features,
                      params.getSeed(),
                      Specs.choice(Storage.class, "storage", params.getStorage()))
                  .withSample(Trainer.beginsOnSample(options(LARGE).build())));
    } catch (IllegalArgumentException refused) {
      if (features < 0 && rows.featuresOfFirst() == 0) {
        throw noFeature(featuresCol);
      }
      throw refused;
    }
    if (data.features() == 0) {
      data.close();
      rows.featuresOfFirst();
      throw noFeature(featuresCol);
    }
    try {
      checkMemory(dataset, data.features());
      String note = note(validation, data.stats().validationRows());
      if (!note.isEmpty()) {
        LOG.warn(note);
      }
      return data;
    } catch (IllegalArgumentException tooWide) {
      data.close();
      throw tooWide;
    }
  }

  /** What to say of a validation column that was named and does nothing; empty if it does. */
  static String note(@Nullable String validation, long validationRows) {
    return validation == null || validationRows > 0
        ? ""
        : "validationIndicatorCol "
            + validation
            + " marks no row of positive weight: all rows train, and nothing stops training early.";
  }

  /** Where the rows do not say how wide they are, that is known only when they are packed. */
  private void checkMemory(Dataset<?> dataset, int features) {
    if (features > 0) {
      SparkContext context = dataset.sparkSession().sparkContext();
      new Preflight(features, 1, rule, context.defaultParallelism()).check(context);
    }
  }

  private static IllegalArgumentException noFeature(String featuresCol) {
    return new IllegalArgumentException(
        "There is no feature to train on: the vectors in column "
            + featuresCol
            + " have length 0.");
  }

  /** The rows that were trained on: all of them but those that only validate. */
  public Dataset<?> trainingRows(Dataset<?> dataset) {
    return params.isDefined(params.validationIndicatorCol())
        ? DataFrameRows.withoutValidation(dataset, params.getValidationIndicatorCol())
        : dataset;
  }

  /** What was loaded, if it is of the class asked for. */
  public static <T> T loaded(Object estimator, Class<T> type, String path) {
    if (!type.isInstance(estimator)) {
      throw new IllegalArgumentException(
          path
              + " holds a "
              + estimator.getClass().getName()
              + ", not a "
              + type.getSimpleName()
              + ": load it with its own class.");
    }
    return type.cast(estimator);
  }

  /**
   * The coordinates in which these rows are trained.
   *
   * @param stiffness curvature of the penalty's L2 part over that of the loss in the margin
   */
  public FeatureScaling coordinates(
      TrainingData data, boolean intercept, boolean standardization, double stiffness) {
    boolean wide = Trainer.isWide(data, options(data.stats().rows()).build());
    FeatureScaling.Scale scale =
        byNonZeros()
            ? FeatureScaling.Scale.NON_ZEROS
            : wide ? FeatureScaling.Scale.STATED : FeatureScaling.Scale.DEVIATION;
    return new FeatureScaling(data.stats(), intercept, standardization, stiffness, !wide, scale);
  }

  /**
   * Whether the rule divides by the gradient's own size and its rate is ours: then it walks in
   * coordinates that know the size of the non-zeros, unless its starting rate is too short for
   * them. A rate of the user's own is one for features of unit deviation.
   */
  private boolean byNonZeros() {
    return params.getStepSize() == 0.0 && rule.startsByNonZeros();
  }

  /** Runs the trainer on packed rows with the params of the estimator; maxIter counts passes. */
  public TrainingResult train(TrainingData data, Problem problem, int maxIter, double tol) {
    return Trainer.train(
        data, problem, options(data.stats().rows()).maxPasses(maxIter).tol(tol).build());
  }

  private TrainerOptions.Builder options(long rows) {
    TrainerOptions.Builder options =
        TrainerOptions.builder(optimizer)
            .stepSize(params.getStepSize())
            .seed(params.getSeed())
            .gradientClip(params.getGradientClip())
            .engine(Specs.choice(EngineKind.class, "engine", params.getEngine()))
            .sparse(Specs.choice(SparseMode.class, "sparse", params.getSparse()))
            .localSteps(params.getLocalSteps())
            .localStepSize(params.getLocalStepSize())
            .noiseReduction(
                Specs.choice(NoiseReduction.class, "noiseReduction", params.getNoiseReduction()))
            .batchGrowth(params.getBatchGrowth())
            .patience(params.getPatience())
            .validationTol(params.getValidationTol());
    if (schedule != null) {
      options.schedule(schedule);
    }
    if (params.getBatchSize() > 0) {
      options.batchSize(params.getBatchSize());
    } else if (params.isDefined(params.miniBatchFraction())) {
      options.batchSize(Math.max(1L, Math.round(params.getMiniBatchFraction() * (double) rows)));
    }
    listeners.forEach(options::listener);
    return options;
  }
}
