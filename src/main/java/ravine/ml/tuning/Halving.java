package ravine.ml.tuning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.engine.StopReason;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingResult;
import ravine.many.MultiTrainer;
import ravine.many.Rungs;
import ravine.memory.Preflight;
import ravine.ml.MiniBatchFit;
import ravine.ml.MiniBatchParams;
import ravine.objective.Problem;
import ravine.validation.ValidationMetric;

/**
 * The best point of a {@link SearchSpace} by successive halving (Jamieson and Talwalkar, <i>Non-
 * stochastic best arm identification and hyperparameter optimization</i>, 2016): all models begin
 * on one copy of the packed rows, and after 1/ηᵏ, … 1/η of {@code maxIter} passes only the best 1/η
 * of them by their validation metric go on ({@link Rungs}). Those that go on are not begun again.
 * The last is trained to its end. With a {@code checkpointDir} a search that was lost goes on, and
 * what was dropped stays dropped.
 *
 * <pre>{@code
 * estimator.setValidationIndicatorCol("held");
 * SearchSpace space = SearchSpace.parse("optimizer=nesterov|adam; regParam=log(1e-6, 1)", estimator);
 * Halving.Found found = new Halving(estimator, space).models(64).run(rows);
 * }</pre>
 */
public final class Halving {
  private static final Logger LOG = LoggerFactory.getLogger(Halving.class);

  private final MiniBatchParams<?> estimator;
  private final SearchSpace space;
  private int models = 64;
  private int eta = 3;
  private long seed = 42L;
  private double maxSeconds = Double.POSITIVE_INFINITY;
  private Watcher watcher = (passes, came, left, best) -> {};
  private Consumer<String> memory = LOG::info;
  private Preflight.@Nullable Together largest;

