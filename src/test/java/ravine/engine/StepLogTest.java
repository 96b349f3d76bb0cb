package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import org.junit.jupiter.api.Test;
import ravine.checkpoint.Sections;

class StepLogTest {
  private static StepRecord step(long number, double loss) {
    return new StepRecord(number, number / 7.0, loss, 0.1, 1.0, 2.0, 3.0, 4.0, 5.0);
  }

  private static StepLog of(long steps) {
    StepLog log = new StepLog();
    for (long i = 1; i <= steps; i++) {
      log.add(step(i, 1.0 / i));
    }
    return log;
  }

  @Test
  void records_ofFewSteps_areAllOfThem() {
    assertThat(of(StepLog.MOST).records())
        .hasSize(StepLog.MOST)
        .extracting(StepRecord::step)
        .startsWith(1L, 2L, 3L)
        .endsWith(9_999L, 10_000L);
    assertThat(of(0).records()).isEmpty();
  }

  @Test
  void records_ofOneMoreThanFit_areEverySecondAndTheLast() {
    StepLog log = of(StepLog.MOST + 1);
    assertThat(log.made()).isEqualTo(StepLog.MOST + 1);
    assertThat(log.records())
        .hasSize(StepLog.MOST / 2 + 1)
        .extracting(StepRecord::step)
        .startsWith(1L, 3L, 5L)
        .endsWith(9_999L, 10_001L);
    assertThat(of(StepLog.MOST + 2).records())
        .extracting(StepRecord::step)
        .endsWith(9_999L, 10_001L, 10_002L);
  }

  @Test
  void records_leastLossBetweenThoseKept_isAmongThemInItsPlace() {
    StepLog log = new StepLog();
    for (long i = 1; i <= 4 * StepLog.MOST; i++) {
      log.add(step(i, i == 4_004 ? -1.0 : 1.0));
    }
    assertThat(log.records()).extracting(StepRecord::step).contains(4_001L, 4_004L, 4_005L);
    assertThat(log.records()).extracting(StepRecord::step).isSorted();
    assertThat(log.records()).extracting(StepRecord::step).endsWith(39_997L, 40_000L);
  }

  @Test
  void records_ofTenMillionSteps_holdLessThanTwoMegabytes() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    System.gc();
    long before = memory.getHeapMemoryUsage().getUsed();
    StepLog log = of(10_000_000);
    System.gc();
    long after = memory.getHeapMemoryUsage().getUsed();
    assertThat(log.records()).hasSizeBetween(StepLog.MOST / 2, StepLog.MOST + 2);
    assertThat(after - before).isLessThan(2L << 20);
  }

  /** At every count, as the thinning may fall before or after a checkpoint. */
  @Test
  void restore_anywhere_goesOnAsTheUndisturbed() {
    for (long at : new long[] {0, 1, 9_999, 10_000, 10_001, 15_000, 20_000, 20_001, 39_999}) {
      StepLog saved = of(at);
      Sections sections = new Sections();
      saved.save(sections);
      StepLog log = new StepLog();
      log.restore(sections);
      assertThat(log.records()).isEqualTo(saved.records());
      for (long i = at + 1; i <= 50_000; i++) {
        log.add(step(i, 1.0 / i));
      }
      assertThat(log.records()).isEqualTo(of(50_000).records());
    }
  }

  /** Checkpoints of versions that kept every step say nothing of how many there were. */
  @Test
  void restore_ofEveryStep_isThinnedNow() {
    double[] numbers = new double[StepRecord.NUMBERS * 25_000];
    for (int i = 0; i < 25_000; i++) {
      step(i + 1, 1.0 / (i + 1)).write(numbers, StepRecord.NUMBERS * i);
    }
    StepLog log = new StepLog();
    log.restore(new Sections().putNumbers("history.steps", numbers));
    assertThat(log.records()).isEqualTo(of(25_000).records());
  }
}
