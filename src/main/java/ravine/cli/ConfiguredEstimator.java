package ravine.cli;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import ravine.engine.NoiseReduction;
import ravine.engine.SparseMode;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.exchange.EngineKind;
import ravine.input.Task;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;
import ravine.rows.Storage;
import ravine.spec.Specs;
import ravine.terminal.Failure;
import ravine.terminal.Sentences;

/** The estimator of a task with the options set on it, and its training. */
final class ConfiguredEstimator {
  private static final Pattern INVALID =
      Pattern.compile("parameter (\\w+) given invalid value (.*?)\\.?$");

  private final Estimator<?> estimator;

  private ConfiguredEstimator(Estimator<?> estimator) {
    this.estimator = estimator;
  }

  /**
   * Makes the estimator; refuses options it cannot honour and specs that cannot be read.
   *
   * @param optimizer spec of the update rule, or null for the default
   */
  static ConfiguredEstimator of(Task task, LearningOptions options, @Nullable String optimizer) {
    options.check();
    ConfiguredEstimator made =
        new ConfiguredEstimator(
            switch (task) {
              case LOGISTIC -> new MiniBatchLogisticRegression();
              case SVM -> new MiniBatchLinearSVC();
              case LINEAR -> new MiniBatchLinearRegression();
            });
    made.checkSpecs(options, optimizer);
    made.set("--optimizer", "optimizer", optimizer);
    made.set("--step-size", "stepSize", options.stepSize);
    made.set("--schedule", "schedule", options.schedule);
    made.set("--max-iter", "maxIter", options.maxIter);
    made.set("--tol", "tol", options.tol);
    made.set("--batch-size", "batchSize", options.batchSize);
    made.set("--mini-batch-fraction", "miniBatchFraction", options.miniBatchFraction);
    made.set("--reg-param", "regParam", options.regParam);
    made.set("--elastic-net", "elasticNetParam", options.elasticNet);
    made.set("--no-intercept", "fitIntercept", options.noIntercept ? false : null);
    made.set("--no-standardization", "standardization", options.noStandardization ? false : null);
    made.set("--loss", "loss", squaredError(options.loss));
    made.set("--epsilon", "epsilon", options.epsilon);
    made.set("--family", "family", options.family);
    made.set("--threshold", "threshold", options.threshold);
    made.set("--patience", "patience", options.patience);
    made.set("--validation-tol", "validationTol", options.validationTol);
    made.set("--gradient-clip", "gradientClip", options.gradientClip);
    made.set("--seed", "seed", options.seed);
    made.set("--engine", "engine", options.engine);
    made.set("--sparse", "sparse", options.sparse);
    made.set("--local-steps", "localSteps", options.localSteps);
    made.set("--local-step-size", "localStepSize", options.localStepSize);
    made.set("--noise-reduction", "noiseReduction", options.noiseReduction);
    made.set("--batch-growth", "batchGrowth", options.batchGrowth);
    made.set("--storage", "storage", options.storage);
    return made;
  }

  /** Spark's name of the squared loss. */
  private static @Nullable String squaredError(@Nullable String loss) {
    return "squared".equals(loss) ? "squaredError" : loss;
  }

  /**
   * Reads specs and choices now: the estimators do so when training begins, after the data was
   * read.
   */
  private void checkSpecs(LearningOptions options, @Nullable String optimizer) {
    try {
      if (optimizer != null) {
        Specs.optimizer(optimizer);
      }
      if (options.storage != null) {
        Specs.choice(Storage.class, "storage", options.storage);
      }
      if (options.schedule != null) {
        Specs.schedule(options.schedule, options.stepSize == null ? 1 : options.stepSize);
      }
      if (options.engine != null) {
        Specs.choice(EngineKind.class, "engine", options.engine);
      }
      if (options.sparse != null) {
        Specs.choice(SparseMode.class, "sparse", options.sparse);
      }
      if (options.noiseReduction != null) {
        Specs.choice(NoiseReduction.class, "noiseReduction", options.noiseReduction);
      }
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage())).because(e);
    }
  }

  /** Sets a column param. */
  void setColumn(String param, String column) {
    set("--" + param, param, column);
  }

  private void set(String option, String name, @Nullable Object value) {
    if (value == null) {
      return;
    }
    if (!estimator.hasParam(name)) {
      throw Failure.usage(
          option
              + " does not apply to this --task: "
              + estimator.getClass().getSimpleName()
              + " has no such parameter.");
    }
    Param<Object> param = estimator.getParam(name);
    try {
      estimator.set(param, value);
    } catch (IllegalArgumentException e) {
      Matcher invalid = INVALID.matcher(String.valueOf(e.getMessage()));
      throw Failure.usage(
              invalid.find()
                  ? String.format("%s cannot be %s: %s.", option, invalid.group(2), param.doc())
                  : option + ": " + Sentences.of(e))
          .because(e);
    }
  }

  /** Passes at most. */
  int maxPasses() {
    return (Integer) estimator.getOrDefault(estimator.getParam("maxIter"));
  }

  /** The spec of the rule that is set. */
  String optimizer() {
    return String.valueOf(estimator.getOrDefault(estimator.getParam("optimizer")));
  }

  /** What training gave. */
  record Fit(Transformer model, TrainingResult result) {}

  /** Trains. */
  Fit fit(Dataset<Row> rows, TrainingListener listener) {
    if (estimator instanceof MiniBatchLogisticRegression logistic) {
      logistic.addListener(listener);
      Transformer model = logistic.fit(rows);
      return new Fit(model, requireNonNull(logistic.lastTrainingResult()));
    } else if (estimator instanceof MiniBatchLinearSVC svm) {
      svm.addListener(listener);
      Transformer model = svm.fit(rows);
      return new Fit(model, requireNonNull(svm.lastTrainingResult()));
    }
    MiniBatchLinearRegression linear = (MiniBatchLinearRegression) estimator;
    linear.addListener(listener);
    Transformer model = linear.fit(rows);
    return new Fit(model, requireNonNull(linear.lastTrainingResult()));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s(%s)", estimator.getClass().getSimpleName(), optimizer());
  }
}
