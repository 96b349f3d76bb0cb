package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** {@code evaluate} and {@code predict} on what {@code train} saved. */
class SavedModelCommandsTest extends CommandLineTestBase {

  private static String line(String out, String name) {
    return out.lines().filter(line -> line.startsWith(name + " ")).findFirst().orElse("");
  }

  @Test
  void evaluate_savedModel_givesTheTestLineOfTrain() {
    String data = write("data.csv", classes(200, "no", "yes"));
    String trained = succeeds(train(data, "--task", "logistic", "--test", data));

    String evaluated = succeeds("evaluate", "--model", model(), "--data", data);

    assertThat(line(evaluated, "test")).contains("accuracy").isEqualTo(line(trained, "test"));
  }

  @Test
  void evaluate_labelsOfAnotherType_areTheSameLabels() {
    String data = write("data.csv", classes(200, "-1", "1"));
    succeeds(train(data, "--task", "logistic"));
    String other = write("other.csv", classes(200, "-1.0", "1.0"));

    assertThat(succeeds("evaluate", "--model", model(), "--data", other)).contains("accuracy");
  }

  @Test
  void evaluate_unknownLabel_isRefused() {
    succeeds(train(write("data.csv", classes(200, "no", "yes")), "--task", "logistic"));
    String other = write("other.csv", "label,a,b", "yes,1,2", "maybe,1,2");

    assertThat(fails(2, "evaluate", "--model", model(), "--data", other))
        .contains("maybe", "row 2", "no, yes");
  }

  @Test
  void evaluate_labelBeyondTheClasses_isRefused() {
    succeeds(train(write("data.csv", classes(200, "0", "1")), "--task", "logistic"));
    String other = write("other.csv", "label,a,b", "1,1,2", "2,1,2");

    assertThat(fails(2, "evaluate", "--model", model(), "--data", other))
        .contains("is 2", "row 2", "0 to 1");
  }

  @Test
  void predict_csv_hasOriginalColumnsLabelsAndProbabilities() {
    String data = write("data.csv", classes(200, "-1", "1"));
    succeeds(train(data, "--task", "logistic"));
    String output = path("predictions.csv");

    succeeds("predict", "--model", model(), "--data", data, "--output", output);

    Dataset<Row> rows =
        spark().read().option("header", true).option("inferSchema", true).csv(output);
    assertThat(rows.columns())
        .containsExactly("label", "a", "b", "prediction", "probability_-1", "probability_1");
    assertThat(rows.count()).isEqualTo(200);
    assertThat(rows.filter("prediction = label").count()).isGreaterThan(150);
    assertThat(rows.filter("abs(`probability_-1` + probability_1 - 1) > 1e-9").count()).isZero();
    assertThat(fails(2, "predict", "--model", model(), "--data", data, "--output", output))
        .contains("--output", "exists", "--overwrite");
    succeeds("predict", "--model", model(), "--data", data, "--output", output, "--overwrite");
  }

  @Test
  void predict_withoutLabel_works() {
    succeeds(train(write("data.csv", classes(200, "no", "yes")), "--task", "svm"));
    String data = write("new.csv", "b,a", "1,2", "-3,-4");

    succeeds("predict", "--model", model(), "--data", data, "--output", path("p.json"));

    Dataset<Row> rows = spark().read().json(path("p.json"));
    assertThat(rows.filter("prediction = 'yes' and margin > 0").count()).isEqualTo(1);
  }

  @Test
  void predict_unseenCategory_isNotedAndPredicted() {
    succeeds(
        train(
            write("data.csv", quantities(100)),
            "--task",
            "linear",
            "--label",
            "y",
            "--categorical",
            "c"));
    String data = write("new.csv", "a,b,c", "1,2,red", "1,2,violet");

    String out = succeeds("predict", "--model", model(), "--data", data, "--output", path("p"));

    assertThat(out).contains("1 row with a value of c that training never saw");
    assertThat(spark().read().parquet(path("p")).filter("prediction is not null").count())
        .isEqualTo(2);
  }

  @Test
  void predict_libsvmAsCsv_writesVectorsAsText() {
    String data = write("data.svm", libsvm(100, "0", "1"));
    succeeds(train(data, "--task", "svm"));

    succeeds("predict", "--model", model(), "--data", data, "--output", path("p.csv"));

    assertThat(spark().read().option("header", true).csv(path("p.csv")).columns())
        .containsExactly("label", "features", "prediction", "margin");
  }

  @Test
  void predict_nanFeature_isRefusedAndNothingWritten() {
    succeeds(train(write("data.csv", classes(100, "0", "1")), "--task", "svm"));
    String data = write("new.csv", "a,b", "1,2", "NaN,-4");

    assertThat(fails(2, "predict", "--model", model(), "--data", data, "--output", path("p")))
        .contains("Column a is NaN in row 2");
    assertThat(Path.of(path("p"))).doesNotExist();
  }
}
