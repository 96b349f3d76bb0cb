package ravine.ml.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingResult;
import ravine.loss.Loss;
import ravine.many.MultiTrainer;
import ravine.memory.Preflight;
import ravine.ml.MiniBatchParams;
import ravine.ml.TrainingSummaries;
import ravine.objective.Problem;
import ravine.rows.ColumnStats;
import ravine.rows.RowView;
import ravine.validation.ValidationMetric;

/**
 * Fits of one estimator with several maps of params on the same rows: these are read and packed
 * once, and what models ask of them is asked together.
 *
 * <p>Models of Newton steps that differ in {@code regParam} alone go along a path, each from where
 * the next stronger one ended; they are those of fits of their own to their certificate. All others
 * have the bits of fits of their own.
 */
public final class ManyFits {
  private static final Logger LOG = LoggerFactory.getLogger(ManyFits.class);

  private ManyFits() {}

  /**
   * Fits with every map.
   *
   * @param estimator one of ours
   * @return a model for each map, in order
   * @throws IllegalArgumentException as a fit of any of them
   */
  public static List<Model<?>> fit(
      MiniBatchParams<?> estimator, Dataset<?> rows, List<ParamMap> maps) {
    ((PipelineStage) estimator).transformSchema(rows.schema());
    Dataset<?> cast = labelled(estimator, rows);
    Model<?>[] models = new Model<?>[maps.size()];
    for (List<Grid.Candidate> group : Grid.byPacking(Grid.candidates(estimator, maps))) {
      try (TrainingData data = group.get(0).fit().packForMany(cast)) {
        for (Fitted one : train(group, cast, data, Folds.NONE)) {
          models[one.candidate.index()] = model(one, cast);
        }
      }
    }
    return Arrays.asList(models);
  }

  /** As Spark's predictors do before they train. */
  static Dataset<?> labelled(MiniBatchParams<?> estimator, Dataset<?> rows) {
    String name = String.valueOf(estimator.getOrDefault(estimator.getParam("labelCol")));
    Metadata metadata = rows.schema().apply(name).metadata();
    Column label = rows.col(name).cast(DataTypes.DoubleType).as(name, metadata);
    return rows.withColumn(name, label);
  }

  /**
   * A candidate that was trained.
   *
   * @param problem that it minimised
   * @param folds what came of it in each fold; empty where there are none
   */
  record Fitted(
      Grid.Candidate candidate,
      Problem problem,
      TrainingResult result,
      List<MultiTrainer.Trained> folds) {}

  /**
   * Rows held out in turn.
   *
   * @param views of the rows that are left
   * @param stats of those
   * @param metric of the rows held out
   */
  record Folds(List<RowView> views, List<ColumnStats> stats, ValidationMetric metric) {
    static final Folds NONE = new Folds(List.of(), List.of(), ValidationMetric.LOSS);

    static Folds of(TrainingData data, List<RowView> views, ValidationMetric metric) {
      return new Folds(views, data.packedRows().stats(views), metric);
    }
  }

  /**
   * Trains candidates on rows that are packed for all of them, and with each fold held out.
   *
   * @throws IllegalArgumentException if there are folds, and a candidate that trains alone
   */
  static List<Fitted> train(
      List<Grid.Candidate> group, Dataset<?> rows, TrainingData data, Folds folds) {
    List<Fitted> fitted = new ArrayList<>();
    List<Together> all = new ArrayList<>();
    List<Grid.Candidate> joint = new ArrayList<>();
    for (Grid.Candidate one : group) {
      weighAs(one, group.get(0));
      String alone = Grid.obstacle(data, one.options(data));
      if (alone == null) {
        joint.add(one);
      } else if (folds.views.isEmpty()) {
        Problem problem = problem(one, data, rows, one.estimator().startModel());
        TrainingResult result =
            one.fit().train(data, problem, (int) one.number("maxIter"), one.number("tol"));
        fitted.add(new Fitted(one, problem, result, List.of()));
      } else {
        throw new IllegalArgumentException(
            "Folds are not for models that train alone, as with " + alone + ".");
      }
    }
    for (List<Grid.Candidate> path : Grid.paths(joint)) {
      Problem first = problem(path.get(0), data, rows, null);
      Loss loss = Trainer.asked(first, path.get(0).options(data)).loss();
      Together fitting = null;
      for (Together other : all) {
        fitting = other.loss.equals(loss) ? other : fitting;
      }
      if (fitting == null) {
        fitting = new Together(loss, rows, data, folds);
        all.add(fitting);
      }
      fitting.add(path);
    }
    for (Together together : all) {
      fitted.addAll(together.train());
    }
    return fitted;
  }

  /** Takes the class weights of the one whose fit packed the rows: others know no numbers. */
  static void weighAs(Grid.Candidate one, Grid.Candidate packing) {
    double[] classWeights = one.fit().weighting().take(packing.fit().weighting());
    one.estimator().miniBatchSettings().weighed(classWeights);
  }

  private static Problem problem(
      Grid.Candidate one, TrainingData data, Dataset<?> rows, @Nullable Model<?> start) {
    return one.estimator().objective(one.fit(), data, one.fit().label(rows), start);
  }

