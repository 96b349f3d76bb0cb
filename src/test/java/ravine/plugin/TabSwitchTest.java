package ravine.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;

class TabSwitchTest extends SparkTestBase {

  private static void tell(SparkContext context) throws Exception {
    Telling telling = Telling.begin(context, "way", "of this test", FitStarted::new);
    telling.step(1, 0.5, 0.7, 0.1);
    telling.ended(FitEnded::new);
    context.listenerBus().waitUntilEmpty();
  }

  @Test
  void on_inASessionWithoutAnInterface_tells() throws Exception {
    SparkContext context = jsc().sc();
    try (TabSwitch on = TabSwitch.on(context)) {
      tell(context);
      assertThat(on.events()).as("beginning, step and end").isEqualTo(3);
      try (TabSwitch off = TabSwitch.off(context)) {
        tell(context);
        assertThat(off.events()).isZero();
      }
      tell(context);
      assertThat(on.events()).isEqualTo(6);
    }
    try (TabSwitch off = TabSwitch.off(context)) {
      tell(context);
      assertThat(off.events()).isZero();
    }
    assertThat(Attachment.to(context, false).source()).as("as it was").isNull();
  }
}
