package ravine.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;

class BadRowTest extends SparkTestBase {
  @Test
  void first_badRow_countsThePartitionsBefore() {
    BadRow row =
        BadRow.first(spark().range(0, 100, 1, 4).toDF("id"), functions.expr("id in (80, 90)"))
            .orElseThrow();

    assertThat(row.number()).isEqualTo(81);
    assertThat(row.value("id")).isEqualTo("80");
    assertThat(row.count()).isEqualTo(2);
  }
}
