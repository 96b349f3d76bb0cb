package ravine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ravine.SparkTestBase;

@Timeout(60)
class TaskWatchTest extends SparkTestBase {
  private static CountDownLatch running = new CountDownLatch(0);
  private static CountDownLatch released = new CountDownLatch(0);

  private TaskWatch tasks = TaskWatch.blind("watched");

  @BeforeEach
  void listen() {
    tasks = TaskWatch.of("watched", sc());
    sc().addSparkListener(tasks);
    jsc().setLocalProperty(TaskWatch.PROPERTY, "watched");
  }

  @AfterEach
  void leave() {
    released.countDown();
    jsc().setLocalProperty(TaskWatch.PROPERTY, null);
    sc().removeSparkListener(tasks);
  }

  @Test
  void newest_taskRunsThenEnds_isKnownThenNobody() throws Exception {
    running = new CountDownLatch(2);
    released = new CountDownLatch(1);
    JavaFutureAction<Void> job =
        jsc()
            .parallelize(List.of(1, 2), 2)
            .foreachAsync(
                one -> {
                  running.countDown();
                  released.await();
                });
    assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
    sc().listenerBus().waitUntilEmpty();
    long first = tasks.newest(0);
    assertThat(first).isNotEqualTo(TaskWatch.NOBODY);
    assertThat(tasks.newest(1)).isNotIn(first, TaskWatch.NOBODY);
    assertThat(tasks.hasEnded(first)).isFalse();
    assertThat(tasks.hasStarted(0, first)).isTrue();
    assertThat(tasks.hasStarted(1, first)).as("another partition's").isFalse();
    assertThat(tasks.hasStarted(1, first + 1000)).as("nobody's").isFalse();
    TaskWatch deaf = TaskWatch.of("watched", sc());
    assertThat(deaf.hasStarted(0, first)).as("the scheduler knows it before the bus").isTrue();
    assertThat(deaf.hasStarted(0, first + 1000)).isFalse();
    assertThat(TaskWatch.of("another", sc()).hasStarted(0, first)).isFalse();
    released.countDown();
    job.get();
    sc().listenerBus().waitUntilEmpty();
    assertThat(tasks.newest(0)).isEqualTo(TaskWatch.NOBODY);
    assertThat(tasks.hasEnded(first)).isTrue();
    assertThat(tasks.runsAny()).isFalse();
    assertThat(tasks.isSuperseded()).isFalse();
  }

  @Test
  void newest_anotherJob_isNotHeardOf() throws Exception {
    jsc().setLocalProperty(TaskWatch.PROPERTY, "another");
    assertThat(jsc().parallelize(List.of(1, 2), 2).map(one -> attempt()).collect()).hasSize(2);
    sc().listenerBus().waitUntilEmpty();
    assertThat(tasks.hasEnded(attempts(jsc().parallelize(List.of(1), 1)))).isFalse();
  }

  private static long attempts(org.apache.spark.api.java.JavaRDD<Integer> rows) {
    return rows.map(one -> attempt()).first();
  }

  private static long attempt() {
    return TaskContext.get().taskAttemptId();
  }

  @Test
  void hasEnded_taskFails_isTrue() throws Exception {
    assertThatThrownBy(
            () ->
                jsc()
                    .parallelize(List.of(1), 1)
                    .foreach(
                        one -> {
                          throw new IllegalStateException("on purpose");
                        }))
        .hasMessageContaining("on purpose");
    sc().listenerBus().waitUntilEmpty();
    assertThat(tasks.runsAny()).isFalse();
  }
}
