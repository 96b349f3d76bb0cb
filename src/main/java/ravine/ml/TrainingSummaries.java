package ravine.ml;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.ml.classification.BinaryLogisticRegressionTrainingSummary;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LinearSVCTrainingSummary;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.LogisticRegressionTrainingSummary;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.ml.regression.LinearRegressionTrainingSummary;
import org.apache.spark.ml.util.HasTrainingSummary;
import org.apache.spark.sql.Dataset;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Training summaries of Spark's models, on every version of Spark that one jar runs on. Spark 4.1
 * makes them ({@code createSummary}); before that the constructors of its summary classes are
 * called.
 */
public final class TrainingSummaries {
  private TrainingSummaries() {}

  /**
   * Gives the model a summary with {@code history} as its {@code objectiveHistory}, which is made
   * when it is asked for.
   */
  public static void summarise(
      LogisticRegressionModel model, Dataset<?> dataset, double[] history) {
    LogisticRegressionModel scorer = model.copy(ParamMap.empty());
    set(
        model,
        model.numClasses() <= 2
            ? new DeferredBinarySummary(
                new Deferred<>(
                    () ->
                        (BinaryLogisticRegressionTrainingSummary)
                            summary(scorer, dataset, history)),
                history)
            : new DeferredLogisticSummary<>(
                new Deferred<>(() -> summary(scorer, dataset, history)), history));
  }

  private static LogisticRegressionTrainingSummary summary(
      LogisticRegressionModel model, Dataset<?> dataset, double[] history) {
    Method create = method(model.getClass(), "createSummary", Dataset.class, double[].class);
    if (create != null) {
      call(create, model, dataset, history);
      return model.summary();
    }
    String probability = model.getProbabilityCol();
    String prediction = model.getPredictionCol();
    if (probability.isEmpty()) {
      probability = "probability_" + UUID.randomUUID();
      model.set(model.probabilityCol(), probability);
    }
    if (prediction.isEmpty()) {
      prediction = "prediction_" + UUID.randomUUID();
      model.set(model.predictionCol(), prediction);
    }
    String kind = model.numClasses() <= 2 ? "Binary" : "";
    return (LogisticRegressionTrainingSummary)
        construct(
            "org.apache.spark.ml.classification." + kind + "LogisticRegressionTrainingSummaryImpl",
            model.transform(dataset),
            probability,
            prediction,
            model.getLabelCol(),
            model.getFeaturesCol(),
            weightCol(model.isDefined(model.weightCol()) ? model.getWeightCol() : ""),
            history);
  }

  /**
   * Gives the model a summary with {@code history} as its {@code objectiveHistory}, which is made
   * when it is asked for.
   */
  public static void summarise(LinearSVCModel model, Dataset<?> dataset, double[] history) {
    LinearSVCModel scorer = model.copy(ParamMap.empty());
    set(
        model,
        new DeferredSvcSummary(new Deferred<>(() -> summary(scorer, dataset, history)), history));
  }

  private static LinearSVCTrainingSummary summary(
      LinearSVCModel model, Dataset<?> dataset, double[] history) {
    Method create = method(model.getClass(), "createSummary", Dataset.class, double[].class);
    if (create != null) {
      call(create, model, dataset, history);
      return model.summary();
    }
    String raw = model.getRawPredictionCol();
    String prediction = model.getPredictionCol();
    if (raw.isEmpty()) {
      raw = "rawPrediction_" + UUID.randomUUID();
      model.set(model.rawPredictionCol(), raw);
    }
    if (prediction.isEmpty()) {
      prediction = "prediction_" + UUID.randomUUID();
      model.set(model.predictionCol(), prediction);
    }
    return (LinearSVCTrainingSummary)
        construct(
            "org.apache.spark.ml.classification.LinearSVCTrainingSummaryImpl",
            model.transform(dataset),
            raw,
            prediction,
            model.getLabelCol(),
            weightCol(model.isDefined(model.weightCol()) ? model.getWeightCol() : ""),
            history);
  }

