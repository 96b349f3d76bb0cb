package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ravine.LocalCluster;
import ravine.SparkTestBase;
import ravine.engine.PassRecord;
import ravine.engine.StopReason;
import ravine.engine.TrainingListener;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** What a fit leaves behind in the application, however it ends. */
@Timeout(120)
class GoodGuestTest extends SparkTestBase {
  private static final int TIMES = 10;

  /**
   * What a task throws arrives as a checked exception that nothing declares, and an interrupted
   * thread cannot ask Spark's block managers for anything.
   */
  @Test
  void fit_failsInPackingOrIsInterrupted_leavesNothingBehind() throws Exception {
    Dataset<Row> good = MlRows.frame(spark(), MlRows.classified(50, 2));
    Dataset<Row> bad =
        good.withColumn(
            "label",
            functions
                .when(good.col("label").lt(0), good.col("label"))
                .otherwise(functions.raise_error(functions.lit("bad luck")).cast("double")));
    int cached = sc().getPersistentRDDs().size();
    List<?> listeners = sc().listenerBus().listeners();
    int listening = listeners.size();
    for (int i = 0; i < TIMES; i++) {
      assertThatThrownBy(() -> new MiniBatchLogisticRegression().fit(bad))
          .hasStackTraceContaining("bad luck");
      assertThatThrownBy(() -> interrupted().fit(good)).hasMessageContaining("nterrupted");
      assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
    }
    assertThat(sc().getPersistentRDDs().size()).isEqualTo(cached);
    assertThat(sc().listenerBus().listeners()).hasSize(listening);
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(Thread::isAlive)
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("ravine-resident-timer"));
    assertThat(new MiniBatchLogisticRegression().fit(good).numClasses()).isEqualTo(2);
  }

  private static MiniBatchLogisticRegression interrupted() {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    estimator.setTol(0.0);
    return estimator.setOptimizer("adam").addListener(interrupting());
  }

  @Test
  void fit_interruptedWithBest_isAModelAndSaysSo() {
    Dataset<Row> good = MlRows.frame(spark(), MlRows.classified(50, 2));
    MiniBatchLogisticRegression estimator = interrupted().setOnFailure("best");
    assertThat(estimator.fit(good).numClasses()).isEqualTo(2);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(estimator.lastTrainingResult().stopReason()).isEqualTo(StopReason.FAILED);
  }

  /** What was trained before a failure stands in the result that the estimator keeps. */
  @Test
  void fit_interrupted_keepsWhatItHad() {
    Dataset<Row> good = MlRows.frame(spark(), MlRows.classified(50, 2));
    MiniBatchLogisticRegression estimator = interrupted();
    assertThatThrownBy(() -> estimator.fit(good)).hasMessageContaining("nterrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(estimator.lastTrainingResult().stopReason()).isEqualTo(StopReason.FAILED);
    assertThat(estimator.lastTrainingResult().passes()).hasSize(3);
  }

  /** In a JVM of its own: the context of the others must not be stopped. */
  @Test
  @Timeout(300)
  void fit_contextIsStopped_endsInOneSentence() {
    String output =
        LocalCluster.run(
            StoppedContextMain.class, Map.of("spark.master", "local[2]"), "auto", "jobs");
    assertThat(output).containsPattern("auto said 1 line: [^\\n]*shut ?down");
    assertThat(output).containsPattern("jobs said 1 line: [^\\n]*shut ?down");
  }

  private static TrainingListener interrupting() {
    return new TrainingListener() {
      @Override
      public boolean onPass(PassRecord pass) {
        if (pass.pass() == 2) {
          Thread.currentThread().interrupt();
        }
        return true;
      }
    };
  }
}
