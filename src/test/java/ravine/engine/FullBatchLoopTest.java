package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;
import ravine.exchange.Engines;
import ravine.exchange.GradientEngine;
import ravine.objective.Problem;
import ravine.schedule.Constant;
import ravine.spec.Specs;
import ravine.step.StepPlan;

class FullBatchLoopTest extends SparkTestBase {
  private interface Check {
    void of(Run run, Outcome outcome);
  }

  private void run(
      String rule, double rate, double[] initial, int passes, double tol, Check check) {
    Problem problem = EngineFixtures.problem();
    TrainerOptions options =
        TrainerOptions.builder(Specs.rule(rule))
            .maxPasses(passes)
            .tol(tol)
            .patience(100_000)
            .build();
    try (TrainingData data = EngineFixtures.data(jsc(), 2);
        GradientEngine engine =
            Engines.open(EngineKind.JOBS, data.packedRows(), EngineFixtures.WORK, 42)) {
      Run run = Run.of(data, problem, options, engine);
      run.stop().judgeBy(run.objective(problem.initial()));
      StepPlan plan =
          new StepPlan(options.rule(), new Constant(rate), problem.penalty(), 0.0, null);
      check.of(run, new FullBatchLoop(run, plan, initial).run());
    }
  }

  private static double[] zeros() {
    return new double[EngineFixtures.FEATURES + 1];
  }

  /** A rate a thousand times too long is halved until the objective falls, and never rises. */
  @Test
  void run_rateTooLong_isHalved() {
    run(
        "sgd",
        1e3,
        zeros(),
        60,
        0.0,
        (run, outcome) -> {
          double[] history =
              run.history().passes().stream().mapToDouble(PassRecord::objective).toArray();
          assertThat(history).isSortedAccordingTo((a, b) -> Double.compare(b, a));
          assertThat(history[60]).isLessThan(0.9 * history[0]);
          assertThat(outcome.reason()).isEqualTo(StopReason.MAX_ITER);
        });
  }

  /** The velocity that points uphill is dropped, or 0.99 would swing for hundreds of passes. */
  @Test
  void run_muchMomentum_neverRises() {
    run(
        "nesterov(0.99)",
        0.05,
        zeros(),
        80,
        0.0,
        (run, outcome) -> {
          double[] history =
              run.history().passes().stream().mapToDouble(PassRecord::objective).toArray();
          assertThat(history).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        });
  }

  @Test
  void run_tolMet_isConvergedWhereAnotherRuleEnds() {
    double[] ends = new double[2];
    String[] rules = {"sgd", "nesterov(0.9)"};
    for (int i = 0; i < 2; i++) {
      int at = i;
      run(
          rules[i],
          0.25,
          zeros(),
          2000,
          1e-6,
          (run, outcome) -> {
            assertThat(outcome.reason()).isEqualTo(StopReason.CONVERGED);
            List<PassRecord> passes = run.history().passes();
            ends[at] = passes.get(passes.size() - 1).objective();
          });
    }
    assertThat(ends[0]).isCloseTo(ends[1], within(1e-3 * ends[1]));
  }

  @Test
  void run_startIsNoNumber_isDiverged() {
    double[] initial = zeros();
    Arrays.fill(initial, Double.NaN);
    run(
        "sgd",
        0.1,
        initial,
        5,
        0.0,
        (run, outcome) -> {
          assertThat(outcome.reason()).isEqualTo(StopReason.DIVERGED);
          assertThat(outcome.cause()).isEqualTo("The objective is NaN before the first step.");
        });
  }
}
