package ravine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.Test;

/** What is asked of Spark's status store, whose methods are others in Scala 2.13 than in 2.12. */
class SlotsIT {
  /** On Spark 4 none was known, so that a fit that began as an executor died had other bits. */
  @Test
  void executors_areKnown() {
    SparkContext context =
        new SparkContext(new SparkConf().setMaster("local[2]").setAppName("legs"));
    try {
      context.listenerBus().waitUntilEmpty(); // the store hears of executors there
      assertThat(Slots.executors(context))
          .singleElement()
          .satisfies(executor -> assertThat(executor.slots()).isEqualTo(2));
      assertThat(Slots.now(context)).isEqualTo(2);
    } finally {
      context.stop();
    }
  }
}
