package ravine.mllib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.mllib.classification.StreamingLogisticRegressionWithSGD;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import org.apache.spark.mllib.optimization.LeastSquaresGradient;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.mllib.regression.LabeledPoint;
import org.apache.spark.mllib.regression.StreamingLinearRegressionWithSGD;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import scala.Tuple2;

/** MLlib's streaming regressions, whose every micro-batch is a fit of its own. */
@SuppressWarnings("deprecation") // Spark discourages all of DStreams; this is their API.
class StreamingUpdaterTest extends SparkTestBase {
  private static final int STEPS = 3;
  private static final double RATE = 0.02;
  private static final double GAMMA = 0.9;

  private static List<List<Tuple2<Object, Vector>>> microBatches() {
    List<List<Tuple2<Object, Vector>>> batches = new ArrayList<>();
    for (int b = 0; b < 3; b++) {
      batches.add(RddFixtures.binaryRows(20, 3, 100 + b));
    }
    return batches;
  }

  /** Momentum by hand over the micro-batches; velocity goes on or starts at 0 with each. */
  private static double[] byHand(Gradient gradient, boolean carried) {
    double[] weights = new double[3];
    double[] velocity = new double[3];
    for (List<Tuple2<Object, Vector>> rows : microBatches()) {
      if (!carried) {
        velocity = new double[3];
      }
      for (int t = 0; t < STEPS; t++) {
        double[] mean = RddFixtures.meanGradient(gradient, rows, weights);
        for (int j = 0; j < 3; j++) {
          velocity[j] = GAMMA * velocity[j] + RATE * mean[j];
          weights[j] -= velocity[j];
        }
      }
    }
    return weights;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void linearRegression_velocityIsCarriedOrReset_asChosen(boolean carried) throws Exception {
    StreamingLinearRegressionWithSGD regression =
        new StreamingLinearRegressionWithSGD()
            .setStepSize(RATE)
            .setNumIterations(STEPS)
            .setConvergenceTol(0.0)
            .setInitialWeights(Vectors.zeros(3));
    regression
        .algorithm()
        .optimizer()
        .setUpdater(new MomentumUpdater(GAMMA).setSchedule("constant").setCarryState(carried));
    List<Double> predictions = new ArrayList<>();
    stream(
        points -> {
          regression.trainOn(points);
          // Its closure takes the regression, optimizer and updater included, to the executors.
          regression
              .predictOn(points.map(LabeledPoint::features))
              .foreachRDD(rdd -> predictions.addAll(rdd.collect()));
        });
    double[] expected = byHand(new LeastSquaresGradient(), carried);
    assertThat(regression.latestModel().weights().toArray())
        .containsExactly(expected, within(1e-12));
    assertThat(predictions).hasSize(60).doesNotContain(Double.NaN);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void logisticRegression_velocityIsCarriedOrReset_asChosen(boolean carried) throws Exception {
    StreamingLogisticRegressionWithSGD regression =
        new StreamingLogisticRegressionWithSGD()
            .setStepSize(RATE)
            .setNumIterations(STEPS)
            .setInitialWeights(Vectors.zeros(3));
    regression
        .algorithm()
        .optimizer()
        .setConvergenceTol(0.0)
        .setUpdater(new MomentumUpdater(GAMMA).setSchedule("constant").setCarryState(carried));
    stream(regression::trainOn);
    double[] expected = byHand(new LogisticGradient(), carried);
    assertThat(regression.latestModel().weights().toArray())
        .containsExactly(expected, within(1e-12));
  }

  /** What a test does with the stream. */
  private interface Output {
    void register(JavaDStream<LabeledPoint> points);
  }

  /** Runs a stream of the micro-batches, and empty ones after them, until all are worked off. */
  private void stream(Output output) throws InterruptedException {
    Queue<JavaRDD<LabeledPoint>> queue = new ArrayDeque<>();
    for (List<Tuple2<Object, Vector>> rows : microBatches()) {
      List<LabeledPoint> points = new ArrayList<>();
      rows.forEach(row -> points.add(new LabeledPoint((Double) row._1(), row._2())));
      queue.add(jsc().parallelize(points, 2));
    }
    CountDownLatch worked = new CountDownLatch(queue.size() + 1);
    JavaStreamingContext streaming = new JavaStreamingContext(jsc(), Durations.milliseconds(100));
    try {
      JavaDStream<LabeledPoint> points = streaming.queueStream(queue, true);
      output.register(points);
      points.foreachRDD(rdd -> worked.countDown());
      streaming.start();
      assertThat(worked.await(120, TimeUnit.SECONDS)).isTrue();
    } finally {
      streaming.stop(false, true);
    }
  }
}
