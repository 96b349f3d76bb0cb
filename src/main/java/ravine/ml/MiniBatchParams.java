package ravine.ml;

import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.objective.Problem;

/**
 * The params that Ravine's estimators add to those of the Spark class they extend, with getters and
 * setters of Spark's form.
 *
 * @param <T> the estimator
 */
public interface MiniBatchParams<T extends MiniBatchParams<T>>
    extends PackedRowsParams<T>, StoppingParams<T>, CheckpointParams<T>, PartialFitting {

  /**
   * The objective that these params state over packed rows; for implementors.
   *
   * @param fit the fit, or the check of one, that packed the rows
   * @param label the label column
   * @param start model whose weights are the initial ones, null for those that know nothing of the
   *     features
   * @throws IllegalArgumentException if labels are not what the loss takes, or the model does not
   *     fit the rows
   */
  Problem objective(
      MiniBatchFit fit, TrainingData data, StructField label, @Nullable Model<?> start);

  /**
   * Spark's model of the weights that minimise {@link #objective}, without a summary; for
   * implementors.
   *
   * @param theta weights of the problem
   */
  Model<?> model(Problem problem, double[] theta);

  /** Watches the next fits; may stop them. */
  @SuppressWarnings("unchecked")
  default T addListener(TrainingListener listener) {
    miniBatchSettings().listen(listener);
    return (T) this;
  }

  /** What the last fit of this very object gave beyond the model; null before the first. */
  default @Nullable TrainingResult lastTrainingResult() {
    return miniBatchSettings().lastTrainingResult();
  }

  /**
   * Update rule with its hyper-parameters, or lbfgs, as read by {@code
   * ravine.spec.Specs.optimizer}. Default: {@code nesterov(accelerated)}.
   */
  default Param<String> optimizer() {
    return miniBatchSettings().optimizer;
  }

  /**
   * Learning rate in standardised coordinates; 0, the default, chooses it from measured curvature.
   */
  default DoubleParam stepSize() {
    return miniBatchSettings().stepSize;
  }

  /** Learning rate by step, as read by {@code ravine.spec.Specs.schedule}. Default: empty. */
  default Param<String> schedule() {
    return miniBatchSettings().schedule;
  }

  /** Rows in a mini-batch; 0, the default, chooses automatically. */
  default IntParam batchSize() {
    return miniBatchSettings().batchSize;
  }

  /** Rows in a mini-batch as a fraction of the training rows. No default. */
  default DoubleParam miniBatchFraction() {
    return miniBatchSettings().miniBatchFraction;
  }

  /** Seed of the shuffle and of the order of the mini-batches. Default: 42. */
  default LongParam seed() {
    return miniBatchSettings().seed;
  }

  /** Largest Euclidean norm of the mean gradient; 0, the default, means no clipping. */
  default DoubleParam gradientClip() {
    return miniBatchSettings().gradientClip;
  }

  /** How partitions are asked for gradients. Default: auto. */
  default Param<String> engine() {
    return miniBatchSettings().engine;
  }

  /**
   * What the bits of a training may depend on besides rows, options and seed: {@code partitioning},
   * the default, or nothing, with {@code strict} or {@code strict(shards)}.
   */
  default Param<String> deterministic() {
    return miniBatchSettings().deterministic;
  }

  /** What becomes of a training that fails after its first pass: throw or best. Default: throw. */
  default Param<String> onFailure() {
    return miniBatchSettings().onFailure;
  }

  /** What steps on wide and sparse data may leave undone: auto, lazy or dense. Default: auto. */
  default Param<String> sparse() {
    return miniBatchSettings().sparse;
  }

  /** Mini-batch steps of each partition between two exchanges. Default: 1, no local steps. */
  default IntParam localSteps() {
    return miniBatchSettings().localSteps;
  }

  /** Learning rate of the local steps; 0, the default, takes that of the rule or chooses it. */
  default DoubleParam localStepSize() {
    return miniBatchSettings().localStepSize;
  }

  /** What is done about the noise of mini-batches: none, average or svrg. Default: none. */
  default Param<String> noiseReduction() {
    return miniBatchSettings().noiseReduction;
  }

  /** Factor by which mini-batches grow from pass to pass. Default: 1. */
  default DoubleParam batchGrowth() {
    return miniBatchSettings().batchGrowth;
  }

  /** Path of a saved Spark model of the same kind to start from. Default: empty. */
  default Param<String> initialModelPath() {
    return miniBatchSettings().initialModelPath;
  }

  /** The value of {@link #optimizer}. */
  default String getOptimizer() {
    return getOrDefault(optimizer());
  }

  /** The value of {@link #stepSize}. */
  default double getStepSize() {
    return (Double) getOrDefault(stepSize());
  }

  /** The value of {@link #schedule}. */
  default String getSchedule() {
    return getOrDefault(schedule());
  }

  /** The value of {@link #batchSize}. */
  default int getBatchSize() {
    return (Integer) getOrDefault(batchSize());
  }

  /** The value of {@link #miniBatchFraction}. */
  default double getMiniBatchFraction() {
    return (Double) getOrDefault(miniBatchFraction());
  }

  /** The value of {@link #seed}. */
  default long getSeed() {
    return (Long) getOrDefault(seed());
  }

  /** The value of {@link #gradientClip}. */
  default double getGradientClip() {
    return (Double) getOrDefault(gradientClip());
  }

  /** The value of {@link #engine}. */
  default String getEngine() {
    return getOrDefault(engine());
  }

  /** The value of {@link #deterministic}. */
  default String getDeterministic() {
    return getOrDefault(deterministic());
  }

  /** The value of {@link #onFailure}. */
  default String getOnFailure() {
    return getOrDefault(onFailure());
  }

  /** The value of {@link #sparse}. */
  default String getSparse() {
    return getOrDefault(sparse());
  }

  /** The value of {@link #localSteps}. */
  default int getLocalSteps() {
    return (Integer) getOrDefault(localSteps());
  }

  /** The value of {@link #localStepSize}. */
  default double getLocalStepSize() {
    return (Double) getOrDefault(localStepSize());
  }

  /** The value of {@link #noiseReduction}. */
  default String getNoiseReduction() {
    return getOrDefault(noiseReduction());
  }

  /** The value of {@link #batchGrowth}. */
  default double getBatchGrowth() {
    return (Double) getOrDefault(batchGrowth());
  }

  /** The value of {@link #initialModelPath}. */
  default String getInitialModelPath() {
    return getOrDefault(initialModelPath());
  }

  /** Sets {@link #optimizer}; the text is read when training begins. */
  default T setOptimizer(String value) {
    return with(optimizer(), value);
  }

  /** Sets {@link #stepSize}. */
  default T setStepSize(double value) {
    return with(stepSize(), value);
  }

  /** Sets {@link #schedule}. */
  default T setSchedule(String value) {
    return with(schedule(), value);
  }

  /** Sets {@link #batchSize}. */
  default T setBatchSize(int value) {
    return with(batchSize(), value);
  }

  /** Sets {@link #miniBatchFraction}. */
  default T setMiniBatchFraction(double value) {
    return with(miniBatchFraction(), value);
  }

  /** Sets {@link #seed}. */
  default T setSeed(long value) {
    return with(seed(), value);
  }

  /** Sets {@link #gradientClip}. */
  default T setGradientClip(double value) {
    return with(gradientClip(), value);
  }

  /** Sets {@link #engine}. */
  default T setEngine(String value) {
    return with(engine(), value);
  }

  /** Sets {@link #deterministic}; the text is read when training begins. */
  default T setDeterministic(String value) {
    return with(deterministic(), value);
  }

  /** Sets {@link #onFailure}. */
  default T setOnFailure(String value) {
    return with(onFailure(), value);
  }

  /** Sets {@link #sparse}. */
  default T setSparse(String value) {
    return with(sparse(), value);
  }

  /** Sets {@link #localSteps}. */
  default T setLocalSteps(int value) {
    return with(localSteps(), value);
  }

  /** Sets {@link #localStepSize}. */
  default T setLocalStepSize(double value) {
    return with(localStepSize(), value);
  }

  /** Sets {@link #noiseReduction}. */
  default T setNoiseReduction(String value) {
    return with(noiseReduction(), value);
  }

  /** Sets {@link #batchGrowth}. */
  default T setBatchGrowth(double value) {
    return with(batchGrowth(), value);
  }

  /** Sets {@link #initialModelPath}. */
  default T setInitialModelPath(String value) {
    return with(initialModelPath(), value);
  }

  /** Sets a param and gives back the estimator itself. */
  @SuppressWarnings("unchecked")
  private T with(Param<?> param, Object value) {
    set((Param<Object>) param, value);
    return (T) this;
  }
}
