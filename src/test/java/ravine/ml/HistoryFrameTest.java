package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.engine.TrainingResult;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.report.HistoryFrame;

class HistoryFrameTest extends SparkTestBase {
  @Test
  void of_aFit_hasItsPassesAndSteps() {
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression()
            .setOptimizer("momentum(0.9)")
            .setStepSize(0.1)
            .setBatchSize(20)
            .setMaxIter(3);
    estimator.fit(MlRows.frame(spark(), Learner.LOGISTIC.rows(200)));
    TrainingResult result = Objects.requireNonNull(estimator.lastTrainingResult());

    Dataset<Row> frame = HistoryFrame.of(spark(), result);

    assertThat(frame.where("record = 'pass'").count()).isEqualTo(result.passes().size());
    assertThat(frame.where("record = 'step'").count()).isEqualTo(result.steps().size());
    assertThat(frame.where("record = 'step' and momentum = 0.9").count())
        .isEqualTo(result.steps().size());
    assertThat(frame.where("record = 'step' and cosine between -1 and 1").count()).isPositive();
    assertThat(
            frame
                .where("record = 'pass' and pass > 0")
                .where("bytes > 0 and updateRatio > 0 and computeSeconds > 0")
                .count())
        .isEqualTo(result.passes().size() - 1);
    assertThat(frame.where("validationLoss is not null or validationMetric is not null").count())
        .isZero();
  }
}
