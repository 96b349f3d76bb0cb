package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.batches.DenseStep;
import ravine.batches.LocalStep;
import ravine.batches.MiniBatchStep;
import ravine.batches.VarianceReducedStep;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;
import ravine.exchange.Engines;
import ravine.exchange.GradientEngine;
import ravine.exchange.Gradients;
import ravine.exchange.Work;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Softmax;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L2;
import ravine.rows.Block;
import ravine.rows.PackedPartition;
import ravine.spec.Specs;
import ravine.step.StepPlan;
import ravine.step.Stepper;

/** Variance-reduced local steps: {@code localSteps} with {@code noiseReduction=svrg}. */
class ReducedLocalStepsTest extends SparkTestBase {
  private static final double RATE = 0.05;
  private static final double REG_PARAM = 0.01;

  /** Where the identities with other steps are looked at: not the optimum of any partition. */
  private static Problem problem(Loss loss) {
    double[] inverse = new double[EngineFixtures.FEATURES];
    Arrays.fill(inverse, 1.0);
    Coordinates coordinates =
        Coordinates.scaledBy(inverse).outputs(loss.outputs()).intercept(true).build();
    double[] initial = new double[coordinates.dimension()];
    for (int j = 0; j < initial.length; j++) {
      initial[j] = 0.02 * (j % 3 - 1);
    }
    return Problem.of(loss, coordinates, new L2(REG_PARAM), initial);
  }

  private static StepPlan plan(String rule, Problem problem) {
    return new StepPlan(
        Specs.rule(rule), Specs.schedule("constant(" + RATE + ")"), problem.penalty(), 0.0);
  }

  private static MiniBatchStep local(
      GradientEngine engine, Problem problem, String rule, int steps) {
    return new LocalStep(
        new Gradients(engine, problem),
        plan(rule, problem),
        problem.initial(),
        steps,
        RATE,
        RATE,
        true);
  }

  private static MiniBatchStep reduced(GradientEngine engine, Problem problem, String rule) {
    return new VarianceReducedStep(
        new Gradients(engine, problem),
        new Stepper(plan(rule, problem), problem.initial()),
        problem.penalty());
  }

  private static MiniBatchStep dense(GradientEngine engine, Problem problem, String rule) {
    return new DenseStep(
        new Gradients(engine, problem),
        new Stepper(plan(rule, problem), problem.initial()),
        problem.penalty());
  }

  private static void sameWeights(MiniBatchStep actual, MiniBatchStep expected) {
    assertThat(actual.stepper().weights())
        .containsExactly(expected.stepper().weights(), within(1e-12));
  }

  /** One local step, the driver's rate, a linear rule, a smooth penalty: on any partitions. */
  @ParameterizedTest
  @CsvSource({
    "sgd, 1, 1", "momentum, 1, 1", "nesterov, 1, 1",
    "sgd, 2, 1", "momentum, 3, 1", "nesterov, 2, 1",
    "nesterov, 2, 2"
  })
  void take_oneLocalStep_isThePlainReducedStep(String rule, int partitions, int outputs) {
    Problem problem = problem(outputs == 1 ? new Logistic() : new Softmax(outputs));
    try (TrainingData data = EngineFixtures.data(jsc(), partitions);
        GradientEngine engine =
            Engines.open(EngineKind.JOBS, data.packedRows(), Work.of(problem, true), 42)) {
      MiniBatchStep local = local(engine, problem, rule, 1);
      MiniBatchStep plain = reduced(engine, problem, rule);
      for (int pass = 1; pass <= 2; pass++) {
        double expected = plain.beginPass(plain.stepper().weights());
        assertThat(local.beginPass(local.stepper().weights())).isCloseTo(expected, within(1e-12));
        for (int batch = 0; batch < 5; batch++) {
          expected = plain.take(pass, batch, 5).answer().loss();
          assertThat(local.take(pass, batch, 5).answer().loss()).isCloseTo(expected, within(1e-12));
        }
      }
      sameWeights(local, plain);
    }
  }

