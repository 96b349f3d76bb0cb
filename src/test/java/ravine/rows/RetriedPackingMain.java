package ravine.rows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Packs rows undisturbed, and with a task that fails when it has packed a partition, cached it and
 * taken its report; prints the bits of what each tells of the rows, {@code sample BITS} and {@code
 * sums BITS}, twice each.
 */
final class RetriedPackingMain {
  private static final int FEATURES = 6;
  private static final int ROWS = 40_000;

  private RetriedPackingMain() {}

  public static void main(String[] arguments) {
    try (JavaSparkContext context = new JavaSparkContext(new SparkConf())) {
      context.parallelize(List.of(1, 2), 2).count(); // waits for all executors
      Packing plain = Packing.of(FEATURES, 1L, Storage.DOUBLE);
      for (boolean fails : new boolean[] {false, true}) {
        try (PackedRows rows = pack(context, plain.withSample(true), fails)) {
          System.out.println("sample " + hash(rows.sample()));
        }
        try (PackedRows rows = pack(context, plain.withSums(true), fails)) {
          System.out.println("sums " + hash(rows.coMoments()));
        }
      }
    }
  }

  private static PackedRows pack(JavaSparkContext context, Packing packing, boolean fails) {
    List<Integer> numbers = IntStream.range(0, ROWS).boxed().toList();
    JavaRDD<Example> rows =
        context
            .parallelize(numbers, 2)
            .mapPartitionsWithIndex(
                (partition, own) -> {
                  if (fails && partition == 1 && TaskContext.get().attemptNumber() == 0) {
                    TaskContext.get().addTaskCompletionListener(failing());
                  }
                  return examples(own);
                },
                true);
    return PackedRows.pack(rows, ExampleReader::new, packing);
  }

  private static TaskCompletionListener failing() {
    return task -> {
      throw new IllegalStateException("This task was made to fail.");
    };
  }

  private static Iterator<Example> examples(Iterator<Integer> numbers) {
    List<Example> examples = new ArrayList<>();
    while (numbers.hasNext()) {
      SplittableRandom random = new SplittableRandom(numbers.next());
      double[] x = random.doubles(FEATURES, -1, 1).toArray();
      examples.add(Example.of(x[0] > random.nextDouble(-1, 1) ? 1 : 0, Vectors.dense(x)));
    }
    return examples.iterator();
  }

  private static int hash(List<byte[]> sample) {
    return sample.stream().mapToInt(Arrays::hashCode).reduce(1, (a, b) -> 31 * a + b);
  }

  private static String hash(CoMoments sums) {
    long bits = Double.doubleToLongBits(sums.weight());
    for (int i = 0; i < FEATURES; i++) {
      for (int j = 0; j <= i; j++) {
        bits = 31 * bits + Double.doubleToLongBits(sums.product(i, j));
      }
    }
    return Long.toHexString(bits);
  }
}
