package ravine.mllib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.mllib.classification.LogisticRegressionModel;
import org.apache.spark.mllib.classification.SVMModel;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.HingeGradient;
import org.apache.spark.mllib.optimization.L1Updater;
import org.apache.spark.mllib.optimization.LeastSquaresGradient;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.mllib.optimization.SimpleUpdater;
import org.apache.spark.mllib.optimization.SquaredL2Updater;
import org.apache.spark.mllib.optimization.Updater;
import org.apache.spark.mllib.regression.LabeledPoint;
import org.apache.spark.mllib.regression.LinearRegressionModel;
import org.apache.spark.rdd.RDD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.engine.StepRecord;
import ravine.engine.StopReason;
import ravine.engine.TrainingListener;
import ravine.loss.Logistic;
import ravine.loss.Softmax;
import ravine.schedule.Constant;
import scala.Tuple2;

/** The engine behind MLlib's interface, and the algorithms on it. */
class MiniBatchOptimizerTest extends SparkTestBase {

  @ParameterizedTest
  @CsvSource({
    "logistic, none", "logistic, l1", "logistic, l2",
    "squared, none", "squared, l1", "squared, l2",
    "hinge, none", "hinge, l2"
  })
  void optimize_fullBatchSgd_equalsTheStockRun(String loss, String penalty) {
    RDD<Tuple2<Object, Vector>> rows = RddFixtures.rdd(jsc(), RddFixtures.binaryRows(60, 4, 3), 2);
    Vector start = Vectors.dense(0.1, -0.2, 0.3, 0.0);
    Gradient gradient =
        switch (loss) {
          case "logistic" -> new LogisticGradient();
          case "squared" -> new LeastSquaresGradient();
          default -> new HingeGradient();
        };
    Updater updater =
        switch (penalty) {
          case "l1" -> new L1Updater();
          case "l2" -> new SquaredL2Updater();
          default -> new SimpleUpdater();
        };
    double regParam = penalty.equals("none") ? 0.0 : 0.05;
    Tuple2<Vector, double[]> stock =
        GradientDescent.runMiniBatchSGD(
            rows, gradient, updater, 0.05, 12, regParam, 1.0, start, 0.0);
    MiniBatchOptimizer optimizer =
        new MiniBatchOptimizer(gradient)
            .setRule("sgd")
            .setStepSize(0.05)
            .setNumIterations(12)
            .setRegParam(regParam)
            .setPenalty(penalty);

    Tuple2<Vector, double[]> ours = optimizer.optimizeWithLossReturned(rows, start);

    assertThat(ours._1().toArray()).containsExactly(stock._1().toArray(), within(1e-12));
    assertThat(ours._2()).containsExactly(stock._2(), within(1e-12));
    assertThat(start.toArray()).containsExactly(0.1, -0.2, 0.3, 0.0);
  }

  @Test
  void optimize_numIterations_countsStepsNotPasses() {
    RDD<Tuple2<Object, Vector>> rows = RddFixtures.rdd(jsc(), RddFixtures.binaryRows(400, 3, 5), 2);
    MiniBatchOptimizer optimizer =
        new MiniBatchOptimizer(new Logistic())
            .setRule("adam")
            .setStepSize(0.01)
            .setSchedule("constant")
            .setMiniBatchFraction(0.1)
            .setNumIterations(25);

    Tuple2<Vector, double[]> result = optimizer.optimizeWithLossReturned(rows, Vectors.zeros(3));

    assertThat(result._2()).hasSize(26);
    assertThat(optimizer.lastTrainingResult().steps()).hasSize(25);
    assertThat(optimizer.lastTrainingResult().stopReason()).isEqualTo(StopReason.MAX_ITER);
  }