  /** The snapshot cancels, however old it is. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void take_sliceOfEverything_isTheFullGradientStep(int partitions) {
    Problem problem = problem(new Logistic());
    try (TrainingData data = EngineFixtures.data(jsc(), partitions);
        GradientEngine engine =
            Engines.open(EngineKind.JOBS, data.packedRows(), Work.of(problem, true), 42)) {
      MiniBatchStep local = local(engine, problem, "momentum", 8);
      MiniBatchStep full = dense(engine, problem, "momentum");
      local.beginPass(problem.initial());
      for (int pass = 1; pass <= 4; pass++) {
        double expected = full.take(pass, 0, 1).answer().loss();
        MiniBatchStep.Done done = local.take(pass, 0, 1);
        assertThat(done.answer().loss()).isCloseTo(expected, within(1e-12));
        assertThat(done.batches()).isEqualTo(1);
      }
      sameWeights(local, full);
    }
  }

  /** Everything by hand from the rows, the slices and the formulas. */
  @Test
  void train_severalPartitions_isWhatLoopsOverRowsGive() {
    Problem problem = problem(new Logistic());
    double[] theta = problem.initial().clone();
    double[] velocity = new double[theta.length];
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      TrainingResult trained =
          Trainer.train(
              data,
              problem,
              TrainerOptions.builder(Specs.rule("momentum(0.8)"))
                  .stepSize(0.03)
                  .localStepSize(RATE)
                  .localSteps(4)
                  .noiseReduction(NoiseReduction.SVRG)
                  .batchSize(30)
                  .maxPasses(2)
                  .tol(0.0)
                  .keepBest(false)
                  .build());
      List<PackedPartition> partitions = data.packedRows().packed().collect();
      int slices = 9;
      for (int pass = 1; pass <= 2; pass++) {
        double[] snapshot = theta.clone();
        double[] full = new double[theta.length];
        double total = 0.0;
        for (PackedPartition partition : partitions) {
          total += addGradient(partition, 0, 0, 1, snapshot, 1.0, full);
        }
        for (int batch = 0; batch < slices; batch += 4) {
          double[] moved = new double[theta.length];
          double used = 0.0;
          for (PackedPartition partition : partitions) {
            double[] own = theta.clone();
            double rows = 0.0;
            for (int i = batch; i < Math.min(slices, batch + 4); i++) {
              double[] direction = new double[own.length];
              double weight = addGradient(partition, pass, i, slices, own, 1.0, direction);
              addGradient(partition, pass, i, slices, snapshot, -1.0, direction);
              for (int j = 0; j < own.length; j++) {
                direction[j] = direction[j] / weight + full[j] / total + REG_PARAM * own[j];
              }
              for (int j = 0; j < own.length; j++) {
                own[j] -= RATE * direction[j];
              }
              rows += weight;
            }
            for (int j = 0; j < own.length; j++) {
              moved[j] += rows * (theta[j] - own[j]);
            }
            used += rows;
          }
          for (int j = 0; j < theta.length; j++) {
            velocity[j] = 0.8 * velocity[j] + 0.03 * moved[j] / used / RATE;
            theta[j] -= velocity[j];
          }
        }
      }
      assertThat(trained.steps()).hasSize(6);
      assertThat(trained.weights()).containsExactly(theta, within(1e-12));
    }
  }

  /** Adds factor · Σ w∇ℓ of the logistic loss over a slice; Σ w. */
  private static double addGradient(
      PackedPartition data,
      long pass,
      int batch,
      int batches,
      double[] theta,
      double factor,
      double[] sum) {
    int features = EngineFixtures.FEATURES;
    double total = 0.0;
    double[] x = new double[1];
    double[] label = new double[1];
    double[] weight = new double[1];
    for (int g = data.firstOf(batch, batches); g < data.firstOf(batch + 1, batches); g++) {
      int group = data.order(42, pass)[g];
      Block block = data.training.get(data.blockIndex(group));
      int from = data.rowOf(group);
      for (int row = from; row < Math.min(from + data.groupRows, block.rows); row++) {
        double[] values = new double[features + 1];
        for (int j = 0; j <= features; j++) {
          double[] unit = new double[features + 1];
          unit[j] = 1.0;
          block.margins(row, 1, unit, 1, x);
          values[j] = x[0];
        }
        block.copyLabels(row, 1, label);
        block.copyWeights(row, 1, weight);
        double margin = 0.0;
        for (int j = 0; j <= features; j++) {
          margin += values[j] * theta[j];
        }
        double residual = 1.0 / (1.0 + Math.exp(-margin)) - label[0];
        for (int j = 0; j <= features; j++) {
          sum[j] += factor * weight[0] * residual * values[j];
        }
        total += weight[0];
      }
    }
    return total;
  }

  private static double optimum(TrainingData data, Problem problem) {
    TrainerOptions exact =
        TrainerOptions.builder(Specs.rule("nesterov(accelerated)"))
            .tol(1e-13)
            .patience(1000)
            .build();
    double[] history = Trainer.train(data, problem, exact).objectiveHistory();
    return Arrays.stream(history).min().orElseThrow();
  }

  private static TrainerOptions.Builder constant(int steps) {
    return TrainerOptions.builder(Specs.rule("momentum"))
        .stepSize(0.015)
        .localStepSize(0.03)
        .localSteps(steps)
        .batchSize(16)
        .maxPasses(200)
        .tol(0.0)
        .patience(1000)
        .keepBest(false);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void train_constantRate_convergesWherePlainLocalStepsStall(int outputs) {
    Problem problem = problem(outputs == 1 ? new Logistic() : new Softmax(outputs));
    try (TrainingData data = EngineFixtures.data(jsc(), 4)) {
      double best = optimum(data, problem);
      double plain = Trainer.train(data, problem, constant(4).build()).objective();
      double reduced =
          Trainer.train(data, problem, constant(4).noiseReduction(NoiseReduction.SVRG).build())
              .objective();
      assertThat(reduced - best).isBetween(-1e-12 * best, 1e-9 * best);
      assertThat(plain - best).as("else the test shows nothing").isGreaterThan(1e-4 * best);
    }
  }

  /** Slices of fewer rows than features: steeper than the whole, as the rate must know. */
  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum", "nesterov"})
  void train_automatic_staysAtOneRateThatConverges(String rule) {
    Problem problem = problem(new Logistic());
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      TrainerOptions.Builder options =
          TrainerOptions.builder(Specs.rule(rule))
              .batchSize(8)
              .maxPasses(60)
              .localSteps(4)
              .noiseReduction(NoiseReduction.SVRG)
              .patience(1000)
              .tol(0.0);
      TrainingResult trained = Trainer.train(data, problem, options.build());
      double best = optimum(data, problem);
      double[] history = trained.objectiveHistory();
      for (int pass = 1; pass <= 10; pass++) {
        assertThat(history[pass]).as("pass %d", pass).isLessThan(history[pass - 1]);
      }
      assertThat(history[history.length - 1] - best).isLessThan(1e-7 * best);
      assertThat(trained.steps().get(180).learningRate())
          .as("not annealed")
          .isEqualTo(trained.steps().get(0).learningRate());
    }
  }

  @Test
  void train_reduced_sameBitsInBothEngines() {
    Problem problem = problem(new Logistic());
    try (TrainingData data = EngineFixtures.data(jsc(), 2)) {
      TrainerOptions.Builder options = constant(3).noiseReduction(NoiseReduction.SVRG).maxPasses(3);
      TrainingResult resident =
          Trainer.train(data, problem, options.engine(EngineKind.RESIDENT).build());
      TrainingResult jobs = Trainer.train(data, problem, options.engine(EngineKind.JOBS).build());
      assertThat(EngineFixtures.bits(resident)).isEqualTo(EngineFixtures.bits(jobs));
    }
  }

  /** The loop goes back after a blow-up: the snapshot was then left where it had blown up. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void beginAgain_afterASnapshotFarAway_reducesAgainFromTheWeights(boolean isLocal) {
    Problem problem = problem(new Logistic());
    try (TrainingData data = EngineFixtures.data(jsc(), 2);
        GradientEngine engine =
            Engines.open(EngineKind.JOBS, data.packedRows(), Work.of(problem, true), 42)) {
      MiniBatchStep step =
          isLocal ? local(engine, problem, "sgd", 1) : reduced(engine, problem, "sgd");
      MiniBatchStep full = dense(engine, problem, "sgd");
      double[] far = new double[problem.initial().length];
      Arrays.fill(far, 30.0);
      step.beginPass(far);
      step.beginAgain(problem.initial());
      step.take(1, 3, 9);
      full.take(1, 0, 1);
      sameWeights(step, full);
    }
  }
}
