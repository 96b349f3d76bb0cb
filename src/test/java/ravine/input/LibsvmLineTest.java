package ravine.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LibsvmLineTest {
  private static LibsvmLine read(String line) {
    return Objects.requireNonNull(LibsvmLine.parse(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 1:1.5 3:-2",
        "+1\t1:1.5\t3:-2",
        "  1.0   1:1.5  3:-2e0 # document 7",
        "\uFEFF1 1:+1.5 3:-2\r"
      })
  void parse_dialects_areOneLine(String line) {
    assertThat(read(line).label()).isEqualTo(1);
    assertThat(read(line).features(4, false))
        .isEqualTo(Vectors.sparse(4, new int[] {0, 2}, new double[] {1.5, -2}));
    assertThat(read(line).features(3, true)).isEqualTo(Vectors.dense(1.5, 0, -2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "# comment", "\t#1 1:2"})
  void parse_blankOrComment_isNoLine(String line) {
    assertThat(LibsvmLine.parse(line)).isNull();
  }

  @Test
  void parse_negativeZero_isZero() {
    assertThat(Double.doubleToRawLongBits(read("-0 1:1").label())).isZero();
    assertThat(Double.doubleToRawLongBits(read("-0.0 1:1").label())).isZero();
  }

  @Test
  void parse_labelAlone_hasNoFeatures() {
    assertThat(read("2").width()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "1 1 2:3,index:value but was 1",
    "1 1:,index:value but was 1:",
    "1 :3,index:value but was :3",
    "1 qid:3 1:2,query",
    "1 0:3,from 1 to 2147483647 but was 0",
    "1 4294967295:3,from 1 to 2147483647 but was 4294967295",
    "1 99999999999999999999999:3,from 1 to 2147483647",
    "1 -1:3,whole number from 1 but was -1",
    "1 x:3,whole number from 1 but was x",
    "1 2:1 1:3,1 comes after 2",
    "1 2:1 2:3,2 comes after 2",
    "1 2:abc,the value of feature 2 must be a number but was abc",
    "1 2:1f,the value of feature 2 must be a number but was 1f",
    "1 2:3:4,the value of feature 2 must be a number but was 3:4",
    "1:2 2:3,a label must come first",
    "x 2:3,the label must be a number but was x",
    "9007199254740993 1:1,a number that a double holds",
    "0x1p60 1:1,a number that a double holds"
  })
  void parse_brokenRule_isNamed(String line, String rule) {
    assertThatThrownBy(() -> LibsvmLine.parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(
            problem ->
                assertThat(String.valueOf(problem.getMessage()).replace(",", "")).contains(rule));
  }

  /** Exact arithmetic with a million digits would take seconds. */
  @Test
  @Timeout(5)
  void parse_labelOfAMillionDigits_isRefused() {
    String line = "9007199254740992." + "0".repeat(2_000_000) + "1 1:1";
    assertThatThrownBy(() -> LibsvmLine.parse(line))
        .hasMessageStartingWith("the label must be a number that a double holds");
  }

  @Test
  void parse_notFiniteValues_areLeftToTheCheckOfRows() {
    assertThat(read("1 1:nan 2:-inf 3:Infinity").features(3, true))
        .isEqualTo(Vectors.dense(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
  }
}
