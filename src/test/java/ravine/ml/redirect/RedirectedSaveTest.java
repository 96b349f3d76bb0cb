package ravine.ml.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ravine.SparkTestBase;
import ravine.ml.MlRows;

/** What is saved is Spark's own, and names no class of ours. */
class RedirectedSaveTest extends SparkTestBase {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Twins.class)
  void save_unfitted_isSparksClassWithTheSameParams(Twins twins) throws IOException {
    Estimator<?> redirected = Twins.with(twins.redirected(), "regParam=0.25, maxIter=7");
    String path = folder.resolve("estimator").toString();
    ((MLWritable) redirected).write().save(path);
    assertThat(text(folder)).doesNotContain("ravine").contains(twins.sparks().getClass().getName());
    Estimator<?> loaded = load(twins, path);
    assertThat(loaded).hasSameClassAs(twins.redirected());
    assertThat(loaded.uid()).isEqualTo(redirected.uid());
    assertThat(loaded.explainParams()).isEqualTo(redirected.explainParams());
  }

  private static Estimator<?> load(Twins twins, String path) {
    return switch (twins) {
      case LOGISTIC -> LogisticRegression.load(path);
      case SVC -> LinearSVC.load(path);
      case LINEAR -> LinearRegression.load(path);
    };
  }

  @ParameterizedTest
  @EnumSource(Twins.class)
  void save_pipelineAndModel_nameNoClassOfOurs(Twins twins) throws IOException {
    Dataset<Row> rows = MlRows.frame(spark(), twins.rows());
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {twins.redirected()});
    pipeline.write().save(folder.resolve("pipeline").toString());
    pipeline.fit(rows).write().save(folder.resolve("model").toString());
    assertThat(text(folder)).doesNotContain("ravine");
    PipelineStage stage = Pipeline.load(folder.resolve("pipeline").toString()).getStages()[0];
    assertThat(stage).hasSameClassAs(twins.sparks());
  }

  /** Params travel with copies, which Pipeline and tuning make. */
  @ParameterizedTest
  @EnumSource(Twins.class)
  void copy_isRedirectedToo(Twins twins) {
    Estimator<?> redirected = Twins.with(twins.redirected(), "regParam=0.25");
    Estimator<?> copy = (Estimator<?>) redirected.copy(ParamMap.empty());
    assertThat(copy).hasSameClassAs(redirected);
    assertThat(copy.explainParams()).isEqualTo(redirected.explainParams());
  }

  @Test
  void parent_ofTheModel_hasTheResult() {
    Model<?> model = new LogisticRegression().fit(MlRows.frame(spark(), MlRows.classified(60, 2)));
    assertThat(((Redirected) model.parent()).lastTrainingResult()).isNotNull();
  }

  /** All text that was saved, Parquet's as well, whose schema tells names of classes. */
  private static String text(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(
            new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }
}
