import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.mllib.optimization.SimpleUpdater;
import org.apache.spark.mllib.optimization.Updater;
import org.apache.spark.mllib.regression.LabeledPoint;
import org.apache.spark.mllib.util.MLUtils;
import org.apache.spark.rdd.RDD;
import ravine.mllib.AdamUpdater;
import ravine.mllib.MomentumUpdater;
import ravine.mllib.NesterovUpdater;
import scala.Tuple2;

/**
 * The same step budget for four updaters in stock GradientDescent, each with its best step size out
 * of the same ten: 100 steps on a tenth of the rows, logistic loss.
 *
 * <p>With the path of a LIBSVM file (labels 0/1 or −1/+1) on that, such as a9a; else on generated
 * rows, with fewer steps.
 */
public final class Example12TenStepSizes {
  private static final double[] STEP_SIZES = {
    0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0
  };

  private Example12TenStepSizes() {}

  public static void main(String[] args) {
    SparkConf conf = new SparkConf().setIfMissing("spark.master", "local[2]").setAppName("example");
    try (JavaSparkContext sc = new JavaSparkContext(conf)) {
      if (args.length == 0) {
        run(sc, System.out);
      } else {
        JavaRDD<LabeledPoint> points = MLUtils.loadLibSVMFile(sc.sc(), args[0]).toJavaRDD();
        table(points.map(Example12TenStepSizes::row), 100, 0.1, System.out);
      }
    }
  }

  static void run(JavaSparkContext sc, PrintStream out) {
    Random random = new Random(5);
    List<Tuple2<Object, Vector>> rows = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      double a = random.nextGaussian();
      double b = 0.05 * random.nextGaussian();
      double noise = random.nextGaussian();
      rows.add(new Tuple2<>(a + 40 * b + noise > 0 ? 1.0 : 0.0, Vectors.dense(a, b, 1.0)));
    }
    table(sc.parallelize(rows, 2), 10, 0.5, out);
  }

  private static Tuple2<Object, Vector> row(LabeledPoint point) {
    return new Tuple2<>(point.label() > 0.0 ? 1.0 : 0.0, point.features());
  }

  private static void table(
      JavaRDD<Tuple2<Object, Vector>> rows, int steps, double fraction, PrintStream out) {
    RDD<Tuple2<Object, Vector>> data = rows.cache().rdd();
    out.println("updater          best step size   objective");
    print(out, "SimpleUpdater", data, SimpleUpdater::new, steps, fraction);
    print(out, "MomentumUpdater", data, MomentumUpdater::new, steps, fraction);
    print(out, "NesterovUpdater", data, NesterovUpdater::new, steps, fraction);
    print(out, "AdamUpdater", data, AdamUpdater::new, steps, fraction);
    rows.unpersist();
  }

  private static void print(
      PrintStream out,
      String name,
      RDD<Tuple2<Object, Vector>> data,
      Supplier<Updater> updater,
      int steps,
      double fraction) {
    int size = data.first()._2().size();
    double bestStepSize = Double.NaN;
    double lowest = Double.POSITIVE_INFINITY;
    for (double stepSize : STEP_SIZES) {
      Vector weights =
          GradientDescent.runMiniBatchSGD(
                  data,
                  new LogisticGradient(),
                  updater.get(),
                  stepSize,
                  steps,
                  0.0,
                  fraction,
                  Vectors.zeros(size),
                  0.0)
              ._1();
      // No step at all: the loss over all rows at these weights.
      double objective =
          GradientDescent.runMiniBatchSGD(
                  data, new LogisticGradient(), new SimpleUpdater(), 1.0, 0, 0.0, 1.0, weights)
              ._2()[0];
      if (objective < lowest) {
        lowest = objective;
        bestStepSize = stepSize;
      }
    }
    out.printf("%-16s %14s %11.6f%n", name, bestStepSize, lowest);
  }
}

// mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.args=a9a.svm \
//     -Dexec.mainClass=Example12TenStepSizes
