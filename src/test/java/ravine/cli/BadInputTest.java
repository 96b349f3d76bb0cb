package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every kind of bad input: one sentence, the right exit status, nothing written. */
class BadInputTest extends CommandLineTestBase {
  private boolean modelWasThere;

  @AfterEach
  void noModel() {
    assertThat(Files.exists(Path.of(model()))).isEqualTo(modelWasThere);
  }

  @Test
  void train_missingPath_saysSoInOneSentence() {
    write("train.csv", "label,a");

    assertThat(fails(2, train(path("trian.csv"), "--task", "logistic")))
        .contains("no file or directory", "trian.csv", "did you mean train.csv?");
  }

  @Test
  void train_unknownFormat_listsFormats() {
    String data = write("data.bin", "1 1:2");

    assertThat(fails(2, train(data, "--task", "logistic", "--format", "nosuch")))
        .contains("Unknown --format nosuch", "libsvm", "parquet");
  }

  @Test
  void train_textReadAsParquet_saysCannotRead() {
    String data = write("data.csv", classes(20, "0", "1"));

    assertThat(fails(2, train(data, "--task", "logistic", "--format", "parquet")))
        .contains("Cannot read", "as parquet");
  }

  @Test
  void train_csvReadAsLibsvm_saysCannotRead() {
    String data = write("data.csv", classes(20, "0", "1"));

    assertThat(fails(2, train(data, "--task", "logistic", "--format", "libsvm")))
        .contains("Cannot read", "as libsvm", "--format");
  }

  /** Read first, it died of an OutOfMemoryError after two minutes. */
  @Test
  void train_moreFeaturesThanThereIsMemoryFor_isRefusedAndTheContextLives() {
    String data = write("data.svm", "1 3:1 400000000:1", "0 7:1", "1 9:1", "0 11:1");

    String sentence = fails(2, train(data, "--task", "logistic", "--no-intercept"));
    assertThat(sentence).contains("400000001 weights takes about", "raise spark.driver.memory to");
    assertThat(spark().range(3).count()).isEqualTo(3);
  }

  @Test
  void train_lineWithTooManyFields_isRefused() {
    String data = write("data.csv", "label,a", "0,1", "1,2,3", "0,4");

    assertThat(fails(2, train(data, "--task", "logistic"))).contains("Cannot read");
  }

  @Test
  void train_unknownLabel_namesTheNearestColumns() {
    String data = write("data.csv", quantities(20));

    assertThat(fails(2, train(data, "--task", "linear", "--label", "yy", "--features", "a")))
        .contains("no column yy (--label)", "did you mean y?");
  }

  @Test
  void train_noLabelNamed_saysWhichOption() {
    String data = write("data.csv", quantities(20));

    assertThat(fails(2, train(data, "--task", "linear"))).contains("--label", "a, b, c, y");
  }

  @Test
  void train_unknownFeature_namesTheNearestColumns() {
    String data = write("data.csv", "target,weight,height", "1,2,3");

    assertThat(
            fails(2, train(data, "--task", "linear", "--label", "target", "--features", "wieght")))
        .contains("no column wieght (--features)", "did you mean weight");
  }

  @Test
  void train_unknownTestColumn_isRefused() {
    String data = write("data.csv", classes(60, "0", "1"));
    String test = write("test.csv", "label,a,c", "1,2,3");

    assertThat(fails(2, train(data, "--task", "logistic", "--test", test)))
        .contains("needs column b");
  }

  @Test
  void train_textInNumericColumn_namesColumnValueAndRow() {
    String data = write("data.csv", "label,a", "0,1.5", "1,2", "0,oops", "1,4", "1,eek");

    assertThat(fails(2, train(data, "--task", "logistic")))
        .contains("Column a", "'oops' in row 3 (and 1 more)", "--categorical");
  }

  @Test
  void train_textLabelOfRegression_namesValueAndRow() {
    String data = write("data.csv", "label,a", "0,1.5", "x,2");

    assertThat(fails(2, train(data, "--task", "linear"))).contains("Column label", "'x' in row 2");
  }

