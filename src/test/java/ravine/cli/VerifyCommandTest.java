package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** {@code verify} on models of {@code train} and of stock Spark. */
class VerifyCommandTest extends CommandLineTestBase {

  @Test
  void verify_modelOfTrain_isWithin_andNotForAnotherPenalty() {
    String data = write("data.csv", classes(200, "no", "yes"));
    succeeds(train(data, "--task", "logistic", "--reg-param", "0.01", "--tol", "1e-8"));

    String verified = succeeds("verify", "--model", model(), "--data", data);

    assertThat(verified).contains("within 1.0e-05 of the optimum", "proven", "200 rows");
    assertThat(fails(1, "verify", "--model", model(), "--data", data, "--reg-param", "0.1"))
        .contains("not within 1.0e-05 of the optimum", "at least");
  }

  @Test
  void verify_stockModelAfterOneIteration_isFlaggedWithTheFeature() {
    String data = write("data.csv", classes(200, "0", "1"));
    Dataset<Row> rows = spark().read().option("header", true).option("inferSchema", true).csv(data);
    Dataset<Row> assembled =
        new VectorAssembler()
            .setInputCols(new String[] {"a", "b"})
            .setOutputCol("features")
            .transform(rows);
    String parquet = path("rows.parquet");
    assembled.write().parquet(parquet);
    try {
      new LogisticRegression().setMaxIter(1).setRegParam(0.01).fit(assembled).save(model());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }

    String sentence = fails(1, "verify", "--model", model(), "--data", parquet);

    assertThat(sentence).contains("at least", "in ").containsPattern("in (a|b|\\(intercept\\))\\.");
    succeeds("verify", "--model", model(), "--data", parquet, "--tol", "0.99");
  }

  @Test
  void verify_badUsage_isRefused() {
    String data = write("data.csv", classes(50, "0", "1"));
    succeeds(train(data, "--task", "logistic"));
    assertThat(fails(2, "verify", "--model", model(), "--data", data, "--tol", "0"))
        .contains("--tol");
    assertThat(fails(2, "verify", "--model", model(), "--data", data, "--epsilon", "2"))
        .contains("--epsilon does not apply");
    assertThat(fails(2, "verify", "--model", path("none"), "--data", data))
        .contains("There is no model");
    assertThat(succeeds("verify", "--help")).contains("--reg-param", "Exit status");
  }
}
