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
import ravine.rows.Packing;
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
   * Fits with every map. Maps that differ in {@code labelCol} share the packed rows, too.
   *
   * @param estimator one of ours
   * @return a model for each map, in order
   * @throws IllegalArgumentException as a fit of any of them
   */
  public static List<Model<?>> fit(
      MiniBatchParams<?> estimator, Dataset<?> rows, List<ParamMap> maps) {
    List<Grid.Candidate> all = Grid.candidates(estimator, maps);
    all.forEach(one -> ((PipelineStage) one.estimator()).transformSchema(rows.schema()));
    Dataset<?> cast = rows;
    for (String label : all.stream().map(Grid.Candidate::label).distinct().toList()) {
      cast = labelled(label, cast);
    }
    Model<?>[] models = new Model<?>[maps.size()];
    GridCheckpoints kept = GridCheckpoints.open(all, maps, 0, rows.sparkSession());
    for (List<Grid.Candidate> group : Grid.byRows(all)) {
      fit(group, cast, kept, models);
    }
    return Arrays.asList(models);
  }

  private static void fit(
      List<Grid.Candidate> group, Dataset<?> rows, GridCheckpoints kept, Model<?>[] models) {
    List<String> columns = group.stream().map(Grid.Candidate::label).distinct().toList();
    int most = 1 + Packing.Beside.MOST;
    if (columns.size() > most) {
      for (int from = 0; from < columns.size(); from += most) {
        List<String> some = columns.subList(from, Math.min(columns.size(), from + most));
        fit(group.stream().filter(one -> some.contains(one.label())).toList(), rows, kept, models);
      }
      return;
    }
    if (columns.size() > 1 && fitLabels(group, columns, rows, kept, models)) {
      return;
    }
    for (List<Grid.Candidate> alike : Grid.byPacking(group)) {
      try (TrainingData data = alike.get(0).fit().packForMany(rows)) {
        kept.begin();
        keep(train(alike, Sight.same(alike, data, rows), Folds.NONE), rows, models);
      }
    }
  }

  /** A model a label column, or several; whether these rows let them train together. */
  private static boolean fitLabels(
      List<Grid.Candidate> group,
      List<String> columns,
      Dataset<?> rows,
      GridCheckpoints kept,
      Model<?>[] models) {
    List<Packing.Beside> beside =
        columns.stream().skip(1).map(name -> new Packing.Beside(name, 0)).toList();
    try (TrainingData data = group.get(0).fit().packForMany(rows, beside, true)) {
      if (group.stream().anyMatch(one -> Grid.obstacle(data, one.options(data)) != null)) {
        LOG.warn(
            "Rows are packed anew for each label column, because they are wide and sparse, and"
                + " lazy steps are for one model.");
        return false;
      }
      Sight sight =
          Sight.ofLabels(
              group,
              data,
              one -> RowView.Labels.ofColumn(columns.indexOf(one.label()) - 1),
              one -> rows);
      kept.begin();
      keep(train(group, sight, Folds.NONE), rows, models);
      return true;
    }
  }

  private static void keep(List<Fitted> fitted, Dataset<?> rows, Model<?>[] models) {
    for (Fitted one : fitted) {
      models[one.candidate.index()] = model(one, rows);
    }
  }

  /** As Spark's predictors do before they train. */
  static Dataset<?> labelled(MiniBatchParams<?> estimator, Dataset<?> rows) {
    return labelled(String.valueOf(estimator.getOrDefault(estimator.getParam("labelCol"))), rows);
  }

  static Dataset<?> labelled(String name, Dataset<?> rows) {
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
  static List<Fitted> train(List<Grid.Candidate> group, Sight sight, Folds folds) {
    List<Fitted> fitted = new ArrayList<>();
    List<Together> all = new ArrayList<>();
    List<Grid.Candidate> joint = new ArrayList<>();
    for (Grid.Candidate one : group) {
      TrainingData data = sight.data(one);
      String alone = Grid.obstacle(data, one.options(data));
      if (alone == null) {
        joint.add(one);
      } else if (folds.views.isEmpty()) {
        if (!data.view().equals(RowView.ALL)) {
          throw new IllegalArgumentException(
              "Labels of its own are not for a model that trains alone, as with " + alone + ".");
        }
        Problem problem = problem(one, data, sight.rows(one), one.estimator().startModel());
        TrainingResult result = one.fit().train(data, problem, one.options(data));
        fitted.add(new Fitted(one, problem, result, List.of()));
      } else {
        throw new IllegalArgumentException(
            "Folds are not for models that train alone, as with " + alone + ".");
      }
    }
    for (List<Grid.Candidate> path : Grid.paths(joint)) {
      Grid.Candidate head = path.get(0);
      TrainingData data = sight.data(head);
      Problem first = problem(head, data, sight.rows(head), null);
      Loss loss = Trainer.asked(first, head.options(data)).loss();
      Together fitting = null;
      for (Together other : all) {
        fitting = other.loss.equals(loss) ? other : fitting;
      }
      if (fitting == null) {
        fitting = new Together(loss, sight, folds);
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
    private final Sight sight;
    private final Folds folds;
    private final List<TrainingData> others = new ArrayList<>();
    private final List<Grid.Candidate> candidates = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();
    private final List<MultiTrainer.Model> models = new ArrayList<>();

    Together(Loss loss, Sight sight, Folds folds) {
      this.loss = loss;
      this.sight = sight;
      this.folds = folds;
      for (int f = 0; f < folds.views.size(); f++) {
        others.add(sight.packed().of(folds.views.get(f), folds.stats.get(f)));
      }
    }

    void add(List<Grid.Candidate> path) {
      Grid.Candidate first = path.get(0);
      TrainingData data = sight.data(first);
      if (takesNewtonSteps(first.options(data), problem(first, data, sight.rows(first), null))) {
        addHalves(path, -1);
      } else {
        path.forEach(one -> add(one, -1));
      }
    }

    /** Whether a model begins at weights that it is given. */
    private static boolean takesNewtonSteps(TrainerOptions options, Problem problem) {
      return Trainer.takesNewtonSteps(options, problem.coordinates().dimension());
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
      TrainingData data = sight.data(one);
      TrainerOptions options = one.options(data);
      Problem problem = problem(one, data, sight.rows(one), one.estimator().startModel());
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
      Dataset<?> rows = sight.rows(one);
      TrainerOptions options = one.options(other, fold);
      String left = folds.views.get(fold).left();
      Problem problem;
      try {
        problem = problem(one, other, rows, one.estimator().startModel());
      } catch (IllegalArgumentException unfit) {
        throw new IllegalArgumentException(left + " there is no fit: " + unfit.getMessage(), unfit);
      }
      if (problem.loss().outputs() != whole.loss().outputs()) {
        throw new IllegalArgumentException(
            left + " a class is missing: take fewer folds, or leave the class out.");
      }
      folds.metric.requireFits(problem.loss());
      MultiTrainer.After after =
          takesNewtonSteps(options, problem)
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
        TrainingData data = sight.data(one);
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
      List<MultiTrainer.Trained> trained =
          MultiTrainer.train(sight.packed(), models, folds.metric, atOnce());
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