  @Test
  void train_missingValue_namesColumnAndRow() {
    String data = write("data.csv", "label,a,b", "0,1,1", "1,,2", "0,3,");

    assertThat(fails(2, train(data, "--task", "logistic")))
        .contains("Column a has no value in row 2", "drop or fill");
  }

  @Test
  void train_nanFeature_namesColumnAndRow() {
    String data = write("data.csv", "label,a", "0,1", "1,2", "1,NaN");

    assertThat(fails(2, train(data, "--task", "logistic"))).contains("Column a is NaN in row 3");
  }

  @Test
  void train_infiniteFeature_namesColumnAndRow() {
    String data = write("data.csv", "label,a", "0,1", "1,-Inf");

    assertThat(fails(2, train(data, "--task", "logistic")))
        .contains("Column a is -Infinity in row 2");
  }

  @Test
  void train_nanInVector_namesIndexAndRow() {
    String data = write("data.svm", "0 1:1 2:3", "1 1:2 2:NaN");

    assertThat(fails(2, train(data, "--task", "logistic")))
        .contains("Column features holds NaN at index 1 (from 0) in row 2");
  }

  @Test
  void train_nanLabel_namesRow() {
    String data = write("data.csv", "label,a", "0,1", "NaN,2", "1,1");

    assertThat(fails(2, train(data, "--task", "logistic")))
        .contains("Column label is NaN in row 2");
    assertThat(fails(2, train(data, "--task", "linear"))).contains("Column label is NaN in row 2");
  }

  @Test
  void train_nanAsTextInJson_namesColumnAndRow() {
    String data =
        write("data.json", "{\"label\": 0, \"a\": 1.5}", "{\"label\": 1, \"a\": \"NaN\"}");

    assertThat(fails(2, train(data, "--task", "logistic"))).contains("Column a", "'NaN' in row 2");
  }

  @Test
  void train_numbersAsText_saysSo() {
    spark()
        .range(10)
        .selectExpr("cast(id % 2 as double) label", "cast(id as string) a")
        .write()
        .parquet(path("data.parquet"));

    assertThat(fails(2, train(path("data.parquet"), "--task", "logistic")))
        .contains("Column a holds numbers, but as text");
  }

  @Test
  void train_oneClass_isRefused() {
    String data = write("data.csv", "label,a", "1,1", "1,2");

    assertThat(fails(2, train(data, "--task", "logistic"))).contains("one class only (1");
  }

  @Test
  void train_fractionalLabelsOfClassifier_areRefused() {
    String data = write("data.csv", "label,a", "0.5,1", "1.5,2");

    assertThat(fails(2, train(data, "--task", "logistic"))).contains("0.5", "--task linear");
  }

  @Test
  void train_threeClassesForSvm_areRefused() {
    String data = write("data.csv", "label,a", "0,1", "1,2", "2,3");

    assertThat(fails(2, train(data, "--task", "svm"))).contains("two classes", "holds 3");
  }

  @Test
  void train_emptyFile_isRefused() {
    assertThat(fails(2, train(write("data.csv"), "--task", "logistic"))).contains("no rows");
  }

  @Test
  void train_headerOnly_isRefused() {
    assertThat(fails(2, train(write("data.csv", "label,a"), "--task", "logistic")))
        .contains("no rows");
  }

  @Test
  void train_labelOnly_hasNoFeatures() {
    assertThat(fails(2, train(write("data.csv", "label", "0", "1"), "--task", "logistic")))
        .contains("no feature columns");
  }

  @Test
  void train_emptyVectors_haveNoFeatures() {
    assertThat(fails(2, train(write("data.svm", "0", "1"), "--task", "logistic")))
        .contains("features");
  }

  @Test
  void train_numFeaturesTooSmall_isRefused() {
    String data = write("data.svm", libsvm(20, "0", "1"));

    assertThat(fails(2, train(data, "--task", "logistic", "--num-features", "1")))
        .contains("Cannot read");
  }

  @Test
  void train_constantColumn_isFine() {
    modelWasThere = true;
    String[] lines = classes(60, "0", "1");
    for (int i = 0; i < lines.length; i++) {
      lines[i] += i == 0 ? ",constant" : ",5";
    }

    succeeds(train(write("data.csv", lines), "--task", "logistic"));
  }

