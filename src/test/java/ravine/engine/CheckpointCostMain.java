package ravine.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vectors;
import ravine.exchange.EngineKind;
import ravine.loss.Logistic;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L2;
import ravine.resume.CheckpointPlan;
import ravine.resume.Resume;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.spec.Specs;

/**
 * What a checkpoint every 100 steps costs: the same steps of Adam with and without, in turn, in one
 * run. Prints the median time of a step of each and their ratio; for few features, where a step is
 * short, and for many, where a checkpoint is long.
 */
final class CheckpointCostMain {
  private static final int ROUNDS = 3;

  private CheckpointCostMain() {}

  public static void main(String[] args) throws Exception {
    SparkConf conf =
        new SparkConf().setMaster("local[2]").setAppName("cost").set("spark.ui.enabled", "false");
    try (JavaSparkContext context = new JavaSparkContext(conf)) {
      measure(context, 30, 40_000, 150_000);
      measure(context, 20_000, 1_000, 4_000);
    }
  }

  private static void measure(JavaSparkContext context, int features, int count, int steps)
      throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = new double[features];
      Arrays.setAll(x, j -> random.nextDouble(-1, 1));
      rows.add(Example.of(x[0] > 0 ? 1 : 0, Vectors.dense(x)));
    }
    double[] ones = new double[features];
    Arrays.fill(ones, 1.0);
    Problem problem =
        Problem.of(
            new Logistic(),
            Coordinates.scaledBy(ones).intercept(true).build(),
            new L2(0.01),
            new double[features + 1]);
    try (TrainingData data = Examples.pack(context.parallelize(rows, 2), features, 42L)) {
      double[][] seconds = new double[2][ROUNDS];
      for (int round = -1; round < ROUNDS; round++) {
        for (int kind = 0; kind < 2; kind++) {
          Path directory = Files.createTempDirectory("checkpoint-cost");
          TrainerOptions.Builder options =
              TrainerOptions.builder(Specs.rule("adam"))
                  .engine(EngineKind.RESIDENT)
                  .stepSize(0.01)
                  .batchSize(200)
                  .maxPasses(1_000_000)
                  .maxSteps(steps)
                  .tol(0.0);
          if (kind == 1) {
            options.checkpoints(
                new CheckpointPlan(
                    directory.toString(), CheckpointPlan.Interval.of("100"), Resume.NONE));
          }
          TrainingResult result = Trainer.train(data, problem, options.build());
          if (round >= 0) {
            seconds[kind][round] = result.seconds().train() / steps;
          }
        }
      }
      for (double[] kind : seconds) {
        Arrays.sort(kind);
      }
      System.out.printf(
          Locale.ROOT,
          "%,d features, %d steps: %.3f ms a step without, %.3f ms with a checkpoint every 100, ratio"
              + " of medians %.4f, of minima %.4f%n",
          features,
          steps,
          1e3 * seconds[0][ROUNDS / 2],
          1e3 * seconds[1][ROUNDS / 2],
          seconds[1][ROUNDS / 2] / seconds[0][ROUNDS / 2],
          seconds[1][0] / seconds[0][0]);
    }
  }
}
