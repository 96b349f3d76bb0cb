package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.SparkTestBase;
import ravine.engine.ResumeFixtures.Case;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;
import ravine.loss.Squared;
import ravine.objective.Problem;
import ravine.penalty.L2;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.spec.Specs;

/** A listener that wants the weights of every step has them, whatever the way of training. */
class StepWeightsTest extends SparkTestBase {

  /** Keeps what it is told, and spoils what it was given. */
  private static final class Watch implements TrainingListener.OfWeights {
    final List<double[]> weights = new ArrayList<>();
    final List<Long> steps = new ArrayList<>();

    @Override
    public void onWeights(long step, double[] told) {
      assertThat(step).isEqualTo(steps.size() + 1L);
      weights.add(told.clone());
      Arrays.fill(told, Double.NaN);
    }

    @Override
    public boolean onStep(StepRecord step) {
      steps.add(step.step());
      assertThat(weights).hasSize(steps.size());
      return true;
    }
  }

  private static List<double[]> watched(
      TrainingData data, Problem problem, TrainerOptions options, String way) {
    Watch watch = new Watch();
    TrainingResult watched =
        Trainer.train(data, problem, options.toBuilder().listener(watch).build());
    assertThat(watched.way()).isEqualTo(way);
    assertThat(watched.steps()).isNotEmpty().hasSameSizeAs(watch.weights);
    if (!way.equals("mini-batches")) { // whose rule may have coordinates of its own
      assertThat(watch.weights).contains(watched.weights());
    }
    TrainingResult alone = Trainer.train(data, problem, options);
    assertThat(watched.weights()).containsExactly(alone.weights());
    return watch.weights;
  }

  static Stream<Arguments> ways() {
    L2 penalty = new L2(0.01);
    return Stream.of(
        Arguments.of("adam", new Case("own", false, penalty, b -> b.batchSize(40)), "mini-batches"),
        Arguments.of(
            "momentum(0.9)",
            new Case("local", false, penalty, b -> b.batchSize(20).localSteps(3)),
            "mini-batches"),
        Arguments.of("nesterov(accelerated)", Case.large("newton", penalty), "newton"),
        Arguments.of("sgd", new Case("plain", true, penalty, b -> b), "full batches"),
        Arguments.of("lbfgs(5)", new Case("lbfgs", true, penalty, b -> b), "lbfgs(5)"));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void onWeights_everyStep_areTheSameBitsOnBothEngines(String optimizer, Case mine, String way) {
    try (TrainingData data = ResumeFixtures.data(jsc(), mine)) {
      Problem problem = ResumeFixtures.problem(mine);
      TrainerOptions.Builder options = mine.builder(optimizer);
      List<double[]> jobs = watched(data, problem, options.engine(EngineKind.JOBS).build(), way);
      List<double[]> resident =
          watched(data, problem, options.engine(EngineKind.RESIDENT).build(), way);
      assertThat(jobs).hasSameSizeAs(resident);
      for (int i = 0; i < jobs.size(); i++) {
        assertThat(resident.get(i)).containsExactly(jobs.get(i));
        assertThat(i == 0 || !Arrays.equals(jobs.get(i), jobs.get(i - 1))).isTrue();
      }
    }
  }

  private static List<Example> rows() {
    SplittableRandom random = new SplittableRandom(11);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      double[] x = random.doubles(EngineFixtures.FEATURES, -1.0, 1.0).toArray();
      rows.add(Example.of(2.0 * x[0] - x[1] + 0.1 * random.nextDouble(), Vectors.dense(x)));
    }
    return rows;
  }

  @Test
  void onWeights_normalEquations_areTheirMinimum() {
    try (TrainingData data =
        Examples.sum(jsc().parallelize(rows(), 2), EngineFixtures.FEATURES, 5)) {
      TrainerOptions options =
          TrainerOptions.builder(Specs.optimizer("nesterov(accelerated)")).maxPasses(6).build();
      List<double[]> steps =
          watched(data, EngineFixtures.problem(new Squared()), options, "normal equations");
      assertThat(steps).hasSize(1);
    }
  }
}
