package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ravine.SparkTestBase;
import ravine.ml.classification.MiniBatchLogisticRegression;

class PartialFitTest extends SparkTestBase {
  @TempDir private Path folder;

  private static MiniBatchParams<?> estimator(Learner learner, String optimizer) {
    MiniBatchParams<?> made = learner.create();
    made.setOptimizer(optimizer).setBatchSize(50).setStepSize(0.002);
    return made;
  }

  /**
   * Same coordinates, same order of the same mini-batches, and nothing of the rule is lost. (But
   * for the constant column, which a fit leaves out and portions do not, whose gradient is
   * rounding.)
   */
  @ParameterizedTest
  @EnumSource(Learner.class)
  void partialFit_sameRowsAgain_isTheNextPassOfOneFit(Learner learner) {
    Dataset<Row> rows = MlRows.frame(spark(), learner.rows(400)).drop("validation");
    for (String optimizer : new String[] {"momentum(0.9)", "adam"}) {
      MiniBatchParams<?> estimator = estimator(learner, optimizer);
      TrainingState state = TrainingState.fresh();
      List<double[]> after = new ArrayList<>();
      for (int pass = 0; pass < 3; pass++) {
        PartialFit<?> fit = estimator.partialFit(rows, state);
        after.add(Learner.weights(fit.model()));
        state = fit.state();
        assertThat(fit.rows()).isEqualTo(400);
      }
      assertThat(state.portions()).isEqualTo(3);
      assertThat(state.steps()).isEqualTo(24);
      assertThat(state.rows()).isEqualTo(1200);
      double[] whole = Learner.weights(Learner.fit(passes(estimator(learner, optimizer), 3), rows));
      assertThat(after.get(2)).containsExactly(whole, within(1e-7));
    }
  }

  private static MiniBatchParams<?> passes(MiniBatchParams<?> estimator, int passes) {
    Learner.set(estimator, "maxIter", passes);
    Learner.set(estimator, "tol", 0.0);
    return estimator;
  }

  private Dataset<Row> portion(int number) {
    return MlRows.frame(
        spark(), MlRows.classified(600, 3).subList(200 * number, 200 * number + 200));
  }

  @Test
  void state_savedAndLoaded_goesOnToTheSameBits() {
    MiniBatchParams<?> estimator = estimator(Learner.SOFTMAX, "adam");
    TrainingState first = estimator.partialFit(portion(0), TrainingState.fresh()).state();
    String path = folder.resolve("state").toString();
    first.save(path);
    PartialFit<?> kept = estimator.partialFit(portion(1), first);
    PartialFit<?> loaded = estimator.partialFit(portion(1), TrainingState.load(path));
    assertThat(loaded.state().sections()).isEqualTo(kept.state().sections());
    assertThat(Learner.weights(loaded.model())).isEqualTo(Learner.weights(kept.model()));
    assertThat(loaded.objective()).isEqualTo(kept.objective()).isBetween(0.0, 1.2);
  }

  @Test
  void state_thatIsGivenAgain_isNotChanged() {
    MiniBatchParams<?> estimator = estimator(Learner.SOFTMAX, "momentum(0.9)");
    TrainingState first = estimator.partialFit(portion(0), TrainingState.fresh()).state();
    PartialFit<?> once = estimator.partialFit(portion(1), first);
    PartialFit<?> again = estimator.partialFit(portion(1), first);
    assertThat(again.state().sections()).isEqualTo(once.state().sections());
  }

