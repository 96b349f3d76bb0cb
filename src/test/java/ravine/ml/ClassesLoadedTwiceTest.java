package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.TwiceLoaded;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/**
 * Two sessions may each bring our jar: both train at once in one context, by classes of their own,
 * though Spark reads the results of tasks with one class loader, to whom one of the two is unknown.
 */
class ClassesLoadedTwiceTest extends SparkTestBase {
  private static final Object[][] FITS = {
    {"optimizer", "adam", "batchSize", 50, "maxIter", 4, "engine", "resident"},
    {"optimizer", "momentum(0.9)", "batchSize", 200, "maxIter", 2, "engine", "jobs"},
    {"regParam", 0.01},
  };

  @Test
  void fit_classesLoadedTwiceAtOnce_bothHaveTheBitsOfOneAlone() throws Exception {
    Dataset<Row> classified = MlRows.frame(spark(), MlRows.classified(2000, 2)).cache();
    Dataset<Row> measured = MlRows.frame(spark(), MlRows.measured(500)).cache();
    List<double[]> alone = fits(getClass().getClassLoader(), classified, measured);
    ExecutorService two = Executors.newFixedThreadPool(2);
    try (URLClassLoader twin = TwiceLoaded.loader()) {
      List<Future<List<double[]>>> both = new ArrayList<>();
      for (ClassLoader loader : List.of(getClass().getClassLoader(), twin)) {
        Callable<List<double[]>> work = () -> fits(loader, classified, measured);
        both.add(two.submit(work));
      }
      for (Future<List<double[]>> one : both) {
        assertThat(one.get(5, TimeUnit.MINUTES)).containsExactlyElementsOf(alone);
      }
    } finally {
      two.shutdownNow();
      classified.unpersist();
      measured.unpersist();
    }
  }

  private static List<double[]> fits(
      ClassLoader loader, Dataset<Row> classified, Dataset<Row> measured) throws Exception {
    List<double[]> weights = new ArrayList<>();
    for (Object[] params : FITS) {
      weights.add(fit(loader, MiniBatchLogisticRegression.class, classified, params));
    }
    weights.add(fit(loader, MiniBatchLinearRegression.class, measured));
    return weights;
  }

  private static double[] fit(
      ClassLoader loader, Class<?> type, Dataset<Row> rows, Object... params) throws Exception {
    Class<?> theirs = loader.loadClass(type.getName());
    assertThat(theirs.getClassLoader()).isSameAs(loader);
    Estimator<?> estimator = (Estimator<?>) theirs.getConstructor().newInstance();
    for (int p = 0; p < params.length; p += 2) {
      Param<Object> param = estimator.getParam((String) params[p]);
      estimator.set(param, params[p + 1]);
    }
    return Learner.weights((Model<?>) estimator.fit(rows));
  }
}