  @Test
  void train_morePartitionsThanRows_isFine() {
    modelWasThere = true;
    spark()
        .range(0, 6, 1, 6)
        .selectExpr("cast(id % 2 as double) label", "id * 1.0D a")
        .repartition(12)
        .write()
        .option("maxRecordsPerFile", 1)
        .parquet(path("data.parquet"));

    succeeds(train(path("data.parquet"), "--task", "logistic"));
  }

  @Test
  void train_existingModel_isRefusedBeforeTraining() throws IOException {
    modelWasThere = true;
    String data = write("data.csv", classes(60, "0", "1"));
    Files.createDirectories(Path.of(model(), "metadata"));

    assertThat(fails(2, train(data, "--task", "logistic")))
        .contains("--model", "exists", "--overwrite");
    assertThat(Path.of(model(), "metadata")).isEmptyDirectory();
    succeeds(train(data, "--task", "logistic", "--overwrite"));
    assertThat(Path.of(model(), "metadata")).isNotEmptyDirectory();
  }

  @Test
  void train_overwriteOfSomethingElse_isRefused() throws IOException {
    modelWasThere = true;
    String data = write("data.csv", classes(60, "0", "1"));
    Files.createDirectories(Path.of(model()));
    Files.writeString(Path.of(model(), "thesis.tex"), "years of work");

    assertThat(fails(2, train(data, "--task", "logistic", "--overwrite")))
        .contains("--overwrite leaves it alone");
    assertThat(Path.of(model(), "thesis.tex")).exists();
  }

  @Test
  void train_diverging_fails() {
    String data = write("data.csv", quantities(60));
    String metrics = path("metrics.json");

    assertThat(
            fails(
                1,
                train(
                    data,
                    "--task",
                    "linear",
                    "--label",
                    "y",
                    "--features",
                    "a,b",
                    "--optimizer",
                    "sgd",
                    "--step-size",
                    "1e9",
                    "--metrics",
                    metrics)))
        .contains("diverged", "stepSize");
    assertThat(Path.of(metrics)).doesNotExist();
  }

  @Test
  void train_reportOfUnknownForm_isRefusedBeforeReading() {
    assertThat(fails(2, train("nowhere.csv", "--task", "linear", "--report", "curve.gif")))
        .contains(".png, .html or .jsonl", "curve.gif");
  }

  @Test
  void train_unsupportedType_namesColumnAndType() {
    spark()
        .range(10)
        .selectExpr("cast(id % 2 as double) label", "id", "array(1.0D, 2.0D) xs")
        .write()
        .parquet(path("data.parquet"));

    assertThat(fails(2, train(path("data.parquet"), "--task", "logistic")))
        .contains(
            "Column xs", DataTypes.createArrayType(DataTypes.DoubleType, false).simpleString());
  }

  @Test
  void train_negativeWeight_isRefused() {
    String data = write("data.csv", "label,a,w", "0,1,1", "1,2,-1", "0,4,1");

    assertThat(fails(2, train(data, "--task", "logistic", "--weight-col", "w")))
        .contains("Column w is -1 in row 2", "weight");
  }

  @Test
  void evaluate_noModel_saysSo() {
    String data = write("data.csv", classes(20, "0", "1"));

    assertThat(fails(2, "evaluate", "--model", path("nothing"), "--data", data))
        .contains("no model of Spark at", "nothing");
  }

  @Test
  void train_choicesNobodyKnows_listThoseThereAre() {
    String data = write("data.csv", classes(20, "0", "1"));
    String[][] wrong = {
      {"--engine", "steam", "auto, jobs or resident"},
      {"--sparse", "often", "auto, lazy or dense"},
      {"--noise-reduction", "ears", "none, average or svrg"},
      {"--on-failure", "cry", "throw or best"},
      {"--deterministic", "maybe", "partitioning, strict or strict(shards)"},
      {"--deterministic", "strict(0)", "1 to 4096 shards"},
      {"--local-steps", "0", "1 or more"},
      {"--local-step-size", "-1", "0 or more"},
      {"--batch-growth", "0.5", "1 or more"},
    };
    for (String[] option : wrong) {
      assertThat(fails(2, train(data, "--task", "logistic", option[0], option[1])))
          .contains(option[1], option[2]);
    }
  }
}
