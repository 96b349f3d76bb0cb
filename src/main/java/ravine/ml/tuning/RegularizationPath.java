package ravine.ml.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.PredictionModel;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.engine.TrainingData;
import ravine.engine.TrainingResult;
import ravine.ml.FeatureNames;
import ravine.ml.MiniBatchParams;
import ravine.rows.RowView;

/**
 * One estimator at many strengths of its penalty (Friedman, Hastie and Tibshirani 2010,
 * "Regularization paths for generalized linear models via coordinate descent"), all in one training
 * on one copy of the rows, and with rows held out if asked for: what each coefficient does as the
 * penalty falls, and which strength is best.
 *
 * <pre>{@code
 * RegularizationPath path =
 *     RegularizationPath.fit(
 *         estimator.setElasticNetParam(1.0), rows, strengths, new RegressionEvaluator(), 5, 42L);
 * path.frame(spark).show();
 * Model<?> model = path.points().get(path.strongestWithinOneError()).model();
 * }</pre>
 */
public final class RegularizationPath {
  private static final StructType SCHEMA =
      new StructType()
          .add("regParam", DataTypes.DoubleType, false)
          .add("metric", DataTypes.DoubleType, true)
          .add("standardError", DataTypes.DoubleType, true)
          .add("objective", DataTypes.DoubleType, false)
          .add("gapBound", DataTypes.DoubleType, true)
          .add("nonZeros", DataTypes.IntegerType, false)
          .add("coefficients", SQLDataTypes.VectorType(), false);

  private final List<Point> points;
  private final List<String> names;
  private final boolean largerIsBetter;
  private final String metricName;

  private RegularizationPath(
      List<Point> points, List<String> names, boolean largerIsBetter, String metricName) {
    this.points = List.copyOf(points);
    this.names = names;
    this.largerIsBetter = largerIsBetter;
    this.metricName = metricName;
  }

