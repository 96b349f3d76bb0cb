package ravine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Texts made of components; that they read back is {@code SpecsRoundTripTest}'s. */
class CanonicalTest {
  /** How far. */
  public enum Reach {
    /** Not. */
    NEAR
  }

  /** Of every kind of component. */
  public record Everything(double rate, long every, boolean centred, Reach reach, Schedule then) {}

  /** Of none. */
  public record Nothing() {}

  @Test
  void ordered_everyKindOfComponent_isWrittenInOrder() {
    Everything record = new Everything(1e-8, 30, true, Reach.NEAR, new Constant(0.9));
    assertThat(Canonical.ordered("everything", record))
        .isEqualTo("everything(1.0E-8,30,true,NEAR,constant(0.9))");
  }

  @Test
  void named_everyKindOfComponent_isWrittenWithItsName() {
    Everything record = new Everything(1e-8, 30, true, Reach.NEAR, new Linear(0.5, 0.9, 3));
    assertThat(Canonical.named("everything", record))
        .isEqualTo(
            "everything(rate=1.0E-8,every=30,centred=true,reach=NEAR,then=linear(0.5,0.9,3))");
  }

  @Test
  void named_constantSchedule_isItsNumber() {
    Everything record = new Everything(1.0, 30, false, Reach.NEAR, new Constant(0.9));
    assertThat(Canonical.named("everything", record)).endsWith(",then=0.9)");
  }

  @Test
  void orderedAndNamed_noComponents_isTheBareName() {
    assertThat(Canonical.ordered("nothing", new Nothing())).isEqualTo("nothing");
    assertThat(Canonical.named("nothing", new Nothing())).isEqualTo("nothing");
  }
}
