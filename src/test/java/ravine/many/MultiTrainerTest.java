package ravine.many;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ravine.SparkTestBase;
import ravine.engine.NoiseReduction;
import ravine.engine.StopReason;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;
import ravine.loss.Hinge;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Squared;
import ravine.objective.Problem;
import ravine.penalty.ElasticNet;
import ravine.penalty.L2;
import ravine.rows.Block;
import ravine.rows.ColumnStats;
import ravine.rows.PackedPartition;
import ravine.rows.RowView;
import ravine.rows.Sampler;
import ravine.spec.Specs;
import ravine.validation.ValidationMetric;

/** Several models at once: each is what it is alone. */
class MultiTrainerTest extends SparkTestBase {

  private static Problem problem(Loss loss, double regParam, double l1Share) {
    Problem own = EngineFixtures.problem(loss);
    return Problem.of(
        loss,
        own.coordinates(),
        l1Share > 0.0
            ? new ElasticNet(regParam, l1Share, new L2(regParam).scale())
            : new L2(regParam),
        own.initial());
  }

  private static TrainerOptions.Builder options(String optimizer) {
    return TrainerOptions.builder(Specs.optimizer(optimizer))
        .engine(EngineKind.AUTO)
        .maxPasses(12)
        .tol(1e-9);
  }

  /** Every kind of loop, with seeds, sizes and lengths of their own. */
  private static List<TrainerOptions> kinds() {
    return List.of(
        options("nesterov").build(),
        options("lbfgs").build(),
        options("sgd").build(),
        options("adam").batchSize(30).maxPasses(5).build(),
        options("adam").batchSize(30).maxPasses(3).seed(9).build(),
        options("momentum(0.8)").batchSize(50).stepSize(0.05).maxPasses(4).build(),
        options("sgd").batchSize(40).maxPasses(4).noiseReduction(NoiseReduction.SVRG).build(),
        options("nesterov")
            .batchSize(40)
            .maxPasses(4)
            .noiseReduction(NoiseReduction.AVERAGE)
            .build());
  }

  private static MultiTrainer.Model model(
      TrainingData data, Problem problem, TrainerOptions options) {
    return new MultiTrainer.Model(data, problem, options, null);
  }

  private static String bits(TrainingResult result) {
    return result.stopReason() + " " + result.way() + " " + EngineFixtures.stepBits(result);
  }

  private void assertAlike(TrainingData data, List<MultiTrainer.Model> models) {
    List<String> together = new ArrayList<>();
    for (MultiTrainer.Trained one : MultiTrainer.train(data, models, ValidationMetric.LOSS, 128)) {
      together.add(bits(one.result()));
    }
    List<String> alone = new ArrayList<>();
    for (MultiTrainer.Model one : models) {
      alone.add(bits(Trainer.train(data, one.problem(), one.options())));
    }
    assertThat(together).isEqualTo(alone);
  }