  /** Candidates of one loss. */
  private static final class Together {
    private final Loss loss;
    private final Dataset<?> rows;
    private final TrainingData data;
    private final Folds folds;
    private final List<TrainingData> others = new ArrayList<>();
    private final List<Grid.Candidate> candidates = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();
    private final List<MultiTrainer.Model> models = new ArrayList<>();

    Together(Loss loss, Dataset<?> rows, TrainingData data, Folds folds) {
      this.loss = loss;
      this.rows = rows;
      this.data = data;
      this.folds = folds;
      for (int f = 0; f < folds.views.size(); f++) {
        others.add(data.of(folds.views.get(f), folds.stats.get(f)));
      }
    }

    void add(List<Grid.Candidate> path) {
      if (takesNewtonSteps(path.get(0), data)) {
        addHalves(path, -1);
      } else {
        path.forEach(one -> add(one, -1));
      }
    }

    /** Whether a model begins at weights that it is given. */
    private boolean takesNewtonSteps(Grid.Candidate one, TrainingData counted) {
      Problem problem = problem(one, counted, rows, null);
      return Trainer.takesNewtonSteps(one.options(counted), problem.coordinates().dimension());
    }

    /** The middle one after the one before, then both halves after that. */
    private void addHalves(List<Grid.Candidate> path, int before) {
      if (!path.isEmpty()) {
        int middle = path.size() / 2;
        int place = add(path.get(middle), before);
        addHalves(path.subList(0, middle), place);
        addHalves(path.subList(middle + 1, path.size()), place);
      }
    }

    /** Where it stands. */
    private int add(Grid.Candidate one, int before) {
      TrainerOptions options = one.options(data);
      Problem problem = problem(one, data, rows, one.estimator().startModel());
      one.fit().checkMemory(data, problem, options);
      MultiTrainer.After after =
          before < 0 ? null : new MultiTrainer.After(before, weights -> weights);
      int place = models.size();
      models.add(new MultiTrainer.Model(data, problem, options, after));
      candidates.add(one);
      places.add(place);
      for (int f = 0; f < others.size(); f++) {
        models.add(fold(one, f, problem, place));
      }
      return place;
    }

    private MultiTrainer.Model fold(Grid.Candidate one, int fold, Problem whole, int place) {
      TrainingData other = others.get(fold);
      TrainerOptions options = one.options(other);
      Problem problem = problem(one, other, rows, one.estimator().startModel());
      folds.metric.requireFits(problem.loss());
      MultiTrainer.After after =
          takesNewtonSteps(one, other)
              ? new MultiTrainer.After(
                  place,
                  weights ->
                      problem(one, other, rows, one.estimator().model(whole, weights)).initial())
              : null;
      return new MultiTrainer.Model(other, problem, options, after);
    }

    /** How many of all models are let work at once, by the largest: it is said, too. */
    private int atOnce() {
      int widest = widest();
      Preflight.Together room = null;
      for (int c = 0; c < candidates.size(); c++) {
        Grid.Candidate one = candidates.get(c);
        Problem problem = models.get(places.get(c)).problem();
        room = one.fit().together(data, problem, one.options(data), models.size(), widest).or(room);
      }
      if (room == null) {
        return 1;
      }
      LOG.info(room.sentence());
      return room.limited() ? room.atOnce() : models.size();
    }

    /** How many are at work at a time if all take as long: of those that begin after as many. */
    private int widest() {
      int[] before = new int[models.size()];
      int[] width = new int[models.size()];
      int most = 0;
      for (int m = 0; m < before.length; m++) {
        MultiTrainer.After after = models.get(m).after();
        before[m] = after == null ? 0 : before[after.model()] + 1;
        most = Math.max(most, ++width[before[m]]);
      }
      return Math.min(most, MultiTrainer.MOST_AT_ONCE);
    }

    List<Fitted> train() {
      List<MultiTrainer.Trained> trained = MultiTrainer.train(data, models, folds.metric, atOnce());
      List<Fitted> fitted = new ArrayList<>();
      for (int c = 0; c < candidates.size(); c++) {
        int place = places.get(c);
        Grid.Candidate one = candidates.get(c);
        TrainingResult result = trained.get(place).result();
        one.fit().trained(result);
        fitted.add(
            new Fitted(
                one,
                models.get(place).problem(),
                result,
                trained.subList(place + 1, place + 1 + others.size())));
      }
      return fitted;
    }
  }

  /** Spark's model, with its parent and a summary that is computed when it is asked for. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  static Model<?> model(Fitted one, Dataset<?> rows) {
    Model<?> model = one.candidate.estimator().model(one.problem, one.result.weights());
    Dataset<?> training = one.candidate.fit().trainingRows(rows);
    double[] history = one.result.objectiveHistory();
    if (model instanceof LogisticRegressionModel logistic) {
      TrainingSummaries.summarise(logistic, training, history);
    } else if (model instanceof LinearSVCModel svc) {
      TrainingSummaries.summarise(svc, training, history);
    } else if (model instanceof LinearRegressionModel linear) {
      TrainingSummaries.summarise(linear, training, history);
    }
    ((Model) model).setParent((Estimator) one.candidate.estimator());
    return model;
  }
}
