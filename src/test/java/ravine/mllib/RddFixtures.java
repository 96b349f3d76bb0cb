package ravine.mllib;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import org.apache.spark.mllib.optimization.Updater;
import org.apache.spark.rdd.RDD;
import ravine.rule.UpdateRule;
import scala.Tuple2;

/** Data, and recorders, for runs of MLlib's optimizers. */
final class RddFixtures {
  private RddFixtures() {}

  /** Seeded binary data: dense rows with features of different scales, a noisy linear label. */
  static List<Tuple2<Object, Vector>> binaryRows(int rows, int features, long seed) {
    Random random = new Random(seed);
    List<Tuple2<Object, Vector>> data = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double[] x = new double[features];
      double margin = 0.3 * random.nextGaussian();
      for (int j = 0; j < features; j++) {
        x[j] = random.nextGaussian() * (1 + j % 3);
        margin += (j % 2 == 0 ? 0.7 : -0.4) * x[j];
      }
      data.add(new Tuple2<>(margin > 0 ? 1.0 : 0.0, Vectors.dense(x)));
    }
    return data;
  }

  /**
   * Two rows whose mean least-squares gradient at w is (a·w₀, b·w₁): the quadratic ½(a·w₀² +
   * b·w₁²).
   */
  static List<Tuple2<Object, Vector>> quadratic(double a, double b) {
    return List.of(
        new Tuple2<>(0.0, Vectors.dense(Math.sqrt(2.0 * a), 0.0)),
        new Tuple2<>(0.0, Vectors.dense(0.0, Math.sqrt(2.0 * b))));
  }

  static RDD<Tuple2<Object, Vector>> rdd(
      JavaSparkContext jsc, List<Tuple2<Object, Vector>> rows, int partitions) {
    return jsc.parallelize(rows, partitions).rdd();
  }

  /** The mean gradient of {@code rows} at {@code weights}, summed in row order. */
  static double[] meanGradient(
      Gradient gradient, List<Tuple2<Object, Vector>> rows, double[] weights) {
    Vector sum = Vectors.zeros(weights.length);
    for (Tuple2<Object, Vector> row : rows) {
      gradient.compute(row._2(), (Double) row._1(), Vectors.dense(weights.clone()), sum);
    }
    double[] mean = sum.toArray();
    for (int j = 0; j < mean.length; j++) {
      mean[j] /= rows.size();
    }
    return mean;
  }

  /** One instance of every rule there is, with its defaults. */
  static List<UpdateRule> everyRule() {
    List<UpdateRule> rules = new ArrayList<>();
    for (Class<?> type : UpdateRule.class.getPermittedSubclasses()) {
      try {
        rules.add((UpdateRule) type.getDeclaredConstructor().newInstance());
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(type + " has no constructor for its defaults", e);
      }
    }
    return rules;
  }

  /** Hands every call on, and keeps what came back; the probe is the first entry. */
  static final class Recording extends Updater {
    private final Updater updater;
    final List<double[]> weights = new ArrayList<>();
    final List<Integer> iterations = new ArrayList<>();

    Recording(Updater updater) {
      this.updater = updater;
    }

    @Override
    public Tuple2<Vector, Object> compute(
        Vector weightsOld, Vector gradient, double stepSize, int iter, double regParam) {
      Tuple2<Vector, Object> result =
          updater.compute(weightsOld, gradient, stepSize, iter, regParam);
      weights.add(result._1().toArray().clone());
      iterations.add(iter);
      return result;
    }
  }

  /** The call by which MLlib asks for the regularisation value before a fit. */
  static Tuple2<Vector, Object> probe(Updater updater, double... weights) {
    return updater.compute(Vectors.dense(weights), Vectors.zeros(weights.length), 0.0, 1, 0.0);
  }

  /** A step of MLlib's, with step size 0.1. */
  static double[] step(Updater updater, double[] weights, double... gradient) {
    return updater
        .compute(Vectors.dense(weights), Vectors.dense(gradient), 0.1, 1, 0.0)
        ._1()
        .toArray();
  }
}
