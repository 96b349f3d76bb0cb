package ravine.mllib;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import org.apache.spark.mllib.optimization.GradientDescent;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.apache.spark.mllib.optimization.Updater;
import scala.Tuple2;

/** What {@link LocalClusterTest} runs: prints the weights of each fit on a line of its own. */
final class LocalClusterMain {
  private static final List<Tuple2<Object, Vector>> ROWS = RddFixtures.binaryRows(60, 4, 23);

  private LocalClusterMain() {}

  public static void main(String[] args) {
    for (String serializer : List.of("JavaSerializer", "KryoSerializer")) {
      SparkConf conf =
          new SparkConf().set("spark.serializer", "org.apache.spark.serializer." + serializer);
      try (JavaSparkContext jsc = new JavaSparkContext(conf)) {
        fits(jsc).forEach(line -> System.out.println(serializer + " " + line));
        System.out.println(serializer + " million " + millionWeights(jsc));
      }
    }
  }

  /** The fits, on any context. */
  static List<String> fits(JavaSparkContext jsc) {
    List<String> lines = new ArrayList<>();
    lines.add("adam " + fit(jsc, new LogisticGradient(), new AdamUpdater(), 1));
    lines.add("softmax " + fit(jsc, new SoftmaxGradient(2), new MomentumUpdater(), 2));
    lines.add("hinge " + fit(jsc, new SquaredHingeGradient(), new NesterovUpdater(), 1));
    lines.add("huber " + fit(jsc, new HuberGradient(0.5), new RuleUpdater("amsgrad"), 1));
    NesterovUpdater updater = new NesterovUpdater(0.9).setSchedule("constant");
    lines.add(
        "lookahead "
            + fit(jsc, new LookAheadGradient(new LogisticGradient(), updater), updater, 1));
    return lines;
  }

  private static String fit(JavaSparkContext jsc, Gradient gradient, Updater updater, int blocks) {
    Tuple2<Vector, double[]> result =
        GradientDescent.runMiniBatchSGD(
            RddFixtures.rdd(jsc, ROWS, 2),
            gradient,
            updater,
            0.1,
            5,
            0.0,
            0.7,
            Vectors.zeros(4 * blocks),
            0.0);
    return Arrays.toString(result._1().toArray()) + " " + Arrays.toString(result._2());
  }

  /** Whether three steps with a look-ahead gradient at d = 1,000,000 lower the loss. */
  private static boolean millionWeights(JavaSparkContext jsc) {
    int dimension = 1_000_000;
    List<Tuple2<Object, Vector>> rows = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int[] indices = {i, 500_000 + i, 999_999 - i};
      Vector row = Vectors.sparse(dimension, indices, new double[] {1, 2, 3});
      rows.add(new Tuple2<>((double) (i % 2), row));
    }
    NesterovUpdater updater = new NesterovUpdater(0.9);
    Tuple2<Vector, double[]> result =
        GradientDescent.runMiniBatchSGD(
            RddFixtures.rdd(jsc, rows, 2),
            new LookAheadGradient(new LogisticGradient(), updater),
            updater,
            0.1,
            3,
            0.0,
            1.0,
            Vectors.zeros(dimension),
            0.0);
    return result._2()[3] < result._2()[0];
  }
}
