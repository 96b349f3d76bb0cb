package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaFutureAction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ravine.SparkTestBase;
import ravine.cluster.Waits;
import ravine.engine.PassRecord;
import ravine.engine.Trainer;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.rows.PackedPartition;

/** In one JVM, where messages pass by reference. {@link ResidentClusterTest} has the processes. */
@Timeout(120)
class ResidentWorkersTest extends SparkTestBase {
  private static final String GROUP = "a group of the test";
  private static CountDownLatch blocked = new CountDownLatch(0);
  private static CountDownLatch released = new CountDownLatch(0);

  private TrainingData data;

  @BeforeEach
  void pack() {
    data = EngineFixtures.data(jsc(), 2);
  }

  @AfterEach
  void release() {
    released.countDown();
    data.close();
    sc().conf().remove(Waits.SLOT);
    jsc().clearJobGroup();
  }

  @Test
  void run_everyKind_sameBitsAsJobs() {
    try (GradientEngine resident = EngineFixtures.workers(data);
        GradientEngine jobs = new StepJobs(data.packedRows(), EngineFixtures.WORK, 9)) {
      for (StepRequest request : EngineFixtures.requests()) {
        assertThat(EngineFixtures.bits(resident.run(request)))
            .as(request.kind() + " of " + request.batches())
            .isEqualTo(EngineFixtures.bits(jobs.run(request)));
      }
    }
  }

  @Test
  void run_everyKindOnTheDriver_foldsToTheBitsOfJobs() {
    List<PackedPartition> partitions = data.packedRows().packed().collect();
    // The seed of the local engine: samples have one order.
    try (GradientEngine jobs = new StepJobs(data.packedRows(), EngineFixtures.WORK, 0)) {
      for (StepRequest request : EngineFixtures.requests()) {
        double[] expected = jobs.run(request);
        double[] total = PartialSum.create(PartialSum.dimension(expected));
        for (PackedPartition partition : partitions) {
          GradientEngine local =
              new Engines.Local(partition, EngineFixtures.WORK, EngineFixtures.FEATURES);
          PartialSum.fold(total, local.run(request));
        }
        assertThat(EngineFixtures.bits(total))
            .as(request.kind() + " of " + request.batches())
            .isEqualTo(EngineFixtures.bits(expected));
      }
    }
  }

  /** A question about kept margins may come when other workers, or none, have kept them. */
  @Test
  void run_marginsKeptByNobody_sameBits() {
    List<StepRequest> requests = EngineFixtures.requests();
    try (GradientEngine jobs = new StepJobs(data.packedRows(), EngineFixtures.WORK, 9)) {
      for (StepRequest request : requests) {
        jobs.run(request);
      }
      for (StepRequest request : requests) {
        String bits = EngineFixtures.bits(jobs.run(request));
        try (TrainingData fresh = EngineFixtures.data(jsc(), 2);
            GradientEngine anew = new StepJobs(fresh.packedRows(), EngineFixtures.WORK, 9)) {
          assertThat(EngineFixtures.bits(anew.run(request)))
              .as(request.kind() + " of " + request.batches())
              .isEqualTo(bits);
        }
      }
    }
  }

  @Test
  void train_resident_sameBitsAsJobs() {
    TrainingResult resident = train(EngineKind.RESIDENT);
    TrainingResult jobs = train(EngineKind.JOBS);
    assertThat(resident.engine()).isEqualTo("resident");
    assertThat(jobs.engine()).isEqualTo("jobs");
    assertThat(EngineFixtures.bits(resident)).isEqualTo(EngineFixtures.bits(jobs));
  }

  @Test
  void train_auto_isResident() {
    assertThat(train(EngineKind.AUTO).engine()).isEqualTo("resident");
  }

  @Test
  void close_releasesSlotsAndLocalProperties() throws Exception {
    jsc().setJobGroup(GROUP, "mine");
    train(EngineKind.RESIDENT);
    assertThat(jsc().getLocalProperty("spark.job.description")).isEqualTo("mine");
    assertThat(jsc().parallelize(List.of(1, 2, 3, 4), 4).count()).isEqualTo(4);
    // The status tracker hears of a job's end through the listener bus, after the job has ended.
    jsc().sc().listenerBus().waitUntilEmpty();
    assertThat(jsc().statusTracker().getActiveJobIds()).isEmpty();
  }

  @Test
  void train_twice_sameBits() {
    assertThat(EngineFixtures.bits(train(EngineKind.RESIDENT)))
        .isEqualTo(EngineFixtures.bits(train(EngineKind.RESIDENT)));
  }

  @Test
  void train_twoThreadsAtOnce_sameBits() throws Exception {
    String alone = EngineFixtures.bits(train(EngineKind.RESIDENT));
    FutureTask<TrainingResult> first = inThread(() -> train(EngineKind.AUTO));
    FutureTask<TrainingResult> second = inThread(() -> train(EngineKind.AUTO));
    assertThat(EngineFixtures.bits(first.get(60, TimeUnit.SECONDS))).isEqualTo(alone);
    assertThat(EngineFixtures.bits(second.get(60, TimeUnit.SECONDS))).isEqualTo(alone);
  }

