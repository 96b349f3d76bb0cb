package ravine.many;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.many.Rungs.Rung;

/** How many models go on after how many passes. */
class RungsTest {

  @Test
  void plan_sixtyFourByThirds_isThatOfJamiesonAndTalwalkar() {
    assertThat(Rungs.plan(64, 3, 100))
        .containsExactly(new Rung(1, 22), new Rung(4, 8), new Rung(11, 3), new Rung(33, 1));
  }

  @ParameterizedTest
  @CsvSource({"1,3,100", "64,3,1", "1,2,1"})
  void plan_oneModelOrOnePass_hasNoRung(int models, int eta, int maxPasses) {
    assertThat(Rungs.plan(models, eta, maxPasses)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"64,2,5", "128,4,100", "10,3,3", "2,2,2", "100,10,1000", "128,2,8"})
  void plan_anyNumbers_leavesFewerAndFewerWithMoreAndMorePasses(
      int models, int eta, int maxPasses) {
    int left = models;
    int passes = 0;
    for (Rung rung : Rungs.plan(models, eta, maxPasses)) {
      assertThat(rung.passes()).isGreaterThan(passes).isLessThan(maxPasses);
      assertThat(rung.left()).isLessThan(left).isPositive();
      left = rung.left();
      passes = rung.passes();
    }
    assertThat(left).isOne();
  }
}
