package ravine.engine;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import ravine.exchange.EngineFixtures;
import ravine.exchange.EngineKind;

/**
 * What the tab of Spark's web interface costs: the same fits of some thousand resident steps in two
 * sessions one after the other, with the tab and without, both with the interface; in turn, several
 * times. Steps of so few rows take a fraction of a millisecond, so that the share at a millisecond
 * is smaller.
 */
final class TellingCostMain {
  private static final int ROUNDS = 5;
  private static final int FITS = 5;
  private static final int STEPS = 4_000;

  private TellingCostMain() {}

  public static void main(String[] args) {
    double[][] seconds = new double[2][ROUNDS * FITS];
    for (int round = -1; round < ROUNDS; round++) {
      for (int kind = 0; kind < 2; kind++) {
        fits(kind == 1, round, seconds[kind]);
      }
    }
    for (double[] kind : seconds) {
      Arrays.sort(kind);
    }
    System.out.printf(
        Locale.ROOT,
        "a step: %.2f µs without the tab (minimum %.2f), %.2f µs with (minimum %.2f)%n",
        1e6 / STEPS * seconds[0][ROUNDS * FITS / 2],
        1e6 / STEPS * seconds[0][0],
        1e6 / STEPS * seconds[1][ROUNDS * FITS / 2],
        1e6 / STEPS * seconds[1][0]);
  }

  private static void fits(boolean told, int round, double[] seconds) {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("cost")
            .set("spark.ui.enabled", "true")
            .set("spark.ui.port", "0")
            .set("spark.ravine.tab.enabled", Boolean.toString(told));
    try (JavaSparkContext context = new JavaSparkContext(conf);
        TrainingData data = EngineFixtures.data(context, 2)) {
      for (int fit = -1; fit < FITS; fit++) {
        TrainerOptions options =
            EngineFixtures.options(EngineKind.RESIDENT)
                .maxPasses(100_000)
                .maxSteps(STEPS)
                .tol(0.0)
                .build();
        double took = Trainer.train(data, EngineFixtures.problem(), options).seconds().train();
        if (round >= 0 && fit >= 0) {
          seconds[round * FITS + fit] = took;
        }
      }
    }
  }
}
