package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.storage.RDDBlockId;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ravine.LogCapture;
import ravine.SparkTestBase;
import ravine.cluster.Waits;
import ravine.engine.StepRecord;
import ravine.engine.Trainer;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;

/** Faults that one JVM can have; {@link ResidentClusterTest} has those of processes. */
@Timeout(60)
class EnginesTest extends SparkTestBase {
  private static CountDownLatch blocked = new CountDownLatch(0);
  private static CountDownLatch released = new CountDownLatch(0);

  private static final StepRequest GOOD = EngineFixtures.requests().get(0);

  @AfterEach
  void forget() {
    released.countDown();
    for (String setting : List.of(Waits.SLOT, Waits.RETRY)) {
      sc().conf().remove(setting);
    }
  }

  /**
   * Spark leaves the tasks of a stage that it begins anew running, in their slots. The rows here
   * are behind the shuffle of our own dealing, one copy of them and the shuffle's files are lost,
   * and a worker with them: without a new crew the step would never end.
   */
  @Test
  void train_shuffleFilesAreLost_goesOnWithTheSameBits() {
    try (TrainingData data = EngineFixtures.data(jsc(), 1)) {
      assertThat(data.partitions()).as("dealt out").isEqualTo(2);
      TrainingResult undisturbed = train(data, EngineKind.JOBS, 0);
      TrainingResult struck = train(data, EngineKind.AUTO, 17);
      assertThat(EngineFixtures.stepBits(struck)).isEqualTo(EngineFixtures.stepBits(undisturbed));
      assertThat(struck.engine()).isEqualTo("resident");
    }
  }

  private TrainingResult train(TrainingData data, EngineKind kind, long strikeAt) {
    TrainingListener striking =
        new TrainingListener() {
          @Override
          public boolean onStep(StepRecord step) {
            if (step.step() == strikeAt) {
              loseShuffledRows(data);
            }
            return true;
          }
        };
    return Trainer.train(
        data, EngineFixtures.problem(), EngineFixtures.options(kind).listener(striking).build());
  }

  private void loseShuffledRows(TrainingData data) {
    MapOutputTrackerMaster tracker = (MapOutputTrackerMaster) sc().env().mapOutputTracker();
    for (int shuffle = 0; shuffle < 1000; shuffle++) {
      if (tracker.containsShuffle(shuffle)) {
        tracker.unregisterAllMapAndMergeOutput(shuffle);
      }
    }
    // The worker reads its block until it is killed, and its successor must not find it.
    RDDBlockId block = new RDDBlockId(data.packedRows().packed().id(), 1);
    Thread remover = new Thread(() -> sc().env().blockManager().removeBlock(block, true));
    remover.start();
    while (remover.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    try {
      // Its successor may be quicker than the remover, and reads the block until it is killed, too.
      for (int kills = 0; kills < 100 && remover.isAlive(); kills++) {
        for (int stage : jsc().statusTracker().getActiveStageIds()) {
          killTaskOf(stage, 1);
        }
        remover.join(200);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    assertThat(remover.isAlive()).isFalse();
  }

  private void killTaskOf(int stage, int partition) {
    scala.collection.Iterator<org.apache.spark.status.api.v1.TaskData> tasks =
        sc().statusStore().taskList(stage, 0, 100).iterator();
    while (tasks.hasNext()) {
      org.apache.spark.status.api.v1.TaskData task = tasks.next();
      if (task.partitionId() == partition) {
        sc().killTaskAttempt(task.taskId(), true, "lost on purpose");
      }
    }
  }

  /** The crew's job fails, that of the next too, then one of a step: its error is the user's. */
  @Test
  void run_workersThrow_surfacesTheirErrorAndGoesOn() {
    try (TrainingData data = EngineFixtures.data(jsc(), 2);
        GradientEngine engine =
            Engines.open(EngineKind.AUTO, data.packedRows(), EngineFixtures.WORK, 9)) {
      String before = EngineFixtures.bits(engine.run(GOOD));
      StepRequest tooShort = StepRequest.all(StepRequest.Kind.GRADIENT, new double[2]);
      assertThatThrownBy(() -> engine.run(tooShort))
          .isInstanceOf(org.apache.spark.SparkException.class)
          .hasMessageContaining("ArrayIndexOutOfBoundsException");
      assertThat(engine.name()).isEqualTo("jobs");
      assertThat(EngineFixtures.bits(engine.run(GOOD))).isEqualTo(before);
    }
  }

  @Test
  void run_slotsComeAfterTheStart_isResidentFromThenOn() throws Exception {
    sc().conf().set(Waits.SLOT, "300ms").set(Waits.RETRY, "100ms");
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      JavaFutureAction<Void> blocker = block();
      try (LogCapture log = new LogCapture(Engines.class.getName());
          GradientEngine engine =
              Engines.open(EngineKind.AUTO, data.packedRows(), EngineFixtures.WORK, 9)) {
        assertThat(engine.name()).isEqualTo("jobs");
        assertThat(log.messages())
            .singleElement(InstanceOfAssertFactories.STRING)
            .contains("one Spark job a step", Waits.SLOT);
        String before = EngineFixtures.bits(engine.run(GOOD));
        released.countDown();
        blocker.get();
        while (!engine.name().equals("resident")) {
          assertThat(EngineFixtures.bits(engine.run(GOOD))).isEqualTo(before);
        }
        assertThat(EngineFixtures.bits(engine.run(GOOD))).isEqualTo(before);
      }
    }
  }

  /** Workers that gave their slots back were waited for twice before jobs took over. */
  @Test
  void run_slotsAreTakenBetweenSteps_waitsForThemOnce() throws Exception {
    sc().conf().set(Waits.SLOT, "300ms").set(Waits.RETRY, "100ms");
    try (TrainingData data = EngineFixtures.data(jsc(), 2);
        LogCapture log = new LogCapture(Engines.class.getName());
        GradientEngine engine =
            Engines.open(EngineKind.AUTO, data.packedRows(), EngineFixtures.WORK, 9)) {
      String before = EngineFixtures.bits(engine.run(GOOD));
      assertThat(engine.name()).isEqualTo("resident");
      JavaFutureAction<Void> blocker = block(); // has its slot as soon as the workers give it back
      assertThat(EngineFixtures.bits(engine.run(GOOD))).isEqualTo(before);
      assertThat(engine.name()).isEqualTo("jobs");
      assertThat(log.messages())
          .singleElement(InstanceOfAssertFactories.STRING)
          .containsOnlyOnce(Waits.SLOT)
          .contains("one Spark job a step");
      released.countDown();
      blocker.get();
    }
  }

  private JavaFutureAction<Void> block() throws InterruptedException {
    blocked = new CountDownLatch(1);
    released = new CountDownLatch(1);
    JavaFutureAction<Void> blocker =
        jsc()
            .parallelize(List.of(1), 1)
            .foreachAsync(
                one -> {
                  blocked.countDown();
                  released.await();
                });
    assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
    return blocker;
  }
}
