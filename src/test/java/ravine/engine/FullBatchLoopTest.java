package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.SparkTestBase;
import ravine.curvature.Certificate;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;
import ravine.exchange.Engines;
import ravine.exchange.GradientEngine;
import ravine.exchange.Work;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.CoordinateScale;
import ravine.penalty.ElasticNet;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.schedule.Constant;
import ravine.spec.Specs;
import ravine.step.StepPlan;

class FullBatchLoopTest extends SparkTestBase {
  private interface Check {
    void of(Run run, StopRule.Outcome outcome);
  }

  private void run(
      String rule, double rate, double[] initial, int passes, double tol, Check check) {
    run(EngineFixtures.problem(), rule, rate, initial, passes, tol, check);
  }

  private void run(
      Problem problem,
      String rule,
      double rate,
      double[] initial,
      int passes,
      double tol,
      Check check) {
    TrainerOptions options =
        TrainerOptions.builder(Specs.rule(rule))
            .maxPasses(passes)
            .tol(tol)
            .patience(100_000)
            .build();
    try (TrainingData data = EngineFixtures.trainingData(jsc(), 2);
        GradientEngine engine =
            Engines.open(EngineKind.RESIDENT, data.packedRows(), Work.of(problem, false), 42)) {
      Run run = Run.of(data, problem, options, engine);
      double reference = run.objective(problem.initial());
      run.stop().judgeBy(reference);
      StepPlan plan =
          new StepPlan(options.rule(), new Constant(rate), problem.penalty(), 0.0, null);
      check.of(run, new FullBatchLoop(run, plan, initial, reference).run());
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

  private static Problem problem(Loss loss, Penalty penalty) {
    Coordinates coordinates = EngineFixtures.problem().coordinates();
    return Problem.of(loss, coordinates, penalty, zeros());
  }

  private static Penalty elasticNet(double alpha) {
    double[] scale = new double[EngineFixtures.FEATURES + 1];
    Arrays.fill(scale, 0, EngineFixtures.FEATURES, 1.0);
    return new ElasticNet(0.01, alpha, CoordinateScale.of(scale));
  }

  /**
   * The intercept is free: the gap is proven once the derivatives of the rows sum to 0. With an L1
   * part the Hessian may come first, and its decrement is an estimate here.
   */
  @ParameterizedTest
  @CsvSource({"sgd, 0.0", "nesterov(0.9), 0.0", "momentum(0.5), 0.5", "sgd, 1.0"})
  void run_penalised_convergedIsCertified(String rule, double alpha) {
    Problem problem = problem(new Logistic(), elasticNet(alpha));
    run(
        problem,
        rule,
        0.25,
        zeros(),
        600,
        1e-3,
        (run, outcome) -> {
          assertThat(outcome.reason()).isEqualTo(StopReason.CONVERGED);
          Certificate certificate = outcome.certificate();
          assertThat(certificate).isNotNull();
          assertThat(certificate.isProven() || alpha > 0.0).isTrue();
          double objective = run.objective(run.history().bestWeights());
          assertThat(certificate.bound()).isBetween(0.0, 1e-3 * objective);
        });
  }

  /** Plain descent's short steps say nothing of a flat valley; the Hessian of all rows does. */
  @Test
  void run_withoutPenalty_convergedByTheHessian() {
    run(
        problem(new Logistic(), new None()),
        "nesterov(0.9)",
        0.25,
        zeros(),
        800,
        1e-5,
        (run, outcome) -> {
          assertThat(outcome.reason()).isEqualTo(StopReason.CONVERGED);
          assertThat(outcome.certificate().kind()).isEqualTo(Certificate.Kind.NEWTON_DECREMENT);
        });
  }

  /** Sixty passes that change nothing are no convergence. */
  @Test
  void run_cannotMove_stallsWithTheBound() {
    run(
        "sgd",
        0.0,
        zeros(),
        100,
        1e-6,
        (run, outcome) -> {
          assertThat(outcome.reason()).isEqualTo(StopReason.STALLED);
          assertThat(outcome.cause()).contains("above the optimum");
          assertThat(run.history().passes()).hasSizeLessThan(65);
        });
  }

  @Test
  void run_passesUsedUp_tellsTheBound() {
    run(
        "sgd",
        1e-3,
        zeros(),
        5,
        1e-6,
        (run, outcome) -> {
          assertThat(outcome.reason()).isEqualTo(StopReason.MAX_ITER);
          assertThat(outcome.cause()).startsWith("After 5.0 passes: The objective is");
        });
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
