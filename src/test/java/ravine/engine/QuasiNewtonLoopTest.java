package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;
import ravine.loss.Huber;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Softmax;
import ravine.loss.Squared;
import ravine.ml.WideRows;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L1;
import ravine.penalty.L2;
import ravine.penalty.Penalty;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.rule.Lbfgs;
import ravine.spec.Specs;

/** Wide sparse problems, where the driver cannot afford a metric made from a sample. */
class QuasiNewtonLoopTest extends SparkTestBase {
  private static final int ROWS = 700;
  private static final double LAMBDA = 1e-3;

  private static List<Example> examples(int classes) {
    List<Example> examples = new ArrayList<>();
    for (Row row : WideRows.classified(ROWS, classes)) {
      examples.add(new Example(row.getDouble(0), row.getDouble(1), (Vector) row.get(3), false));
    }
    return examples;
  }

  private TrainingData packed(int classes) {
    return Examples.pack(jsc().parallelize(examples(classes), 2), WideRows.FEATURES, 42L);
  }

  private static Problem problem(Loss loss, int outputs, Penalty penalty) {
    return Problem.of(
        loss,
        Coordinates.identity(WideRows.FEATURES, outputs, false),
        penalty,
        new double[WideRows.FEATURES * outputs]);
  }

  private static TrainerOptions.Builder options() {
    return TrainerOptions.builder(new Lbfgs()).maxPasses(500);
  }

