package ravine.mllib;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.ann.FeedForwardTopology;
import org.apache.spark.ml.ann.FeedForwardTrainer;
import org.apache.spark.ml.ann.TopologyModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.rdd.RDD;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import scala.Tuple2;

/** The trainer behind Spark's multilayer perceptron. */
class PerceptronUpdaterTest extends SparkTestBase {
  /** Exclusive or, which no linear model can learn. */
  private static List<Tuple2<Vector, Vector>> xor() {
    List<Tuple2<Vector, Vector>> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int a = i & 1;
      int b = (i >> 1) & 1;
      Vector target = (a ^ b) == 0 ? Vectors.dense(1.0, 0.0) : Vectors.dense(0.0, 1.0);
      rows.add(new Tuple2<>(Vectors.dense(a, b), target));
    }
    return rows;
  }

  @Test
  void trainer_withAdam_learnsExclusiveOr() {
    RDD<Tuple2<Vector, Vector>> data = jsc().parallelize(xor(), 2).rdd();
    FeedForwardTopology topology =
        FeedForwardTopology.multiLayerPerceptron(new int[] {2, 5, 2}, true);
    FeedForwardTrainer trainer = new FeedForwardTrainer(topology, 2, 2);
    trainer.setSeed(11L);
    // SGDOptimizer() makes the trainer use GradientDescent; the updater goes there.
    trainer.SGDOptimizer().setStepSize(0.1).setNumIterations(120).setConvergenceTol(0.0);
    trainer.setUpdater(new AdamUpdater().setSchedule("constant"));
    Tuple2<TopologyModel, double[]> trained = trainer.train(data);
    double[] losses = trained._2();
    assertThat(losses).hasSize(121);
    assertThat(losses[120]).isLessThan(0.1 * losses[0]);
    for (Tuple2<Vector, Vector> row : xor()) {
      assertThat(trained._1().predict(row._1()).argmax()).isEqualTo(row._2().argmax());
    }
  }
}
