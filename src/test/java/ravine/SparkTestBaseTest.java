package ravine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.Test;

/** The session that the other tests rely on. */
class SparkTestBaseTest extends SparkTestBase {

  @Test
  void session_isTheSharedContext_withoutUi() {
    assertThat(spark().sparkContext()).isSameAs(sc());
    assertThat(sc().master()).isEqualTo("local[2]");
    assertThat(sc().ui().isEmpty()).isTrue();
    assertThat(spark().conf().get("spark.sql.shuffle.partitions")).isEqualTo("2");
  }

  @Test
  void job_onTheRddApi_runs() {
    assertThat(jsc().parallelize(List.of(1.0, 2.0, 3.0), 5).reduce(Double::sum)).isEqualTo(6.0);
  }

  @Test
  void job_onTheDatasetApi_runs() {
    Dataset<Long> sorted =
        spark().range(0, 10, 1, 3).as(Encoders.LONG()).orderBy("id").as(Encoders.LONG());
    assertDatasetEquals(spark().range(10).as(Encoders.LONG()), sorted);
  }
}
