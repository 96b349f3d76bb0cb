package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ravine.SparkTestBase;
import ravine.engine.StepRecord;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.loss.Logistic;
import ravine.objective.Problem;
import ravine.spec.Specs;

/** Eight partitions on two slots. */
@Timeout(120)
class HostedWorkersTest extends SparkTestBase {
  private static final String GROUP = "hosted workers";

  private TrainingData data;

  @BeforeEach
  void pack() {
    data = EngineFixtures.shards(jsc(), 8);
  }

  @AfterEach
  void release() {
    data.close();
    jsc().clearJobGroup();
  }

  @Test
  void run_everyKind_sameBitsAsJobs() {
    assertThat(data.partitions()).isEqualTo(8);
    try (GradientEngine resident = EngineFixtures.workers(data);
        GradientEngine jobs = new StepJobs(data.packedRows(), EngineFixtures.WORK, 9)) {
      for (StepRequest request : EngineFixtures.requests()) {
        assertThat(EngineFixtures.bits(resident.run(request)))
            .as(request.kind() + " of " + request.batches())
            .isEqualTo(EngineFixtures.bits(jobs.run(request)));
      }
    }
  }

  /** One job for the start and one for all steps, where there would be one for each. */
  @Test
  void train_auto_isResidentInOneJobWithTheBitsOfJobs() throws Exception {
    jsc().setJobGroup(GROUP, GROUP);
    TrainingResult resident = train(EngineKind.AUTO, -1);
    jsc().sc().listenerBus().waitUntilEmpty();
    assertThat(resident.engine()).isEqualTo("resident");
    assertThat(resident.steps()).hasSizeGreaterThan(20);
    assertThat(jsc().statusTracker().getJobIdsForGroup(GROUP)).hasSize(2);
    assertThat(EngineFixtures.stepBits(resident))
        .isEqualTo(EngineFixtures.stepBits(train(EngineKind.JOBS, -1)));
  }

  /** Spark's next attempt takes the seats of all that the task hosted. */
  @Test
  void train_taskIsKilled_goesOnWithTheSameBits() {
    TrainingResult struck = train(EngineKind.RESIDENT, 17);
    assertThat(struck.engine()).isEqualTo("resident");
    assertThat(EngineFixtures.stepBits(struck))
        .isEqualTo(EngineFixtures.stepBits(train(EngineKind.JOBS, -1)));
  }

  /** Those that share a task share the arrays that sparse sums are made in. */
  @Test
  void train_wideAndSparse_sameBitsAsJobs() {
    try (TrainingData wide = EngineFixtures.wideShards(jsc(), 8)) {
      Problem problem = EngineFixtures.wideProblem(new Logistic(), 0.01);
      TrainerOptions.Builder options =
          TrainerOptions.builder(Specs.rule("nesterov")).stepSize(0.05).batchSize(20).maxPasses(3);
      TrainingResult resident =
          Trainer.train(wide, problem, options.engine(EngineKind.RESIDENT).build());
      TrainingResult jobs = Trainer.train(wide, problem, options.engine(EngineKind.JOBS).build());
      assertThat(resident.steps().get(3).velocityNorm()).as("lazy steps").isNaN();
      assertThat(EngineFixtures.bits(resident)).isEqualTo(EngineFixtures.bits(jobs));
    }
  }

  private TrainingResult train(EngineKind kind, long killAt) {
    TrainingListener killing =
        new TrainingListener() {
          @Override
          public boolean onStep(StepRecord step) {
            if (step.step() == killAt) {
              killATask();
            }
            return true;
          }
        };
    return Trainer.train(
        data, EngineFixtures.problem(), EngineFixtures.options(kind).listener(killing).build());
  }

  private void killATask() {
    for (int stage : jsc().statusTracker().getActiveStageIds()) {
      sc().killTaskAttempt(
              sc().statusStore().taskList(stage, 0, 1).head().taskId(), true, "lost on purpose");
    }
  }
}
