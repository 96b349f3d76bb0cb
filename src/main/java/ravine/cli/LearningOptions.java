package ravine.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import ravine.terminal.Failure;

/** Hyper-parameters. What is missing keeps the default of the estimator. */
final class LearningOptions {
  @Option(
      names = "--step-size",
      paramLabel = "η",
      description = "Learning rate; 0 chooses one from measured curvature (default: 0).")
  @Nullable Double stepSize;

  @Option(
      names = "--schedule",
      paramLabel = "SPEC",
      description =
          "Learning rate over the steps: cosine(0.1, 5000), warmup(100, …) (default: constant, or"
              + " automatic at --step-size 0).")
  @Nullable String schedule;

  @Option(
      names = "--max-iter",
      paramLabel = "N",
      description = "Most passes over the data (default: 100).")
  @Nullable Integer maxIter;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      description = "Most steps (default: 0, any number).")
  @Nullable Long maxSteps;

  @Option(
      names = "--max-seconds",
      paramLabel = "S",
      description =
          "Most seconds of training, reading and packing not counted (default: 0, any number).")
  @Nullable Double maxSeconds;

  @Option(
      names = "--tol",
      paramLabel = "X",
      description = "Relative distance to the optimum that is near enough (default: 1e-6).")
  @Nullable Double tol;

  @Option(
      names = "--batch-size",
      paramLabel = "ROWS",
      description = "Rows of a mini-batch (default: automatic).")
  @Nullable Integer batchSize;

  @Option(
      names = "--mini-batch-fraction",
      paramLabel = "F",
      description = "Mini-batch as a fraction of the rows, in (0, 1].")
  @Nullable Double miniBatchFraction;

  @Option(
      names = "--reg-param",
      paramLabel = "λ",
      description = "Weight of the penalty (default: 0).")
  @Nullable Double regParam;

  @Option(
      names = "--elastic-net",
      paramLabel = "α",
      description = "Share of L1 in the penalty, in [0, 1]; 0 is L2 (default: 0).")
  @Nullable Double elasticNet;

  @Option(names = "--no-intercept", description = "Fit no intercept.")
  boolean noIntercept;

  @Option(
      names = "--no-standardization",
      description = "Penalise the coefficients of the raw features, not of standardised ones.")
  boolean noStandardization;

  @Option(
      names = "--loss",
      paramLabel = "LOSS",
      description = "linear: squared or huber (default: squared).")
  @Nullable String loss;

  @Option(
      names = "--epsilon",
      paramLabel = "X",
      description = "Shape of the Huber loss, above 1 (default: 1.35).")
  @Nullable Double epsilon;

  @Option(
      names = "--family",
      paramLabel = "FAMILY",
      description = "logistic: auto, binomial or multinomial (default: auto).")
  @Nullable String family;

  @Mixin BoundsOptions bounds = new BoundsOptions();

  @Option(
      names = "--threshold",
      paramLabel = "X",
      description =
          "Two classes: predict 1 above this probability (default: 0.5; svm: above this margin, 0).")
  @Nullable Double threshold;

  @Option(
      names = "--validation-fraction",
      paramLabel = "F",
      description = "Hold out this share of the rows, drawn by --seed, for early stopping.")
  @Nullable Double validationFraction;

  @Option(
      names = "--validation-col",
      paramLabel = "COLUMN",
      description =
          "Rows where this column is true, or a number but 0, are held out for early stopping.")
  @Nullable String validationCol;

  @Option(
      names = "--validation-metric",
      paramLabel = "METRIC",
      description =
          "What the best pass is chosen by: loss, logLoss, areaUnderROC, areaUnderPR or rmse of the"
              + " validation rows (default: loss).")
  @Nullable String validationMetric;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Passes without a better validation metric before training stops (default: 5).")
  @Nullable Integer patience;

  @Option(
      names = "--validation-tol",
      paramLabel = "X",
      description =
          "Least relative improvement of the validation metric that counts (default: 1e-4).")
  @Nullable Double validationTol;

  @Option(
      names = "--gradient-clip",
      paramLabel = "NORM",
      description = "Longest gradient; longer ones are scaled down to it (default: 0, any).")
  @Nullable Double gradientClip;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of shuffle, order and split (default: 42).")
  @Nullable Long seed;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description =
          "auto (tasks that stay, where there are slots for them), resident or jobs (one Spark job a"
              + " step) (default: auto).")
  @Nullable String engine;

  @Option(
      names = "--deterministic",
      paramLabel = "WHAT",
      description =
          "What bits depend on besides rows, options and seed: partitioning or, with strict or"
              + " strict(SHARDS), nothing (default: partitioning).")
  @Nullable String deterministic;

  @Option(
      names = "--on-failure",
      paramLabel = "WHAT",
      description =
          "After the first pass: throw (exit 1) or best (the best weights so far) (default:"
              + " throw).")
  @Nullable String onFailure;

  @Option(
      names = "--sparse",
      paramLabel = "STEPS",
      description =
          "Steps on wide, sparse rows: auto (only what is made up for exactly is left undone), lazy"
              + " (adaptive rules too update only what a batch touches) or dense (default: auto).")
  @Nullable String sparse;

  @Option(
      names = "--local-steps",
      paramLabel = "K",
      description =
          "Steps that each partition takes on its own between two exchanges (default: 1, none).")
  @Nullable Integer localSteps;

  @Option(
      names = "--local-step-size",
      paramLabel = "η",
      description = "Learning rate of the local steps (default: 0, chosen).")
  @Nullable Double localStepSize;

  @Option(
      names = "--noise-reduction",
      paramLabel = "WAY",
      description =
          "none, average (over the second half of each pass) or svrg (with --local-steps, within"
              + " partitions) (default: none).")
  @Nullable String noiseReduction;

  @Option(
      names = "--batch-growth",
      paramLabel = "X",
      description = "Factor by which mini-batches grow from pass to pass, 1 or more (default: 1).")
  @Nullable Double batchGrowth;

  @Option(
      names = "--storage",
      paramLabel = "TYPE",
      description = "Packed features as double, or as float in half the memory (default: double).")
  @Nullable String storage;

  @Option(
      names = "--storage-level",
      paramLabel = "LEVEL",
      description =
          "Where packed rows are kept: auto (as the input, else in memory and on disk), MEMORY_AND_DISK or DISK_ONLY (default:"
              + " auto).")
  @Nullable String storageLevel;

  static final long DEFAULT_SEED = 42;

  long seedOrDefault() {
    return seed == null ? DEFAULT_SEED : seed;
  }

  /** Who takes an option, the estimator's param it stands for and its value, null if not given. */
  interface Taker {
    void take(String option, String param, @Nullable Object value);
  }

  /** Hands out every option that is a param of an estimator. */
  void forEach(Taker taker) {
    taker.take("--step-size", "stepSize", stepSize);
    taker.take("--schedule", "schedule", schedule);
    taker.take("--max-iter", "maxIter", maxIter);
    taker.take("--max-steps", "maxSteps", maxSteps);
    taker.take("--max-seconds", "maxSeconds", maxSeconds);
    taker.take("--tol", "tol", tol);
    taker.take("--batch-size", "batchSize", batchSize);
    taker.take("--mini-batch-fraction", "miniBatchFraction", miniBatchFraction);
    taker.take("--reg-param", "regParam", regParam);
    taker.take("--elastic-net", "elasticNetParam", elasticNet);
    taker.take("--no-intercept", "fitIntercept", noIntercept ? false : null);
    taker.take("--no-standardization", "standardization", noStandardization ? false : null);
    taker.take("--loss", "loss", "squared".equals(loss) ? "squaredError" : loss);
    taker.take("--epsilon", "epsilon", epsilon);
    taker.take("--family", "family", family);
    taker.take("--threshold", "threshold", threshold);
    taker.take("--validation-metric", "validationMetric", validationMetric);
    taker.take("--patience", "patience", patience);
    taker.take("--validation-tol", "validationTol", validationTol);
    taker.take("--gradient-clip", "gradientClip", gradientClip);
    taker.take("--seed", "seed", seed);
    taker.take("--engine", "engine", engine);
    taker.take("--deterministic", "deterministic", deterministic);
    taker.take("--on-failure", "onFailure", onFailure);
    taker.take("--sparse", "sparse", sparse);
    taker.take("--local-steps", "localSteps", localSteps);
    taker.take("--local-step-size", "localStepSize", localStepSize);
    taker.take("--noise-reduction", "noiseReduction", noiseReduction);
    taker.take("--batch-growth", "batchGrowth", batchGrowth);
    taker.take("--storage", "storage", storage);
    taker.take("--storage-level", "storageLevel", storageLevel);
  }

  /** Refuses what no estimator accepts, before any data is read. */
  void check() {
    atLeastZero("--step-size", stepSize);
    atLeastZero("--tol", tol);
    atLeastZero("--reg-param", regParam);
    atLeastZero("--validation-tol", validationTol);
    atLeastZero("--gradient-clip", gradientClip);
    Failure.require(maxIter == null || maxIter >= 1, "--max-iter", "1 or more", maxIter);
    Failure.require(batchSize == null || batchSize >= 0, "--batch-size", "0 or more", batchSize);
    Failure.require(
        localSteps == null || localSteps >= 1, "--local-steps", "1 or more", localSteps);
    atLeastZero("--local-step-size", localStepSize);
    Failure.require(
        batchGrowth == null || batchGrowth >= 1, "--batch-growth", "1 or more", batchGrowth);
    Failure.require(patience == null || patience >= 1, "--patience", "1 or more", patience);
    Failure.require(
        miniBatchFraction == null || (miniBatchFraction > 0 && miniBatchFraction <= 1),
        "--mini-batch-fraction",
        "in (0, 1]",
        miniBatchFraction);
    Failure.require(
        elasticNet == null || (elasticNet >= 0 && elasticNet <= 1),
        "--elastic-net",
        "in [0, 1]",
        elasticNet);
    Failure.require(
        validationFraction == null || (validationFraction > 0 && validationFraction < 1),
        "--validation-fraction",
        "in (0, 1)",
        validationFraction);
    Failure.require(maxSteps == null || maxSteps >= 0, "--max-steps", "0 or more", maxSteps);
    atLeastZero("--max-seconds", maxSeconds);
    if (validationFraction != null && validationCol != null) {
      throw Failure.usage(
          "--validation-fraction and --validation-col both say which rows to hold out; leave one"
              + " away.");
    }
    needsValidation("--validation-metric", validationMetric);
    needsValidation("--patience", patience);
    needsValidation("--validation-tol", validationTol);
  }

  private void needsValidation(String option, @Nullable Object value) {
    if (value != null && !validates()) {
      throw Failure.usage(
          option
              + " does nothing without validation rows; add --validation-fraction or"
              + " --validation-col.");
    }
  }

  /** Whether rows are held out. */
  boolean validates() {
    return validationFraction != null || validationCol != null;
  }

  private static void atLeastZero(String option, @Nullable Double value) {
    Failure.require(
        value == null || (value >= 0 && !value.isInfinite()), option, "0 or more", value);
  }
}
