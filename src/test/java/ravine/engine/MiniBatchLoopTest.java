package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Squared;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.ElasticNet;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.spec.Specs;

/** When a walk through mini-batches ends, and what it says then. */
class MiniBatchLoopTest extends SparkTestBase {
  private static final int FEATURES = 5;

  /** Where the cycles of an automatic rate end, of at most 100 passes. */
  private static final Set<Integer> ENDS = Set.of(1, 3, 7, 15, 31, 63, 100);

  private static List<Example> rows(int count, long seed, boolean classes) {
    Random random = new Random(seed);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = new double[FEATURES];
      double margin = 0.0;
      for (int j = 0; j < FEATURES; j++) {
        x[j] = random.nextGaussian();
        margin += (j - 2) * x[j];
      }
      double score = margin + 2.0 * random.nextGaussian();
      double label = classes ? (score > 0.0 ? 1.0 : 0.0) : score;
      rows.add(new Example(label, 1.0, Vectors.dense(x), i % 4 == 3));
    }
    return rows;
  }

  private TrainingData data(int count, long seed, boolean classes) {
    return Examples.pack(jsc().parallelize(rows(count, seed, classes), 2), FEATURES, 42L);
  }

  private static Problem problem(Loss loss, Penalty penalty) {
    return Problem.of(
        loss, Coordinates.identity(FEATURES, 1, false), penalty, new double[FEATURES]);
  }

  /**
   * At a rate that has yet to fall, a validation loss that does not improve means nothing: patience
   * of one pass once ended the run in the middle of the second cycle.
   */
  @ParameterizedTest
  @ValueSource(strings = {"adam", "momentum", "rmsprop"})
  void run_validationLossRisesWithinACycle_stopsAtItsEnd(String rule) {
    TrainerOptions options =
        TrainerOptions.builder(Specs.rule(rule))
            .batchSize(20)
            .maxPasses(100)
            .patience(1)
            .tol(0.0)
            .build();
    try (TrainingData data = data(2000, 3, true)) {
      TrainingResult result = Trainer.train(data, problem(new Logistic(), new None()), options);

      assertThat(result.stopReason()).isEqualTo(StopReason.EARLY_STOPPED);
      assertThat(result.passes()).anyMatch(pass -> isImpatient(result, pass.pass()));
      int last = result.passes().get(result.passes().size() - 1).pass();
      assertThat(last).isIn(ENDS);
    }
  }

  /** Whether patience was used up at a pass within a cycle. */
  private static boolean isImpatient(TrainingResult result, int pass) {
    double best = Double.POSITIVE_INFINITY;
    int improved = 0;
    for (PassRecord record : result.passes().subList(0, pass + 1)) {
      if (record.validationLoss() < best) {
        best = record.validationLoss();
        improved = record.pass();
      }
    }
    return pass - improved >= 1 && !ENDS.contains(pass);
  }

  /** The end of changes proves nothing: only a certificate over all rows lets a run say so. */
  @Test
  void run_anyRule_saysConvergedOnlyWithinTol() {
    String[] rules = {"sgd", "momentum", "nesterov", "adagrad", "adam", "rmsprop", "adadelta"};
    Penalty[] penalties = {new L2(0.3), new L1(0.05), new ElasticNet(0.1, 0.5), new None()};
    int converged = 0;
    int problems = 0;
    for (boolean classes : new boolean[] {true, false}) {
      try (TrainingData data = data(800, 5, classes)) {
        for (Penalty penalty : penalties) {
          Problem problem = problem(classes ? new Logistic() : new Squared(), penalty);
          TrainerOptions exact =
              TrainerOptions.builder(Specs.rule("nesterov(accelerated)")).tol(1e-10).build();
          double optimum = Trainer.train(data, problem, exact).objective();
          for (String rule : rules) {
            double tol = Math.pow(10.0, -2 - problems++ % 4);
            TrainerOptions options =
                TrainerOptions.builder(Specs.rule(rule)).batchSize(50).tol(tol).build();
            TrainingResult result = Trainer.train(data, problem, options);
            if (result.stopReason() == StopReason.CONVERGED) {
              converged++;
              assertThat(result.objective() / optimum - 1.0)
                  .as("%s, %s, tol %s", rule, penalty, tol)
                  .isLessThanOrEqualTo(tol * (1.0 + 1e-6));
              assertThat(result.certificate()).isNotNull();
            }
          }
        }
      }
    }
    assertThat(converged).isGreaterThanOrEqualTo(problems / 8);
  }
}