  /**
   * One strength.
   *
   * @param regParam λ
   * @param model Spark's model of all rows
   * @param coefficients of the features, those of class after class where there are several
   * @param objective at the model
   * @param gapBound what it may be above the optimum at most; infinite where nothing is known
   * @param metric mean over folds; NaN without folds
   * @param standardError of that mean
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Point(
      double regParam,
      Model<?> model,
      double[] coefficients,
      double objective,
      double gapBound,
      double metric,
      double standardError) {
    /** Coefficients that are not 0. */
    public int nonZeros() {
      return (int) Arrays.stream(coefficients).filter(value -> value != 0.0).count();
    }
  }

  /**
   * Fits at every strength, without folds.
   *
   * @param estimator one of ours, whose own strength is not used
   * @param regParams strengths, at least 0, in any order
   */
  public static RegularizationPath fit(
      MiniBatchParams<?> estimator, Dataset<?> rows, double[] regParams) {
    return fit(estimator, rows, regParams, null, 0, 0L);
  }

  /**
   * The same, each measured on folds held out.
   *
   * @param evaluator whose metric training computes: an area under a curve, rmse, mse or logLoss
   * @param folds at least 2
   * @param seed of the folds
   * @throws IllegalArgumentException if that is another metric, or there is no strength
   */
  public static RegularizationPath fit(
      MiniBatchParams<?> estimator,
      Dataset<?> rows,
      double[] regParams,
      @Nullable Evaluator evaluator,
      int folds,
      long seed) {
    return fit(estimator, rows, regParams, evaluator, folds, seed, "");
  }

  /**
   * The same with rows of one id in one fold, whatever partition they stand in.
   *
   * @param idCol column of ids; empty for a hash of a row's place
   * @throws IllegalArgumentException also if there is no such column, or it has several values a
   *     row
   */
  public static RegularizationPath fit(
      MiniBatchParams<?> estimator,
      Dataset<?> rows,
      double[] regParams,
      @Nullable Evaluator evaluator,
      int folds,
      long seed,
      String idCol) {
    if (regParams.length == 0) {
      throw new IllegalArgumentException("a path needs at least one regParam");
    }
    Search.Judge judge = evaluator == null ? null : Search.judge(evaluator);
    if (evaluator != null && (judge == null || folds < 2)) {
      throw new IllegalArgumentException(
          judge == null
              ? "a path is judged by an area under a curve, rmse, mse or logLoss"
              : "folds must be 2 or more, but was " + folds);
    }
    ParamMap[] maps =
        Arrays.stream(regParams)
            .mapToObj(regParam -> new ParamMap().put(estimator.getParam("regParam"), regParam))
            .toArray(ParamMap[]::new);
    String obstacle =
        evaluator == null ? null : Search.obstacle((Estimator<?>) estimator, maps, evaluator);
    if (obstacle != null) {
      throw new IllegalArgumentException(
          "A path cannot be judged on folds, because " + obstacle + ".");
    }
    ((PipelineStage) estimator).transformSchema(rows.schema());
    Folding folding =
        judge == null || idCol.isEmpty()
            ? Folding.byPlace(rows)
            : Folding.byId(rows, idCol, folds, seed);
    Dataset<?> cast = ManyFits.labelled(estimator, folding.rows());
    List<Grid.Candidate> all = Grid.candidates(estimator, List.of(maps));
    int held = judge == null ? 0 : folds;
    GridCheckpoints kept = GridCheckpoints.open(all, List.of(maps), held, rows.sparkSession());
    List<Point> points = new ArrayList<>();
    try (TrainingData data = all.get(0).fit().packForMany(cast, folding.beside(), false)) {
      kept.begin();
      ManyFits.Folds out =
          judge == null
              ? ManyFits.Folds.NONE
              : ManyFits.Folds.of(
                  data,
                  RowView.ofFolds(folds, seed).stream().map(folding::view).toList(),
                  judge.metric());
      List<ManyFits.Fitted> fitted = ManyFits.train(all, Sight.same(all, data, cast), out);
      double[][] metrics = new double[fitted.size()][];
      Arrays.setAll(metrics, i -> judge == null ? new double[0] : judge.of(fitted.get(i)));
      if (judge != null) {
        metrics = Search.measured(metrics, judge.metric());
      }
      for (int i = 0; i < metrics.length; i++) {
        points.add(point(fitted.get(i), folding.withoutOwn(cast), metrics[i]));
      }
    }
    points.sort(Comparator.comparingDouble(point -> -point.regParam));
    String featuresCol = String.valueOf(estimator.getOrDefault(estimator.getParam("featuresCol")));
    return new RegularizationPath(
        points,
        names(points.get(0), FeatureNames.of(rows, featuresCol)),
        evaluator != null && evaluator.isLargerBetter(),
        judge == null ? "" : judge.metric().toString());
  }

  private static Point point(ManyFits.Fitted one, Dataset<?> rows, double[] metrics) {
    Model<?> model = ManyFits.model(one, rows);
    TrainingResult result = one.result();
    Certificate certificate = result.certificate();
    return new Point(
        one.candidate().number("regParam"),
        model,
        coefficients(model),
        result.passes().get(result.bestPass()).objective(),
        certificate == null ? Double.POSITIVE_INFINITY : certificate.bound(),
        Arrays.stream(metrics).average().orElse(Double.NaN),
        metrics.length == 0 ? Double.NaN : Search.standardError(metrics));
  }

  private static List<String> names(Point point, FeatureNames features) {
    int many = ((PredictionModel<?, ?>) point.model).numFeatures();
    List<String> names = new ArrayList<>();
    for (int j = 0; j < point.coefficients.length; j++) {
      String suffix = point.coefficients.length > many ? ", class " + j / many : "";
      names.add(features.of(j % many) + suffix);
    }
    return names;
  }

  private static double[] coefficients(Model<?> model) {
    if (model instanceof LogisticRegressionModel logistic) {
      return logistic.coefficientMatrix().transpose().toArray();
    }
    if (model instanceof LinearSVCModel svc) {
      return svc.coefficients().toArray();
    }
    return ((LinearRegressionModel) model).coefficients().toArray();
  }

  /** The strengths, the strongest first. */
  public List<Point> points() {
    return points;
  }

  /**
   * Which of {@link #points} has the best mean metric.
   *
   * @throws IllegalStateException without folds
   */
  public int best() {
    requireFolds();
    return Search.best(metrics(), largerIsBetter);
  }

  /**
   * The strongest whose mean metric is within one standard error of the best (Breiman et al. 1984):
   * the simplest model that is not known to be worse.
   *
   * @throws IllegalStateException without folds
   */
  public int strongestWithinOneError() {
    Point best = points.get(best());
    double limit = best.metric + (largerIsBetter ? -best.standardError : best.standardError);
    for (int i = 0; i < points.size(); i++) {
      double metric = points.get(i).metric;
      if (largerIsBetter ? metric >= limit : metric <= limit) {
        return i;
      }
    }
    return best();
  }

  private void requireFolds() {
    if (metricName.isEmpty()) {
      throw new IllegalStateException("Which strength is best is known after a fit with folds.");
    }
  }

  private double[][] metrics() {
    return points.stream().map(point -> new double[] {point.metric}).toArray(double[][]::new);
  }

  /** A row for each strength; metric and gapBound are null where they are not known. */
  public Dataset<Row> frame(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (Point point : points) {
      rows.add(
          RowFactory.create(
              point.regParam,
              known(point.metric),
              known(point.standardError),
              point.objective,
              known(point.gapBound),
              point.nonZeros(),
              (DenseVector) Vectors.dense(point.coefficients)));
    }
    return spark.createDataFrame(rows, SCHEMA);
  }

  private static @Nullable Double known(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** A page without network: coefficients against λ, and the metric with its spread. */
  public String page() {
    return PathPage.of(this, names, metricName);
  }
}
