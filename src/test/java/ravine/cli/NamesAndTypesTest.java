package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Names and types of columns, labels and categories, in training and in scoring. */
class NamesAndTypesTest extends CommandLineTestBase {

  /** The classes with another header. */
  private String data(String header, String zero, String one) {
    String[] lines = classes(80, zero, one);
    lines[0] = header;
    return write("data.csv", lines);
  }

  private Dataset<Row> predicted(String data, String... names) {
    succeeds("predict", "--model", model(), "--data", data, "--output", path("p"), "--overwrite");
    Dataset<Row> rows = spark().read().parquet(path("p"));
    assertThat(rows.columns()).containsExactly(names);
    return rows;
  }

  @Test
  void train_namesThatSparksStagesCannotWorkWith_areKeptInTheData() {
    String[][] names = {
      {"x.a", "x_a"}, {"\"say \"\"hi\"\"\"", "b"}, {"a`b", "a.b"}, {"a b*", "c\\d"}, {"<a>", "1-2"}
    };
    for (String[] name : names) {
      String data = data("label," + name[0] + "," + name[1], "0", "1");

      assertThat(succeeds(train(data, "--task", "logistic", "--overwrite")))
          .contains("80 rows, 2 features");

      String first = name[0].replace("\"say \"\"hi\"\"\"", "say \"hi\"");
      Dataset<Row> rows =
          predicted(data, "label", first, name[1], "prediction", "probability_0", "probability_1");
      assertThat(rows.filter("prediction = label").count()).isGreaterThan(55);
      Dataset<Row> plain = spark().read().parquet(path("p")).drop("prediction");
      assertThat(PipelineModel.load(model()).transform(plain).filter("prediction = label").count())
          .isEqualTo(rows.filter("prediction = label").count());
    }
  }

  @Test
  void train_labelAndWeightWithOddNames_areFound() {
    String data = data("the.label,a,w.b", "0", "1");
    assertThat(fails(2, train(data, "--task", "logistic"))).contains("the.label");

    succeeds(
        train(data, "--task", "logistic", "--label", "the.label", "--test", data, "--overwrite"));

    assertThat(succeeds("evaluate", "--model", model(), "--data", data)).contains("accuracy");
  }

  @Test
  void train_namesThatDifferInCaseOnly_areNumbered() {
    assertThat(succeeds(train(data("label,a,A", "0", "1"), "--task", "logistic")))
        .contains("80 rows, 2 features", "names A twice");
  }

  @Test
  void predict_columnsNamedAsTheModelsOwn_stepAside() {
    String data = data("label,prediction,probability", "no", "yes");

    succeeds(train(data, "--task", "logistic", "--test", data));

    predicted(
        data,
        "label",
        "prediction",
        "probability",
        "prediction_",
        "probability_no",
        "probability_yes");
    succeeds(
        train(data("label,predictedLabel,label_index", "n", "y"), "--task", "svm", "--overwrite"));
    assertThat(predicted(data, "label", "predictedLabel", "label_index", "prediction", "margin"))
        .isNotNull();
  }

  @Test
  void predict_dataThatWasScoredBefore_keepsItsColumns() {
    succeeds(train(data("label,a,b", "0", "1"), "--task", "logistic"));
    String scored = write("scored.csv", "a,b,Features,prediction,id", "5,5,1,0,x", "-5,-5,2,1,y");

    Dataset<Row> rows =
        predicted(
            scored,
            "a",
            "b",
            "Features",
            "prediction",
            "id",
            "prediction_",
            "probability_0",
            "probability_1");

    assertThat(rows.filter("prediction + prediction_ = 1").count()).isEqualTo(2);
    String labelled = write("labelled.csv", "label,a,b,features,rawPrediction", "1,5,5,1,0");
    assertThat(succeeds("evaluate", "--model", model(), "--data", labelled)).contains("accuracy");
  }

  @Test
  void predict_labelsThatDifferInSignsOrCase_haveColumnsOfTheirOwn() {
    String[][] pairs = {
      {"<50K", ">50K", "_50K_0", "_50K_1"},
      {"YES", "yes", "YES_0", "yes_1"},
      {"12345678901234567", "12345678901234568", "12345678901234567", "12345678901234568"},
      {"-1", "+1", "-1", "1"}
    };
    for (String[] pair : pairs) {
      String data = data("label,a,b", pair[0], pair[1]);
      succeeds(train(data, "--task", "logistic", "--overwrite"));

      Dataset<Row> rows =
          predicted(
              data,
              "label",
              "a",
              "b",
              "prediction",
              "probability_" + pair[2],
              "probability_" + pair[3]);

      assertThat(rows.filter("prediction = label").count()).isGreaterThan(55);
      assertThat(rows.select("prediction").distinct().count()).isEqualTo(2);
    }
  }

  @Test
  void train_booleansAndDates_areCategories() {
    String[] lines = classes(80, "0", "1");
    for (int i = 0; i < lines.length; i++) {
      lines[i] += i == 0 ? ",flag,day" : i % 2 == 0 ? ",true,2024-01-01" : ",false,2024-01-02";
    }
    String data = write("data.csv", lines);

    assertThat(fails(2, train(data, "--task", "logistic"))).contains("Column day", "--categorical");
    assertThat(succeeds(train(data, "--task", "logistic", "--categorical", "flag,day")))
        .contains("80 rows, 6 features");
    assertThat(
            predicted(
                    data,
                    "label",
                    "a",
                    "b",
                    "flag",
                    "day",
                    "prediction",
                    "probability_0",
                    "probability_1")
                .count())
        .isEqualTo(80);
    assertThat(succeeds(train(data, "--task", "logistic", "--features", "a,flag", "--overwrite")))
        .contains("80 rows, 2 features");
  }

