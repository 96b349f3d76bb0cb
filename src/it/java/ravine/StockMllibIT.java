package ravine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.ann.FeedForwardTopology;
import org.apache.spark.ml.ann.FeedForwardTrainer;
import org.apache.spark.ml.ann.TopologyModel;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.L1Updater;
import org.apache.spark.mllib.optimization.LBFGS;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.mllib.optimization.SimpleUpdater;
import org.apache.spark.mllib.optimization.SquaredL2Updater;
import org.apache.spark.mllib.optimization.Updater;
import org.apache.spark.mllib.regression.LabeledPoint;
import org.apache.spark.mllib.regression.LinearRegressionModel;
import org.apache.spark.mllib.regression.StreamingLinearRegressionWithSGD;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.mllib.AdamUpdater;
import ravine.mllib.HuberGradient;
import ravine.mllib.LookAheadGradient;
import ravine.mllib.MomentumUpdater;
import ravine.mllib.NesterovUpdater;
import ravine.mllib.RuleUpdater;
import ravine.mllib.SoftmaxGradient;
import ravine.mllib.SquaredHingeGradient;
import scala.Tuple2;

/** Updaters and gradients in this Spark's own MLlib, with either serializer. */
class StockMllibIT {
  private static final String JAVA = "org.apache.spark.serializer.JavaSerializer";
  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";
  private static final int FEATURES = 3;

  private JavaSparkContext context;

