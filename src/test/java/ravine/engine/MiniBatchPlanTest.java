package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.batches.DenseStep;
import ravine.batches.LocalStep;
import ravine.batches.VarianceReducedStep;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;
import ravine.exchange.Engines;
import ravine.exchange.GradientEngine;
import ravine.loss.Logistic;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L2;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.spec.Specs;

class MiniBatchPlanTest extends SparkTestBase {
  private static final int ROWS = 12_000;

  private TrainingData data() {
    Random random = new Random(8);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double[] x = {random.nextGaussian(), random.nextGaussian()};
      double label = x[0] - 0.5 * x[1] + random.nextGaussian() > 0.0 ? 1.0 : 0.0;
      rows.add(Example.of(label, Vectors.dense(x)));
    }
    return Examples.pack(jsc().parallelize(rows, 2), 2, 42L);
  }

  private static Problem problem() {
    return Problem.of(
        new Logistic(), Coordinates.identity(2, 1, false), new L2(1e-4), new double[2]);
  }

  private static TrainerOptions.Builder options(String rule) {
    return TrainerOptions.builder(Specs.rule(rule)).maxPasses(3).tol(0.0);
  }

  private static MiniBatchPlan plan(TrainingData data, GradientEngine engine, String rule) {
    return MiniBatchPlan.of(Run.of(data, problem(), options(rule).build(), engine), null);
  }

  /** Jobs took a 32nd of the rows, workers a 256th: another model on a busy cluster. */
  @Test
  void batches_automatic_areThoseOfEveryEngine() {
    try (TrainingData data = data()) {
      for (EngineKind kind : List.of(EngineKind.JOBS, EngineKind.RESIDENT)) {
        try (GradientEngine engine =
            Engines.open(kind, data.packedRows(), EngineFixtures.WORK, 42)) {
          MiniBatchPlan plan = plan(data, engine, "adam");
          assertThat(plan.batches()).as(kind.name()).isEqualTo(261);
          assertThat(plan.isAutomatic()).isTrue();
        }
      }
    }
  }

  @Test
  void train_adamAutomatic_jobsAndResidentGiveTheSameBits() {
    try (TrainingData data = data()) {
      TrainingResult jobs =
          Trainer.train(data, problem(), options("adam").engine(EngineKind.JOBS).build());
      TrainingResult resident =
          Trainer.train(data, problem(), options("adam").engine(EngineKind.RESIDENT).build());
      assertThat(jobs.engine()).isNotEqualTo(resident.engine());
      assertThat(jobs.steps()).hasSameSizeAs(resident.steps());
      assertThat(EngineFixtures.bits(jobs)).isEqualTo(EngineFixtures.bits(resident));
    }
  }

  @Test
  void batches_asked_areTheRowsOverTheirSize() {
    try (TrainingData data = EngineFixtures.data(jsc(), 2);
        GradientEngine engine =
            Engines.open(EngineKind.JOBS, data.packedRows(), EngineFixtures.WORK, 42)) {
      TrainerOptions options = options("adam").batchSize(30).stepSize(0.25).build();
      MiniBatchPlan plan =
          MiniBatchPlan.of(Run.of(data, EngineFixtures.problem(), options, engine), null);
      assertThat(plan.batches()).isEqualTo(9);
      assertThat(plan.isAutomatic()).isFalse();
      assertThat(plan.schedule().at(1)).isEqualTo(0.25);
      assertThat(plan.step()).isExactlyInstanceOf(DenseStep.class);
    }
  }

  @Test
  void step_byOptions_isOfTheirKind() {
    try (TrainingData data = EngineFixtures.data(jsc(), 2);
        GradientEngine engine =
            Engines.open(EngineKind.JOBS, data.packedRows(), EngineFixtures.WORK, 42)) {
      Problem problem = EngineFixtures.problem();
      TrainerOptions local = options("sgd").batchSize(30).localSteps(3).build();
      TrainerOptions reduced =
          options("sgd").batchSize(30).noiseReduction(NoiseReduction.SVRG).build();
      assertThat(MiniBatchPlan.of(Run.of(data, problem, local, engine), null).step())
          .isInstanceOf(LocalStep.class);
      assertThat(MiniBatchPlan.of(Run.of(data, problem, reduced, engine), null).step())
          .isInstanceOf(VarianceReducedStep.class);
    }
  }
}
