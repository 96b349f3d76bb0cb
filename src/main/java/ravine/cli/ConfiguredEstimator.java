package ravine.cli;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.input.Task;
import ravine.ml.MiniBatchParams;
import ravine.ml.MiniBatchSettings;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;
import ravine.ml.tuning.Halving;
import ravine.ml.tuning.SearchSpace;
import ravine.ml.weighting.ClassWeightParams;
import ravine.terminal.Failure;
import ravine.terminal.Sentences;

/** The estimator of a task with the options set on it, and its training. */
final class ConfiguredEstimator {
  private static final Pattern INVALID =
      Pattern.compile("parameter (\\w+) given invalid value (.*?)\\.?$");

  private final Estimator<?> estimator;
  private final BoundsOptions bounds;

  private ConfiguredEstimator(Estimator<?> estimator, BoundsOptions bounds) {
    this.estimator = estimator;
    this.bounds = bounds;
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
            },
            options.bounds);
    options.bounds.check(made.estimator, "--task " + task);
    made.set("--optimizer", "optimizer", optimizer);
    options.forEach(made::set);
    made.checkSpecs();
    return made;
  }

  /** The same, with checkpoints if the options ask for them. */
  ConfiguredEstimator keeping(CheckpointOptions options) {
    options.forEach(this::set);
    checkSpecs();
    return this;
  }

  /**
   * Reads specs and choices now: the estimators do so when training begins, after the data was
   * read.
   */
  private void checkSpecs() {
    MiniBatchSettings settings = ((MiniBatchParams<?>) estimator).miniBatchSettings();
    try {
      settings.options();
      settings.packedAs();
      settings.storedAt(StorageLevel.NONE());
      settings.determinism();
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage())).because(e);
    }
  }

  /** Sets a column param. */
  void setColumn(String param, String column) {
    set("--" + param, param, column);
  }

  /** Sets the weights of the classes, by class number. */
  void setClassWeight(String weights) {
    set("--class-weight", ClassWeightParams.CLASS_WEIGHT, weights);
  }

  /** What the rows of each class weighed more in the last fit; empty if nothing. */
  double[] classWeights() {
    return ((MiniBatchParams<?>) estimator).miniBatchSettings().lastClassWeights();
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

  /**
   * Sets the bounds that the options give, if they give any, in the shape that the rows need.
   *
   * @param classes of the labels
   * @param features asked only where there are bounds
   */
  void setBounds(int classes, IntSupplier features) {
    if (!bounds.areGiven()) {
      return;
    }
    String family = column("family");
    boolean multinomial = family.equals("multinomial") || (family.equals("auto") && classes > 2);
    bounds.set(estimator, multinomial ? classes : 1, features.getAsInt());
  }

  /** The value of a column param, set or by default. */
  String column(String param) {
    return String.valueOf(estimator.getOrDefault(estimator.getParam(param)));
  }

  /** Every param that is set or has a default, by name. */
  Map<String, Object> options() {
    Map<String, Object> options = new TreeMap<>();
    for (Param<?> param : estimator.params()) {
      if (estimator.isDefined(param)) {
        options.put(param.name(), estimator.getOrDefault(param));
      }
    }
    return options;
  }

  /** Passes at most. */
  int maxPasses() {
    return (Integer) estimator.getOrDefault(estimator.getParam("maxIter"));
  }

  /** Relative gap to the optimum that is near enough. */
  double tol() {
    return (Double) estimator.getOrDefault(estimator.getParam("tol"));
  }

  /** The spec of the rule that is set. */
  String optimizer() {
    return String.valueOf(estimator.getOrDefault(estimator.getParam("optimizer")));
  }

  /** What training gave, and by which estimator. */
  record Fit(Transformer model, TrainingResult result, ConfiguredEstimator by) {}

  /** Trains. */
  Fit fit(Dataset<Row> rows, TrainingListener listener) {
    MiniBatchParams<?> trained = (MiniBatchParams<?>) estimator;
    trained.addListener(listener);
    Transformer model = estimator.fit(rows);
    return new Fit(model, requireNonNull(trained.lastTrainingResult()), this);
  }

  /**
   * A search about to begin.
   *
   * @param space as {@link SearchSpace} reads it
   */
  Halving halving(String space, int models, int eta, long seed) {
    MiniBatchParams<?> searched = (MiniBatchParams<?>) estimator;
    SearchSpace read;
    try {
      read = SearchSpace.parse(space, searched);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--" + sentence(e)).because(e);
    }
    try {
      return new Halving(searched, read).models(models).eta(eta).seed(seed).check();
    } catch (IllegalArgumentException e) {
      throw Failure.usage(sentence(e)).because(e);
    }
  }

  /** What a search has found, as a training with the params of its best trial. */
  Fit of(Halving.Found found) {
    return new Fit(
        found.model(),
        found.best().result(),
        new ConfiguredEstimator((Estimator<?>) found.estimator(), bounds));
  }

  private static String sentence(IllegalArgumentException e) {
    String text = String.valueOf(e.getMessage());
    return text.endsWith(".") || text.endsWith("?") ? text : text + ".";
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s(%s)", estimator.getClass().getSimpleName(), optimizer());
  }
}
