package ravine.ml;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import ravine.engine.PassRecord;
import ravine.engine.TrainingListener;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** Stops the SparkContext in mid-fit, once for each engine, and prints what the fit said. */
final class StoppedContextMain {
  private StoppedContextMain() {}

  public static void main(String[] engines) throws Exception {
    for (String engine : engines) {
      SparkSession session = SparkSession.builder().config(new SparkConf()).getOrCreate();
      CountDownLatch trains = new CountDownLatch(1);
      MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
      estimator.setTol(0.0).setMaxIter(10_000_000);
      estimator
          .setOptimizer("adam")
          .setStepSize(1e-9)
          .setEngine(engine)
          .addListener(
              new TrainingListener() {
                @Override
                public boolean onPass(PassRecord pass) {
                  if (pass.pass() == 2) {
                    trains.countDown();
                  }
                  return true;
                }
              });
      FutureTask<String> fit =
          new FutureTask<>(
              () -> {
                try {
                  return "ended: "
                      + estimator.fit(MlRows.frame(session, MlRows.classified(100, 2)));
                } catch (Exception e) {
                  return String.valueOf(e.getMessage());
                }
              });
      Thread thread = new Thread(fit);
      thread.setDaemon(true);
      thread.start();
      trains.await(120, TimeUnit.SECONDS);
      session.stop();
      String said = fit.get(60, TimeUnit.SECONDS);
      System.out.println(engine + " said " + said.lines().count() + " line: " + said);
    }
  }
}