  @Test
  void load_otherFile_isRefused() throws Exception {
    Path torn = Files.writeString(folder.resolve("torn"), "RAVINECP and no more than this");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainingState.load(torn.toString()))
        .withMessageContaining("torn is no whole training state: ");
  }

  @Test
  void partialFit_noRows_makesNoStepAndTheSameModel() {
    MiniBatchParams<?> estimator = estimator(Learner.SOFTMAX, "momentum(0.9)");
    PartialFit<?> first = estimator.partialFit(portion(0), TrainingState.fresh());
    PartialFit<?> none = estimator.partialFit(portion(0).limit(0), first.state());
    assertThat(none.state()).isSameAs(first.state());
    assertThat(none.rows()).isZero();
    assertThat(none.objective()).isNaN();
    assertThat(Learner.weights(none.model())).isEqualTo(Learner.weights(first.model()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> estimator.partialFit(portion(0).limit(0), TrainingState.fresh()))
        .withMessage("There is no row to train on: the data is empty.");
  }

  /** It had the scale 0 of a constant feature for ever. */
  @Test
  void partialFit_featureThatAppearsLater_isLearnt() {
    List<Row> without = new ArrayList<>();
    List<Row> with = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      double x = (i % 10) - 4.5;
      without.add(RowFactory.create(i % 2 * 1.0, 1.0, false, Vectors.dense(x, 0.0)));
      with.add(RowFactory.create(i % 2 * 1.0, 1.0, false, Vectors.dense(x, i % 2 * 1.0)));
    }
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setOptimizer("sgd").setStepSize(0.5).setBatchSize(10);
    TrainingState state =
        estimator.partialFit(MlRows.frame(spark(), without), TrainingState.fresh()).state();
    LogisticRegressionModel model = null;
    for (int i = 0; i < 5; i++) {
      PartialFit<LogisticRegressionModel> fit =
          estimator.partialFit(MlRows.frame(spark(), with), state);
      state = fit.state();
      model = fit.model();
    }
    assertThat(model.coefficients().apply(1)).isGreaterThan(1.0);
  }

  @Test
  void partialFit_otherTraining_isRefusedWithTheDifference() {
    TrainingState state =
        estimator(Learner.SOFTMAX, "momentum(0.9)")
            .partialFit(portion(0), TrainingState.fresh())
            .state();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> estimator(Learner.SOFTMAX, "adam").partialFit(portion(1), state))
        .withMessageStartingWith(
            "The state is of another training: optimizer was momentum(momentum=0.9")
        .withMessageContaining(" and is adam");
    MiniBatchParams<?> raw = estimator(Learner.SOFTMAX, "momentum(0.9)");
    Learner.set(raw, "standardization", false);
    Learner.set(raw, "regParam", 0.5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> raw.partialFit(portion(1), state))
        .withMessageContaining("scales (regParam, standardization) had other numbers");
  }

  @Test
  void partialFit_classOrFeatureThatWasNotThere_isRefused() {
    MiniBatchParams<?> two = estimator(Learner.LOGISTIC, "momentum(0.9)");
    Dataset<Row> binary = MlRows.frame(spark(), MlRows.classified(200, 2));
    TrainingState state = two.partialFit(binary, TrainingState.fresh()).state();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two.partialFit(portion(1), state))
        .withMessageStartingWith("The labels in column label must be class indices 0 to 1, as in")
        .withMessageContaining("range from 0.0 to 2.0");
    List<Row> wider = List.of(RowFactory.create(1.0, 1.0, false, Vectors.zeros(9)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two.partialFit(MlRows.frame(spark(), wider), state))
        .withMessageContaining("9 features (the state of the rows before says 6)");
  }

  @Test
  void partialFit_classesToldAtTheStart_mayBeMissingAtFirst() {
    MiniBatchParams<?> estimator = estimator(Learner.LOGISTIC, "momentum(0.9)");
    Dataset<Row> ones = MlRows.frame(spark(), MlRows.classified(200, 2)).where("label = 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> estimator.partialFit(ones, TrainingState.fresh()))
        .withMessageContaining("there is nothing to tell apart");
    TrainingState state = estimator.partialFit(ones, TrainingState.ofClasses(3)).state();
    assertThat(estimator.partialFit(portion(1), state).state().portions()).isEqualTo(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainingState.ofClasses(1))
        .withMessage("classes must be 0 or at least 2, but was 1");
  }

  @Test
  void partialFit_paramsOfManyPasses_areRefused() {
    MiniBatchParams<?> estimator = estimator(Learner.LOGISTIC, "sgd");
    estimator.setNoiseReduction("average");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> estimator.partialFit(portion(0), TrainingState.fresh()))
        .withMessageStartingWith("noiseReduction=average is about trainings of many passes");
  }

  @Test
  void partialFit_notFinite_leavesTheStateAsItWas() {
    MiniBatchParams<?> estimator = Learner.SQUARED.create();
    estimator.setOptimizer("sgd").setBatchSize(10).setStepSize(1e3);
    Dataset<Row> rows = MlRows.frame(spark(), MlRows.measured(2_000)).drop("validation");
    TrainingState fresh = TrainingState.fresh();
    assertThatIllegalStateException()
        .isThrownBy(() -> estimator.partialFit(rows, fresh))
        .withMessageContaining("is not finite after ")
        .withMessageContaining("set a shorter stepSize");
    assertThat(fresh.isFresh()).isTrue();
  }
}
