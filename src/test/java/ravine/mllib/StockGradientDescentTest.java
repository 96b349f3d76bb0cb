package ravine.mllib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.mllib.classification.LogisticRegressionWithLBFGS;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.HingeGradient;
import org.apache.spark.mllib.optimization.L1Updater;
import org.apache.spark.mllib.optimization.LBFGS;
import org.apache.spark.mllib.optimization.LeastSquaresGradient;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.mllib.optimization.SimpleUpdater;
import org.apache.spark.mllib.optimization.SquaredL2Updater;
import org.apache.spark.mllib.optimization.Updater;
import org.apache.spark.mllib.regression.LabeledPoint;
import org.apache.spark.mllib.regression.LinearRegressionModel;
import org.apache.spark.mllib.regression.LinearRegressionWithSGD;
import org.apache.spark.rdd.RDD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.rule.RuleState;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.schedule.Constant;
import scala.Tuple2;

/** Our updaters in MLlib's own optimizers. */
class StockGradientDescentTest extends SparkTestBase {
  private static final List<Tuple2<Object, Vector>> ROWS = RddFixtures.binaryRows(60, 5, 42);
  private static final Gradient LOGISTIC = new LogisticGradient();

  private Tuple2<Vector, double[]> run(
      Updater updater, double stepSize, int iterations, double regParam, double fraction) {
    return GradientDescent.runMiniBatchSGD(
        RddFixtures.rdd(jsc(), ROWS, 2),
        LOGISTIC,
        updater,
        stepSize,
        iterations,
        regParam,
        fraction,
        Vectors.zeros(5),
        0.0);
  }

  static List<Arguments> sparksUpdaters() {
    return List.of(
        Arguments.of(new SimpleUpdater(), new RuleUpdater(new Sgd()), 0.0),
        Arguments.of(new SimpleUpdater(), new RuleUpdater(new Sgd()).setPenalty("none"), 0.3),
        Arguments.of(new L1Updater(), new RuleUpdater(new Sgd()).setPenalty("l1"), 0.02),
        Arguments.of(new L1Updater(), new RuleUpdater(new Sgd()).setPenalty("l1"), 0.3),
        Arguments.of(new SquaredL2Updater(), new RuleUpdater(new Sgd()).setPenalty("l2"), 0.02),
        Arguments.of(new SquaredL2Updater(), new RuleUpdater(new Sgd()).setPenalty("l2"), 0.7));
  }

  @ParameterizedTest
  @MethodSource("sparksUpdaters")
  void sgd_equalsSparksUpdater_bitForBit(Updater sparks, Updater ours, double regParam) {
    // The smallest fraction leaves batches empty.
    for (double fraction : new double[] {1.0, 0.5, 0.02}) {
      RddFixtures.Recording expected = new RddFixtures.Recording(sparks);
      RddFixtures.Recording actual = new RddFixtures.Recording(ours);
      Tuple2<Vector, double[]> expectedRun = run(expected, 0.7, 15, regParam, fraction);
      Tuple2<Vector, double[]> actualRun = run(actual, 0.7, 15, regParam, fraction);
      assertThat(actualRun._1().toArray()).containsExactly(expectedRun._1().toArray());
      assertThat(actualRun._2()).containsExactly(expectedRun._2());
      assertThat(actual.weights).usingRecursiveComparison().isEqualTo(expected.weights);
    }
  }

  static List<UpdateRule> everyRule() {
    return RddFixtures.everyRule();
  }

  @ParameterizedTest
  @MethodSource("everyRule")
  void everyRule_atFractionOne_isTheRulesOwnTrajectory(UpdateRule rule) {
    int steps = 12;
    RuleUpdater updater = new RuleUpdater(rule).setSchedule(new Constant(0.05));
    RddFixtures.Recording recording = new RddFixtures.Recording(updater);
    Tuple2<Vector, double[]> result = run(recording, 1.0, steps, 0.0, 1.0);

    double[] weights = new double[5];
    RuleState state = rule.newState(5);
    for (int t = 0; t <= steps; t++) {
      double[] point = rule.gradientPoint(weights, state).clone();
      assertThat(recording.weights.get(t)).containsExactly(point, within(1e-12));
      assertThat(result._2()[t]).isCloseTo(meanLoss(point), within(1e-12));
      rule.step(weights, RddFixtures.meanGradient(LOGISTIC, ROWS, point), 0.05, state);
    }
    assertThat(result._1().toArray()).containsExactly(recording.weights.get(steps));
    assertThat(updater.steps()).isEqualTo(steps);
  }

