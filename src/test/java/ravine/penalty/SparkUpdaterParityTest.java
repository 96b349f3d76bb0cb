package ravine.penalty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.L1Updater;
import org.apache.spark.mllib.optimization.SquaredL2Updater;
import org.apache.spark.mllib.optimization.Updater;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

/** The same bits as Spark's own updaters. */
class SparkUpdaterParityTest {
  private static final double ETA = 0.173;
  private static final double LAMBDA = 0.291;

  @Test
  void l2_shrinkThenGradient_equalsSquaredL2Updater() {
    compare(
        new SquaredL2Updater(),
        new L2(LAMBDA),
        (penalty, weights, gradient, rate) -> {
          penalty.shrink(weights, rate);
          descend(weights, gradient, rate);
        });
  }

  @Test
  void l1_gradientThenProximal_equalsL1Updater() {
    compare(
        new L1Updater(),
        new L1(LAMBDA),
        (penalty, weights, gradient, rate) -> {
          descend(weights, gradient, rate);
          double[] rates = new double[weights.length];
          Arrays.fill(rates, rate);
          penalty.proximal(weights, rates);
        });
  }

  private interface Update {
    void apply(Penalty penalty, double[] weights, double[] gradient, double rate);
  }

  private static void descend(double[] weights, double[] gradient, double rate) {
    for (int j = 0; j < weights.length; j++) {
      weights[j] -= rate * gradient[j];
    }
  }

  private static void compare(Updater updater, Penalty penalty, Update ours) {
    Random random = new Random(3);
    double[] weights = random.doubles(101, -0.3, 0.3).toArray();
    Vector sparks = Vectors.dense(weights.clone());
    for (int t = 1; t <= 30; t++) {
      double[] gradient = random.doubles(101, -0.2, 0.2).toArray();
      Tuple2<Vector, Object> updated =
          updater.compute(sparks, Vectors.dense(gradient), ETA, t, LAMBDA);
      sparks = updated._1();
      ours.apply(penalty, weights, gradient, ETA / Math.sqrt(t));
      assertThat(weights).containsExactly(sparks.toArray());
      assertThat(penalty.value(weights)).isEqualTo((double) updated._2());
    }
  }
}
