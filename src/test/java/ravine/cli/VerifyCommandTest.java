package ravine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Matrix;
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
  void verify_modelTrainedWithBounds_isWithinThem() {
    String data = write("data.csv", classes(200, "no", "yes"));
    String[] bounds = {
      "--lower-bounds-on-coefficients", "-1,-inf",
      "--upper-bounds-on-coefficients", "0.5",
      "--upper-bounds-on-intercepts", "1"
    };
    List<String> options = new ArrayList<>(List.of("--task", "logistic", "--reg-param", "0.01"));
    options.addAll(List.of(bounds));
    succeeds(train(data, options.toArray(new String[0])));
    double[] coefficients = logistic().coefficients().toArray();
    assertThat(coefficients).containsExactly(0.5, 0.5);

    // Those of an L2 part are saved with the model.
    assertThat(succeeds("verify", "--model", model(), "--data", data))
        .contains("within 1.0e-05 of the optimum", "proven");
    assertThat(verify(1, data, "--upper-bounds-on-coefficients", "inf"))
        .contains("not within")
        .doesNotContain("If it was trained with bounds");
    assertThat(verify(2, data, "--upper-bounds-on-coefficients", "0.4"))
        .contains("The model has 0.5 for a, which its bounds do not allow", "is 0.4");

    // With an L1 part they are not: Spark's model refuses the two together.
    options.addAll(List.of("--elastic-net", "0.5", "--overwrite"));
    succeeds(train(data, options.toArray(new String[0])));
    assertThat(verify(1, data))
        .contains("not within", "If it was trained with bounds", "--lower-bounds-on-coefficients");
    List<String> verify = new ArrayList<>(List.of("verify", "--model", model(), "--data", data));
    verify.addAll(List.of(bounds));
    assertThat(succeeds(verify.toArray(new String[0]))).contains("within 1.0e-05 of the optimum");

    options.add("--card");
    succeeds(train(data, options.toArray(new String[0])));
    assertThat(succeeds("verify", "--model", model(), "--data", data))
        .contains("The bounds are those that the model's card tells.", "within 1.0e-05");
  }

  private LogisticRegressionModel logistic() {
    return (LogisticRegressionModel) SavedModel.load(spark(), model()).learner();
  }

  /** Fails with a sentence. */
  private String verify(int status, String data, String... more) {
    List<String> verify = new ArrayList<>(List.of("verify", "--model", model(), "--data", data));
    verify.addAll(List.of(more));
    return fails(status, verify.toArray(new String[0]));
  }

  @Test
  void verify_severalClassesWithBounds_haveThemClassByClass() {
    List<String> lines = new ArrayList<>(List.of("label,a,b"));
    for (String line : classes(300, "0", "1")) {
      if (!line.startsWith("label")) {
        boolean third = line.hashCode() % 3 == 0;
        lines.add(third ? line.replaceFirst("^[01],", "2,") : line);
      }
    }
    String data = write("three.csv", lines.toArray(new String[0]));
    String bounds = "0,-inf,-1,-1,-inf,0.25";
    String[] options = {
      "--task", "logistic", "--reg-param", "0.02", "--lower-bounds-on-coefficients", bounds
    };
    succeeds(train(data, options));
    Matrix found = logistic().coefficientMatrix();
    assertThat(found.apply(0, 0)).isZero();
    assertThat(found.apply(2, 1)).isEqualTo(0.25);

    assertThat(succeeds("verify", "--model", model(), "--data", data)).contains("within 1.0e-05");
  }

  @Test
  void verify_badBounds_areRefused() {
    String data = write("data.csv", classes(50, "0", "1"));
    succeeds(train(data, "--task", "logistic"));
    assertThat(verify(2, data, "--lower-bounds-on-coefficients", "0,0,0"))
        .isEqualTo(
            "--lower-bounds-on-coefficients must be 1 number, or 2 (one for each feature), but was"
                + " 3.");
    assertThat(verify(2, data, "--upper-bounds-on-intercepts", "1,2"))
        .isEqualTo("--upper-bounds-on-intercepts must be 1 number, but was 2.");
    assertThat(verify(2, data, "--lower-bounds-on-coefficients", "0,,1"))
        .contains("numbers separated by commas", "but one was ''");
    assertThat(fails(2, train(data, "--task", "svm", "--lower-bounds-on-coefficients", "0")))
        .contains("--lower-bounds-on-coefficients does not apply to --task svm");
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
