package ravine.ml.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.engine.PassRecord;
import ravine.engine.StopReason;
import ravine.ml.MlRows;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** Successive halving: who goes on, and that going on changes nothing. */
class HalvingTest extends SparkTestBase {

  private Dataset<Row> rows() {
    Dataset<Row> all = MlRows.frame(spark(), MlRows.classified(600, 2), 2);
    return all.withColumn("held", functions.rand(5L).lt(0.3)).cache();
  }

  private static MiniBatchLogisticRegression estimator() {
    return new MiniBatchLogisticRegression()
        .setValidationIndicatorCol("held")
        .setPatience(100)
        .setTol(0.0)
        .setMaxIter(18);
  }

  private static Halving halving(MiniBatchLogisticRegression estimator, String space) {
    return new Halving(estimator, SearchSpace.parse(space, estimator));
  }

  @Test
  void run_miniBatches_halvesByBudgetsAndSurvivorHasTheBitsOfItsOwnFit() {
    Dataset<Row> rows = rows();
    List<List<Integer>> rungs = new ArrayList<>();
    Halving.Found found =
        halving(
                estimator(),
                "batchSize=32; optimizer=adam|momentum|nesterov; regParam=log(1e-5,1); stepSize=log(1e-4,0.1)")
            .models(9)
            .seed(3L)
            .watcher((passes, came, left, best) -> rungs.add(List.of(passes, came, left)))
            .run(rows);

    assertThat(rungs).containsExactly(List.of(2, 9, 3), List.of(6, 3, 1));
    assertThat(found.trials())
        .extracting(Halving.Trial::rungs)
        .containsExactly(2, 1, 1, 0, 0, 0, 0, 0, 0);
    assertThat(found.trials())
        .extracting(Halving.Trial::passes)
        .containsExactly(18, 6, 6, 2, 2, 2, 2, 2, 2);
    assertThat(found.isGrid()).isFalse();
    for (Halving.Trial trial : found.trials().subList(1, 9)) {
      assertThat(trial.result().stopReason()).isEqualTo(StopReason.STOPPED_BY_LISTENER);
    }
    for (int dropped = 3; dropped < 9; dropped++) {
      assertThat(after(found.trials().get(dropped), 2))
          .isGreaterThanOrEqualTo(after(found.trials().get(2), 2));
    }

    MiniBatchLogisticRegression own = estimator();
    LogisticRegressionModel alone =
        own.copy(SearchSpace.params(found.best().params(), own)).fit(rows);
    LogisticRegressionModel survivor = (LogisticRegressionModel) found.model();
    assertThat(bits(survivor.coefficients())).isEqualTo(bits(alone.coefficients()));
    assertThat(survivor.intercept()).isEqualTo(alone.intercept());
    assertThat(survivor.getRegParam()).isEqualTo(found.best().params().get("regParam"));
  }

  /** The best validation loss until after so many passes. */
  private static double after(Halving.Trial trial, int passes) {
    return trial.result().passes().stream()
        .filter(pass -> pass.pass() <= passes)
        .mapToDouble(PassRecord::validationMetric)
        .min()
        .orElseThrow();
  }

  private static List<Long> bits(Vector vector) {
    List<Long> bits = new ArrayList<>();
    for (double value : vector.toArray()) {
      bits.add(Double.doubleToLongBits(value));
    }
    return bits;
  }

  @Test
  void run_twice_isTheSame() {
    Dataset<Row> rows = rows();
    String space = "batchSize=32|64; stepSize=log(1e-3,0.5); optimizer=adam|momentum";
    Halving.Found one = halving(estimator(), space).models(6).eta(2).run(rows);
    Halving.Found other = halving(estimator(), space).models(6).eta(2).run(rows);
    assertThat(one.trials())
        .extracting(Halving.Trial::number)
        .isEqualTo(other.trials().stream().map(Halving.Trial::number).toList());
    assertThat(bits(((LogisticRegressionModel) one.model()).coefficients()))
        .isEqualTo(bits(((LogisticRegressionModel) other.model()).coefficients()));
  }