  @Test
  void predict_categoriesWrittenInAnotherWay_areTheSame() {
    String[] lines = classes(80, "0", "1");
    for (int i = 0; i < lines.length; i++) {
      lines[i] += i == 0 ? ",size" : "," + (10_000_000 + i % 3);
    }
    succeeds(train(write("data.csv", lines), "--task", "logistic", "--categorical", "size"));
    String other =
        write("other.csv", "a,b,size", "1,2,10000000.0", "1,2,10000001.0", "1,2,10000002.5");

    String out = succeeds("predict", "--model", model(), "--data", other, "--output", path("o"));

    assertThat(out).contains("1 row with a value of size that training never saw");
    assertThat(spark().read().parquet(path("o")).columns())
        .startsWith("a", "b", "size", "prediction");
    assertThat(spark().read().parquet(path("o")).filter("size > 1e7").count()).isEqualTo(2);
  }

  @Test
  void evaluate_labelsThatTrainingNeverSaw_areRefused() {
    String[][] known = {{"1", "2"}, {"0", "1"}, {"no", "yes"}};
    for (String[] pair : known) {
      succeeds(train(data("label,a,b", pair[0], pair[1]), "--task", "logistic", "--overwrite"));
      for (String unknown : new String[] {"1.5", "maybe", "2024-01-01"}) {
        String other = write("other.csv", "label,a,b", pair[1] + ",1,2", unknown + ",1,2");
        assertThat(fails(2, "evaluate", "--model", model(), "--data", other))
            .contains("Column label", "in row 2", "no label of the model");
      }
      String same = write("other.csv", "label,a,b", pair[1] + ",1,2", pair[0] + ",1,2");
      assertThat(succeeds("evaluate", "--model", model(), "--data", same)).contains("2 rows");
    }
  }

  @Test
  void train_testDataOfOneClass_hasNoAreaUnderTheCurve() throws IOException {
    String test = write("test.csv", "label,a,b", "1,5,5", "1,-5,-5");
    String metrics = path("m.json");

    String out =
        succeeds(
            train(
                data("label,a,b", "0", "1"),
                "--task",
                "logistic",
                "--test",
                test,
                "--metrics",
                metrics));

    JsonNode json = new ObjectMapper().readTree(Path.of(metrics).toFile());
    assertThat(json.get("test").get("areaUnderROC").isNull()).isTrue();
    assertThat(json.get("test").get("accuracy").asDouble()).isEqualTo(0.5);
    assertThat(json.get("train").get("areaUnderROC").asDouble()).isGreaterThan(0.7);
    assertThat(out).contains("areaUnderROC undefined");
  }

  @Test
  void evaluate_dataWithoutTheWeight_countsEachRowOnce() {
    String[] weighted = classes(80, "0", "1");
    for (int i = 0; i < weighted.length; i++) {
      weighted[i] += i == 0 ? ",w.eight" : ",2";
    }
    succeeds(train(write("w.csv", weighted), "--task", "logistic", "--weight-col", "w.eight"));

    assertThat(
            succeeds(
                "evaluate",
                "--model",
                model(),
                "--data",
                write("test.csv", "label,a,b", "1,5,5", "0,-5,-5")))
        .contains("each row counts 1", "accuracy 1");
  }

  @Test
  void train_constantColumnWithoutIntercept_isNoted() {
    String[] lines = classes(80, "0", "1");
    for (int i = 0; i < lines.length; i++) {
      lines[i] += i == 0 ? ",one" : ",1";
    }
    String data = write("data.csv", lines);

    assertThat(succeeds(train(data, "--task", "logistic", "--no-intercept", "--reg-param", "0.01")))
        .contains("it gets no weight: one;");
    assertThat(succeeds(train(data, "--task", "logistic", "--overwrite")))
        .doesNotContain("no weight");
    String vectors = write("data.svm", libsvm(80, "0", "1"));
    assertThat(succeeds(train(vectors, "--task", "svm", "--no-intercept", "--overwrite")))
        .doesNotContain("no weight");
  }

  @Test
  void train_validationFractionThatEmptiesAPart_isRefused() {
    String data = data("label,a,b", "0", "1");

    assertThat(fails(2, train(data, "--task", "svm", "--validation-fraction", "1e-6")))
        .contains("leaves no validation row out of 80");
    assertThat(fails(2, train(data, "--task", "svm", "--validation-fraction", "0.999999")))
        .contains("leaves no training row out of 80");
  }

  @Test
  void train_manyLabelsOfAnyType_areNumberedAsNumbers() {
    String[] lines = classes(80, "10", "9");
    for (int i = 1; i < lines.length; i += 7) {
      lines[i] = lines[i].replaceFirst("^\\d+", "12345678901234567890");
    }

    assertThat(succeeds(train(write("data.csv", lines), "--task", "logistic")))
        .contains("9 -> 0, 10 -> 1, 12345678901234567890 -> 2");
  }
}