  private static double meanLoss(double[] weights) {
    double sum = 0.0;
    for (Tuple2<Object, Vector> row : ROWS) {
      sum += (Double) LOGISTIC.compute(row._2(), (Double) row._1(), Vectors.dense(weights))._2();
    }
    return sum / ROWS.size();
  }

  @ParameterizedTest
  @MethodSource("everyRule")
  void sameUpdater_fitTwice_givesTheSameResult(UpdateRule rule) {
    RuleUpdater updater = new RuleUpdater(rule).setPenalty("l2");
    Tuple2<Vector, double[]> first = run(updater, 0.1, 5, 0.01, 0.5);
    Tuple2<Vector, double[]> second = run(updater, 0.1, 5, 0.01, 0.5);
    assertThat(second._1()).isEqualTo(first._1());
    assertThat(second._2()).containsExactly(first._2());
  }

  @Test
  void optimizerBuiltFromJava_leavesInitialWeightsAlone_andRunsToTheEnd() {
    double[] initial = {0.1, 0.2, 0.3, 0.4, 0.5};
    GradientDescent optimizer =
        new GradientDescent(LOGISTIC, new MomentumUpdater(0.9))
            .setStepSize(0.1)
            .setNumIterations(30)
            .setConvergenceTol(0.0);
    Tuple2<Vector, double[]> result =
        optimizer.optimizeWithLossReturned(RddFixtures.rdd(jsc(), ROWS, 3), Vectors.dense(initial));
    assertThat(initial).containsExactly(0.1, 0.2, 0.3, 0.4, 0.5);
    // An updater that changes or returns weightsOld would end the run after one step.
    assertThat(result._2()).hasSize(31);
    assertThat(result._2()[30]).isLessThan(0.8 * result._2()[0]);
  }

  @Test
  void emptyBatches_doNotDisturbTheCount() {
    AdamUpdater updater = new AdamUpdater().setSchedule(new Constant(0.1));
    RddFixtures.Recording recording = new RddFixtures.Recording(updater);
    Tuple2<Vector, double[]> result = run(recording, 0.1, 40, 0.0, 0.02);
    int calls = recording.iterations.size() - 1;
    assertThat(calls).isPositive().isLessThan(40);
    assertThat(updater.steps()).isEqualTo(calls);
    assertThat(recording.iterations.get(calls)).isGreaterThan(calls);
    assertThat(result._1().toArray()).doesNotContain(Double.NaN);
  }

  @Test
  void noRows_returnsTheInitialWeights() {
    RDD<Tuple2<Object, Vector>> none = RddFixtures.rdd(jsc(), List.of(), 2);
    Vector weights =
        new GradientDescent(LOGISTIC, new AdamUpdater()).optimize(none, Vectors.dense(1.0, 2.0));
    assertThat(weights.toArray()).containsExactly(1.0, 2.0);
  }

  @ParameterizedTest
  @MethodSource("everyRule")
  void l1_withEveryRule_givesExactZeros(UpdateRule rule) {
    RuleUpdater updater = new RuleUpdater(rule).setSchedule(new Constant(0.05)).setPenalty("l1");
    run(updater, 1.0, 60, 1.0, 1.0);
    // λ = 1 is beyond the largest mean gradient at 0, so the optimum is 0 in every weight.
    for (double g : RddFixtures.meanGradient(LOGISTIC, ROWS, new double[5])) {
      assertThat(Math.abs(g)).isLessThan(1.0);
    }
    assertThat(updater.weights()).containsOnly(0.0, -0.0);
  }

  @Test
  void l2_isAddedToTheGradientOfRulesWithVelocity() {
    double lambda = 0.3;
    MomentumUpdater updater = new MomentumUpdater(0.8).setPenalty("l2");
    updater.setSchedule(new Constant(0.1));
    Tuple2<Vector, double[]> result = run(updater, 1.0, 20, lambda, 1.0);
    double[] weights = new double[5];
    double[] velocity = new double[5];
    for (int t = 1; t <= 20; t++) {
      double[] gradient = RddFixtures.meanGradient(LOGISTIC, ROWS, weights);
      for (int j = 0; j < 5; j++) {
        velocity[j] = 0.8 * velocity[j] + 0.1 * (gradient[j] + lambda * weights[j]);
        weights[j] -= velocity[j];
      }
    }
    assertThat(result._1().toArray()).containsExactly(weights, within(1e-13));
    double squares = 0.0;
    for (double weight : weights) {
      squares += weight * weight;
    }
    assertThat(result._2()[20]).isCloseTo(meanLoss(weights) + lambda / 2 * squares, within(1e-13));
  }