  /** Lost as the models have come to a rung: what is dropped there stays dropped. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void run_lostAtARungAndStartedAgain_isTheUndisturbedSearch(int lost, @TempDir Path folder) {
    Dataset<Row> rows = rows();
    String space = "batchSize=32; optimizer=adam|momentum; stepSize=log(1e-4,0.1)";
    Halving.Found undisturbed = halving(estimator(), space).models(9).run(rows);
    AtomicInteger rungs = new AtomicInteger();
    Halving first = halving(kept(folder, "none"), space).models(9);
    first.watcher(
        (passes, came, left, best) -> {
          if (rungs.incrementAndGet() == lost) {
            throw new IllegalStateException("lost at rung " + lost);
          }
        });
    assertThatIllegalStateException()
        .isThrownBy(() -> first.run(rows))
        .withMessage("lost at rung " + lost);
    List<Integer> told = new ArrayList<>();
    Halving.Found found =
        halving(kept(folder, "must"), space)
            .models(9)
            .watcher((passes, came, left, best) -> told.add(left))
            .run(rows);
    assertThat(told).containsExactly(3, 1);
    assertThat(found.trials().stream().map(HalvingTest::numbers))
        .containsExactlyElementsOf(
            undisturbed.trials().stream().map(HalvingTest::numbers).toList());
    assertThat(bits(((LogisticRegressionModel) found.model()).coefficients()))
        .isEqualTo(bits(((LogisticRegressionModel) undisturbed.model()).coefficients()));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> halving(kept(folder, "auto"), space).models(9).eta(2).run(rows))
        .withMessage(
            "The checkpoints in "
                + folder
                + " are of another fit: the list of rungs was 3 after 2, 1 after 6 and is 5 after 1,"
                + " 3 after 2, 2 after 5, 1 after 9. Set it as it was, or name another"
                + " checkpointDir");
  }

  private static MiniBatchLogisticRegression kept(Path folder, String resume) {
    return estimator()
        .setCheckpointDir(folder.toString())
        .setCheckpointInterval(1)
        .setResume(resume);
  }

  private static List<Object> numbers(Halving.Trial trial) {
    return List.of(
        trial.number(),
        trial.rungs(),
        trial.metric(),
        trial.verdict(),
        trial.result().passes().stream().map(PassRecord::objective).toList());
  }

  @Test
  void run_wholeBatches_runToTheirEndAndTheBestIsTaken() {
    Halving.Found found =
        halving(
                estimator().setTol(1e-6).setValidationMetric("areaUnderROC"),
                "regParam=0|0.01|0.1|10")
            .models(10)
            .run(rows());
    assertThat(found.isGrid()).isTrue();
    assertThat(found.isLargerBetter()).isTrue();
    assertThat(found.trials()).hasSize(4);
    double best = found.trials().stream().mapToDouble(Halving.Trial::metric).max().orElseThrow();
    assertThat(found.best().metric()).isEqualTo(best).isGreaterThan(0.5);
    assertThat(found.trials())
        .noneMatch(trial -> trial.result().stopReason() == StopReason.STOPPED_BY_LISTENER);
  }

  @Test
  void run_divergingModel_isLastAndStopsNobody() {
    Halving.Found found =
        halving(estimator(), "batchSize=32; optimizer=momentum(0.9); stepSize=1e-2|1e200|0.1|0.03")
            .run(rows());
    Halving.Trial last = found.trials().get(3);
    assertThat(last.params()).containsEntry("stepSize", 1e200);
    assertThat(last.rungs()).isZero();
    assertThat(last.result().stopReason()).isEqualTo(StopReason.DIVERGED);
    assertThat(found.best().passes()).isEqualTo(18);
  }

  @Test
  void run_noTime_keepsWhatIsBestThen() {
    Halving.Found found =
        halving(
                estimator().setMaxIter(1_000_000).setPatience(1_000_000),
                "batchSize=16; stepSize=log(1e-4,1e-2)")
            .models(6)
            .maxSeconds(1.5)
            .run(rows());
    assertThat(found.best().result().stopReason()).isEqualTo(StopReason.MAX_SECONDS);
    assertThat(found.best().passes()).isPositive().isLessThan(1_000_000);
    for (Halving.Trial trial : found.trials()) {
      assertThat(trial.metric()).isGreaterThanOrEqualTo(found.best().metric());
    }
  }

  @Test
  void run_whatCannotBe_isRefusedInASentence() {
    Dataset<Row> rows = rows();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> halving(new MiniBatchLogisticRegression(), "regParam=0|1").run(rows))
        .withMessage(
            "models are judged by validation rows, and there are none: set validationIndicatorCol");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> halving(estimator().setLocalSteps(2), "stepSize=0.1|1").run(rows))
        .withMessageContaining("With {stepSize=0.1}: models cannot train together with localSteps");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> halving(estimator(), "optimizer=lbfgs; stepSize=0.1|1").run(rows))
        .withMessageContaining("With {optimizer=lbfgs, stepSize=0.1}: lbfgs takes whole batches");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                halving(estimator(), "regParam=0|1")
                    .run(rows.withColumn("held", functions.lit(false))))
        .withMessageContaining("held marks none of positive weight");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> halving(estimator(), "regParam=0|1").models(129))
        .withMessage("models must be in [1, 128], but was 129");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> halving(estimator(), "optimizer=adam|adm").check())
        .withMessageContaining("With {optimizer=adm}: unknown optimizer 'adm'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> halving(estimator(), "regParam=0|1").eta(1))
        .withMessage("eta must be >= 2, but was 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> halving(estimator(), "regParam=0|1").maxSeconds(0.0))
        .withMessage("maxSeconds must be > 0, but was 0.0");
  }
}
