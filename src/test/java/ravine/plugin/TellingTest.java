package ravine.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.junit.jupiter.api.Test;

class TellingTest {
  private static final double SECOND = 1e9;

  private final List<SparkListenerEvent> events = new ArrayList<>();
  private final TrainingSource source = new TrainingSource();
  private double now;

  private Telling telling() {
    source.began();
    return new Telling(events::add, source, "fit", () -> (long) now);
  }

  private Object metric(String name) {
    return name.equals("objective") || name.equals("gapBound") || name.equals("learningRate")
        ? source.metricRegistry().getGauges().get(name).getValue()
        : source.metricRegistry().counter(name).getCount();
  }

  @Test
  void step_ofAWeek_postsLessThanAThousandEvents() {
    Telling telling = telling();
    long steps = 7 * 24 * 3600 * 4L;
    for (long step = 1; step <= steps; step++) {
      now += 0.25 * SECOND;
      telling.step(step, step / 1000.0, 1.0, 0.1);
    }
    assertThat(events).hasSizeBetween(100, 1000);
  }

  @Test
  void step_ofASecond_postsAHandful() {
    Telling telling = telling();
    for (int step = 1; step <= 10_000; step++) {
      now += 1e-4 * SECOND;
      telling.step(step, step / 1000.0, 1.0, 0.1);
    }
    assertThat(events.size()).isBetween(4, 8);
  }

  @Test
  void step_betweenEvents_isInTheMean() {
    Telling telling = telling();
    for (int step = 1; step <= 4; step++) {
      telling.step(step, step / 10.0, 1.0, 0.1);
    }
    events.clear();
    telling.step(5, 0.5, 2.0, 0.1);
    assertThat(events).as("the first few are spent").isEmpty();
    now += 5 * SECOND;
    telling.step(6, 0.6, 4.0, 0.2);

    FitProgressed more = (FitProgressed) events.get(0);
    assertThat(more.steps.objective).containsExactly(3.0);
    assertThat(more.steps.pass).containsExactly(0.6);
    assertThat(more.steps.rate).containsExactly(0.2);
    assertThat(more.passes.size()).isZero();
  }

  @Test
  void pass_andWhatIsLearnedOfIt_makeTheRecord() {
    Telling telling = telling();
    FitRecord record = FitRecord.of(started());
    telling.pass(0, 0, 0.0, 0.7, Double.NaN, Double.NaN, false, 0.0);
    telling.pass(3, 10, 1.0, 0.5, 0.6, Double.NaN, false, 0.1);
    telling.gap(1e-3, true);
    for (SparkListenerEvent event : events) {
      record = record.with((FitProgressed) event);
    }

    assertThat(record.passes.pass).containsExactly(0.0, 3.0);
    assertThat(record.passes.objective).containsExactly(0.7, 0.5);
    assertThat(record.passes.validation).containsExactly(Double.NaN, 0.6);
    assertThat(record.passes.gap).containsExactly(Double.NaN, 1e-3);
    assertThat(record.gapIsProven).isTrue();
    assertThat(metric("passes")).isEqualTo(3L);
    assertThat(metric("objective")).isEqualTo(0.5);
    assertThat(metric("gapBound")).isEqualTo(1e-3);
  }

  @Test
  void ended_tellsWhatWasLeftAndTheEnd() {
    Telling telling = telling();
    for (int pass = 0; pass <= 20; pass++) {
      telling.pass(pass, pass, pass, 1.0 / (1 + pass), Double.NaN, Double.NaN, false, 0.1);
    }
    telling.ended(FitEnded::new);

    FitRecord record = FitRecord.of(started());
    for (SparkListenerEvent event : events.subList(0, events.size() - 1)) {
      record = record.with((FitProgressed) event);
    }
    assertThat(record.passes.size()).isEqualTo(21);
    assertThat(((FitEnded) events.get(events.size() - 1)).id).isEqualTo("fit");
    assertThat(metric("runningFits")).isEqualTo(0L);
    assertThat(metric("fits")).isEqualTo(1L);
  }

  @Test
  void failed_saysTheFirstLineOfTheError() {
    Telling telling = telling();
    telling.failed(new IllegalStateException("The cluster is gone.\nDriver stacktrace"));

    FitEnded end = (FitEnded) events.get(0);
    assertThat(end.reason).isEqualTo("FAILED");
    assertThat(end.advice).isEqualTo("The cluster is gone.");
  }

  /** A fit must not fail because nobody could be told of it. */
  @Test
  void whateverTheBusThrows_theFitGoesOn() {
    source.began();
    Telling telling =
        new Telling(
            event -> {
              throw new NoClassDefFoundError("javax/servlet/http/HttpServletRequest");
            },
            source,
            "fit",
            () -> (long) now);
    telling.pass(0, 0, 0.0, 0.7, Double.NaN, Double.NaN, false, 0.0);
    telling.step(1, 0.1, 0.7, 0.1);
    telling.gap(0.1, true);
    telling.ended(FitEnded::new);

    assertThat(metric("runningFits")).isEqualTo(0L);
  }

  /** Two hundredths of a step of a millisecond; it takes some fifty nanoseconds. */
  @Test
  void step_withTheRealClock_costsBelowTwentyMicroseconds() {
    source.began();
    Telling telling = new Telling(events::add, source, "fit", System::nanoTime);
    int steps = 200_000;
    long start = System.nanoTime();
    for (int step = 1; step <= steps; step++) {
      telling.step(step, step * 1e-3, 0.5, 0.1);
    }
    assertThat((System.nanoTime() - start) / (double) steps).isLessThan(20_000.0);
  }

  private static FitStarted started() {
    FitStarted started = new FitStarted();
    started.id = "fit";
    return started;
  }
}
