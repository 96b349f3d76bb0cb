package ravine.ml.tuning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.jspecify.annotations.Nullable;
import ravine.engine.OnFailure;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.many.MultiTrainer;
import ravine.ml.MiniBatchFit;
import ravine.ml.MiniBatchParams;
import ravine.resume.CheckpointPlan;

/** An estimator with several maps of params: which of them can train together, in which order. */
final class Grid {
  /** Params that rows are packed alike for, whatever their values. */
  private static final Set<String> FREE =
      Set.of(
          "batchGrowth",
          "calibrateIntercept",
          "elasticNetParam",
          "family",
          "fitIntercept",
          "gradientClip",
          "maxIter",
          "maxSteps",
          "noiseReduction",
          "onFailure",
          "optimizer",
          "patience",
          "predictionCol",
          "probabilityCol",
          "rawPredictionCol",
          "regParam",
          "schedule",
          "standardization",
          "stepSize",
          "threshold",
          "thresholds",
          "tol",
          "validationTol");

  private Grid() {}

  /**
   * The estimator with one of the maps.
   *
   * @param index of the map
   * @param estimator a copy, with the map's params
   * @param fit its fit, whose params have been read
   */
  record Candidate(int index, MiniBatchParams<?> estimator, MiniBatchFit fit) {
    /** Where its checkpoints are, below the directory of the grid. */
    String directory() {
      return "model-" + (index + 1);
    }

    /** Its label column. */
    String label() {
      return String.valueOf(value(estimator, "labelCol"));
    }

    double number(String param) {
      return ((Number) value(estimator, param)).doubleValue();
    }

    TrainerOptions options(TrainingData data) {
      return options(data, directory());
    }

    /** With a fold held out. */
    TrainerOptions options(TrainingData data, int fold) {
      return options(data, directory() + "-fold-" + (fold + 1));
    }

    private TrainerOptions options(TrainingData data, String name) {
      TrainerOptions stated = fit.options(data, (int) number("maxIter"), number("tol"));
      CheckpointPlan plan = stated.checkpoints();
      return plan == null ? stated : stated.toBuilder().checkpoints(plan.of(name)).build();
    }
  }

  /** All candidates, in the order of the maps. */
  static List<Candidate> candidates(MiniBatchParams<?> estimator, List<ParamMap> maps) {
    List<Candidate> all = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      MiniBatchParams<?> own = (MiniBatchParams<?>) estimator.copy(maps.get(i));
      all.add(new Candidate(i, own, new MiniBatchFit(own)));
    }
    return all;
  }

  /** Candidates for which the same packed rows will do, each group in the order of the maps. */
  static List<List<Candidate>> byPacking(List<Candidate> all) {
    return groups(all, FREE);
  }

  /**
   * Those for which the same packed rows will do if these have all their labels; candidates that
   * train alone see but one.
   */
  static List<List<Candidate>> byRows(List<Candidate> all) {
    if (all.stream().map(Candidate::label).distinct().count() < 2) {
      return byPacking(all);
    }
    List<Candidate> alone = new ArrayList<>();
    List<Candidate> joint = new ArrayList<>();
    for (Candidate one : all) {
      (statedObstacle(one.estimator) == null ? joint : alone).add(one);
    }
    Set<String> free = new HashSet<>(FREE);
    free.add("labelCol");
    List<List<Candidate>> groups = byPacking(alone);
    groups.addAll(groups(joint, free));
    return groups;
  }

  /** Of those whose rows are packed alike, paths of penalties: the strongest first. */
  static List<List<Candidate>> paths(List<Candidate> packed) {
    List<List<Candidate>> paths = groups(packed, Set.of("regParam"));
    for (List<Candidate> path : paths) {
      path.sort(Comparator.comparingDouble((Candidate one) -> -one.number("regParam")));
    }
    return paths;
  }

  private static List<List<Candidate>> groups(List<Candidate> all, Set<String> mayDiffer) {
    List<List<Candidate>> groups = new ArrayList<>();
    for (Candidate one : all) {
      List<Candidate> fitting = null;
      for (List<Candidate> group : groups) {
        if (fitting == null && alike(group.get(0).estimator, one.estimator, mayDiffer)) {
          fitting = group;
        }
      }
      if (fitting == null) {
        fitting = new ArrayList<>();
        groups.add(fitting);
      }
      fitting.add(one);
    }
    return groups;
  }

  private static boolean alike(
      MiniBatchParams<?> one, MiniBatchParams<?> other, Set<String> mayDiffer) {
    for (Param<?> param : one.params()) {
      boolean free = mayDiffer.contains(param.name());
      if (!free && !Objects.equals(value(one, param.name()), value(other, param.name()))) {
        return false;
      }
    }
    return true;
  }

  private static Object value(MiniBatchParams<?> estimator, String name) {
    Param<Object> param = estimator.getParam(name);
    return estimator.isDefined(param) ? estimator.getOrDefault(param) : "";
  }

  /** Why a model with these params trains alone, whatever the rows, in a clause; null if not. */
  static @Nullable String statedObstacle(MiniBatchParams<?> estimator) {
    String alone = obstacle(estimator.miniBatchSettings().options().build());
    return alone == null ? null : "a model with " + alone + " trains alone";
  }

  /** Which option, if any, makes a model train alone, whatever the rows. */
  static @Nullable String obstacle(TrainerOptions options) {
    if (options.maxSeconds() < Double.POSITIVE_INFINITY) {
      return "maxSeconds=" + options.maxSeconds();
    }
    if (!options.listeners().isEmpty()) {
      return "a listener";
    }
    return options.onFailure() == OnFailure.BEST
        ? "onFailure=best"
        : MultiTrainer.obstacle(options);
  }

  /** Why a model with these options trains alone on these rows; null if it need not. */
  static @Nullable String obstacle(TrainingData data, TrainerOptions options) {
    String option = obstacle(options);
    return option == null && Trainer.isWide(data, options)
        ? "lazy steps on wide and sparse rows, which sparse=dense would not take"
        : option;
  }
}