  /** Is told when all models have come to a rung. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * After a rung.
     *
     * @param passes that each model has made which had not ended before
     * @param came how many models came to it
     * @param left how many go on
     * @param best the best validation metric so far
     */
    void climbed(int passes, int came, int left, double best);
  }

  /**
   * A model that was tried.
   *
   * @param number from 1, in the order of the sample
   * @param params what it was tried with
   * @param rungs how many it came through
   * @param isBest whether it is the one that was taken
   * @param metric its best validation metric; NaN if it had none
   * @param result its training, up to where it was dropped or ended
   */
  public record Trial(
      int number,
      Map<String, Object> params,
      int rungs,
      boolean isBest,
      double metric,
      TrainingResult result) {

    /** Passes that were made. */
    public int passes() {
      return result.passes().get(result.passes().size() - 1).pass();
    }

    /** What became of it, in a few words. */
    public String verdict() {
      StopReason reason = result.stopReason();
      String end = String.valueOf(reason);
      if (isBest) {
        return "best, " + end;
      }
      return reason == StopReason.STOPPED_BY_LISTENER ? "dropped at rung " + (rungs + 1) : end;
    }
  }

  /**
   * What came of a search.
   *
   * @param model Spark's, of the best trial
   * @param estimator a copy with its params
   * @param trials the best first: by the rungs they came through, then by their metric
   * @param metric the name of the metric
   * @param isLargerBetter whether more of it is better
   * @param isGrid whether every point of the space was tried
   */
  public record Found(
      Model<?> model,
      MiniBatchParams<?> estimator,
      List<Trial> trials,
      String metric,
      boolean isLargerBetter,
      boolean isGrid) {

    /** The trial whose model it is. */
    public Trial best() {
      return trials.get(0);
    }
  }

  /**
   * A search.
   *
   * @param estimator one of ours, with validation rows; what the space does not name is its params'
   */
  public Halving(MiniBatchParams<?> estimator, SearchSpace space) {
    this.estimator = estimator;
    this.space = space;
  }

  /** Most models, from 1 to {@value MultiTrainer#MOST_AT_ONCE}: 64 by default. */
  public Halving models(int value) {
    if (value < 1 || value > MultiTrainer.MOST_AT_ONCE) {
      throw new IllegalArgumentException(
          "models must be in [1, " + MultiTrainer.MOST_AT_ONCE + "], but was " + value);
    }
    models = value;
    return this;
  }

  /** η, at least 2: one of so many models goes on, with so many times the passes; 3 by default. */
  public Halving eta(int value) {
    if (value < 2) {
      throw new IllegalArgumentException("eta must be >= 2, but was " + value);
    }
    eta = value;
    return this;
  }

  /** Seed of the sample. */
  public Halving seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Most seconds of training, reading and packing not counted: the best is what is best then. No
   * limit by default.
   */
  public Halving maxSeconds(double value) {
    if (!(value > 0.0)) {
      throw new IllegalArgumentException("maxSeconds must be > 0, but was " + value);
    }
    maxSeconds = value;
    return this;
  }

  /** Who is told of the rungs. */
  public Halving watcher(Watcher value) {
    watcher = value;
    return this;
  }

  /**
   * Who is told before the training what memory it will take, in a sentence; the log by default.
   */
  public Halving memory(Consumer<String> value) {
    memory = value;
    return this;
  }

  /**
   * Refuses points with params that cannot be read, before any row is.
   *
   * @throws IllegalArgumentException with the params of the first such point
   */
  public Halving check() {
    candidates(space.points(models, seed));
    return this;
  }

  private List<Grid.Candidate> candidates(List<Map<String, Object>> points) {
    List<Grid.Candidate> all = new ArrayList<>();
    for (Map<String, Object> point : points) {
      all.add(of(point, () -> candidate(all.size(), point)));
    }
    return all;
  }

  /**
   * Reads the rows and searches.
   *
   * @throws IllegalArgumentException if there are no validation rows, or a point has params that a
   *     fit would refuse, or that are not for several models at once
   */
  public Found run(Dataset<?> rows) {
    if (!estimator.isDefined(estimator.validationIndicatorCol())) {
      throw new IllegalArgumentException(
          "models are judged by validation rows, and there are none: set validationIndicatorCol");
    }
    List<Map<String, Object>> points = space.points(models, seed);
    List<Grid.Candidate> all = candidates(points);
    ((PipelineStage) estimator).transformSchema(rows.schema());
    Dataset<?> cast = ManyFits.labelled(estimator, rows);
    ValidationMetric metric = ValidationMetric.of(estimator.getValidationMetric());
    Grid.Candidate packing = finest(all);
    List<Rungs.Rung> plan = Rungs.plan(all.size(), eta, (int) all.get(0).number("maxIter"));
    GridCheckpoints kept = kept(all, points, plan, rows);
    try (TrainingData data = packing.fit().packForMany(cast)) {
      all.forEach(one -> ManyFits.weighAs(one, packing));
      if (data.stats().validationRows() == 0) {
        throw new IllegalArgumentException(
            "models are judged by validation rows, and "
                + estimator.getValidationIndicatorCol()
                + " marks none of positive weight");
      }
      List<MultiTrainer.Model> together = new ArrayList<>();
      largest = null;
      for (Grid.Candidate one : all) {
        Map<String, Object> point = points.get(one.index());
        together.add(of(point, () -> model(one, cast, data, metric, points.size())));
      }
      requireOneLoss(together);
      memory.accept(Objects.requireNonNull(largest).sentence());
      Rungs rungs =
          new Rungs(
              all.size(),
              plan,
              metric,
              (rung, came, best) -> watcher.climbed(rung.passes(), came, rung.left(), best));
      kept.begin();
      List<MultiTrainer.Trained> trained = MultiTrainer.train(data, together, metric, rungs);
      return found(all, points, together, trained, rungs, cast, metric);
    }
  }

  private GridCheckpoints kept(
      List<Grid.Candidate> all,
      List<Map<String, Object>> points,
      List<Rungs.Rung> plan,
      Dataset<?> rows) {
    List<ParamMap> maps = new ArrayList<>();
    points.forEach(point -> maps.add(SearchSpace.params(point, estimator)));
    StringJoiner rungs = new StringJoiner(", ").setEmptyValue("none");
    plan.forEach(rung -> rungs.add(rung.left() + " after " + rung.passes()));
    return GridCheckpoints.open(all, maps, 0, rungs.toString(), rows.sparkSession());
  }

  private Grid.Candidate candidate(int index, Map<String, Object> point) {
    ParamMap map = SearchSpace.params(point, estimator);
    MiniBatchParams<?> own = (MiniBatchParams<?>) estimator.copy(map);
    return new Grid.Candidate(index, own, new MiniBatchFit(own));
  }

  /** What a point's params do not allow is said with them. */
  private static <T> T of(Map<String, Object> point, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("With " + point + ": " + e.getMessage(), e);
    }
  }

  /** Rows packed for the smallest mini-batches do for all. */
  private static Grid.Candidate finest(List<Grid.Candidate> all) {
    return all.stream()
        .filter(one -> one.number("batchSize") > 0.0)
        .min(Comparator.comparingDouble(one -> one.number("batchSize")))
        .orElse(all.get(0));
  }

  private MultiTrainer.Model model(
      Grid.Candidate one, Dataset<?> rows, TrainingData data, ValidationMetric metric, int count) {
    TrainerOptions options = one.options(data);
    if (Trainer.isWide(data, options)) {
      throw new IllegalArgumentException(
          "models that train together take dense steps, and these rows are wide and sparse: set"
              + " sparse to dense to have them all the same");
    }
    String alone = Grid.obstacle(options);
    if (alone != null) {
      throw new IllegalArgumentException("models cannot train together with " + alone);
    }
    Problem problem =
        one.estimator()
            .objective(one.fit(), data, one.fit().label(rows), one.estimator().startModel());
    metric.requireFits(problem.loss());
    one.fit().checkMemory(data, problem, options);
    Preflight.Together room = one.fit().together(data, problem, options, count, count);
    if (room.limited()) {
      throw new IllegalArgumentException(
          "models of a search train at once, but "
              + room.sentence()
              + ": search with fewer, or raise spark.driver.memory"
              + (room.executor() == 0 ? "" : " and spark.executor.memory"));
    }
    largest = room.or(largest);
    TrainerOptions limited = options.toBuilder().maxSeconds(maxSeconds).build();
    return new MultiTrainer.Model(data, problem, limited, null);
  }

  private static void requireOneLoss(List<MultiTrainer.Model> all) {
    boolean wholeBatches = Trainer.takesWholeBatches(all.get(0).options());
    for (MultiTrainer.Model one : all) {
      boolean same =
          Trainer.asked(one.problem(), one.options())
              .loss()
              .equals(Trainer.asked(all.get(0).problem(), all.get(0).options()).loss());
      if (!same && wholeBatches != Trainer.takesWholeBatches(one.options())) {
        throw new IllegalArgumentException(
            "of the hinge, models of mini-batches and of whole batches do not train together: give"
                + " all of them a batchSize or stepSize, or none");
      }
    }
  }

  private Found found(
      List<Grid.Candidate> all,
      List<Map<String, Object>> points,
      List<MultiTrainer.Model> models,
      List<MultiTrainer.Trained> trained,
      Rungs rungs,
      Dataset<?> rows,
      ValidationMetric metric) {
    int best = best(rungs, all.size(), metric);
    List<Trial> trials = new ArrayList<>();
    for (int m = 0; m < all.size(); m++) {
      TrainingResult result = trained.get(m).result();
      trials.add(
          new Trial(m + 1, points.get(m), rungs.survived(m), m == best, rungs.best(m), result));
    }
    trials.sort(
        Comparator.comparing((Trial one) -> !one.isBest)
            .thenComparing(one -> -one.rungs)
            .thenComparing(one -> score(one.metric, metric)));
    Grid.Candidate winner = all.get(best);
    TrainingResult result = trained.get(best).result();
    winner.fit().trained(result);
    Model<?> model =
        ManyFits.model(
            new ManyFits.Fitted(winner, models.get(best).problem(), result, List.of()), rows);
    return new Found(
        model,
        winner.estimator(),
        List.copyOf(trials),
        metric.toString(),
        metric.isLargerBetter(),
        space.size() <= this.models);
  }

  /** The one that is left; the best of several, where passes were too few for a rung. */
  private static int best(Rungs rungs, int count, ValidationMetric metric) {
    int best = -1;
    for (int m = 0; m < count; m++) {
      boolean better = best < 0 || score(rungs.best(m), metric) < score(rungs.best(best), metric);
      if (rungs.isLeft(m) && better) {
        best = m;
      }
    }
    return best;
  }

  private static double score(double value, ValidationMetric metric) {
    return Double.isNaN(value)
        ? Double.POSITIVE_INFINITY
        : metric.isLargerBetter() ? -value : value;
  }
}
