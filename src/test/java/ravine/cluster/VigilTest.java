package ravine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLClassLoader;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ravine.SparkTestBase;
import ravine.TwiceLoaded;

/** Spark tells a cancel to jobs that run; here none of ours does but guards. */
@Timeout(60)
class VigilTest extends SparkTestBase {
  private static final String GROUP = "vigil test";

  /** Of two tasks that each wait for the other. */
  private static final CountDownLatch MEETING = new CountDownLatch(2);

  @AfterEach
  void leave() {
    sc().clearJobGroup();
  }

  @Test
  void check_groupIsCancelledBetweenJobs_isHeard() throws Exception {
    jsc().setJobGroup(GROUP, GROUP);
    try (Vigil vigil = Vigil.begin(sc())) {
      Vigil.stand(sc());
      Vigil.check(sc());
      assertThat(jsc().parallelize(List.of(1, 2), 2).count()).isEqualTo(2);
      sc().cancelJobGroup(GROUP);
      assertHeard(vigil);
    }
    Vigil.check(sc());
    awaitNoJobs();
  }

  @Test
  void stand_afterRest_hearsAgain() throws Exception {
    jsc().setJobGroup(GROUP, GROUP);
    try (Vigil vigil = Vigil.begin(sc())) {
      Vigil.rest(sc());
      awaitNoJobs();
      Vigil.stand(sc());
      sc().cancelAllJobs();
      assertHeard(vigil);
    }
  }

  /** A guard in the only two slots would be in the way; it goes as soon as others want both. */
  @Test
  void begin_jobOfOthersWantsAllSlots_getsThem() {
    try (Vigil vigil = Vigil.begin(sc())) {
      assertThat(vigil).isNotNull();
      Vigil.stand(sc());
      jsc().setLocalProperty("spark.ravine.training", null); // as of another training's thread
      jsc()
          .parallelize(List.of(1, 2), 2)
          .foreach(
              one -> {
                MEETING.countDown();
                assertThat(MEETING.await(30, TimeUnit.SECONDS)).isTrue();
              });
    }
  }

  @Test
  void close_localProperties_areAsBefore() {
    var before = sc().getLocalProperties().clone();
    try (Vigil outer = Vigil.begin(sc());
        Vigil inner = Vigil.begin(sc())) {
      assertThat(outer).isNotSameAs(inner);
    }
    assertThat(sc().getLocalProperties()).isEqualTo(before);
  }

  /** Two sessions may each bring our jar: nothing of theirs may have one name. */
  @Test
  void begin_classesLoadedTwice_bothHear() throws Exception {
    jsc().setJobGroup(GROUP, GROUP);
    try (URLClassLoader loader = TwiceLoaded.loader();
        Vigil first = Vigil.begin(sc())) {
      Vigil.stand(sc());
      Class<?> twin = loader.loadClass(Vigil.class.getName());
      assertThat(twin).isNotSameAs(Vigil.class);
      var begin = twin.getMethod("begin", SparkContext.class);
      try (AutoCloseable second = (AutoCloseable) begin.invoke(null, sc())) {
        assertThat(second).isNotInstanceOf(Vigil.class);
        twin.getMethod("stand", SparkContext.class).invoke(null, sc());
        sc().cancelJobGroup(GROUP);
        var check = twin.getMethod("check", SparkContext.class);
        await(() -> assertThatThrownBy(() -> check.invoke(null, sc())).isNotNull());
      }
      assertHeard(first);
    }
  }

  private void assertHeard(Vigil vigil) throws TimeoutException {
    assertThat(vigil).isNotNull();
    await(
        () ->
            assertThatThrownBy(() -> Vigil.check(sc()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Training was cancelled: ")
                .hasMessageContaining("cancelled"));
  }

  private void awaitNoJobs() throws TimeoutException {
    await(() -> assertThat(sc().statusTracker().getActiveJobIds()).isEmpty());
  }

  private static void await(Runnable assertion) throws TimeoutException {
    long start = System.nanoTime();
    while (true) {
      try {
        assertion.run();
        return;
      } catch (AssertionError notYet) {
        if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(20)) {
          throw notYet;
        }
        Thread.onSpinWait();
      }
    }
  }
}
