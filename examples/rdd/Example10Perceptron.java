import java.io.PrintStream;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.ann.FeedForwardTopology;
import org.apache.spark.ml.ann.FeedForwardTrainer;
import org.apache.spark.ml.ann.TopologyModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import ravine.mllib.AdamUpdater;
import scala.Tuple2;

/** Adam for the trainer behind Spark's MultilayerPerceptronClassifier: exclusive or. */
public final class Example10Perceptron {
  private Example10Perceptron() {}

  public static void main(String[] args) {
    SparkConf conf = new SparkConf().setIfMissing("spark.master", "local[2]").setAppName("example");
    try (JavaSparkContext sc = new JavaSparkContext(conf)) {
      run(sc, System.out);
    }
  }

  static void run(JavaSparkContext sc, PrintStream out) {
    List<Tuple2<Vector, Vector>> rows =
        List.of(
            new Tuple2<>(Vectors.dense(0.0, 0.0), Vectors.dense(1.0, 0.0)),
            new Tuple2<>(Vectors.dense(0.0, 1.0), Vectors.dense(0.0, 1.0)),
            new Tuple2<>(Vectors.dense(1.0, 0.0), Vectors.dense(0.0, 1.0)),
            new Tuple2<>(Vectors.dense(1.0, 1.0), Vectors.dense(1.0, 0.0)));
    FeedForwardTrainer trainer =
        new FeedForwardTrainer(
            FeedForwardTopology.multiLayerPerceptron(new int[] {2, 5, 2}, true), 2, 2);
    trainer.setSeed(11L);
    trainer.SGDOptimizer().setStepSize(0.1).setNumIterations(120).setConvergenceTol(0.0);
    // The trainer's own updater has a constant rate, MLlib's others decay: so say which.
    trainer.setUpdater(new AdamUpdater().setSchedule("constant"));
    Tuple2<TopologyModel, double[]> trained = trainer.train(sc.parallelize(rows, 1).rdd());
    double[] losses = trained._2();
    out.printf("loss %.4f -> %.4f%n", losses[0], losses[losses.length - 1]);
    for (Tuple2<Vector, Vector> row : rows) {
      out.println(row._1() + " -> " + trained._1().predict(row._1()).argmax());
    }
  }
}

// mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.args= \
//     -Dexec.mainClass=Example10Perceptron