  /**
   * Gives the model a summary with {@code history} as its {@code objectiveHistory}, which is made
   * when it is asked for.
   */
  public static void summarise(LinearRegressionModel model, Dataset<?> dataset, double[] history) {
    LinearRegressionModel scorer = model.copy(ParamMap.empty());
    set(
        model,
        DeferredLinearSummary.of(new Deferred<>(() -> summary(scorer, dataset, history)), history));
  }

  /**
   * Gives the summary of a model that {@link #summarise} was called with the standard errors, t and
   * p values of another summary, which is made when one of them is asked for.
   */
  public static void errors(
      LinearRegressionModel model, Supplier<LinearRegressionTrainingSummary> other) {
    ((DeferredLinearSummary) model.summary()).takeErrorsOf(new Deferred<>(other));
  }

  private static LinearRegressionTrainingSummary summary(
      LinearRegressionModel model, Dataset<?> dataset, double[] history) {
    double[] none = {0.0};
    Method create =
        method(
            model.getClass(),
            "createSummary",
            Dataset.class,
            double[].class,
            double[].class,
            double[].class);
    if (create != null) {
      call(create, model, dataset, none, history, new double[0]);
      return model.summary();
    }
    String prediction = model.getPredictionCol();
    if (prediction.isEmpty()) {
      prediction = "prediction_" + UUID.randomUUID();
      model.set(model.predictionCol(), prediction);
    }
    return (LinearRegressionTrainingSummary)
        construct(
            "org.apache.spark.ml.regression.LinearRegressionTrainingSummary",
            model.transform(dataset),
            prediction,
            model.getLabelCol(),
            model.getFeaturesCol(),
            model,
            none,
            history);
  }

  /** What a method without arguments answers, where this version of Spark has it. */
  static double[] numbers(Object summary, String name) {
    Method method = method(summary.getClass(), name);
    try {
      return method == null ? new double[0] : (double[]) method.invoke(summary);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(
          "This version of Spark is not supported: " + e.getMessage(), e);
    } catch (InvocationTargetException e) {
      throw rethrow(e);
    }
  }

  private static String weightCol(String name) {
    return name.isEmpty() ? "weightCol" : name;
  }

  @SuppressWarnings("unchecked")
  private static void set(HasTrainingSummary<?> model, Object summary) {
    ((HasTrainingSummary<Object>) model).setSummary(Option.apply(summary));
  }

  private static @Nullable Method method(Class<?> owner, String name, Class<?>... types) {
    try {
      return owner.getMethod(name, types);
    } catch (NoSuchMethodException absent) {
      return null;
    }
  }

  private static void call(Method method, Object target, Object... arguments) {
    try {
      method.invoke(target, arguments);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(
          "This version of Spark is not supported: " + e.getMessage(), e);
    } catch (InvocationTargetException e) {
      throw rethrow(e);
    }
  }

  /**
   * Calls the constructor that takes arguments of these types.
   *
   * @throws IllegalStateException if there is none, or more than one
   */
  static Object construct(String className, Object... arguments) {
    try {
      List<Constructor<?>> fitting =
          Arrays.stream(Class.forName(className).getConstructors())
              .filter(constructor -> takes(constructor.getParameterTypes(), arguments))
              .toList();
      if (fitting.size() == 1) {
        return fitting.get(0).newInstance(arguments);
      }
    } catch (ClassNotFoundException | InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException(
          "This version of Spark is not supported: " + e.getMessage(), e);
    } catch (InvocationTargetException e) {
      throw rethrow(e);
    }
    throw new IllegalStateException(
        "This version of Spark is not supported: its training summary should have one constructor "
            + className
            + Arrays.stream(arguments)
                .map(argument -> argument.getClass().getSimpleName())
                .collect(Collectors.joining(", ", "(", ")"))
            + ".");
  }

  private static boolean takes(Class<?>[] types, Object[] arguments) {
    if (types.length != arguments.length) {
      return false;
    }
    for (int i = 0; i < types.length; i++) {
      if (!types[i].isInstance(arguments[i])) {
        return false;
      }
    }
    return true;
  }

  private static RuntimeException rethrow(InvocationTargetException e) {
    if (e.getCause() instanceof RuntimeException cause) {
      return cause;
    }
    return new IllegalStateException(e.getCause());
  }
}
