package ravine.engine;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;

/**
 * What it costs to hear cancels between two jobs: the same short fits with and without, in turn, in
 * one run, from packing to the end. With resident workers that is a guard or two for each fit, with
 * one Spark job a step it is one a step.
 */
final class VigilCostMain {
  private static final int ROUNDS = 25;

  private VigilCostMain() {}

  public static void main(String[] args) {
    SparkConf conf =
        new SparkConf().setMaster("local[2]").setAppName("cost").set("spark.ui.enabled", "false");
    try (JavaSparkContext context = new JavaSparkContext(conf)) {
      measure(context, EngineKind.RESIDENT, 200);
      measure(context, EngineKind.JOBS, 40);
    }
  }

  private static void measure(JavaSparkContext context, EngineKind engine, int steps) {
    double[][] seconds = new double[2][ROUNDS];
    for (int round = -3; round < ROUNDS; round++) {
      for (int kind = 0; kind < 2; kind++) {
        long start = System.nanoTime();
        try (TrainingData data =
            kind == 0
                ? EngineFixtures.data(context, 2)
                : TrainingData.guarded(context.sc(), () -> EngineFixtures.data(context, 2))) {
          TrainerOptions options =
              EngineFixtures.options(engine).maxPasses(1_000).maxSteps(steps).tol(0.0).build();
          Trainer.train(data, EngineFixtures.problem(), options);
        }
        if (round >= 0) {
          seconds[kind][round] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    for (double[] kind : seconds) {
      Arrays.sort(kind);
    }
    System.out.printf(
        Locale.ROOT,
        "%s, a fit of %d steps: %.1f ms without (minimum %.1f), %.1f ms with (minimum %.1f)%n",
        engine,
        steps,
        1e3 * seconds[0][ROUNDS / 2],
        1e3 * seconds[0][0],
        1e3 * seconds[1][ROUNDS / 2],
        1e3 * seconds[1][0]);
  }
}
