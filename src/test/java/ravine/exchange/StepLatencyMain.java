package ravine.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vectors;
import ravine.engine.TrainingData;
import ravine.rows.Example;
import ravine.rows.Examples;

/**
 * Times a step of both engines on the same data, alternating, in one session: rows of ten non-zeros
 * and few of them, so that what is measured is the exchange. Run by hand with a test class path:
 *
 * <pre>
 *   java @src/build/spark.jvmargs -Dspark.master=local[2] -Dspark.app.name=latency -cp …
 *       ravine.exchange.StepLatencyMain 100 2000 50000 1000000
 * </pre>
 */
final class StepLatencyMain {
  private StepLatencyMain() {}

  public static void main(String[] dimensions) {
    try (JavaSparkContext context = new JavaSparkContext(new SparkConf())) {
      for (String dimension : dimensions) {
        measure(context, Integer.parseInt(dimension));
      }
    }
  }

  private static void measure(JavaSparkContext context, int features) {
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int[] indices = new int[10];
      double[] values = new double[10];
      for (int s = 0; s < 10; s++) {
        indices[s] = (int) ((long) features * s / 10) + i % (features / 10);
        values[s] = 1 + s;
      }
      rows.add(Example.of(i % 2, Vectors.sparse(features, indices, values)));
    }
    int steps = (int) Math.max(60, Math.min(4000, 40_000_000L / features));
    double[] point = new double[features + 1];
    Arrays.fill(point, 0.01);
    try (TrainingData data = Examples.pack(context.parallelize(rows, 2), features, 1)) {
      List<Double> resident = new ArrayList<>();
      List<Double> jobs = new ArrayList<>();
      for (int round = 0; round < 6; round++) {
        double fast;
        try (GradientEngine engine = EngineFixtures.workers(data)) {
          fast = time(engine, point, steps);
        }
        double slow =
            time(
                new StepJobs(data.packedRows(), EngineFixtures.WORK, 1),
                point,
                Math.max(20, steps / 40));
        if (round > 0) {
          resident.add(fast);
          jobs.add(slow);
        }
      }
      double fast = median(resident);
      double slow = median(jobs);
      System.out.printf(
          Locale.ROOT,
          "d %7d  resident %8.0f us (%s)  jobs %8.0f us  ratio %5.1f%n",
          features,
          fast,
          resident.stream().map(v -> String.format(Locale.ROOT, "%.0f", v)).toList(),
          slow,
          slow / fast);
    }
  }

  private static double time(GradientEngine engine, double[] point, int steps) {
    long start = System.nanoTime();
    for (int step = 0; step < steps; step++) {
      engine.run(
          new StepRequest(StepRequest.Kind.GRADIENT, 1 + step / 40, step % 40, 40, point, null));
    }
    return (System.nanoTime() - start) / 1e3 / steps;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
