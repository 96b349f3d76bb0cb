package ravine.landscape;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WalkTest {
  private final TwoFeatureLoss loss = TwoFeatureLoss.irises();

  @Test
  void of_everyMethod_goesTheWayThatTheScriptGoes() throws IOException {
    Path golden = Path.of("src/test/resources/ravine/landscape/walks.jsonl");

    assertThat(GoldenWalks.lines()).isEqualTo(Files.readAllLines(golden));
  }

  @Test
  void best_ofSgd_turnsBackAllTheWay() {
    Walk sgd = Walk.best(loss, Method.SGD);

    assertThat(sgd.turns()).isEqualTo(Walk.DRAWN - 1);
    assertThat(sgd.arrival()).isBetween(90, 110);
  }

  @Test
  void best_ofEveryMomentum_arrivesThreeTimesAsSoon() {
    int sgd = Walk.best(loss, Method.SGD).arrival();

    for (Method method :
        new Method[] {Method.MOMENTUM, Method.NESTEROV, Method.EMA, Method.ANNEALED}) {
      assertThat(Walk.best(loss, method).arrival() * 3).as(method.title()).isLessThan(sgd + 1);
    }
  }

  @Test
  void arrival_countsFromTheLastStepOutside() {
    Walk walk = Walk.best(loss, Method.MOMENTUM);
    int arrival = walk.arrival();

    assertThat(walk.gaps()[arrival - 1]).isGreaterThan(Walk.NEAR);
    for (int step = arrival; step <= Walk.STEPS; step++) {
      assertThat(walk.gaps()[step]).isLessThanOrEqualTo(Walk.NEAR);
    }
  }

  @Test
  void of_tooLargeRate_hasNotArrivedAndSaysSo() {
    Panel panel = new Panel(Walk.of(loss, Method.NESTEROV, 1000.0, 0.9, loss.size()), Walk.DRAWN);

    assertThat(panel.walk().arrived()).isFalse();
    assertThat(panel.arrival()).isEqualTo("not within 1 % in 300 steps");
    assertThat(panel.end()).isEqualTo("diverges");
    assertThat(panel.marks(loss)).doesNotContain("NaN", "Infinity");
  }

  /** What the page says of an average: fewer turns at the same rate, and a nearer end. */
  @Test
  void of_averageOfNoisyGradients_goesStraightAndEndsNearer() {
    for (int batch : new int[] {5, 25}) {
      Walk plain = Walk.of(loss, Method.SGD, 0.5, 0.9, batch);
      Walk averaged = Walk.of(loss, Method.EMA, 0.5, 0.9, batch);

      assertThat(plain.turns()).isGreaterThan(30);
      assertThat(averaged.turns()).isLessThan(3);
      assertThat(averaged.lastGap()).isLessThan(plain.lastGap());
    }
  }
}
