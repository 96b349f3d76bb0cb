package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.batches.DenseStep;
import ravine.batches.LocalStep;
import ravine.batches.MiniBatchStep;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;
import ravine.exchange.Engines;
import ravine.exchange.GradientEngine;
import ravine.exchange.Gradients;
import ravine.loss.Logistic;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L2;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.rows.PackedPartition;
import ravine.spec.Specs;
import ravine.step.StepPlan;
import ravine.step.Stepper;

/** Local steps, noise reduction and growing batches against what they are defined to be. */
class LocalStepsTest extends SparkTestBase {
  private TrainingData data;

  @BeforeEach
  void pack() {
    data = EngineFixtures.data(jsc(), 2);
  }

  @AfterEach
  void release() {
    data.close();
  }

  private static TrainerOptions.Builder options(String rule) {
    return TrainerOptions.builder(Specs.rule(rule))
        .stepSize(0.1)
        .batchSize(30)
        .maxPasses(4)
        .tol(0.0)
        .patience(1000)
        .keepBest(false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum", "nesterov"})
  void take_oneLocalStep_isTheOrdinaryStep(String rule) {
    Problem problem = EngineFixtures.problem();
    StepPlan plan =
        new StepPlan(Specs.rule(rule), Specs.schedule("inverse_sqrt(0.1)"), problem.penalty(), 0.0);
    try (GradientEngine engine =
        Engines.open(EngineKind.JOBS, data.packedRows(), EngineFixtures.WORK, 42)) {
      Gradients gradients = new Gradients(engine, problem);
      MiniBatchStep local = new LocalStep(gradients, plan, problem.initial(), 1, 0.1, 0.1, false);
      MiniBatchStep dense =
          new DenseStep(gradients, new Stepper(plan, problem.initial()), plan.penalty());
      for (int batch = 0; batch < 9; batch++) {
        MiniBatchStep.Done expected = dense.take(1, batch, 9);
        MiniBatchStep.Done done = local.take(1, batch, 9);
        assertThat(done.answer().loss()).isCloseTo(expected.answer().loss(), within(1e-12));
        assertThat(done.objective()).isCloseTo(expected.objective(), within(1e-12));
        assertThat(done.batches()).isEqualTo(1);
      }
      assertThat(local.stepper().weights())
          .containsExactly(dense.stepper().weights(), within(1e-12));
    }
  }

  @Test
  void train_localSteps_averageWhatPartitionsDidAlone() {
    TrainingResult trained =
        Trainer.train(
            data,
            EngineFixtures.problem(),
            options("momentum").localSteps(3).localStepSize(0.05).maxSteps(2).build());
    // The same by hand: each partition alone is a training of plain descent of its own rows.
    Problem problem = EngineFixtures.problem();
    double[] theta = problem.initial().clone();
    double[] velocity = new double[theta.length];
    int slices = (int) Math.round(data.stats().rows() / 30.0);
    List<PackedPartition> partitions = data.packedRows().packed().collect();
    for (int round = 0; round < 2; round++) {
      double[] moved = new double[theta.length];
      double total = 0.0;
      for (PackedPartition partition : partitions) {
        double[] own = theta.clone();
        double used = 0.0;
        for (int i = 0; i < 3; i++) {
          double[] sum =
              EngineFixtures.gradientSum(
                  partition, new Logistic(), 42, 1, 3 * round + i, slices, own.clone());
          double weight = EngineFixtures.weight(sum);
          used += weight;
          for (int j = 0; j < own.length; j++) {
            own[j] -= 0.05 * (sum[j] / weight + 0.01 * own[j]);
          }
        }
        for (int j = 0; j < own.length; j++) {
          moved[j] += used * (own[j] - theta[j]);
        }
        total += used;
      }
      for (int j = 0; j < theta.length; j++) {
        velocity[j] = 0.9 * velocity[j] + 0.1 * (-moved[j] / total / 0.05);
        theta[j] -= velocity[j];
      }
    }
    assertThat(trained.steps()).hasSize(2);
    assertThat(trained.weights()).containsExactly(theta, within(1e-13));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum", "nesterov", "adam"})
  void train_localStepsAutomatic_comesCloseWithFewerExchanges(String rule) {
    Problem problem = standardised();
    double best = optimum(problem);
    TrainerOptions.Builder local =
        TrainerOptions.builder(Specs.rule(rule))
            .batchSize(10)
            .maxPasses(31)
            .patience(1000)
            .localSteps(4);
    TrainingResult trained = Trainer.train(data, problem, local.build());
    double last = trained.passes().get(31).objective();
    TrainingResult plain = Trainer.train(data, problem, local.localSteps(1).build());
    double alone = plain.passes().get(31).objective();
    // Adam's 200 to 800 steps are too few either way.
    assertThat((last - best) / best).isLessThan(Math.max(1e-3, (alone - best) / best));
    long slices = Math.round(data.stats().rows() / 10.0);
    long perPass = trained.steps().size() / (trained.passes().size() - 1);
    assertThat(perPass).isEqualTo((slices + 3) / 4);
  }

  @Test
  void train_localSteps_sameBitsInBothEngines() {
    TrainerOptions.Builder options = options("nesterov").localSteps(3);
    TrainingResult resident =
        Trainer.train(data, EngineFixtures.problem(), options.engine(EngineKind.RESIDENT).build());
    TrainingResult jobs =
        Trainer.train(data, EngineFixtures.problem(), options.engine(EngineKind.JOBS).build());
    assertThat(EngineFixtures.bits(resident)).isEqualTo(EngineFixtures.bits(jobs));
  }

  /** Once the objective rose many times over: a slice with a rare feature is steep along it. */
  @ParameterizedTest
  @CsvSource({"sgd, 1", "nesterov, 1", "nesterov, 4"})
  void train_automaticWithRareFeatures_isBetterAfterAPass(String rule, int localSteps) {
    try (TrainingData rare = rare()) {
      TrainerOptions.Builder options =
          TrainerOptions.builder(Specs.rule(rule))
              .batchSize(32)
              .maxPasses(3)
              .localSteps(localSteps)
              .patience(1000);
      double[] history =
          Trainer.train(rare, standardised(rare), options.build()).objectiveHistory();
      assertThat(history).hasSize(4);
      assertThat(history[1]).isLessThan(history[0]);
      assertThat(history[3]).isLessThan(history[0]);
    }
  }

  /** Most features stand in one row of a hundred, and so count for much where they do. */
  private TrainingData rare() {
    SplittableRandom random = new SplittableRandom(3);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      int[] indices = new int[20];
      double[] values = new double[indices.length];
      double margin = 0.0;
      for (int s = 0; s < indices.length; s++) {
        double u = random.nextDouble();
        indices[s] = 30 * s + (int) (30 * u * u);
        values[s] = random.nextDouble(0.5, 1.5);
        margin += (indices[s] % 2 == 0 ? 0.5 : -0.5) * values[s];
      }
      double label = random.nextDouble() < 1.0 / (1.0 + Math.exp(-margin)) ? 1 : 0;
      rows.add(new Example(label, 1, Vectors.sparse(600, indices, values), false));
    }
    return Examples.pack(jsc().parallelize(rows, 2), 600, 5);
  }

  private Problem standardised() {
    return standardised(data);
  }

  private static Problem standardised(TrainingData data) {
    double[] inverse = data.stats().deviations();
    for (int j = 0; j < inverse.length; j++) {
      inverse[j] = inverse[j] == 0.0 ? 0.0 : 1.0 / inverse[j];
    }
    return Problem.of(
        new Logistic(),
        Coordinates.scaledBy(inverse).centredAt(data.stats().means()).intercept(true).build(),
        new L2(0.01),
        new double[inverse.length + 1]);
  }

  private double optimum(Problem problem) {
    TrainerOptions exact =
        TrainerOptions.builder(Specs.rule("nesterov(accelerated)")).tol(1e-13).build();
    TrainingResult result = Trainer.train(data, problem, exact);
    return result.passes().stream().mapToDouble(PassRecord::objective).min().orElseThrow();
  }

  private static TrainerOptions.Builder slow() {
    return options("momentum").stepSize(0.01).batchSize(10).maxPasses(200);
  }

  @Test
  void train_svrg_goesWhereMiniBatchesStall() {
    double best = optimum(EngineFixtures.problem());
    TrainingResult plain = Trainer.train(data, EngineFixtures.problem(), slow().build());
    TrainingResult reduced =
        Trainer.train(
            data, EngineFixtures.problem(), slow().noiseReduction(NoiseReduction.SVRG).build());
    double stalled = plain.passes().get(200).objective() - best;
    double converged = reduced.passes().get(200).objective() - best;
    assertThat(converged).isLessThan(1e-9 * best);
    assertThat(stalled).as("else the test shows nothing").isGreaterThan(1e3 * converged);
  }

  @Test
  void train_average_isTheMeanOfTheSecondHalfOfThePass() {
    double[] mean = new double[EngineFixtures.FEATURES + 1];
    TrainerOptions.Builder options = options("momentum").maxPasses(1);
    int slices = (int) Math.round(data.stats().rows() / 30.0);
    int averaged = 0;
    for (int steps = 1; steps <= slices; steps++) {
      if (2 * steps > slices) {
        double[] weights =
            Trainer.train(data, EngineFixtures.problem(), options.maxSteps(steps).build())
                .weights();
        for (int j = 0; j < mean.length; j++) {
          mean[j] += weights[j];
        }
        averaged++;
      }
    }
    for (int j = 0; j < mean.length; j++) {
      mean[j] /= averaged;
    }
    TrainingResult trained =
        Trainer.train(
            data,
            EngineFixtures.problem(),
            options.maxSteps(Long.MAX_VALUE).noiseReduction(NoiseReduction.AVERAGE).build());
    assertThat(trained.weights()).containsExactly(mean, within(1e-14));
  }

  @Test
  void train_batchGrowth_takesFewerStepsFromPassToPass() {
    TrainingResult trained =
        Trainer.train(data, EngineFixtures.problem(), options("sgd").batchGrowth(2).build());
    long[] steps = trained.passes().stream().mapToLong(PassRecord::step).toArray();
    assertThat(steps).containsExactly(0, 9, 9 + 5, 9 + 5 + 2, 9 + 5 + 2 + 1);
  }

  @Test
  void build_wrongValues_areRefused() {
    assertThatThrownBy(() -> options("sgd").localSteps(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("localSteps must be >= 1, but was 0");
    assertThatThrownBy(() -> Specs.choice(SparseMode.class, "sparse", "never"))
        .hasMessage("sparse must be auto, lazy or dense, but was never");
    assertThatThrownBy(() -> Specs.choice(NoiseReduction.class, "noiseReduction", "never"))
        .hasMessage("noiseReduction must be none, average or svrg, but was never");
  }
}
