import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.mllib.optimization.SimpleUpdater;
import org.apache.spark.mllib.optimization.Updater;
import org.apache.spark.rdd.RDD;
import ravine.mllib.AdamUpdater;
import ravine.mllib.MomentumUpdater;
import ravine.mllib.RuleUpdater;
import scala.Tuple2;

/** Momentum and Adam in MLlib's own GradientDescent: one argument changes. */
public final class Example07AdamInGradientDescent {
  private Example07AdamInGradientDescent() {}

  public static void main(String[] args) {
    SparkConf conf = new SparkConf().setIfMissing("spark.master", "local[2]").setAppName("example");
    try (JavaSparkContext sc = new JavaSparkContext(conf)) {
      run(sc, System.out);
    }
  }

  static void run(JavaSparkContext sc, PrintStream out) {
    // Two hundred rows whose features differ in scale by a factor of 100.
    Random random = new Random(1);
    List<Tuple2<Object, Vector>> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      double a = random.nextGaussian();
      double b = 0.01 * random.nextGaussian();
      double label = a + 100 * b + 0.5 * random.nextGaussian() > 0 ? 1.0 : 0.0;
      rows.add(new Tuple2<>(label, Vectors.dense(a, b)));
    }
    RDD<Tuple2<Object, Vector>> data = sc.parallelize(rows, 2).cache().rdd();

    out.printf("SGD      %.4f%n", loss(data, new SimpleUpdater(), 1.0));
    out.printf("Momentum %.4f%n", loss(data, new MomentumUpdater(0.9), 1.0));
    out.printf("Adam     %.4f%n", loss(data, new AdamUpdater().setSchedule("constant"), 0.5));
    out.printf("RMSProp  %.4f%n", loss(data, new RuleUpdater("rmsprop"), 1.0));
  }

  /** The training loss after 50 steps on half the rows each. */
  private static double loss(RDD<Tuple2<Object, Vector>> data, Updater updater, double stepSize) {
    GradientDescent descent =
        new GradientDescent(new LogisticGradient(), updater)
            .setStepSize(stepSize)
            .setNumIterations(50)
            .setMiniBatchFraction(0.5)
            // MLlib's default takes small steps for convergence.
            .setConvergenceTol(0.0);
    Vector weights = descent.optimize(data, Vectors.zeros(2));
    return GradientDescent.runMiniBatchSGD(
            data, new LogisticGradient(), new SimpleUpdater(), 1.0, 0, 0.0, 1.0, weights)
        ._2()[0];
  }
}

// mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.args= \
//     -Dexec.mainClass=Example07AdamInGradientDescent