  @ParameterizedTest
  @EnumSource(
      value = EngineKind.class,
      names = {"JOBS", "RESIDENT"})
  void train_everyKindOfLoop_hasTheBitsItHasAlone(EngineKind engine) {
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      List<MultiTrainer.Model> models = new ArrayList<>();
      for (TrainerOptions options : kinds()) {
        for (double regParam : new double[] {1e-4, 0.03}) {
          models.add(
              model(
                  data,
                  problem(new Logistic(), regParam, 0.0),
                  options.toBuilder().engine(engine).build()));
        }
      }
      models.add(model(data, problem(new Logistic(), 0.01, 0.7), kinds().get(0)));
      assertAlike(data, models);
    }
  }

  /** Fewer places than models: a thread takes one after the other, and margins are overwritten. */
  @Test
  void train_twoAtATime_isTheSame() {
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      List<MultiTrainer.Model> models = new ArrayList<>();
      for (double regParam : new double[] {1e-4, 1e-3, 1e-2, 0.1, 1.0}) {
        models.add(
            model(data, problem(new Logistic(), regParam, 0.0), options("nesterov").build()));
      }
      List<String> two = new ArrayList<>();
      for (MultiTrainer.Trained one : MultiTrainer.train(data, models, ValidationMetric.LOSS, 2)) {
        two.add(bits(one.result()));
      }
      List<String> alone = new ArrayList<>();
      for (MultiTrainer.Model one : models) {
        alone.add(bits(Trainer.train(data, one.problem(), one.options())));
      }
      assertThat(two).isEqualTo(alone);
    }
  }

  /** As where there is no room for more: groups of every kind, in place of one another. */
  @Test
  void train_threeAtATimeOfEveryKind_isTheSameAsAllAtOnce() {
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      List<MultiTrainer.Model> models = new ArrayList<>();
      for (double regParam : new double[] {1e-4, 0.03}) {
        for (TrainerOptions options : kinds()) {
          models.add(model(data, problem(new Logistic(), regParam, 0.0), options));
        }
      }
      models.add(model(data, problem(new Logistic(), 0.01, 0.7), kinds().get(0)));
      List<List<String>> byGroups = new ArrayList<>();
      for (int most : new int[] {models.size(), 3}) {
        List<String> all = new ArrayList<>();
        MultiTrainer.train(data, models, ValidationMetric.LOSS, most)
            .forEach(one -> all.add(bits(one.result())));
        byGroups.add(all);
      }
      assertThat(byGroups.get(1)).isEqualTo(byGroups.get(0));
    }
  }

  @Test
  void train_lossesWithAKinkOrNumbers_haveTheBitsTheyHaveAlone() {
    try (TrainingData data = EngineFixtures.trainingData(jsc(), 2)) {
      assertAlike(
          data,
          List.of(
              model(data, problem(new Hinge(), 0.01, 0.0), options("nesterov").build()),
              model(data, problem(new Hinge(), 0.1, 0.0), options("nesterov").build())));
      assertAlike(
          data,
          List.of(
              model(data, problem(new Squared(), 0.01, 0.5), options("nesterov").build()),
              model(data, problem(new Squared(), 0.1, 0.0), options("nesterov").build())));
    }
  }

  @Test
  void train_oneThatDiverges_leavesTheOthersAsTheyAre() {
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      Problem problem = problem(new Logistic(), 0.01, 0.0);
      TrainerOptions calm = options("adam").batchSize(30).maxPasses(5).build();
      TrainerOptions wild = options("sgd").batchSize(30).stepSize(1e200).maxPasses(5).build();
      List<MultiTrainer.Trained> both =
          MultiTrainer.train(
              data,
              List.of(model(data, problem, wild), model(data, problem, calm)),
              ValidationMetric.LOSS,
              128);
      assertThat(both.get(0).result().stopReason()).isEqualTo(StopReason.DIVERGED);
      assertThat(bits(both.get(1).result())).isEqualTo(bits(Trainer.train(data, problem, calm)));
    }
  }

  @Test
  void train_afterAnother_beginsThereAndEndsAtItsOwnOptimum() {
    try (TrainingData data = EngineFixtures.trainingData(jsc(), 2)) {
      Problem strong = problem(new Logistic(), 0.1, 0.0);
      Problem weak = problem(new Logistic(), 0.05, 0.0);
      TrainerOptions options = options("nesterov").maxPasses(60).build();
      MultiTrainer.After after = new MultiTrainer.After(0, weights -> weights);
      TrainingResult found =
          MultiTrainer.train(
                  data,
                  List.of(
                      model(data, strong, options),
                      new MultiTrainer.Model(data, weak, options, after)),
                  ValidationMetric.LOSS,
                  128)
              .get(1)
              .result();
      TrainingResult alone = Trainer.train(data, weak, options);
      assertThat(found.stopReason()).isEqualTo(StopReason.CONVERGED);
      double expected = alone.objectiveHistory()[alone.objectiveHistory().length - 1];
      double[] history = found.objectiveHistory();
      assertThat(history[history.length - 1]).isCloseTo(expected, within(2e-9 * expected));
    }
  }

  @Test
  void train_foldHeldOut_isTheModelOfTheOtherRows() {
    try (TrainingData data = EngineFixtures.trainingData(jsc(), 2)) {
      RowView view = RowView.without(1, 3, 4L);
      ColumnStats stats = data.packedRows().stats(List.of(view)).get(0);
      assertThat(stats.rows()).isBetween(160L, 240L);
      Problem problem = problem(new Logistic(), 0.02, 0.0);
      TrainerOptions options = options("nesterov").maxPasses(60).build();
      MultiTrainer.Trained found =
          MultiTrainer.train(
                  data,
                  List.of(new MultiTrainer.Model(data.of(view, stats), problem, options, null)),
                  ValidationMetric.LOG_LOSS,
                  128)
              .get(0);
      assertThat(found.result().stopReason()).isEqualTo(StopReason.CONVERGED);
      double[] gradient = Folds.gradient(data, view, problem, found.result().weights());
      assertThat(Arrays.stream(gradient).map(Math::abs).max().orElse(1.0)).isLessThan(1e-4);
      assertThat(found.held().metric())
          .isCloseTo(Folds.heldLoss(data, view, problem, found.result().weights()), within(1e-12));
      assertThat(found.result().rows()).isEqualTo(stats.rows());
    }
  }

  /** Where a training begins, too, rows held out have no say. */
  @Test
  void sample_ofAFold_hasTheRowsThatTrainAndNoOther() {
    try (TrainingData data = EngineFixtures.trainingData(jsc(), 3)) {
      RowView view = RowView.without(1, 3, 4L);
      ColumnStats stats = data.packedRows().stats(List.of(view)).get(0);
      double[] zeros = new double[EngineFixtures.FEATURES];
      double[] ones = zeros.clone();
      Arrays.fill(ones, 1.0);
      PackedPartition sample = new Sampler(data.packedRows(), view, zeros, ones).draw(10_000, 1L);
      List<String> drawn = new ArrayList<>();
      for (Block block : sample.training) {
        for (int i = 0; i < block.rows; i++) {
          double[] row = new double[2 + block.features];
          row[0] = block.label(i);
          row[1] = block.weight(i);
          block.copyRow(i, 2, row);
          drawn.add(Arrays.toString(row));
        }
      }
      List<String> expected = Folds.rows(data, view, false).stream().map(Arrays::toString).toList();
      assertThat(drawn).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(drawn).hasSize((int) stats.rows());
    }
  }

  /** A rule at an automatic rate begins at the optimum of a sample: here that of all its rows. */
  @Test
  void train_foldByAdam_beginsAtTheOptimumOfTheRowsThatTrain() {
    try (TrainingData data = EngineFixtures.trainingData(jsc(), 2)) {
      RowView view = RowView.without(1, 20, 4L);
      TrainingData others = data.of(view, data.packedRows().stats(List.of(view)).get(0));
      Problem problem = problem(new Logistic(), 0.02, 0.0);
      List<MultiTrainer.Trained> found =
          MultiTrainer.train(
              data,
              List.of(
                  new MultiTrainer.Model(
                      others, problem, options("adam").batchSize(30).maxPasses(1).build(), null),
                  new MultiTrainer.Model(others, problem, options("nesterov").build(), null)),
              ValidationMetric.LOSS,
              128);
      double begun = found.get(0).result().passes().get(0).objective();
      assertThat(begun).isCloseTo(found.get(1).result().objective(), within(1e-6));
    }
  }

  @Test
  void train_listenerThatThrows_isTheCallersException() {
    try (TrainingData data = EngineFixtures.trainingData(jsc(), 2)) {
      Problem problem = problem(new Logistic(), 0.01, 0.0);
      TrainerOptions throwing =
          options("adam")
              .batchSize(30)
              .listener(
                  TrainingListener.ofPasses(
                      pass -> {
                        throw new IllegalStateException("seen enough");
                      }))
              .build();
      // The other one would take hours.
      TrainerOptions endless =
          options("adam").batchSize(30).tol(0.0).maxPasses(Integer.MAX_VALUE).build();
      List<MultiTrainer.Model> models =
          List.of(model(data, problem, endless), model(data, problem, throwing));
      assertThatThrownBy(() -> MultiTrainer.train(data, models, ValidationMetric.LOSS, 128))
          .hasMessageContaining("seen enough");
    }
  }

  @Test
  void train_whatSeveralModelsCannotHave_isRefused() {
    try (TrainingData data = EngineFixtures.trainingData(jsc(), 2)) {
      MultiTrainer.Model logistic =
          model(data, problem(new Logistic(), 0.01, 0.0), options("nesterov").build());
      assertThatThrownBy(
              () ->
                  MultiTrainer.train(
                      data,
                      List.of(
                          logistic,
                          model(data, problem(new Squared(), 0.01, 0.0), options("sgd").build())),
                      ValidationMetric.LOSS,
                      128))
          .hasMessageContaining("one loss");
      assertThatThrownBy(
              () ->
                  MultiTrainer.train(
                      data,
                      List.of(
                          model(
                              data,
                              logistic.problem(),
                              options("sgd").batchSize(20).localSteps(3).build())),
                      ValidationMetric.LOSS,
                      128))
          .hasMessage("localSteps=3 is not for several models at once");
      assertThatThrownBy(
              () ->
                  MultiTrainer.train(
                      data,
                      List.of(
                          new MultiTrainer.Model(
                              data,
                              logistic.problem(),
                              logistic.options(),
                              new MultiTrainer.After(0, weights -> weights))),
                      ValidationMetric.LOSS,
                      128))
          .hasMessageContaining("can begin only after one before it");
    }
  }
}