  @Test
  void withSgdTrainer_interceptExempt_reachesTheMean() {
    List<LabeledPoint> points = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      points.add(new LabeledPoint(5.0 + (i % 2 == 0 ? 1 : -1), Vectors.dense(i % 4 - 1.5)));
    }
    JavaRDD<LabeledPoint> data = jsc().parallelize(points, 2);
    LinearRegressionWithSGD trainer = new LinearRegressionWithSGD(0.1, 300, 10.0, 1.0);
    trainer.setIntercept(true);
    trainer
        .optimizer()
        .setUpdater(
            new NesterovUpdater(0.5)
                .setSchedule(new Constant(0.05))
                .setPenalty("l2")
                .setInterceptExempt(true))
        .setConvergenceTol(0.0);
    LinearRegressionModel model = trainer.run(data.rdd());
    // The strong penalty shrinks the slope but leaves the intercept at the mean of the labels.
    assertThat(model.intercept()).isCloseTo(5.0, within(1e-6));
    assertThat(Math.abs(model.weights().apply(0))).isLessThan(0.1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "l2"})
  void lbfgs_isRefusedWithASentence(String penalty) {
    RDD<Tuple2<Object, Vector>> data = RddFixtures.rdd(jsc(), ROWS, 2);
    for (Updater updater :
        List.of(
            new MomentumUpdater().setPenalty(penalty),
            new NesterovUpdater().setPenalty(penalty),
            new AdamUpdater().setPenalty(penalty))) {
      LBFGS lbfgs = new LBFGS(LOGISTIC, updater).setRegParam(0.1);
      assertThatIllegalStateException()
          .isThrownBy(() -> lbfgs.optimize(data, Vectors.zeros(5)))
          .withMessageContaining("cannot run under LBFGS")
          .withMessageContaining("MiniBatchOptimizer");
    }
    LogisticRegressionWithLBFGS trainer = new LogisticRegressionWithLBFGS();
    trainer.optimizer().setUpdater(new AdamUpdater().setPenalty(penalty)).setRegParam(0.1);
    List<LabeledPoint> points = new ArrayList<>();
    ROWS.forEach(row -> points.add(new LabeledPoint((Double) row._1(), row._2())));
    RDD<LabeledPoint> labeled = jsc().parallelize(points, 2).rdd();
    assertThatIllegalStateException().isThrownBy(() -> trainer.run(labeled));
  }

  @Test
  void zeroFirstGradient_withStepSizeOne_isNotTakenForLbfgs() {
    // All rows are beyond the margin: the hinge loss and its gradient are exactly 0.
    List<Tuple2<Object, Vector>> rows = List.of(new Tuple2<>(1.0, Vectors.dense(2.0)));
    MomentumUpdater updater = new MomentumUpdater();
    for (int fit = 0; fit < 3; fit++) {
      for (int iterations = 1; iterations <= 3; iterations++) {
        Tuple2<Vector, double[]> result =
            GradientDescent.runMiniBatchSGD(
                RddFixtures.rdd(jsc(), rows, 1),
                new HingeGradient(),
                updater,
                1.0,
                iterations,
                0.0,
                1.0,
                Vectors.dense(5.0),
                0.0);
        assertThat(result._1().apply(0)).isEqualTo(5.0);
      }
    }
  }

  @Test
  void oneUpdater_inTwoFitsAtOnce_neverGivesAWrongResult() throws Exception {
    MomentumUpdater shared = new MomentumUpdater(0.9);
    Vector expected = run(new MomentumUpdater(0.9), 0.1, 15, 0.0, 1.0)._1();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Callable<Vector> fit = () -> run(shared, 0.1, 15, 0.0, 1.0)._1();
      int finished = 0;
      for (Future<Vector> future : pool.invokeAll(List.of(fit, fit))) {
        try {
          assertThat(future.get().toArray()).containsExactly(expected.toArray(), within(1e-12));
          finished++;
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(IllegalStateException.class);
          assertThat(e.getCause()).hasMessageContaining("updater of its own");
        }
      }
      assertThat(finished).isPositive();
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void divergence_isMllibs_andNotHidden() {
    Tuple2<Vector, double[]> result =
        GradientDescent.runMiniBatchSGD(
            RddFixtures.rdd(jsc(), RddFixtures.quadratic(1.0, 50.0), 2),
            new LeastSquaresGradient(),
            new MomentumUpdater(0.9).setSchedule(new Constant(10.0)),
            1.0,
            150,
            0.0,
            1.0,
            Vectors.dense(1.0, 1.0),
            0.0);
    assertThat(result._1().apply(1)).isNaN();
  }
}
