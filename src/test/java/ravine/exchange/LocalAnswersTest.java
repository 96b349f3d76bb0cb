package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.engine.TrainingData;
import ravine.loss.Logistic;
import ravine.objective.Problem;
import ravine.rows.PackedPartition;

/** What a worker answers that is asked for local steps. */
class LocalAnswersTest extends SparkTestBase {
  /** A request that was lost is answered alike by a worker that knows of no other. */
  @Test
  void run_sameRequestElsewhere_givesTheSameBits() {
    Problem problem = EngineFixtures.problem();
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      PackedPartition partition = data.packedRows().packed().collect().get(1);
      PackedPartition elsewhere = data.packedRows().packed().collect().get(1);
      LocalSteps worker =
          new LocalSteps(problem.coordinates(), problem.penalty(), problem.lossUnit());
      double[] first = answer(worker, partition, 2);
      answer(worker, partition, 5);
      assertThat(EngineFixtures.bits(answer(worker, partition, 2)))
          .isEqualTo(EngineFixtures.bits(first))
          .isEqualTo(
              EngineFixtures.bits(
                  answer(
                      new LocalSteps(problem.coordinates(), problem.penalty(), problem.lossUnit()),
                      elsewhere,
                      2)))
          .isNotEqualTo(EngineFixtures.bits(answer(worker, partition, 5)));
    }
  }

  private static double[] answer(LocalSteps worker, PackedPartition partition, int batch) {
    double[] order =
        LocalSteps.Order.reduced(EngineFixtures.point(-0.2), EngineFixtures.point(0.01))
            .set(3, 0.05)
            .numbers();
    StepRequest request =
        new StepRequest(StepRequest.Kind.LOCAL, 1, batch, 9, EngineFixtures.point(0.3), order);
    double[] sum = PartialSum.create(EngineFixtures.FEATURES + 1);
    worker.run(partition, new Logistic(), 42, request, sum);
    return sum;
  }
}
