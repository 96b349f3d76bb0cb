import java.io.PrintStream;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.LeastSquaresGradient;
import org.apache.spark.rdd.RDD;
import ravine.mllib.LookAheadGradient;
import ravine.mllib.NesterovUpdater;
import scala.Tuple2;

/**
 * Nesterov's accelerated gradient in its two forms: the gradient taken at θ − γv by the tasks, or
 * weights that are the look-ahead point themselves.
 */
public final class Example08LookAhead {
  private Example08LookAhead() {}

  public static void main(String[] args) {
    SparkConf conf = new SparkConf().setIfMissing("spark.master", "local[2]").setAppName("example");
    try (JavaSparkContext sc = new JavaSparkContext(conf)) {
      run(sc, System.out);
    }
  }

  static void run(JavaSparkContext sc, PrintStream out) {
    // The mean least-squares gradient of these rows at w is (w₀ − 1, 25 (w₁ − 1)).
    double flat = Math.sqrt(2.0);
    double steep = Math.sqrt(50.0);
    List<Tuple2<Object, Vector>> rows =
        List.of(
            new Tuple2<>(flat, Vectors.dense(flat, 0.0)),
            new Tuple2<>(steep, Vectors.dense(0.0, steep)));
    RDD<Tuple2<Object, Vector>> data = sc.parallelize(rows, 2).cache().rdd();

    NesterovUpdater original = new NesterovUpdater(0.8).setSchedule("constant");
    Gradient gradient = new LookAheadGradient(new LeastSquaresGradient(), original);
    Vector theta = descend(data, gradient, original);
    out.printf("original  form, θ           %.6f %.6f%n", theta.apply(0), theta.apply(1));

    NesterovUpdater rewritten = new NesterovUpdater(0.8).setSchedule("constant");
    Vector point = descend(data, new LeastSquaresGradient(), rewritten);
    out.printf("rewritten form, look-ahead  %.6f %.6f%n", point.apply(0), point.apply(1));
  }

  private static Vector descend(
      RDD<Tuple2<Object, Vector>> data, Gradient gradient, NesterovUpdater updater) {
    return GradientDescent.runMiniBatchSGD(
            data, gradient, updater, 0.03, 60, 0.0, 1.0, Vectors.zeros(2), 0.0)
        ._1();
  }
}

// mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.args= \
//     -Dexec.mainClass=Example08LookAhead
