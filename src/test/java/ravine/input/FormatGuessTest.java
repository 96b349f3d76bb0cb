package ravine.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatGuessTest {

  @ParameterizedTest
  @CsvSource({
    "a9a.svm,libsvm",
    "hdfs://host/x/A.LIBSVM.gz,libsvm",
    "diamonds.csv.gz,csv",
    "higgs.train.tsv,tsv",
    "/data/rows.parquet/,parquet",
    "rows.orc,orc",
    "rows.json.bz2,json"
  })
  void fromName_knownExtension_isItsFormat(String name, String format) {
    assertThat(FormatGuess.fromName(name)).hasValue(format);
  }

  @Test
  void fromName_unknownExtension_isEmpty() {
    assertThat(FormatGuess.fromName("power_plant.txt")).isEmpty();
    assertThat(FormatGuess.fromName("directory.d/file")).isEmpty();
  }

  @Test
  void fromLine_tellsFormatsApart() {
    assertThat(FormatGuess.fromLine("-1 3:1 11:0.5 ")).hasValue("libsvm");
    assertThat(FormatGuess.fromLine("8.34\t40.77 1010.84")).hasValue("whitespace");
    assertThat(FormatGuess.fromLine("1,2,3")).hasValue("csv");
    assertThat(FormatGuess.fromLine("{\"a\": 1}")).hasValue("json");
    assertThat(FormatGuess.fromLine("word")).isEmpty();
    assertThat(FormatGuess.fromLine("1 qid:3 1:2 # 3:x")).hasValue("libsvm");
    assertThat(FormatGuess.fromLine("1 2:3:4")).hasValue("whitespace");
  }

  /** One pattern for a whole line went a level deeper with each word. */
  @Test
  void fromLine_manyFeatures_hasAFormat() {
    assertThat(FormatGuess.fromLine("1 " + "7:0.5 ".repeat(50_000))).hasValue("libsvm");
    assertThat(FormatGuess.fromLine("0.5 ".repeat(50_000))).hasValue("whitespace");
  }
}
