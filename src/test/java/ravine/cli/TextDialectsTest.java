package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Text as other programs write it: read as it was meant, or refused with what helps. */
class TextDialectsTest extends CommandLineTestBase {
  private static final int ROWS = 60;

  /** Rows of classes 0 and 1 without the header. */
  private static List<String> rows() {
    return Arrays.asList(classes(ROWS, "0", "1")).subList(1, ROWS + 1);
  }

  private String data(String header, List<String> rows) {
    return write(
        "data.csv",
        Stream.concat(header.isEmpty() ? Stream.of() : Stream.of(header.split("\n")), rows.stream())
            .toArray(String[]::new));
  }

  private String trained(String data, String... more) {
    String[] all =
        Arrays.copyOf(new String[] {"--task", "logistic", "--overwrite"}, 3 + more.length);
    System.arraycopy(more, 0, all, 3, more.length);
    return succeeds(train(data, all));
  }

  private String refused(String data, String... more) {
    String[] all = Arrays.copyOf(new String[] {"--task", "logistic"}, 2 + more.length);
    System.arraycopy(more, 0, all, 2, more.length);
    String sentence = fails(2, train(data, all));
    assertThat(Path.of(model())).doesNotExist();
    return sentence;
  }

  @Test
  void train_numbersAsHeader_areSeen() {
    assertThat(trained(data("label,0,1", rows()))).contains("60 rows, 2 features");
    assertThat(trained(data("0,1,2", rows()), "--label", "first"))
        .contains("60 rows, 2 features", "names the columns (else: --no-header)");
  }

  @Test
  void train_separators_areSeen() {
    for (String separator : List.of(";", "|", "\t")) {
      List<String> lines = rows().stream().map(line -> line.replace(",", separator)).toList();
      assertThat(trained(data("label,a,b".replace(",", separator), lines)))
          .contains("60 rows, 2 features", "separates the columns");
    }
  }

  @Test
  void train_commentsFirst_areNoRows() {
    assertThat(trained(data("# exported 2024\n# by, x\nlabel,a,b", rows())))
        .contains("60 rows, 2 features", "2 lines that begin with # are comments");
  }

  @Test
  void train_rowNumberWithoutName_isNoFeature() {
    List<String> numbered =
        IntStream.range(0, ROWS).mapToObj(i -> i + "," + rows().get(i)).toList();

    assertThat(trained(data(",label,a,b", numbered))).contains("60 rows, 2 features", "row number");
    assertThat(trained(data(",label,a,b", numbered), "--label", "first"))
        .contains("60 rows, 2 features");
    assertThat(trained(data("Unnamed: 0,label,a,b", numbered))).contains("60 rows, 2 features");
    assertThat(trained(data("\"\",\"label\",\"a\",\"b\"", numbered)))
        .contains("60 rows, 2 features");
  }

  @Test
  void train_separatorAtTheEnd_isNoColumn() {
    List<String> lines = rows().stream().map(line -> line + ",").toList();

    assertThat(trained(data("label,a,b,", lines))).contains("60 rows, 2 features", "end in");
    write("one.csv", "label,a,b", "0,1,2,", "1,3,4,");
    assertThat(fails(2, train(path("one.csv"), "--task", "svm", "--model", path("other"))))
        .contains("line 2 has 4 fields, the first line 3");
  }

  @Test
  void train_columnWithoutAnyValue_isNamed() {
    List<String> lines = rows().stream().map(line -> line + ",").toList();

    assertThat(refused(data("label,a,b,c", lines)))
        .contains("Column c has no value in any row", "--features");
    assertThat(refused(data("label,a,b,c", lines), "--categorical", "c"))
        .contains("Column c has no value in any row");
  }

  @Test
  void train_quotesAsInRfc4180_areRead() {
    List<String> quoted =
        rows().stream()
            .map(line -> line + (line.startsWith("0") ? ",\"5\"\" x 7\"\", blue\"" : ",\"C:\\\""))
            .toList();

    assertThat(trained(data("label,a,b,c", quoted), "--categorical", "c"))
        .contains("60 rows, 4 features");
  }

