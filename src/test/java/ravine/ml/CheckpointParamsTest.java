package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.apache.spark.ml.Model;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ravine.SparkTestBase;
import ravine.engine.PassRecord;
import ravine.engine.TrainingListener;

/** Checkpoints as a user of the estimators meets them. */
class CheckpointParamsTest extends SparkTestBase {
  @TempDir private Path folder;

  private static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static MiniBatchParams<?> estimator(Learner learner, String optimizer) {
    MiniBatchParams<?> made = learner.create();
    made.setOptimizer(optimizer);
    return made;
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void fit_lostAndResumed_givesTheSameModel(Learner learner) {
    Dataset<Row> rows = MlRows.frame(spark(), learner.rows(200));
    for (String optimizer : new String[] {"nesterov(accelerated)", "adam"}) {
      double[] undisturbed = Learner.weights(Learner.fit(estimator(learner, optimizer), rows));
      String directory = folder.resolve(learner + optimizer).toString();
      MiniBatchParams<?> lost = estimator(learner, optimizer);
      lost.setCheckpointDir(directory).setCheckpointInterval(1);
      lost.addListener(
          new TrainingListener() {
            @Override
            public boolean onPass(PassRecord pass) {
              if (pass.pass() >= 1) {
                throw new Lost();
              }
              return true;
            }
          });
      assertThat(fails(lost, rows)).isTrue();
      MiniBatchParams<?> resumed = estimator(learner, optimizer);
      resumed.setCheckpointDir(directory).setResume("must");
      Model<?> model = Learner.fit(resumed, rows);
      assertThat(Learner.weights(model)).isEqualTo(undisturbed);
    }
  }

  private static boolean fails(MiniBatchParams<?> estimator, Dataset<Row> rows) {
    try {
      Learner.fit(estimator, rows);
      return false;
    } catch (Lost lost) {
      return true;
    }
  }

  @Test
  void fit_anotherRegParam_isRefusedByName() {
    Dataset<Row> rows = MlRows.frame(spark(), Learner.LOGISTIC.rows(100));
    String directory = folder.resolve("refused").toString();
    MiniBatchParams<?> first = estimator(Learner.LOGISTIC, "adam");
    Learner.set(first, "regParam", 0.01);
    Learner.fit((MiniBatchParams<?>) first.setCheckpointDir(directory), rows);
    MiniBatchParams<?> second = estimator(Learner.LOGISTIC, "adam");
    Learner.set(second, "regParam", 0.1);
    second.setCheckpointDir(directory).setResume("auto");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Learner.fit(second, rows))
        .withMessageContaining(
            "are of another fit: the strength of the penalty was 0.01 and is 0.1");
  }

  @Test
  void fit_resumeWithoutDirectory_isRefused() {
    MiniBatchParams<?> estimator = estimator(Learner.SVC, "adam");
    estimator.setResume("must");
    Dataset<Row> rows = MlRows.frame(spark(), Learner.SVC.rows(50));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Learner.fit(estimator, rows))
        .withMessage("resume is must, but there is no checkpointDir to go on from");
    estimator.setCheckpointDir(folder.toString()).setCheckpointInterval("often");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Learner.fit(estimator, rows))
        .withMessageStartingWith("checkpointInterval must be a number of steps such as 100");
  }
}
