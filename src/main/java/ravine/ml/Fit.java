package ravine.ml;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import ravine.engine.EngineKind;
import ravine.engine.Noise;
import ravine.engine.Packing;
import ravine.engine.Preflight;
import ravine.engine.Problem;
import ravine.engine.SparseSteps;
import ravine.engine.Storage;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.rule.AdaGrad;
import ravine.rule.AdaMax;
import ravine.rule.Adam;
import ravine.rule.AdamW;
import ravine.rule.AmsGrad;
import ravine.rule.Nadam;
import ravine.rule.UpdateRule;
import ravine.spec.Specs;

/**
 * One {@code fit} of an estimator, what all three have in common: from params and rows to packed
 * rows, and from params to the options of the trainer.
 */
public final class Fit {
  /** Stands for a number of rows that is not known yet, where any will do. */
  private static final long LARGE = 1_000_000L;

  private final MiniBatchParams<?> params;
  private final List<TrainingListener> listeners;
  private final UpdateRule rule;

  /**
   * Reads the params that need no data, so that a wrong one is refused before the first job.
   *
   * @throws IllegalArgumentException if {@code optimizer}, {@code schedule}, {@code engine} or
   *     {@code storage} cannot be read, or {@code batchSize} and {@code miniBatchFraction} are both
   *     set
   */
  public Fit(MiniBatchParams<?> params, List<TrainingListener> listeners) {
    this.params = params;
    this.listeners = new ArrayList<>(listeners);
    this.rule = Specs.rule(params.getOptimizer());
    EngineKind.of(params.getEngine());
    SparseSteps.of(params.getSparse());
    Noise.of(params.getNoiseReduction());
    Storage.of(params.getStorage());
    refuseChanged(
        "aggregationDepth",
        "gradients are added up on the driver in the order of the partitions, in one level");
    refuseChanged("maxBlockSizeInMB", "blocks of rows are cut to fit the processor's cache");
    if (!params.getSchedule().isEmpty()) {
      Specs.schedule(params.getSchedule(), 1.0);
    }
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
    Rows rows = new Rows(dataset, labelCol, featuresCol, weightCol, validation);
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
              Packing.of(features, params.getSeed(), Storage.of(params.getStorage()))
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
      return data;
    } catch (IllegalArgumentException tooWide) {
      data.close();
      throw tooWide;
    }
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
        ? Rows.withoutValidation(dataset, params.getValidationIndicatorCol())
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
  public Coordinates coordinates(
      TrainingData data, boolean intercept, boolean standardization, double stiffness) {
    boolean wide = Trainer.isWide(data, options(data.stats().rows()).build());
    Coordinates.Scale scale =
        byNonZeros()
            ? Coordinates.Scale.NON_ZEROS
            : wide ? Coordinates.Scale.STATED : Coordinates.Scale.DEVIATION;
    return new Coordinates(data.stats(), intercept, standardization, stiffness, !wide, scale);
  }

  /**
   * Adaptive rule with an automatic rate: one that divides by the gradient's own size, and is
   * therefore given features scaled by the size of their non-zeros, too. A rate of the user's own
   * is one for features of unit deviation, and the automatic rates of {@code rmsprop} and {@code
   * adadelta} are too short for other coordinates.
   */
  private boolean byNonZeros() {
    return params.getStepSize() == 0.0
        && (rule instanceof AdaGrad
            || rule instanceof Adam
            || rule instanceof AdamW
            || rule instanceof AmsGrad
            || rule instanceof AdaMax
            || rule instanceof Nadam);
  }

  /** Runs the trainer on packed rows with the params of the estimator; maxIter counts passes. */
  public TrainingResult train(TrainingData data, Problem problem, int maxIter, double tol) {
    return Trainer.train(
        data, problem, options(data.stats().rows()).maxPasses(maxIter).tol(tol).build());
  }

  private TrainerOptions.Builder options(long rows) {
    TrainerOptions.Builder options =
        TrainerOptions.builder(rule)
            .stepSize(params.getStepSize())
            .seed(params.getSeed())
            .gradientClip(params.getGradientClip())
            .engine(EngineKind.of(params.getEngine()))
            .sparse(SparseSteps.of(params.getSparse()))
            .localSteps(params.getLocalSteps())
            .localStepSize(params.getLocalStepSize())
            .noise(Noise.of(params.getNoiseReduction()))
            .batchGrowth(params.getBatchGrowth())
            .patience(params.getPatience())
            .validationTol(params.getValidationTol());
    String schedule = params.getSchedule();
    if (!schedule.isEmpty()) {
      options.schedule(stepSize -> Specs.schedule(schedule, stepSize));
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
