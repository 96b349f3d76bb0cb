package ravine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.SparkTestBase;

class JobsTest extends SparkTestBase {
  private JavaRDD<Integer> numbers() {
    return jsc().parallelize(List.of(5, 3, 8, 1, 2), 3);
  }

  @Test
  void collect_partitions_comeInTheirOrder() {
    assertThat(Jobs.collect(numbers())).containsExactly(5, 3, 8, 1, 2);
  }

  @Test
  void collect_aTaskFails_throwsWhatSparkThrows() {
    JavaRDD<Integer> quotients = numbers().map(x -> x / (x / 9));
    assertThatThrownBy(() -> Jobs.collect(quotients))
        .isInstanceOf(SparkException.class)
        .hasMessageContaining("by zero");
  }

  /** Rows that somebody has marked are written once they were read, whoever reads them. */
  @Test
  void collect_rowsMarkedForACheckpoint_areWritten(@TempDir Path directory) {
    jsc().setCheckpointDir(directory.toString());
    JavaRDD<Integer> rows = numbers().map(x -> x + 1);
    rows.checkpoint();
    assertThat(Parcel.collect(rows.map(x -> 2 * x), Integer.class))
        .containsExactly(12, 8, 18, 4, 6);
    assertThat(rows.isCheckpointed()).isTrue();
  }

  @Test
  void collect_interrupted_throwsIt() {
    JavaRDD<Integer> any = numbers();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Jobs.collect(any)).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }
}
