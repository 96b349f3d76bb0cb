package ravine.ml;

import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import ravine.engine.SparseMode;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingResult;
import ravine.exchange.GradientEngine;
import ravine.exchange.Work;
import ravine.memory.Preflight;
import ravine.ml.weighting.FitWeighting;
import ravine.objective.Problem;
import ravine.rows.ColumnStats;
import ravine.rows.Determinism;
import ravine.rows.PackedRows;
import ravine.rows.Packing;
import ravine.rows.Storage;
import ravine.validation.ValidationMetric;

/**
 * One {@code fit} of an estimator, what all three have in common: from params and rows to packed
 * rows, and from params to the options of the trainer.
 */
public final class MiniBatchFit {
  /** Stands for a number of rows that is not known yet, where any will do. */
  private static final long LARGE = 1_000_000L;

  private final MiniBatchParams<?> params;
  private final TrainerOptions stated;
  private final Storage storage;
  private final Determinism determinism;
  private final FitWeighting weighting;

  /** Features that rows before these had; −1 where there were none. */
  private int known = -1;

  /** Whether a sample is drawn while rows are packed, whatever these params need. */
  private boolean samples;

  /** What else is packed of each row for several models, and whether views weigh their classes. */
  private List<Packing.Beside> beside = List.of();

  private boolean viewsWeigh;

  /** Whether rows come in portions, which no training begins on a sample of. */
  private boolean inPortions;

