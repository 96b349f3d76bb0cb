package ravine.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;

class KnownValuesTest extends SparkTestBase {
  private List<String> matched(String expression, DataType type, String... known) {
    Column value = KnownValues.matched(functions.col("v"), type, known);
    return spark().sql("select " + expression + " as v").select(value).collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Test
  void matched_equalNumbers_areTheKnownOne() {
    assertThat(matched("1.0D", DataTypes.DoubleType, "1", "2")).containsExactly("1");
    assertThat(matched("12345678.0D", DataTypes.DoubleType, "12345678", "2"))
        .containsExactly("12345678");
    assertThat(matched("1L", DataTypes.LongType, "1.0", "2.0")).containsExactly("1.0");
    assertThat(matched("'1.0'", DataTypes.StringType, "1", "2")).containsExactly("1");
    assertThat(matched("true", DataTypes.BooleanType, "1.0", "0.0")).containsExactly("1.0");
    assertThat(matched("12345678901234568L", DataTypes.LongType, "12345678901234567"))
        .containsExactly("12345678901234568");
  }

  @Test
  void matched_unknownValues_stayAsTheyAre() {
    assertThat(matched("1.5D", DataTypes.DoubleType, "1", "2")).containsExactly("1.5");
    assertThat(matched("'1.10'", DataTypes.StringType, "1.1", "other")).containsExactly("1.10");
    assertThat(matched("'maybe'", DataTypes.StringType, "1", "2")).containsExactly("maybe");
    assertThat(matched("true", DataTypes.BooleanType, "true", "false")).containsExactly("true");
    assertThat(matched("cast(null as string)", DataTypes.StringType, "1")).containsOnlyNulls();
  }
}
