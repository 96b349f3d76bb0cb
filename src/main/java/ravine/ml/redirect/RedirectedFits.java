package ravine.ml.redirect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.engine.StopReason;
import ravine.engine.TrainingResult;
import ravine.ml.MiniBatchParams;
import ravine.ml.tuning.ManyFits;

/**
 * Fits of one redirected estimator with several maps of params: all that Ravine trains at once, on
 * one copy of the rows. It is what {@code fitMultiple} of pyspark's estimators asks for after
 * {@code ravine.enable()}.
 */
public final class RedirectedFits {
  private static final Logger LOG = LoggerFactory.getLogger(RedirectedFits.class);

  private RedirectedFits() {}

  /**
   * Fits with the maps that Ravine honours.
   *
   * @param estimator one of this package
   * @return for each map Spark's model, whose parent is a copy of the estimator that knows the
   *     training result; or null where there must be a fit of its own, which says who trains it and
   *     why: what is Spark's, what diverged, and all of them if they cannot be trained together
   */
  public static List<@Nullable Model<?>> fit(
      Redirected estimator, Dataset<?> rows, List<ParamMap> maps) {
    @Nullable Model<?>[] models = new Model<?>[maps.size()];
    List<Integer> places = new ArrayList<>();
    List<Redirected> copies = new ArrayList<>();
    List<ParamMap> honoured = new ArrayList<>();
    for (int i = 0; i < models.length; i++) {
      Redirected copy = (Redirected) ((PipelineStage) estimator).copy(maps.get(i));
      if (exception(copy, rows) == null && label(copy).equals(label(estimator))) {
        places.add(i);
        copies.add(copy);
        honoured.add(ofOurs(copy, maps.get(i)));
      }
    }
    if (places.size() > 1) {
      List<Model<?>> trained = together(estimator, rows, honoured);
      for (int t = 0; t < trained.size(); t++) {
        models[places.get(t)] = given(trained.get(t), copies.get(t), rows);
      }
    }
    return Arrays.asList(models);
  }

  /** All models, or none if training them together failed. */
  private static List<Model<?>> together(
      Redirected estimator, Dataset<?> rows, List<ParamMap> maps) {
    try {
      return ManyFits.fit(ours(estimator), rows, maps);
    } catch (Exception failed) { // SparkException is checked, and comes undeclared from Scala
      if (Redirection.isEnd(failed, rows.sparkSession().sparkContext())) {
        throw failed;
      }
      LOG.debug("Models failed together, and are fitted one after the other", failed);
      return List.of();
    }
  }

  /** The model as a fit of the copy gives it; null if it diverged. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static @Nullable Model<?> given(Model<?> model, Redirected copy, Dataset<?> rows) {
    TrainingResult result = ((MiniBatchParams<?>) model.parent()).lastTrainingResult();
    if (result != null && result.stopReason() == StopReason.DIVERGED) {
      return null;
    }
    redirection(copy).trained(result);
    if (copy instanceof LinearRegression linear && model instanceof LinearRegressionModel line) {
      linear.addErrors(line, rows);
    }
    return ((Model) model).setParent((Estimator) copy);
  }

  private static Object label(Redirected one) {
    Param<Object> param = ((Params) one).getParam("labelCol");
    return ((Params) one).getOrDefault(param);
  }

  /** Without the solver's name, which Ravine's has no use for. */
  private static ParamMap ofOurs(Redirected copy, ParamMap map) {
    ParamMap own = map.copy();
    if (copy instanceof LinearRegression linear) {
      own.remove(linear.solver());
    }
    return own;
  }

  private static @Nullable String exception(Redirected one, Dataset<?> rows) {
    if (one instanceof LogisticRegression logistic) {
      return logistic.exception();
    }
    return one instanceof LinearSVC svc
        ? svc.exception()
        : ((LinearRegression) one).exception(rows);
  }

  private static MiniBatchParams<?> ours(Redirected one) {
    if (one instanceof LogisticRegression logistic) {
      return logistic.ours();
    }
    return one instanceof LinearSVC svc ? svc.ours() : ((LinearRegression) one).ours();
  }

  private static Redirection redirection(Redirected one) {
    if (one instanceof LogisticRegression logistic) {
      return logistic.redirection();
    }
    return one instanceof LinearSVC svc
        ? svc.redirection()
        : ((LinearRegression) one).redirection();
  }
}
