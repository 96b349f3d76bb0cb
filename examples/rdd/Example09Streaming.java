import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.regression.LabeledPoint;
import org.apache.spark.mllib.regression.StreamingLinearRegressionWithSGD;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import ravine.mllib.MomentumUpdater;

/**
 * Momentum in MLlib's streaming regression, its velocity carried from micro-batch to micro-batch.
 */
@SuppressWarnings("deprecation") // Spark discourages all of DStreams.
public final class Example09Streaming {
  private Example09Streaming() {}

  public static void main(String[] args) throws InterruptedException {
    SparkConf conf = new SparkConf().setIfMissing("spark.master", "local[2]").setAppName("example");
    try (JavaSparkContext sc = new JavaSparkContext(conf)) {
      run(sc, System.out);
    }
  }

  static void run(JavaSparkContext sc, PrintStream out) throws InterruptedException {
    StreamingLinearRegressionWithSGD regression =
        new StreamingLinearRegressionWithSGD()
            .setInitialWeights(Vectors.zeros(2))
            .setStepSize(0.02)
            .setNumIterations(5)
            .setConvergenceTol(0.0);
    regression
        .algorithm()
        .optimizer()
        // Without setCarryState the velocity of every micro-batch starts at zero.
        .setUpdater(new MomentumUpdater(0.9).setSchedule("constant").setCarryState(true));

    Random random = new Random(3);
    Queue<JavaRDD<LabeledPoint>> queue = new ArrayDeque<>();
    for (int batch = 0; batch < 8; batch++) {
      List<LabeledPoint> points = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        double a = random.nextGaussian();
        double b = random.nextGaussian();
        points.add(new LabeledPoint(3 * a - 2 * b, Vectors.dense(a, b)));
      }
      queue.add(sc.parallelize(points, 2));
    }
    CountDownLatch worked = new CountDownLatch(queue.size());
    JavaStreamingContext streaming = new JavaStreamingContext(sc, Durations.milliseconds(200));
    JavaDStream<LabeledPoint> points = streaming.queueStream(queue, true);
    regression.trainOn(points);
    points.foreachRDD(
        rdd -> {
          if (!rdd.isEmpty()) {
            out.println("weights after a micro-batch " + regression.latestModel().weights());
            worked.countDown();
          }
        });
    streaming.start();
    if (!worked.await(2, TimeUnit.MINUTES)) {
      throw new IllegalStateException("the stream is too slow");
    }
    streaming.stop(false, true);
    out.println("weights of the data         [3.0,-2.0]");
  }
}

// mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.args= \
//     -Dexec.mainClass=Example09Streaming