  private JavaSparkContext start(String serializer) {
    context =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("legs")
                .set("spark.serializer", serializer));
    return context;
  }

  @AfterEach
  void stop() {
    if (context != null) {
      context.stop();
    }
  }

  private static List<Tuple2<Object, Vector>> rows() {
    Random random = new Random(31);
    List<Tuple2<Object, Vector>> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      double a = random.nextGaussian();
      double b = 2 * random.nextGaussian();
      double noise = 0.3 * random.nextGaussian();
      rows.add(new Tuple2<>(a - b + noise > 0 ? 1.0 : 0.0, Vectors.dense(a, b, 1.0)));
    }
    return rows;
  }

  private static Tuple2<Vector, double[]> run(
      JavaSparkContext sc, Gradient gradient, Updater updater, int weights) {
    return GradientDescent.runMiniBatchSGD(
        sc.parallelize(rows(), 2).rdd(),
        gradient,
        updater,
        0.1,
        15,
        0.05,
        0.8,
        Vectors.zeros(weights),
        0.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {JAVA, KRYO})
  void sgd_equalsSparksUpdaters(String serializer) {
    JavaSparkContext sc = start(serializer);
    Gradient gradient = new LogisticGradient();
    List<Updater> sparks = List.of(new SimpleUpdater(), new L1Updater(), new SquaredL2Updater());
    List<String> penalties = List.of("none", "l1", "l2");
    for (int i = 0; i < 3; i++) {
      Tuple2<Vector, double[]> expected = run(sc, gradient, sparks.get(i), FEATURES);
      Tuple2<Vector, double[]> actual =
          run(sc, gradient, new RuleUpdater("sgd").setPenalty(penalties.get(i)), FEATURES);
      assertThat(actual._1().toArray()).containsExactly(expected._1().toArray());
      assertThat(actual._2()).containsExactly(expected._2());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {JAVA, KRYO})
  void gradientsAndUpdaters_lowerTheLoss(String serializer) {
    JavaSparkContext sc = start(serializer);
    assertFalls(run(sc, new LogisticGradient(), new AdamUpdater(), FEATURES));
    assertFalls(run(sc, new SoftmaxGradient(2), new MomentumUpdater(0.5), 2 * FEATURES));
    assertFalls(run(sc, new HuberGradient(1.0), new RuleUpdater("amsgrad"), FEATURES));
    assertFalls(
        run(
            sc,
            new SquaredHingeGradient(),
            new NesterovUpdater(0.5).setSchedule("constant(0.01)"),
            FEATURES));
  }

  private static void assertFalls(Tuple2<Vector, double[]> result) {
    assertThat(result._2()).hasSize(16);
    assertThat(result._2()[15]).isLessThan(result._2()[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {JAVA, KRYO})
  void lookAhead_andRewritten_visitTheSamePoints(String serializer) {
    JavaSparkContext sc = start(serializer);
    NesterovUpdater original = new NesterovUpdater(0.9).setSchedule("constant");
    Gradient lookAhead = new LookAheadGradient(new LogisticGradient(), original);
    NesterovUpdater rewritten = new NesterovUpdater(0.9).setSchedule("constant");
    // Without a penalty the history is the data loss at the look-ahead points of both.
    assertThat(run(sc, lookAhead, original, FEATURES)._2())
        .containsExactly(run(sc, new LogisticGradient(), rewritten, FEATURES)._2(), within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(strings = {JAVA, KRYO})
  void lbfgs_isRefused(String serializer) {
    JavaSparkContext sc = start(serializer);
    LBFGS lbfgs = new LBFGS(new LogisticGradient(), new AdamUpdater());
    assertThatIllegalStateException()
        .isThrownBy(() -> lbfgs.optimize(sc.parallelize(rows(), 2).rdd(), Vectors.zeros(FEATURES)))
        .withMessageContaining("LBFGS");
  }

  @ParameterizedTest
  @ValueSource(strings = {JAVA, KRYO})
  void streamingRegression_trainsAndPredicts(String serializer) {
    JavaSparkContext sc = start(serializer);
    StreamingLinearRegressionWithSGD regression =
        new StreamingLinearRegressionWithSGD()
            .setStepSize(0.02)
            .setNumIterations(4)
            .setInitialWeights(Vectors.zeros(FEATURES));
    MomentumUpdater updater = new MomentumUpdater(0.9).setCarryState(true);
    regression.algorithm().optimizer().setUpdater(updater).setConvergenceTol(0.0);
    List<LabeledPoint> points = new ArrayList<>();
    rows().forEach(row -> points.add(new LabeledPoint((Double) row._1(), row._2())));
    // What the stream does with each micro-batch.
    LinearRegressionModel model = regression.latestModel();
    for (int batch = 0; batch < 3; batch++) {
      model = regression.algorithm().run(sc.parallelize(points, 2).rdd(), model.weights());
    }
    assertThat(updater.steps()).isEqualTo(12);
    // The closure takes optimizer and updater along, as predictOn's does.
    double mean =
        sc.parallelize(points, 2)
            .mapToDouble(
                point ->
                    regression.algorithm().optimizer().getClass().getSimpleName().length()
                        + 0.0 * point.label())
            .mean();
    assertThat(mean).isEqualTo("GradientDescent".length());
  }

  @ParameterizedTest
  @ValueSource(strings = {JAVA, KRYO})
  void perceptron_trainsWithAdam(String serializer) {
    JavaSparkContext sc = start(serializer);
    FeedForwardTrainer trainer =
        new FeedForwardTrainer(
            FeedForwardTopology.multiLayerPerceptron(new int[] {2, 4, 2}, true), 2, 2);
    trainer.setSeed(5L);
    trainer.SGDOptimizer().setStepSize(0.1).setNumIterations(20).setConvergenceTol(0.0);
    trainer.setUpdater(new AdamUpdater().setSchedule("constant"));
    List<Tuple2<org.apache.spark.ml.linalg.Vector, org.apache.spark.ml.linalg.Vector>> data =
        new ArrayList<>();
    for (Tuple2<Object, Vector> row : rows()) {
      double label = (Double) row._1();
      data.add(
          new Tuple2<>(
              org.apache.spark.ml.linalg.Vectors.dense(row._2().apply(0), row._2().apply(1)),
              org.apache.spark.ml.linalg.Vectors.dense(1.0 - label, label)));
    }
    Tuple2<TopologyModel, double[]> trained = trainer.train(sc.parallelize(data, 2).rdd());
    assertThat(trained._2()[20]).isLessThan(trained._2()[0]);
  }
}