  @Test
  void optimize_sameSeed_givesTheSameBits_anotherSeedOthers() {
    RDD<Tuple2<Object, Vector>> rows = RddFixtures.rdd(jsc(), RddFixtures.binaryRows(300, 3, 5), 2);
    MiniBatchOptimizer optimizer =
        new MiniBatchOptimizer(new Logistic())
            .setRule("momentum")
            .setStepSize(0.1)
            .setBatchSize(30)
            .setNumIterations(20);
    double[] first = optimizer.optimize(rows, Vectors.zeros(3)).toArray();
    double[] again = optimizer.optimize(rows, Vectors.zeros(3)).toArray();
    double[] jobs = optimizer.setEngine("jobs").optimize(rows, Vectors.zeros(3)).toArray();
    double[] other = optimizer.setSeed(7).optimize(rows, Vectors.zeros(3)).toArray();

    assertThat(again).containsExactly(first);
    assertThat(jobs).containsExactly(first);
    assertThat(other).isNotEqualTo(first);
  }

  /** At a constant rate plain local steps stay away from the optimum; reduced ones do not. */
  @Test
  void setNoiseReduction_svrgWithLocalSteps_reachesTheOptimum() {
    RDD<Tuple2<Object, Vector>> rows = RddFixtures.rdd(jsc(), RddFixtures.binaryRows(300, 3, 5), 2);
    double[] best =
        new MiniBatchOptimizer(new Logistic())
            .setRegParam(0.1)
            .setPenalty("l2")
            .setConvergenceTol(1e-14)
            .optimize(rows, Vectors.zeros(3))
            .toArray();
    MiniBatchOptimizer optimizer =
        new MiniBatchOptimizer(new Logistic())
            .setRule("nesterov")
            .setRegParam(0.1)
            .setPenalty("l2")
            .setStepSize(0.05)
            .setSchedule("constant")
            .setLocalStepSize(0.1)
            .setBatchSize(30)
            .setLocalSteps(5)
            .setNumIterations(400);
    double[] plain = optimizer.optimize(rows, Vectors.zeros(3)).toArray();
    double[] reduced =
        optimizer.setNoiseReduction("svrg").optimize(rows, Vectors.zeros(3)).toArray();

    assertThat(reduced).containsExactly(best, within(1e-7));
    assertThat(plain).isNotEqualTo(reduced);
    assertThat(Math.abs(plain[0] - best[0])).isGreaterThan(1e-4);
  }

