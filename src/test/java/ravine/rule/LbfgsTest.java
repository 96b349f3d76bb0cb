package ravine.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import ravine.spec.SpecException;
import ravine.spec.Specs;

class LbfgsTest {
  @Test
  void new_memoryOutOfRange_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Lbfgs(-1))
        .withMessage("memory must be in [0, 1000], but was -1");
    assertThatIllegalArgumentException().isThrownBy(() -> new Lbfgs(1001));
  }

  @Test
  void optimizer_text_readsBack() {
    assertThat(Specs.optimizer("LBFGS")).isEqualTo(new Lbfgs()).hasToString("lbfgs(memory=0)");
    assertThat(Specs.optimizer("lbfgs(10)")).isEqualTo(new Lbfgs(10));
    assertThat(Specs.optimizer(new Lbfgs(7).toString())).isEqualTo(new Lbfgs(7));
    assertThat(Specs.optimizer("nag")).isEqualTo(new Nesterov());
  }

  @Test
  void optimizer_unknown_namesLbfgsToo() {
    assertThatThrownBy(() -> Specs.optimizer("lbfg"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("lbfgs");
  }

  /** It has no step of its own, so MLlib's updaters cannot take it. */
  @Test
  void rule_lbfgs_isNone() {
    assertThatThrownBy(() -> Specs.rule("lbfgs"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("unknown optimizer 'lbfgs'");
  }
}
