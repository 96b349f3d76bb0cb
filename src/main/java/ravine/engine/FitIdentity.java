package ravine.engine;

import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.Bounded;
import ravine.penalty.Bounds;
import ravine.penalty.ElasticNet;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.Penalty;
import ravine.resume.CheckpointPlan;
import ravine.resume.CheckpointWriter;
import ravine.resume.Checkpoints;
import ravine.resume.Fingerprint;
import ravine.resume.Resume;
import ravine.rows.ColumnStats;
import ravine.rows.Determinism;
import ravine.schedule.Schedule;

/**
 * What a run must have in common with the one that it goes on from. Not in it is what decides when
 * a run ends ({@code tol}, {@code maxIter}, {@code patience}, {@code validationTol}) and how
 * partitions are asked: these may be others.
 */
public final class FitIdentity {
  private static final String NO_BOUNDS = "none";

  private FitIdentity() {}

  static Fingerprint of(TrainingData data, Problem problem, TrainerOptions options, Way way) {
    return of(data, problem, options).put("the way of training", way.name());
  }

  /**
   * Refuses checkpoints of another fit before anything is trained, if there are any; which way the
   * training takes is compared only when it begins.
   *
   * @param problem as it is asked for
   * @throws IllegalArgumentException with the first difference
   */
  public static void requireOwn(TrainingData data, Problem problem, TrainerOptions options) {
    CheckpointPlan plan = options.checkpoints();
    if (plan != null && plan.resume() != Resume.NONE) {
      Checkpoints.requireOwn(
          plan,
          data.context().hadoopConfiguration(),
          of(data, SmoothTwin.of(problem, options), options));
    }
  }

  /** The checkpoints of a run. */
  static Checkpoints open(
      TrainingData data,
      Problem problem,
      TrainerOptions options,
      Way way,
      @Nullable CheckpointWriter shared) {
    CheckpointPlan plan = options.checkpoints();
    return plan == null
        ? Checkpoints.none()
        : Checkpoints.open(
            plan,
            data.context().hadoopConfiguration(),
            of(data, problem, options, way),
            data.partitions(),
            !(way instanceof MiniBatches),
            shared);
  }

  private static Fingerprint of(TrainingData data, Problem problem, TrainerOptions options) {
    Fingerprint print = new Fingerprint();
    print.put("optimizer", options.optimizer().toString());
    put(print, options);
    print.put("the loss", problem.loss().toString());
    put(print, data);
    print.put("deterministic", data.determinism().toString(), Determinism.PARTITIONING.toString());
    put(print, problem.penalty());
    put(print, problem.coordinates(), problem.initial());
    put(print, problem.penalty(), problem.initial().length);
    return print;
  }

  private static void put(Fingerprint print, TrainerOptions options) {
    DoubleFunction<Schedule> schedule = options.schedule();
    print
        .put("seed", options.seed())
        .put("stepSize", options.stepSize())
        .put("schedule", schedule == null ? "none" : schedule.apply(1.0).toString())
        .put("batchSize", options.batchSize())
        .put("gradientClip", options.gradientClip())
        .put("sparse", options.sparse().toString())
        .put("localSteps", options.localSteps())
        .put("localStepSize", options.localStepSize())
        .put("noiseReduction", options.noiseReduction().toString())
        .put("batchGrowth", options.batchGrowth())
        .put("validationMetric", options.validationMetric().toString(), "loss");
  }

  private static void put(Fingerprint print, TrainingData data) {
    ColumnStats stats = data.stats();
    print
        .put("the number of features", data.features())
        .put("the number of training rows", stats.rows())
        .put("the number of validation rows", stats.validationRows())
        .put("the weight of all rows", new double[] {stats.weightSum()})
        .put("the mean label", new double[] {stats.label().mean()})
        .put("the deviation of the labels", new double[] {stats.label().deviation()})
        .put("the list of the features' means", stats.means())
        .put("the list of the features' deviations", stats.deviations());
  }

  private static void put(Fingerprint print, Coordinates coordinates, double[] initial) {
    print
        .put("the number of weights", coordinates.dimension())
        .put("the list of the features' scales (standardization)", coordinates.inverse())
        .put("the list of the features' centres", coordinates.centre())
        .put("the list of initial weights", initial);
  }

  /** The user's numbers, which the coordinates depend on. */
  private static void put(Fingerprint print, Penalty penalty) {
    if (penalty instanceof Bounded bounded) {
      put(print, bounded.inner());
      return;
    }
    double strength = 0.0;
    double share = 0.0;
    if (penalty instanceof L1 l1) {
      strength = l1.lambda();
      share = 1.0;
    } else if (penalty instanceof L2 l2) {
      strength = l2.lambda();
    } else if (penalty instanceof ElasticNet both) {
      strength = both.lambda();
      share = both.alpha();
    }
    print
        .put("the strength of the penalty", new double[] {strength})
        .put("the share of L1 in the penalty", new double[] {share});
  }

  private static void put(Fingerprint print, Penalty penalty, int dimension) {
    double[] proximal = new double[dimension];
    double[] smooth = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      proximal[j] = penalty.threshold(j);
      smooth[j] = penalty.curvature(j);
    }
    print
        .put("the list of the weights' L1 terms", proximal)
        .put("the list of the weights' L2 terms", smooth);
    put(print, penalty.bounds());
  }

  /** Which weights have bounds, and the sums of those that are finite. */
  private static void put(Fingerprint print, @Nullable Bounds bounds) {
    if (bounds == null) {
      print.put("the pattern of bounds", NO_BOUNDS, NO_BOUNDS);
      return;
    }
    double[] lower = bounds.lower().clone();
    double[] upper = bounds.upper().clone();
    int pattern = 1;
    for (int j = 0; j < lower.length; j++) {
      pattern = 31 * pattern + (Double.isInfinite(lower[j]) ? 1 : 0);
      pattern = 31 * pattern + (Double.isInfinite(upper[j]) ? 1 : 0);
      lower[j] = Double.isInfinite(lower[j]) ? 0.0 : lower[j];
      upper[j] = Double.isInfinite(upper[j]) ? 0.0 : upper[j];
    }
    print
        .put("the pattern of bounds", Integer.toHexString(pattern), NO_BOUNDS)
        .put("the list of lower bounds", lower)
        .put("the list of upper bounds", upper);
  }
}