  @Test
  void train_lineBreakInQuotes_namesTheOption() {
    List<String> broken = rows().stream().map(line -> line + ",\"New\nYork\"").toList();
    String data = data("label,a,b,city", broken);

    assertThat(refused(data, "--categorical", "city"))
        .contains("line 2 ends inside quotes", "--option multiLine=true");
    assertThat(trained(data, "--categorical", "city", "--option", "multiLine=true"))
        .contains("60 rows, 3 features");
  }

  @Test
  void train_byteOrderMarkAndCarriageReturns_areNoText() throws IOException {
    String text = "\uFEFFlabel,a,b\r\n" + String.join("\r\n", rows()) + "\r\n";
    Files.write(directory.resolve("data.csv"), text.getBytes(StandardCharsets.UTF_8));

    assertThat(trained(path("data.csv"))).contains("60 rows, 2 features");
  }

  @Test
  void train_filesWithOtherHeaders_areRefusedByName() throws IOException {
    Files.createDirectories(directory.resolve("files"));
    write("files/a.csv", "label,a,b", "0,1,2", "1,3,4");
    write("files/b.csv", "label,b,a", "0,1,2", "1,3,4");

    assertThat(refused(path("files"), "--format", "csv"))
        .contains("files/b.csv (label, b, a)", "(label, a, b)");
    write("files/b.csv", "0,1,2", "1,3,4");
    assertThat(refused(path("files"), "--format", "csv")).contains("files/b.csv (0, 1, 2)");
    write("files/b.csv", "label,a,b", "0,1,2", "1,3,4");
    assertThat(trained(path("files"), "--format", "csv")).contains("4 rows, 2 features");
  }

  @Test
  void train_prettyJson_isRead() {
    List<String> objects =
        rows().stream()
            .map(line -> line.split(","))
            .map(f -> "{\n\"label\": " + f[0] + ", \"a\": " + f[1] + ",\n\"b\": " + f[2] + "}")
            .toList();

    assertThat(trained(write("data.json", "[", String.join(",\n", objects), "]")))
        .contains("60 rows, 2 features");
  }

  @Test
  void train_libsvmDialects_areRead() {
    String[] lines = libsvm(ROWS, "-0", "+1");
    for (int i = 0; i < lines.length; i += 2) {
      lines[i] = lines[i].replace("-0 ", "0 ").replace(' ', '\t') + " # document " + i;
    }

    assertThat(trained(write("data.svm", lines)))
        .contains("60 rows, 2 features")
        .doesNotContain("labels ");
  }

  @Test
  void train_libsvmThatBreaksARule_namesLineAndRule() {
    for (String[] broken :
        new String[][] {
          {"1 qid:3 1:2", "query"},
          {"1 1:2 4294967295:1", "from 1 to 2147483647"},
          {"1 1 2:3", "index:value"},
          {"1 0:2", "from 1"},
          {"1 2:1 1:2", "ascend"}
        }) {
      assertThat(refused(write("data.svm", "0 1:1", "", broken[0])))
          .contains("line 3 is '" + broken[0] + "'", broken[1]);
    }
  }

  @Test
  void train_testDataWiderThanTheModel_saysBothWidths() {
    String data = write("data.svm", libsvm(ROWS, "0", "1"));
    String wide = write("wide.svm", "1 1:2 5:1", "0 1:-1");

    assertThat(refused(data, "--test", wide)).contains("test data has feature 5, the model 2");
  }

  @Test
  void train_numberTooLargeToSquare_namesColumnRowAndValue() {
    assertThat(refused(write("data.csv", "label,a", "0,1", "1,1.797e308", "0,2")))
        .contains("Column a is 1.797e308 in row 2", "missing");
    assertThat(refused(write("data.svm", "0 1:1", "1 1:2 2:-1e200")))
        .contains("-1.0e200 at index 1 (from 0) in row 2");
  }
}