  /** Gradient of the mean logistic loss in one plain loop; the mean loss is appended. */
  private static double[] plain(double[] weights) {
    double[] gradient = new double[WideRows.FEATURES + 1];
    double total = 0.0;
    for (Example row : examples(2)) {
      SparseVector x = (SparseVector) row.features;
      double margin = 0.0;
      for (int s = 0; s < x.indices().length; s++) {
        margin += x.values()[s] * weights[x.indices()[s]];
      }
      double signed = row.label > 0.0 ? margin : -margin;
      double slope = -row.weight * (row.label > 0.0 ? 1.0 : -1.0) / (1.0 + StrictMath.exp(signed));
      gradient[WideRows.FEATURES] += row.weight * StrictMath.log1p(StrictMath.exp(-signed));
      for (int s = 0; s < x.indices().length; s++) {
        gradient[x.indices()[s]] += slope * x.values()[s];
      }
      total += row.weight;
    }
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] /= total;
    }
    return gradient;
  }

  /** F is λ-strongly convex, so that F − F* ≤ ‖∇F‖² / 2λ. */
  private static double largestGap(double[] weights) {
    double[] gradient = plain(weights);
    double squares = 0.0;
    for (int j = 0; j < WideRows.FEATURES; j++) {
      double slope = gradient[j] + LAMBDA * weights[j];
      squares += slope * slope;
    }
    return squares / (2.0 * LAMBDA);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-4, 1e-6, 1e-9})
  void train_tol_isKeptByTheGap(double tol) {
    try (TrainingData data = packed(2)) {
      Problem problem = problem(new Logistic(), 1, new L2(LAMBDA));
      double optimum = Trainer.train(data, problem, options().tol(0.0).build()).objective();
      TrainingResult result = Trainer.train(data, problem, options().tol(tol).build());
      assertThat(result.stopReason()).isEqualTo(StopReason.CONVERGED);
      assertThat(result.objective() - optimum).isBetween(-1e-12, tol * optimum);
    }
  }

  @Test
  void train_untilNothingImproves_findsTheOptimum() {
    try (TrainingData data = packed(2)) {
      TrainingResult result =
          Trainer.train(
              data, problem(new Logistic(), 1, new L2(LAMBDA)), options().tol(0.0).build());
      assertThat(largestGap(result.weights())).isLessThan(1e-13);
      double squares = 0.0;
      for (double weight : result.weights()) {
        squares += weight * weight;
      }
      assertThat(result.objective())
          .isCloseTo(
              plain(result.weights())[WideRows.FEATURES] + 0.5 * LAMBDA * squares, within(1e-12));
    }
  }

  /** A step costs one pass nearly always; plain NAG took more than three times as many. */
  @ParameterizedTest
  @ValueSource(strings = {"lbfgs", "momentum(accelerated)", "nesterov(accelerated)"})
  void train_wideSparse_takesFewPasses(String optimizer) {
    try (TrainingData data = packed(2)) {
      Problem problem = problem(new Logistic(), 1, new L2(LAMBDA));
      TrainerOptions.Builder options =
          TrainerOptions.builder(Specs.optimizer(optimizer)).maxPasses(500).tol(0.0);
      double[] history = Trainer.train(data, problem, options.build()).objectiveHistory();
      double optimum = history[history.length - 1];
      assertThat(reached(history, optimum, 1e-3)).isLessThanOrEqualTo(12);
      assertThat(reached(history, optimum, 1e-6)).isLessThanOrEqualTo(20);
      assertThat(history).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }
  }

  private static int reached(double[] history, double optimum, double gap) {
    for (int pass = 0; pass < history.length; pass++) {
      if (history[pass] - optimum <= gap * optimum) {
        return pass;
      }
    }
    return Integer.MAX_VALUE;
  }

  @ParameterizedTest
  @ValueSource(strings = {"l1", "l2"})
  void train_engines_giveTheSameBits(String penalty) {
    try (TrainingData data = packed(2)) {
      Problem problem =
          problem(new Logistic(), 1, penalty.equals("l1") ? new L1(LAMBDA) : new L2(LAMBDA));
      TrainingResult jobs =
          Trainer.train(data, problem, options().maxPasses(12).engine(EngineKind.JOBS).build());
      TrainingResult resident =
          Trainer.train(data, problem, options().maxPasses(12).engine(EngineKind.RESIDENT).build());
      assertThat(EngineFixtures.bits(jobs)).isEqualTo(EngineFixtures.bits(resident));
      assertThat(jobs.engine()).isNotEqualTo(resident.engine());
    }
  }

  /** The optimality conditions of the lasso, and zeros that are exact. */
  @Test
  void train_l1_meetsTheOptimalityConditions() {
    try (TrainingData data = packed(2)) {
      TrainingResult result =
          Trainer.train(
              data, problem(new Logistic(), 1, new L1(LAMBDA)), options().tol(1e-13).build());
      double[] weights = result.weights();
      double[] gradient = plain(weights);
      int zeros = 0;
      for (int j = 0; j < WideRows.FEATURES; j++) {
        if (weights[j] == 0.0) {
          zeros++;
          assertThat(Math.abs(gradient[j])).isLessThanOrEqualTo(LAMBDA * (1.0 + 1e-4));
        } else {
          assertThat(gradient[j])
              .isCloseTo(-LAMBDA * Math.signum(weights[j]), within(1e-4 * LAMBDA));
        }
      }
      assertThat(zeros).isBetween(WideRows.FEATURES / 2, WideRows.FEATURES - 50);
      double[] history = result.objectiveHistory();
      assertThat(reached(history, result.objective(), 1e-4)).isLessThanOrEqualTo(60);
    }
  }

  /** Plain gradient descent, another loop, comes to the same objective in many more passes. */
  @ParameterizedTest
  @CsvSource({"squared, l2", "squared, l1", "huber, l2", "softmax, l2", "softmax, l1"})
  void train_everyLoss_comesWhereGradientDescentComes(String loss, String penalty) {
    int classes = loss.equals("softmax") ? 3 : 2;
    Loss pointwise =
        switch (loss) {
          case "squared" -> new Squared();
          case "huber" -> new Huber(0.3);
          default -> new Softmax(classes);
        };
    Problem problem =
        problem(
            pointwise,
            loss.equals("softmax") ? classes : 1,
            penalty.equals("l1") ? new L1(0.01) : new L2(0.05));
    try (TrainingData data = packed(classes)) {
      TrainingResult slow =
          Trainer.train(
              data,
              problem,
              TrainerOptions.builder(Specs.rule("sgd")).maxPasses(1500).tol(1e-12).build());
      TrainingResult fast = Trainer.train(data, problem, options().tol(1e-11).build());
      assertThat(fast.objective()).isCloseTo(slow.objective(), within(1e-7 * slow.objective()));
      assertThat(fast.passes().size()).isLessThan(slow.passes().size() / 2);
    }
  }

  @Test
  void train_maxIter_isThePassesMade() {
    try (TrainingData data = packed(2)) {
      Problem problem = problem(new Logistic(), 1, new L2(LAMBDA));
      for (int passes : new int[] {0, 1, 5, 9}) {
        TrainingResult result =
            Trainer.train(data, problem, options().maxPasses(passes).tol(0.0).build());
        assertThat(result.objectiveHistory()).hasSizeBetween(passes, passes + 1);
        assertThat(result.steps()).hasSizeBetween(passes / 2, passes);
        assertThat(result.stopReason()).isEqualTo(StopReason.MAX_ITER);
        assertThat(result.advice()).contains("above the optimum");
      }
    }
  }
}
