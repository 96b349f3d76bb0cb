package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
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
import org.junit.jupiter.params.provider.EnumSource;
import ravine.SparkTestBase;
import ravine.engine.PassRecord;
import ravine.engine.SparseMode;
import ravine.engine.StepRecord;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingResult;
import ravine.loss.Logistic;
import ravine.loss.Softmax;
import ravine.objective.Problem;
import ravine.penalty.None;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.rows.PackedPartition;
import ravine.rows.Storage;
import ravine.spec.Specs;
import ravine.step.ExactLazyStepper;
import ravine.step.StepPlan;

/** Rows of few non-zeros among many features: what travels and what steps cost. */
class WideTest extends SparkTestBase {
  private TrainingData data;

  @BeforeEach
  void pack() {
    data = EngineFixtures.wide(jsc(), 2);
  }

  @AfterEach
  void release() {
    data.close();
  }

  private static TrainerOptions.Builder options(String rule) {
    return TrainerOptions.builder(Specs.rule(rule))
        .stepSize(0.05)
        .schedule(eta -> Specs.schedule("inverse_sqrt", eta))
        .batchSize(20)
        .maxPasses(3)
        .tol(0.0)
        .keepBest(false);
  }

  private TrainingResult train(TrainerOptions.Builder options) {
    return Trainer.train(data, EngineFixtures.wideProblem(new Logistic(), 0.01), options.build());
  }

  @ParameterizedTest
  @CsvSource({"sgd", "momentum", "nesterov", "nesterov(form=outside)", "momentum(form=ema)"})
  void train_linearRule_isWhatDenseStepsGive(String rule) {
    assertThat(Trainer.isWide(data, options(rule).build())).isTrue();
    TrainingResult lazy = train(options(rule));
    TrainingResult dense = train(options(rule).sparse(SparseMode.DENSE));
    assertThat(lazy.weights()).containsExactly(dense.weights(), within(1e-12));
    assertThat(lazy.steps()).hasSameSizeAs(dense.steps());
    for (int i = 0; i < lazy.passes().size(); i++) {
      PassRecord pass = lazy.passes().get(i);
      assertThat(pass.objective()).isCloseTo(dense.passes().get(i).objective(), within(1e-12));
      assertThat(pass.velocityNorm())
          .isCloseTo(dense.passes().get(i).velocityNorm(), within(1e-12));
    }
    StepRecord step = lazy.steps().get(40);
    assertThat(step.gradientNorm()).isCloseTo(dense.steps().get(40).gradientNorm(), within(1e-12));
    assertThat(step.velocityNorm()).as("would cost more than the step").isNaN();
  }

  @ParameterizedTest
  @EnumSource(
      value = SparseMode.class,
      names = {"AUTO", "LAZY", "DENSE"})
  void train_eitherEngine_sameBits(SparseMode sparse) {
    String rule = sparse == SparseMode.LAZY ? "adam" : "nesterov";
    TrainingResult resident = train(options(rule).sparse(sparse).engine(EngineKind.RESIDENT));
    TrainingResult jobs = train(options(rule).sparse(sparse).engine(EngineKind.JOBS));
    assertThat(resident.engine()).isEqualTo("resident");
    assertThat(EngineFixtures.bits(resident)).isEqualTo(EngineFixtures.bits(jobs));
  }

  @Test
  void train_softmax_isWhatDenseStepsGive() {
    Problem problem = EngineFixtures.wideProblem(new Softmax(2), 0.01);
    TrainingResult lazy = Trainer.train(data, problem, options("nesterov").build());
    TrainingResult dense =
        Trainer.train(data, problem, options("nesterov").sparse(SparseMode.DENSE).build());
    assertThat(lazy.weights()).containsExactly(dense.weights(), within(1e-12));
  }

  @Test
  void train_adaptiveRule_isLazyOnlyWhenAsked() {
    assertThat(Trainer.isWide(data, options("adam").build())).isFalse();
    TrainerOptions.Builder lazy = options("adam").sparse(SparseMode.LAZY);
    assertThat(Trainer.isWide(data, lazy.build())).isTrue();
    TrainingResult trained = train(lazy);
    TrainingResult dense = train(options("adam"));
    double first = trained.passes().get(0).objective();
    double last = trained.passes().get(3).objective();
    assertThat(last).isLessThan(0.75 * first);
    assertThat(trained.weights()).isNotEqualTo(dense.weights());
  }

  @Test
  void train_l1OrCentred_stepsDensely() {
    TrainerOptions options = options("nesterov").build();
    Problem wide = EngineFixtures.wideProblem(new Logistic(), 0.0);
    Problem l1 =
        Problem.of(
            wide.loss(),
            wide.coordinates(),
            new ravine.penalty.L1(0.001, wide.penalty().scale()),
            wide.initial());
    TrainingResult trained = Trainer.train(data, l1, options);
    assertThat(trained.steps().get(5).velocityNorm()).as("dense steps tell it").isPositive();
    assertThat(trained.weights()).contains(0.0);
  }

