package ravine.ml.tuning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.SparkSession;
import ravine.checkpoint.Sections;
import ravine.ml.MiniBatchParams;
import ravine.resume.CheckpointPlan;
import ravine.resume.Checkpoints;
import ravine.resume.Fingerprint;

/**
 * The directory of checkpoints of several models that train together. It holds a file that says
 * which grid it is of, so that another one is refused before rows are read, and a directory for
 * each model and each of its folds: {@code model-3}, {@code model-3-fold-1}.
 */
final class GridCheckpoints {
  /** Params that may be others when a training goes on, as those of a single one. */
  private static final Set<String> FREE =
      Set.of(
          "checkpointDir",
          "checkpointInterval",
          "engine",
          "maxIter",
          "maxSeconds",
          "maxSteps",
          "onFailure",
          "patience",
          "predictionCol",
          "probabilityCol",
          "rawPredictionCol",
          "resume",
          "threshold",
          "tol",
          "validationTol");

  /** No data yet, whose partitions could be others. */
  private static final int NO_PARTITIONS = 0;

  private final List<Checkpoints> directories = new ArrayList<>();

  private GridCheckpoints() {}

  /** Of a grid whose models all train to their end. */
  static GridCheckpoints open(
      List<Grid.Candidate> all, List<ParamMap> maps, int folds, SparkSession spark) {
    return open(all, maps, folds, "none", spark);
  }

  /**
   * Looks into the directories, of which candidates that name none have none.
   *
   * @param maps of the candidates
   * @param folds of each
   * @param rungs where the worse ones end, in a few words
   * @throws IllegalArgumentException if one holds what {@code resume} does not allow, or the
   *     checkpoints of another grid
   */
  static GridCheckpoints open(
      List<Grid.Candidate> all, List<ParamMap> maps, int folds, String rungs, SparkSession spark) {
    Map<String, CheckpointPlan> plans = new LinkedHashMap<>();
    Map<String, Fingerprint> prints = new LinkedHashMap<>();
    for (Grid.Candidate one : all) {
      CheckpointPlan plan = one.estimator().miniBatchSettings().options().build().checkpoints();
      if (plan == null) {
        continue;
      }
      plans.putIfAbsent(plan.directory(), plan);
      prints
          .computeIfAbsent(plan.directory(), name -> ofAll(all.size(), folds, rungs))
          .put("model " + (one.index() + 1), text(one.estimator(), maps.get(one.index())));
    }
    GridCheckpoints made = new GridCheckpoints();
    prints.forEach(
        (directory, print) ->
            made.directories.add(
                Checkpoints.open(
                    Objects.requireNonNull(plans.get(directory)),
                    spark.sparkContext().hadoopConfiguration(),
                    print,
                    NO_PARTITIONS,
                    false)));
    return made;
  }

  private static Fingerprint ofAll(int models, int folds, String rungs) {
    return new Fingerprint()
        .putModels(models)
        .put("the number of folds", folds)
        .put("the list of rungs", rungs);
  }

  /** What a map says, as far as it is numbers and texts; what else there is, models compare. */
  private static String text(MiniBatchParams<?> estimator, ParamMap map) {
    StringJoiner text = new StringJoiner(", ", "{", "}");
    for (Param<?> param : estimator.params()) {
      if (map.contains(param) && !FREE.contains(param.name())) {
        Object value = map.get(param).get();
        if (value instanceof Number || value instanceof String || value instanceof Boolean) {
          text.add(param.name() + "=" + value);
        }
      }
    }
    return text.toString();
  }

  /** Says in the directories which grid they are of; once, when rows are there to train on. */
  void begin() {
    for (Checkpoints directory : directories) {
      try (directory) {
        if (!directory.areAny()) {
          directory.save(0, Sections::new);
        }
      }
    }
    directories.clear();
  }
}