  @Test
  void setStorage_float_roundsTheFeaturesAndNothingElse() {
    RDD<Tuple2<Object, Vector>> rows = RddFixtures.rdd(jsc(), RddFixtures.binaryRows(300, 3, 5), 2);
    MiniBatchOptimizer optimizer =
        new MiniBatchOptimizer(new Logistic()).setStepSize(0.1).setNumIterations(20);
    double[] full = optimizer.optimize(rows, Vectors.zeros(3)).toArray();
    double[] rounded = optimizer.setStorage("float").optimize(rows, Vectors.zeros(3)).toArray();

    assertThat(rounded).isNotEqualTo(full);
    assertThat(rounded).containsExactly(full, within(1e-6));
    assertThatThrownBy(() -> optimizer.setStorage("half"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("storage must be double or float, but was half");
  }

  @Test
  void setGradient_unknownGradient_namesWhatToUse() {
    Gradient own =
        new Gradient() {
          @Override
          public double compute(Vector data, double label, Vector weights, Vector sum) {
            return 0.0;
          }
        };
    assertThatThrownBy(() -> new MiniBatchOptimizer(own))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("GradientDescent")
        .hasMessageContaining("RuleUpdater");
    assertThatThrownBy(() -> new MiniBatchOptimizer(new LogisticGradient(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Softmax");
  }

  @Test
  void optimize_labelsThatAreNoClasses_areRefused() {
    RDD<Tuple2<Object, Vector>> rows =
        RddFixtures.rdd(
            jsc(),
            List.of(new Tuple2<>(1.0, Vectors.dense(1.0)), new Tuple2<>(2.0, Vectors.dense(2.0))),
            1);
    assertThatThrownBy(
            () -> new MiniBatchOptimizer(new Logistic()).optimize(rows, Vectors.zeros(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Labels must be class indices 0 to 1 for logistic, but range from 1.0 to 2.0");
  }

  @Test
  void logisticRegression_unscaledBinaryData_findsTheSeparatingDirection() {
    RDD<LabeledPoint> points = points(2, false);
    LogisticRegressionWithMiniBatch algorithm = new LogisticRegressionWithMiniBatch();
    algorithm.optimizer().setRegParam(1e-4).setPenalty("l2");
    LogisticRegressionModel model = algorithm.run(points);

    assertThat(accuracy(points, model::predict)).isGreaterThan(0.9);
    assertThat(model.weights().size()).isEqualTo(3);
    assertThat(model.intercept()).isNotZero();
  }

  @Test
  void logisticRegression_strongPenalty_leavesTheInterceptFree() {
    List<LabeledPoint> list = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      list.add(new LabeledPoint(i % 4 == 0 ? 0.0 : 1.0, Vectors.dense(i % 3 - 1.0)));
    }
    RDD<LabeledPoint> points = jsc().parallelize(list, 2).rdd();
    LogisticRegressionWithMiniBatch algorithm = new LogisticRegressionWithMiniBatch();
    algorithm.optimizer().setRegParam(1000.0).setPenalty("l2").setConvergenceTol(1e-12);

    LogisticRegressionModel model = algorithm.run(points);

    assertThat(model.intercept()).isCloseTo(Math.log(3.0), within(1e-2));
    assertThat(model.weights().apply(0)).isCloseTo(0.0, within(1e-3));
  }

  @Test
  void logisticRegression_threeClasses_givesMllibsMultinomialModel() {
    RDD<LabeledPoint> points = points(3, true);
    LogisticRegressionWithMiniBatch algorithm =
        new LogisticRegressionWithMiniBatch().setNumClasses(3);
    LogisticRegressionModel model = algorithm.run(points);

    assertThat(model.numClasses()).isEqualTo(3);
    assertThat(accuracy(points, model::predict)).isGreaterThan(0.85);
  }

  @Test
  void softmax_engineAndStockGradient_agreeAtFullBatch() {
    RDD<Tuple2<Object, Vector>> rows =
        jsc()
            .parallelize(points(3, true).toJavaRDD().collect(), 2)
            .map(point -> new Tuple2<Object, Vector>(point.label(), point.features()))
            .rdd();
    Vector start = Vectors.zeros(9);
    double[] stock =
        GradientDescent.runMiniBatchSGD(
                rows, new SoftmaxGradient(3), new SimpleUpdater(), 0.1, 8, 0.0, 1.0, start, 0.0)
            ._1()
            .toArray();
    Vector ours =
        new MiniBatchOptimizer(new Softmax(3))
            .setRule("sgd")
            .setStepSize(0.1)
            .setNumIterations(8)
            .optimize(rows, Vectors.zeros(6));
    double[] pivoted = SoftmaxGradient.pivoted(Vectors.dense(stock), 3).toArray();

    assertThat(ours.toArray()).containsExactly(pivoted, within(1e-12));
  }

  @Test
  void linearRegression_unscaledFeatures_recoversTheLine() {
    Random random = new Random(2);
    List<LabeledPoint> list = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      double a = 1000.0 + 5.0 * random.nextGaussian();
      double b = 0.01 * random.nextGaussian();
      list.add(new LabeledPoint(3.0 + 0.5 * a - 40.0 * b, Vectors.dense(a, b)));
    }
    LinearRegressionWithMiniBatch algorithm = new LinearRegressionWithMiniBatch();
    algorithm.optimizer().setConvergenceTol(1e-14);
    LinearRegressionModel model = algorithm.run(jsc().parallelize(list, 2).rdd());

    assertThat(model.weights().apply(0)).isCloseTo(0.5, within(1e-4));
    assertThat(model.weights().apply(1)).isCloseTo(-40.0, within(1e-2));
    assertThat(model.intercept()).isCloseTo(3.0, within(0.1));
  }

  @Test
  void svm_separableData_separatesIt() {
    RDD<LabeledPoint> points = points(2, false);
    SVMWithMiniBatch algorithm = new SVMWithMiniBatch();
    algorithm.optimizer().setRegParam(0.01).setPenalty("l2");
    SVMModel model = algorithm.run(points);

    assertThat(accuracy(points, model::predict)).isGreaterThan(0.9);
  }

  private RDD<LabeledPoint> points(int classes, boolean scaled) {
    Random random = new Random(11);
    List<LabeledPoint> list = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int label = i % classes;
      double angle = 2.0 * Math.PI * label / classes;
      list.add(
          new LabeledPoint(
              label,
              Vectors.dense(
                  (scaled ? 1.0 : 100.0) * (2.0 * Math.cos(angle) + random.nextGaussian()),
                  2.0 * Math.sin(angle) + random.nextGaussian(),
                  random.nextGaussian())));
    }
    return jsc().parallelize(list, 2).rdd();
  }

  private interface Predictor {
    double predict(Vector features);
  }

  private static double accuracy(RDD<LabeledPoint> points, Predictor model) {
    List<LabeledPoint> all = points.toJavaRDD().collect();
    long right =
        all.stream().filter(point -> model.predict(point.features()) == point.label()).count();
    return (double) right / all.size();
  }

  /** It lost its schedule to MLlib's default and failed on its list of listeners. */
  @ParameterizedTest
  @ValueSource(strings = {"step(0.5, 4)", "0.05"})
  void serialization_keepsScheduleListenersAndAllElse(String schedule) throws Exception {
    RDD<Tuple2<Object, Vector>> rows = RddFixtures.rdd(jsc(), RddFixtures.binaryRows(200, 3, 5), 2);
    MiniBatchOptimizer optimizer =
        new MiniBatchOptimizer(new Logistic())
            .setRule("adam")
            .setStepSize(0.1)
            .setBatchSize(20)
            .setNumIterations(12)
            .setRegParam(0.01)
            .setPenalty("l2")
            .setInterceptExempt(true)
            .setStorage("float")
            .setListener(new StopsAfterNine());
    if (schedule.startsWith("step")) {
      optimizer.setSchedule(schedule);
    } else {
      optimizer.setSchedule(new Constant(Double.parseDouble(schedule)));
    }
    MiniBatchOptimizer copy = roundTrip(optimizer);

    double[] ours = optimizer.optimize(rows, Vectors.zeros(3)).toArray();
    double[] theirs = copy.optimize(rows, Vectors.zeros(3)).toArray();

    assertThat(theirs).containsExactly(ours);
    assertThat(copy.lastTrainingResult().schedule())
        .isEqualTo(optimizer.lastTrainingResult().schedule());
    assertThat(copy.lastTrainingResult().steps()).hasSize(9);
  }

  @Test
  void serialization_listenerThatIsNotSerializable_staysBehind() throws Exception {
    RDD<Tuple2<Object, Vector>> rows = RddFixtures.rdd(jsc(), RddFixtures.binaryRows(50, 3, 5), 2);
    Object held = new Object();
    MiniBatchOptimizer copy =
        roundTrip(
            new MiniBatchOptimizer(new Logistic())
                .setStepSize(0.1)
                .setNumIterations(3)
                .setListener(
                    new TrainingListener() {
                      @Override
                      public boolean onStep(StepRecord step) {
                        return held == null;
                      }
                    }));
    copy.optimize(rows, Vectors.zeros(3));
    assertThat(copy.lastTrainingResult().steps()).hasSize(3);
  }

  private static final class StopsAfterNine implements TrainingListener, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean onStep(StepRecord step) {
      return step.step() < 9;
    }
  }

  private static MiniBatchOptimizer roundTrip(MiniBatchOptimizer optimizer) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(optimizer);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (MiniBatchOptimizer) in.readObject();
    }
  }
}