  @Test
  void isWide_denseRowsBigBatchesOrFullBatch_no() {
    assertThat(Trainer.isWide(data, options("sgd").batchSize(400).build())).isFalse();
    assertThat(Trainer.isWide(data, options("sgd").localSteps(2).build())).isFalse();
    assertThat(Trainer.isWide(data, TrainerOptions.builder(Specs.rule("nesterov")).build()))
        .as("full batch by default")
        .isFalse();
    try (TrainingData narrow = EngineFixtures.data(jsc(), 2)) {
      assertThat(Trainer.isWide(narrow, options("sgd").batchSize(1).build())).isFalse();
    }
  }

  @Test
  void run_sparseRequest_sumsAreThoseOfTheDenseRequest() {
    Problem problem = EngineFixtures.wideProblem(new Logistic(), 0.0);
    StepPlan plan =
        new StepPlan(Specs.rule("sgd"), Specs.schedule("constant(0.1)"), new None(), 0.0);
    double[] theta = new double[EngineFixtures.WIDE + 1];
    for (int j = 0; j < theta.length; j++) {
      theta[j] = Math.sin(j);
    }
    ExactLazyStepper stepper = new ExactLazyStepper(plan, theta);
    try (GradientEngine engine =
        Engines.open(EngineKind.RESIDENT, data.packedRows(), Work.of(problem, false), 9)) {
      SparseGradients sparse = new SparseGradients(engine, problem, stepper);
      Gradients dense = new Gradients(engine, problem);
      double[] gradient = new double[theta.length];
      // Out of turn, too: the workers have told the features of another slice then.
      int[][] slices = {{1, 0}, {1, 1}, {1, 5}, {2, 3}, {2, 4}, {2, 4}};
      for (int[] slice : slices) {
        double[] before = stepper.whole().weights().clone();
        Answer expected = dense.batch(before, slice[0], slice[1], 27, gradient);
        Answer answer = sparse.batch(slice[0], slice[1], 27);
        assertThat(answer.loss()).isEqualTo(expected.loss());
        assertThat(answer.weight()).isEqualTo(expected.weight());
        sparse.step();
        for (int j = 0; j < theta.length; j++) {
          assertThat(stepper.whole().weights()[j]).isEqualTo(before[j] - 0.1 * gradient[j]);
        }
      }
    }
  }

  @Test
  void run_manyPartitionsOfLongSums_foldInGroupsAlikeInBothEngines() {
    int partitions = 9;
    int features = 500_000;
    assertThat(PartialSum.groupSize(partitions, features)).isEqualTo(3);
    assertThat(PartialSum.groupSize(2, 10_000_000)).isEqualTo(1);
    assertThat(PartialSum.groupSize(partitions, 1000)).isEqualTo(1);
    SplittableRandom random = new SplittableRandom(3);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 3 * partitions; i++) {
      int[] indices = new int[500];
      double[] values = new double[500];
      for (int s = 0; s < indices.length; s++) {
        indices[s] = s;
        values[s] = random.nextDouble();
      }
      rows.add(Example.of(i % 2, Vectors.sparse(features, indices, values)));
    }
    double[] grouped;
    double[] point = new double[features + 1];
    StepRequest request = StepRequest.all(StepRequest.Kind.GRADIENT, point);
    // Packing joins what exceeds the cores, so the engines' parts are asked for one by one.
    List<double[]> parts = new ArrayList<>();
    Question.Dense question = new Question.Dense(1, request, partitions, features + 1, null);
    for (int p = 0; p < partitions; p++) {
      PackedPartition partition =
          Examples.pack(p, rows.subList(3 * p, 3 * p + 3).iterator(), features, 5, Storage.DOUBLE);
      double[] sum = PartialSum.create(features + 1);
      new PartitionSums(new Logistic()).compute(partition, 5, request, sum);
      parts.add(sum);
      question.hold(
          p,
          Protocol.push(
              new Protocol.Sender(new Protocol.Key(0, 0), p, 1, 0),
              1,
              sum,
              p % 2 == 0 ? PartialSum.places(sum) : null));
      question.fold(p);
    }
    grouped =
        StepJobs.fold(jsc().parallelize(parts, partitions).map(StepJobs.SentSum::of), features + 1);
    assertThat(EngineFixtures.bits(question.total())).isEqualTo(EngineFixtures.bits(grouped));
    double[] linear = PartialSum.create(features + 1);
    parts.forEach(part -> PartialSum.fold(linear, part));
    assertThat(linear).containsExactly(grouped, within(1e-12));
    assertThat(EngineFixtures.bits(linear))
        .as("another order of rounding, or the test shows nothing")
        .isNotEqualTo(EngineFixtures.bits(grouped));
  }
}