  /**
   * Reads the params that need no data, so that a wrong one is refused before the first job.
   *
   * @throws IllegalArgumentException if one of the texts cannot be read, or {@code batchSize} and
   *     {@code miniBatchFraction} are both set
   */
  public MiniBatchFit(MiniBatchParams<?> params) {
    this.params = params;
    this.stated = params.miniBatchSettings().options().build();
    this.storage = params.miniBatchSettings().packedAs();
    this.determinism = params.miniBatchSettings().determinism();
    this.weighting = FitWeighting.of(params);
    params.miniBatchSettings().storedAt(StorageLevel.NONE());
    refuseChanged(
        "aggregationDepth",
        "gradients are added up on the driver in the order of the partitions, in one level");
    refuseChanged("maxBlockSizeInMB", "blocks of rows are cut to fit the processor's cache");
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
  public TrainingData pack(Dataset<?> dataset) {
    return read(dataset, false);
  }

  /** The same for several models, of which some may begin on a sample. */
  public TrainingData packForMany(Dataset<?> dataset) {
    samples = true;
    return read(dataset, false);
  }

  /**
   * The same with numbers of each row beside its label.
   *
   * @param weighed whether views weigh the classes, each its own
   */
  public TrainingData packForMany(
      Dataset<?> dataset, List<Packing.Beside> columns, boolean weighed) {
    beside = columns;
    viewsWeigh = weighed;
    return packForMany(dataset);
  }

  /**
   * The same for squared errors, with the sums over all rows that may be all they need. Rows that
   * are cached, and so quickly read again if it comes to that, are then packed only on demand.
   */
  public TrainingData sum(Dataset<?> dataset) {
    return read(dataset, Trainer.canDoWithSums(options(LARGE)));
  }

  /**
   * The same of rows that come after others: there may be none, which is then what is known.
   *
   * @param expected number of features of the others; −1 where there were none
   * @throws IllegalArgumentException as {@link #pack}; also for no row, where there were no others
   */
  TrainingData packPortion(Dataset<?> dataset, int expected) {
    weighting.requireNamed();
    known = expected;
    inPortions = true;
    try {
      return read(dataset, false);
    } catch (PackedRows.NoRows none) {
      if (expected < 0) {
        throw none;
      }
      return TrainingData.known(
          dataset.sparkSession().sparkContext(), ColumnStats.ofNone(expected), expected);
    }
  }

  private TrainingData read(Dataset<?> dataset, boolean sums) {
    return TrainingData.guarded(
        dataset.sparkSession().sparkContext(), () -> readGuarded(dataset, sums));
  }

  private TrainingData readGuarded(Dataset<?> dataset, boolean sums) {
    String featuresCol = text("featuresCol");
    boolean validates = params.isDefined(params.validationIndicatorCol());
    String validation = validates ? params.getValidationIndicatorCol() : null;
    if (validation == null
        && ValidationMetric.of(params.getValidationMetric()) != ValidationMetric.LOSS) {
      throw new IllegalArgumentException(
          "validationMetric is "
              + params.getValidationMetric()
              + ", but there are no validation rows: set validationIndicatorCol");
    }
    List<String> columns = beside.stream().map(Packing.Beside::column).toList();
    DataFrameRows rows =
        new DataFrameRows(dataset, text("labelCol"), featuresCol, weightCol(), validation, columns);
    int declared = rows.declaredFeatures();
    int features = declared < 0 ? known : declared;
    if (features == 0) {
      throw rows.withoutFeature();
    }
    checkMemory(dataset, features);
    TrainingData data;
    try {
      StorageLevel level = params.miniBatchSettings().storedAt(rows.level());
      SparkContext context = dataset.sparkSession().sparkContext();
      Packing packing = packing(context, features, featuresCol).withSums(sums).storedAt(level);
      boolean later = sums && validation == null && rows.areCached();
      if (!viewsWeigh) {
        params.miniBatchSettings().weighed(weighting.read(rows::classTotals));
      }
      data =
          later
              ? TrainingData.sum(rows.rows(), rows.readers(weighting.weights()), packing)
              : TrainingData.pack(rows.rows(), rows.readers(weighting.weights()), packing);
    } catch (PackedRows.NoRows none) {
      if (features < 0) {
        rows.featuresOfFirst();
      }
      throw none;
    } catch (IllegalArgumentException refused) {
      if (features < 0) {
        int first = rows.featuresOfFirst();
        if (first == 0) {
          throw rows.withoutFeature();
        }
        checkMemory(dataset, first); // in the sentence that says what to do about it
      }
      throw FeatureNames.of(dataset, featuresCol).named(refused);
    }
    if (data.features() == 0) {
      data.close();
      rows.featuresOfFirst();
      throw rows.withoutFeature();
    }
    try {
      checkMemory(dataset, data.features());
      DataFrameRows.warn(validation, data.stats().validationRows());
      return data;
    } catch (IllegalArgumentException tooWide) {
      data.close();
      throw tooWide;
    }
  }

  /**
   * How the rows of one model of many are packed, by the thread that trains it.
   *
   * @param features declared; −1 for as many as the first row has
   */
  public Packing packingHere(int features) {
    Packing packing =
        Packing.of(features, stated.seed(), storage)
            .with(determinism)
            .alone(Trainer.takesWholeBatches(options(LARGE)));
    return features < 0
        ? packing
        : packing.declaredBy("the metadata of column " + text("featuresCol"));
  }

  /** What the bits of a training may depend on. */
  public Determinism determinism() {
    return determinism;
  }

  private Packing packing(SparkContext context, int features, String featuresCol) {
    Packing packing =
        Packing.of(features, stated.seed(), storage)
            .with(determinism)
            .with(beside)
            .withSample(!inPortions && (samples || Trainer.beginsOnSample(options(LARGE))));
    if (features < 0) {
      packing = packing.withMostFeatures(Preflight.mostFeatures(context, stated));
    } else {
      packing =
          packing.declaredBy(
              features == known
                  ? "the state of the rows before"
                  : "the metadata of column " + featuresCol);
    }
    if (stated.batchSize() > 0) {
      return packing.withBatchesOf(stated.batchSize());
    }
    return params.isDefined(params.miniBatchFraction())
        ? packing.withBatchesOfShare(params.getMiniBatchFraction())
        : packing;
  }

  /** The weights of the classes: numbers once rows are read. */
  public FitWeighting weighting() {
    return weighting;
  }

  /** The label column of these rows. */
  public StructField label(Dataset<?> dataset) {
    return dataset.schema().apply(text("labelCol"));
  }

  private String text(String name) {
    return String.valueOf(params.getOrDefault(params.getParam(name)));
  }

  private @Nullable String weightCol() {
    return params.isDefined(params.getParam("weightCol")) && !text("weightCol").isEmpty()
        ? text("weightCol")
        : null;
  }

  /** Where the rows do not say how wide they are, that is known only when they are read. */
  private void checkMemory(Dataset<?> dataset, int features) {
    if (features > 0) {
      SparkContext context = dataset.sparkSession().sparkContext();
      Preflight.before(context, features, 1, stated).check(context);
    }
  }

  /** The rows that were trained on: all of them but those that only validate. */
  public Dataset<?> trainingRows(Dataset<?> dataset) {
    return params.isDefined(params.validationIndicatorCol())
        ? DataFrameRows.withoutValidation(dataset, params.getValidationIndicatorCol())
        : dataset;
  }

  /**
   * The coordinates in which these rows are trained.
   *
   * @param stiffness curvature of the penalty's L2 part over that of the loss in the margin
   */
  public FeatureScaling coordinates(
      TrainingData data, boolean intercept, boolean standardization, double stiffness) {
    return coordinates(data, intercept, standardization, stiffness, true);
  }

  /**
   * The same; features are not centred where θ is to have the intercepts as they are.
   *
   * @param centred whether they may be
   */
  public FeatureScaling coordinates(
      TrainingData data,
      boolean intercept,
      boolean standardization,
      double stiffness,
      boolean centred) {
    boolean wide = Trainer.isWide(data, options(data.stats().rows()));
    FeatureScaling.Scale scale =
        byNonZeros()
            ? FeatureScaling.Scale.NON_ZEROS
            : wide ? FeatureScaling.Scale.STATED : FeatureScaling.Scale.DEVIATION;
    return new FeatureScaling(
        data.stats(), intercept, standardization, stiffness, centred && !wide, scale);
  }

  /**
   * Whether the rule divides by the gradient's own size and its rate is ours: then it walks in
   * coordinates that know the size of the non-zeros, unless its starting rate is too short for
   * them. A rate of the user's own is one for features of unit deviation.
   */
  private boolean byNonZeros() {
    return stated.stepSize() == 0.0 && stated.rule().startsByNonZeros();
  }

  /** Runs the trainer on packed rows with the params of the estimator; maxIter counts passes. */
  public TrainingResult train(TrainingData data, Problem problem, int maxIter, double tol) {
    return train(data, problem, options(data, maxIter, tol));
  }

  /** The same by these options. */
  public TrainingResult train(TrainingData data, Problem problem, TrainerOptions options) {
    checkMemory(data, problem, options);
    MiniBatchSettings settings = params.miniBatchSettings();
    TrainingResult result = Trainer.train(data, problem, options, settings::trained);
    trained(result);
    return result;
  }

  /** The same in this thread on rows that it holds; of a step that touches few features, all. */
  public TrainingResult trainHere(TrainingData data, Problem problem, int maxIter, double tol) {
    TrainerOptions options =
        options(data, maxIter, tol).toBuilder().sparse(SparseMode.DENSE).checkpoints(null).build();
    Work work = Work.of(Trainer.asked(problem, options), options.localSteps() > 1);
    try (GradientEngine engine = data.engineHere(work)) {
      return Trainer.train(engine, data, problem, options, null, null);
    }
  }

  /** The options of the trainer for these rows. */
  public TrainerOptions options(TrainingData data, int maxIter, double tol) {
    return options(data.stats().rows()).toBuilder().maxPasses(maxIter).tol(tol).build();
  }

  /** What came of a training by other means than {@link #train}. */
  public void trained(TrainingResult result) {
    params.miniBatchSettings().trained(result);
    ClientWarnings.add(result);
  }

  /**
   * Refuses a training that cannot fit; classes are counted by now, and multiply the weights.
   *
   * @throws IllegalArgumentException with the setting that would have to be raised
   */
  public void checkMemory(TrainingData data, Problem problem, TrainerOptions options) {
    preflight(data, problem, options).check(data.context());
  }

  /** What so many models like this one take, of which so many would be at work at a time. */
  public Preflight.Together together(
      TrainingData data, Problem problem, TrainerOptions options, int models, int widest) {
    return preflight(data, problem, options)
        .together(data.context(), models, widest, data.stats().bytes());
  }

  private static Preflight preflight(TrainingData data, Problem problem, TrainerOptions options) {
    return new Preflight(
        data.features(),
        problem.coordinates().outputs(),
        options,
        problem.penalty().isProximal(),
        data.partitions(),
        data.stats().rows());
  }

  /** The options of the trainer for so many rows. */
  TrainerOptions options(long rows) {
    return params.isDefined(params.miniBatchFraction())
        ? stated.toBuilder()
            .batchSize(Math.max(1L, Math.round(params.getMiniBatchFraction() * (double) rows)))
            .build()
        : stated;
  }
}