  @Test
  void train_listenerRunsAJob_getsItsSlotsAndGoesOn() {
    AtomicInteger jobs = new AtomicInteger();
    TrainingListener counting =
        new TrainingListener() {
          @Override
          public boolean onPass(PassRecord pass) {
            jobs.addAndGet((int) jsc().parallelize(List.of(1, 2), 2).count());
            return true;
          }
        };
    TrainingResult disturbed =
        Trainer.train(
            data,
            EngineFixtures.problem(),
            EngineFixtures.options(EngineKind.RESIDENT).listener(counting).build());
    assertThat(jobs.get()).isEqualTo(2 * disturbed.passes().size());
    assertThat(disturbed.engine()).isEqualTo("resident");
    assertThat(EngineFixtures.bits(disturbed))
        .isEqualTo(EngineFixtures.bits(train(EngineKind.JOBS)));
  }

  @Test
  void run_anotherThreadsJobStarves_letsItThrough() throws Exception {
    try (GradientEngine resident = EngineFixtures.workers(data)) {
      StepRequest request = EngineFixtures.requests().get(0);
      String before = EngineFixtures.bits(resident.run(request));
      JavaFutureAction<Long> other = jsc().parallelize(List.of(1, 2), 2).countAsync();
      while (!other.isDone()) {
        resident.run(request);
      }
      assertThat(other.get()).isEqualTo(2);
      assertThat(EngineFixtures.bits(resident.run(request))).isEqualTo(before);
      assertThat(resident.name()).isEqualTo("resident");
    }
  }

  @Test
  void open_tooFewFreeSlots_fallsBackOrRefuses() throws Exception {
    sc().conf().set(Waits.SLOT, "300ms");
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
    assertThatThrownBy(
            () -> Engines.open(EngineKind.RESIDENT, data.packedRows(), EngineFixtures.WORK, 9))
        .isInstanceOf(Patience.Refusal.class)
        .hasMessageContaining("had no slot within 0.3 s")
        .hasMessageContaining(Waits.SLOT);
    try (GradientEngine engine =
        Engines.open(EngineKind.AUTO, data.packedRows(), EngineFixtures.WORK, 9)) {
      assertThat(engine.name()).isEqualTo("jobs");
    }
    released.countDown();
    blocker.get();
  }

  @Test
  void run_workerThrows_isRefusedWithItsMessage() {
    StepRequest tooShort = StepRequest.all(StepRequest.Kind.GRADIENT, new double[2]);
    try (GradientEngine resident = EngineFixtures.workers(data)) {
      assertThatThrownBy(() -> resident.run(tooShort))
          .isInstanceOf(Patience.Refusal.class)
          .hasMessageContaining("waited for partitions")
          .hasMessageContaining("ArrayIndexOutOfBoundsException")
          .hasCauseInstanceOf(org.apache.spark.SparkException.class);
      assertThatThrownBy(() -> resident.run(tooShort)).isInstanceOf(Patience.Refusal.class);
    }
    assertThat(jsc().parallelize(List.of(1, 2), 2).count()).isEqualTo(2);
  }

  @Test
  void run_jobGroupCancelled_throws() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    FutureTask<Void> training =
        inThread(
            () -> {
              jsc().setJobGroup(GROUP, "to be cancelled");
              try (GradientEngine engine = EngineFixtures.workers(data)) {
                while (true) {
                  engine.run(EngineFixtures.requests().get(0));
                  running.countDown();
                }
              }
            });
    assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
    jsc().cancelJobGroup(GROUP);
    assertThatThrownBy(() -> training.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cancelled");
    assertThat(jsc().parallelize(List.of(1, 2), 2).count()).isEqualTo(2);
  }

  @Test
  void run_interrupted_throwsAndKeepsTheFlag() throws Exception {
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    FutureTask<Void> training =
        inThread(
            () -> {
              try (GradientEngine engine = EngineFixtures.workers(data)) {
                Thread.currentThread().interrupt();
                engine.run(EngineFixtures.requests().get(0));
                return null;
              } finally {
                flag.complete(Thread.currentThread().isInterrupted());
              }
            });
    assertThatThrownBy(() -> training.get(30, TimeUnit.SECONDS))
        .hasMessageContaining("Interrupted while waiting for the resident workers");
    assertThat(flag.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void close_twice_isQuiet() throws Exception {
    GradientEngine engine = EngineFixtures.workers(data);
    engine.close();
    engine.close();
    // The status tracker hears of a job's end through the listener bus, after the job has ended.
    jsc().sc().listenerBus().waitUntilEmpty();
    assertThat(jsc().statusTracker().getActiveJobIds()).isEmpty();
  }

  private TrainingResult train(EngineKind engine) {
    return Trainer.train(data, EngineFixtures.problem(), EngineFixtures.options(engine).build());
  }

  private static <T> FutureTask<T> inThread(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    return task;
  }
}
