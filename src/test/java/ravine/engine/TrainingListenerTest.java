package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingListenerTest {
  private static final PassRecord PASS = new PassRecord(3, 9, 0.5, Double.NaN, 0.1, 1.0, 1.0, 2.0);

  @Test
  void ofPasses_pass_isToldAndMayStop() {
    List<PassRecord> told = new ArrayList<>();
    assertThat(TrainingListener.ofPasses(told::add).onPass(PASS)).isTrue();
    assertThat(told).containsExactly(PASS);
    assertThat(TrainingListener.ofPasses(pass -> pass.pass() < 3).onPass(PASS)).isFalse();
  }
}
