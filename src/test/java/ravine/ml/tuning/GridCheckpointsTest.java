package ravine.ml.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ravine.SparkTestBase;
import ravine.ml.MlRows;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/** A grid with a directory of checkpoints trains together, and goes on from them. */
class GridCheckpointsTest extends SparkTestBase {
  private static final long BOUND_SECONDS = 300;

  @TempDir private Path folder;

  private Dataset<Row> rows() {
    return MlRows.frame(spark(), MlRows.classified(300, 2), 2);
  }

  private MiniBatchLogisticRegression estimator(String resume) {
    return new MiniBatchLogisticRegression()
        .setOptimizer("adam")
        .setBatchSize(50)
        .setMaxIter(4)
        .setCheckpointDir(folder.toString())
        .setResume(resume);
  }

  private static ParamMap[] maps(MiniBatchLogisticRegression estimator, double... regParams) {
    return Arrays.stream(regParams)
        .mapToObj(regParam -> new ParamMap().put(estimator.regParam(), regParam))
        .toArray(ParamMap[]::new);
  }

  private static String numbers(Model<?> model) {
    LogisticRegressionModel one = (LogisticRegressionModel) model;
    return Arrays.toString(one.coefficients().toArray()) + one.intercept();
  }

  private List<String> directories() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(one -> one.getFileName().toString()).sorted().toList();
    }
  }

  private void remove(String name) throws IOException {
    List<Path> inner;
    try (Stream<Path> all = Files.walk(folder.resolve(name))) {
      inner = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path one : inner) {
      Files.delete(one);
    }
  }

  /** As if these models had not begun: they do, and the others end the same again. */
  @Test
  void fit_someModelsHadNotBegun_givesTheSameModels() throws IOException {
    List<String> models = new ArrayList<>();
    for (String resume : new String[] {"none", "must"}) {
      MiniBatchLogisticRegression estimator = estimator(resume);
      List<ParamMap> maps = List.of(maps(estimator, 0.1, 0.01, 0.001));
      ManyFits.fit(estimator, rows(), maps).forEach(model -> models.add(numbers(model)));
      assertThat(directories())
          .containsExactly("checkpoint-000000001.ravine", "model-1", "model-2", "model-3");
      remove("model-2");
    }
    assertThat(models.subList(3, 6)).isEqualTo(models.subList(0, 3));
    MiniBatchLogisticRegression alone = estimator("none").setCheckpointDir("");
    assertThat(numbers(alone.copy(maps(alone, 0.01)[0]).fit(rows()))).isEqualTo(models.get(1));
  }

  @Test
  void crossValidator_someModelsHadNotBegun_hasTheSameMetrics() throws IOException {
    List<String> found = new ArrayList<>();
    for (String resume : new String[] {"none", "auto"}) {
      MiniBatchLogisticRegression estimator = estimator(resume);
      RavineCrossValidator tuner =
          new RavineCrossValidator()
              .setEstimator(estimator)
              .setEvaluator(new BinaryClassificationEvaluator())
              .setEstimatorParamMaps(maps(estimator, 0.1, 0.01))
              .setNumFolds(2);
      assertThat(tuner.obstacle()).isNull();
      Search search = tuner.search(rows());
      found.add(Arrays.deepToString(search.metrics()) + numbers(search.model()));
      assertThat(directories())
          .contains("model-1", "model-1-fold-1", "model-1-fold-2", "model-2-fold-2")
          .hasSize(7);
      remove("model-1-fold-2");
      remove("model-2");
    }
    assertThat(found.get(1)).isEqualTo(found.get(0));
  }

  /** The default way: each strength begins where a neighbour ended, and with it a fold's. */
  @Test
  void path_someModelsHadNotBegun_isTheSamePath() throws IOException {
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.measured(300), 2);
    List<List<String>> paths = new ArrayList<>();
    for (String resume : new String[] {"none", "auto"}) {
      MiniBatchLinearRegression lasso =
          new MiniBatchLinearRegression()
              .setElasticNetParam(1.0)
              .setCheckpointDir(folder.toString())
              .setResume(resume);
      double[] strengths = {1.0, 0.1, 0.01, 0.001};
      RegularizationPath path =
          RegularizationPath.fit(lasso, rows, strengths, new RegressionEvaluator(), 2, 3L);
      paths.add(
          path.points().stream()
              .map(
                  point ->
                      ((LinearRegressionModel) point.model()).coefficients()
                          + " "
                          + point.metric()
                          + " "
                          + point.gapBound())
              .toList());
      remove("model-3");
      remove("model-3-fold-1");
      remove("model-4");
    }
    assertThat(paths.get(1)).isEqualTo(paths.get(0));
  }

  /** What trains alone keeps its checkpoints beside those of the others. */
  @Test
  void fit_modelsThatTrainAlone_haveDirectoriesOfTheirOwn() throws IOException {
    MiniBatchLogisticRegression estimator = estimator("none");
    List<ParamMap> maps = new ArrayList<>();
    for (String onFailure : new String[] {"best", "throw", "best"}) {
      maps.add(new ParamMap().put(estimator.getParam("onFailure"), onFailure));
    }
    List<Model<?>> models = ManyFits.fit(estimator, rows(), maps);
    assertThat(numbers(models.get(0))).isEqualTo(numbers(models.get(1)));
    assertThat(directories()).contains("model-1", "model-2", "model-3");
  }

  @Test
  void fit_anotherGridRowsOrResume_isRefusedInOneSentence() throws IOException {
    MiniBatchLogisticRegression first = estimator("none");
    ManyFits.fit(first, rows(), List.of(maps(first, 0.1, 0.01)));
    String other =
        "The checkpoints in "
            + folder
            + "%s are of another fit: %s."
            + " Set it as it was, or name another checkpointDir";
    refused(rows(), "auto", String.format(other, "", "the number of models was 2 and is 1"), 0.1);
    refused(
        rows(),
        "must",
        String.format(other, "", "model 2 was {regParam=0.01} and is {regParam=0.02}"),
        0.1,
        0.02);
    refused(
        MlRows.frame(spark(), MlRows.classified(200, 2), 2),
        "auto",
        String.format(other, "/model-1", "the number of training rows was 300 and is 200"),
        0.1,
        0.01);
    refused(
        rows(),
        "none",
        "checkpointDir "
            + folder
            + " holds checkpoints of an earlier run: set resume to must or auto to go on from the"
            + " last, or name another directory",
        0.1,
        0.01);
    remove("checkpoint-000000001.ravine");
    refused(
        rows(),
        "must",
        "resume is must, but checkpointDir " + folder + " holds no whole checkpoint",
        0.1,
        0.01);
  }

  @Test
  void fit_oneModelWhereSeveralTrainedOrTheReverse_isToldSo() throws IOException {
    MiniBatchLogisticRegression estimator = estimator("none");
    ManyFits.fit(estimator, rows(), List.of(maps(estimator, 0.1, 0.01)));
    MiniBatchLogisticRegression ofChains =
        new MiniBatchLogisticRegression().setCheckpointDir(folder.toString()).setResume("auto");
    for (MiniBatchLogisticRegression single : List.of(estimator("must"), ofChains)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> single.fit(rows()))
          .withMessage(
              "The checkpoints in "
                  + folder
                  + " are of several models that trained together, and here one trains alone: name"
                  + " another checkpointDir");
    }
    remove("checkpoint-000000001.ravine");
    estimator("auto").fit(rows());
    refused(
        rows(),
        "auto",
        "The checkpoints in "
            + folder
            + " are of one model, and here several train together: name another checkpointDir",
        0.1,
        0.01);
  }

  private void refused(Dataset<Row> rows, String resume, String sentence, double... regParams) {
    MiniBatchLogisticRegression estimator = estimator(resume);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ManyFits.fit(estimator, rows, List.of(maps(estimator, regParams))))
        .withMessage(sentence);
  }

  /** SIGKILL: nothing is cleaned up. */
  @Test
  void search_killedAndStartedAgain_endsAsIfNothingHadHappened() throws Exception {
    String undisturbed = GridLossMain.train(spark(), folder.resolve("undisturbed").toString());
    Path checkpoints = folder.resolve("killed");
    Process killed = start(checkpoints);
    try {
      await(killed, checkpoints.resolve("model-4-fold-2"));
    } finally {
      killed.destroyForcibly();
    }
    assertThat(killed.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(folder.resolve("result.txt")).doesNotExist();
    assertThat(GridLossMain.train(spark(), checkpoints.toString())).isEqualTo(undisturbed);
  }

  private static void await(Process process, Path directory) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (!Files.exists(directory.resolve("checkpoint-000000001.ravine"))) {
      assertThat(process.waitFor(5, TimeUnit.MILLISECONDS))
          .as("ended before it was killed")
          .isFalse();
      assertThat(System.nanoTime()).as("no checkpoint in time").isLessThan(end);
    }
  }

  private Process start(Path checkpoints) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("src", "build", "spark.jvmargs"),
                "@" + Path.of("src", "build", "quick.jvmargs"),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dspark.ui.enabled=false",
                "-Dspark.driver.host=127.0.0.1",
                "-Dspark.sql.shuffle.partitions=2",
                GridLossMain.class.getName(),
                checkpoints.toString(),
                folder.resolve("result.txt").toString())
            .redirectErrorStream(true);
    builder.redirectOutput(Files.createTempFile(Path.of("target"), "grid-", ".txt").toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.start();
  }
}
