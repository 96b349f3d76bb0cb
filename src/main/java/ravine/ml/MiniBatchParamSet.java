package ravine.ml;

import java.io.Serializable;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;

/**
 * The params that Ravine's estimators add to Spark's, each with its doc, check and default: once.
 */
public final class MiniBatchParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  final Param<String> optimizer;
  final DoubleParam stepSize;
  final Param<String> schedule;
  final IntParam batchSize;
  final DoubleParam miniBatchFraction;
  final LongParam seed;
  final Param<String> validationIndicatorCol;
  final IntParam patience;
  final DoubleParam validationTol;
  final DoubleParam gradientClip;
  final Param<String> engine;
  final Param<String> sparse;
  final IntParam localSteps;
  final DoubleParam localStepSize;
  final Param<String> noiseReduction;
  final DoubleParam batchGrowth;
  final Param<String> storage;
  final Param<String> initialModelPath;

  /** Params that belong to {@code owner}, with their defaults set on it. */
  public MiniBatchParamSet(MiniBatchParams<?> owner) {
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
            "learning rate in standardised coordinates (>= 0); 0 chooses it from measured curvature",
            ParamValidators.gtEq(0.0));
    schedule =
        new Param<>(
            owner,
            "schedule",
            "learning rate by step, such as inverse_sqrt or warmup(100,cosine(5000)); its first"
                + " argument may be left out and is then stepSize; empty means constant, or automatic"
                + " where stepSize is 0");
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
    patience =
        new IntParam(
            owner,
            "patience",
            "passes without an improvement of the validation loss before training stops early (>="
                + " 1)",
            ParamValidators.gtEq(1));
    validationTol =
        new DoubleParam(
            owner,
            "validationTol",
            "relative decrease of the validation loss that counts as an improvement (>= 0)",
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
            "how partitions are asked for gradients: auto, jobs (one Spark job a step), resident (one"
                + " Spark job whose tasks stay)");
    sparse =
        new Param<>(
            owner,
            "sparse",
            "what steps on wide and sparse data may leave undone: auto (nothing that is not made up for"
                + " exactly), lazy (adaptive rules too update only the weights that a mini-batch touches),"
                + " dense");
    localSteps =
        new IntParam(
            owner,
            "localSteps",
            "mini-batch steps that each partition takes between two exchanges, whose mean displacement is"
                + " the gradient of the rule (>= 1); 1 is ordinary mini-batch training",
            ParamValidators.gtEq(1));
    localStepSize =
        new DoubleParam(
            owner,
            "localStepSize",
            "learning rate of the local steps in standardised coordinates (>= 0); 0 takes stepSize if that"
                + " is given and the rule is not adaptive, and chooses it automatically otherwise",
            ParamValidators.gtEq(0.0));
    noiseReduction =
        new Param<>(
            owner,
            "noiseReduction",
            "what is done about the noise of mini-batches: none, average (weights are the mean over the"
                + " second half of each pass), svrg (variance-reduced gradients; with localSteps > 1 those"
                + " of the local steps)");
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
    initialModelPath =
        new Param<>(
            owner,
            "initialModelPath",
            "path of a saved Spark model of the same kind whose coefficients training starts from;"
                + " empty means none");
    owner.setDefault(optimizer, "nesterov(accelerated)");
    owner.setDefault(stepSize, 0.0);
    owner.setDefault(schedule, "");
    owner.setDefault(batchSize, 0);
    owner.setDefault(seed, 42L);
    owner.setDefault(patience, 5);
    owner.setDefault(validationTol, 1e-4);
    owner.setDefault(gradientClip, 0.0);
    owner.setDefault(engine, "auto");
    owner.setDefault(sparse, "auto");
    owner.setDefault(localSteps, 1);
    owner.setDefault(localStepSize, 0.0);
    owner.setDefault(noiseReduction, "none");
    owner.setDefault(batchGrowth, 1.0);
    owner.setDefault(storage, "double");
    owner.setDefault(initialModelPath, "");
  }
}
