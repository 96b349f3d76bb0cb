package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the cycles of an automatic rate begin and end. */
class CycleTest {

  private static List<Integer> ends(int most) {
    List<Integer> ends = new ArrayList<>();
    Cycle cycle = Cycle.first(0.5, true, most);
    ends.add(cycle.end());
    while (cycle.end() < most) {
      cycle = cycle.next(true);
      ends.add(cycle.end());
    }
    return ends;
  }

  /** Of 100 passes the last 37 were once the first half of a cycle of 64, at a hot rate. */
  @Test
  void end_ofTheLast_isWherePassesEnd() {
    assertThat(ends(100)).containsExactly(1, 3, 7, 15, 31, 63, 100);
    assertThat(ends(70)).containsExactly(1, 3, 7, 15, 31, 70);
    assertThat(ends(3)).containsExactly(1, 3);
    assertThat(ends(2)).containsExactly(1, 2);
    assertThat(ends(1)).containsExactly(1);
    assertThat(ends(127)).containsExactly(1, 3, 7, 15, 31, 63, 127);
    for (int most = 1; most < 300; most++) {
      List<Integer> ends = ends(most);
      assertThat(ends.get(ends.size() - 1)).isEqualTo(most);
    }
  }

  @Test
  void factor_inACycle_fallsInALineTo0() {
    Cycle cycle = Cycle.first(0.5, true, 100).next(true).next(false);
    assertThat(cycle.start()).isEqualTo(3);
    assertThat(cycle.factor(3.0)).isCloseTo(0.125, within(1e-15));
    assertThat(cycle.factor(5.0)).isCloseTo(0.0625, within(1e-15));
    assertThat(cycle.factor(7.0)).isZero();
  }

  @Test
  void next_whereTheRateStays_halvesItOnlyWithoutGain() {
    Cycle cycle = Cycle.first(0.5, false, 10);
    assertThat(cycle.next(true).factor(1.5)).isEqualTo(1.0);
    assertThat(cycle.next(false).factor(1.5)).isEqualTo(0.5);
    assertThat(cycle.next(true).length()).isEqualTo(1);
  }

  @Test
  void again_afterABlowUp_startsThereWithATenth() {
    Cycle cycle = Cycle.first(0.5, true, 20).next(true).again(2);
    assertThat(cycle.start()).isEqualTo(2);
    assertThat(cycle.end()).isEqualTo(4);
    assertThat(cycle.factor(2.0)).isCloseTo(0.05, within(1e-15));
  }
}
