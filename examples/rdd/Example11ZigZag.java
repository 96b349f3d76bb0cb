import java.io.PrintStream;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.LeastSquaresGradient;
import org.apache.spark.mllib.optimization.Updater;
import org.apache.spark.rdd.RDD;
import ravine.mllib.RuleUpdater;
import scala.Tuple2;

/**
 * The ravine in numbers: ½(w₀² + 100 w₁²) from (1, 1), 40 steps. Plain descent bounces from wall to
 * wall (w₁ changes sign at every step) and creeps along the floor (w₀).
 */
public final class Example11ZigZag {
  private static final int STEPS = 40;

  private Example11ZigZag() {}

  public static void main(String[] args) {
    SparkConf conf = new SparkConf().setIfMissing("spark.master", "local[2]").setAppName("example");
    try (JavaSparkContext sc = new JavaSparkContext(conf)) {
      run(sc, System.out);
    }
  }

  static void run(JavaSparkContext sc, PrintStream out) {
    List<Tuple2<Object, Vector>> rows =
        List.of(
            new Tuple2<>(0.0, Vectors.dense(Math.sqrt(2.0), 0.0)),
            new Tuple2<>(0.0, Vectors.dense(0.0, Math.sqrt(200.0))));
    RDD<Tuple2<Object, Vector>> data = sc.parallelize(rows, 2).cache().rdd();
    out.println(
        "rule                                          sign changes        w0      objective");
    for (String rule :
        List.of(
            "sgd",
            "momentum(0.8)",
            "momentum(0.9, form=ema)",
            "momentum(linear(0.5, 0.9, 20), form=ema)",
            "momentum(0.9, correction=unbiased)",
            "nag(0.8)",
            "adam(0.9, 0.99)")) {
      SignCounter counter = new SignCounter(new RuleUpdater(rule).setSchedule("constant"));
      // Look-ahead NAG is stable below 1.38/100 here, the others below 2/100 and more.
      double rate = rule.startsWith("adam") ? 0.1 : rule.startsWith("nag") ? 0.01 : 0.018;
      Tuple2<Vector, double[]> result =
          GradientDescent.runMiniBatchSGD(
              data,
              new LeastSquaresGradient(),
              counter,
              rate,
              STEPS,
              0.0,
              1.0,
              Vectors.dense(1.0, 1.0),
              0.0);
      out.printf(
          "%-45s %12d %9.4f %14.2e%n",
          rule, counter.changes, result._1().apply(0), result._2()[STEPS]);
    }
    // What a mean of gradients does: it passes what persists whole, what alternates at (1-γ)/(1+γ).
    out.printf("EMA momentum 0.9 cuts an alternating gradient to 1/%.0f%n", (1 + 0.9) / (1 - 0.9));
  }

  /** Any updater may be wrapped: this one counts how often the steep weight changes its sign. */
  private static final class SignCounter extends Updater {
    private static final long serialVersionUID = 1L;

    private final RuleUpdater updater;
    private int changes;

    SignCounter(RuleUpdater updater) {
      this.updater = updater;
    }

    @Override
    public Tuple2<Vector, Object> compute(
        Vector weights, Vector gradient, double stepSize, int iter, double regParam) {
      Tuple2<Vector, Object> result = updater.compute(weights, gradient, stepSize, iter, regParam);
      if (weights.apply(1) * result._1().apply(1) < 0.0) {
        changes++;
      }
      return result;
    }
  }
}

// mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.args= \
//     -Dexec.mainClass=Example11ZigZag
