package ravine.bench;

import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * How many bytes a second the executors can read from memory, all slots at once: one Spark job, the
 * tasks of which each sum an array much larger than any cache, over and over.
 */
final class Probe {
  private static final int SWEEPS = 10;

  /** Small enough that the loop over it is compiled as a method, not while it runs. */
  private static final int PIECE = 1 << 16;

  private Probe() {}

  /**
   * Gigabytes (10⁹ bytes) a second, summed over the slots.
   *
   * @param megabytes of each slot's array
   */
  static double gigabytesPerSecond(JavaSparkContext context, int slots, int megabytes) {
    List<Double> rates =
        context
            .parallelize(Collections.nCopies(slots, megabytes), slots)
            .map(Probe::measure)
            .collect();
    double sum = 0.0;
    for (double rate : rates) {
      sum += rate;
    }
    return sum;
  }

  /** One slot's rate: whole sweeps, so that the slots overlap but for the first moment. */
  private static double measure(int megabytes) {
    int pieces = Math.max(1, (int) (megabytes * 1e6 / 8 / PIECE));
    long[][] arrays = new long[pieces][PIECE];
    for (int i = 0; i < pieces; i++) {
      arrays[i][i % PIECE] = i;
    }
    long found = sweep(arrays);
    long start = System.nanoTime();
    for (int sweep = 1; sweep < SWEEPS; sweep++) {
      found += sweep(arrays);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long expected = (long) SWEEPS * pieces * (pieces - 1L) / 2;
    if (found != expected) {
      throw new IllegalStateException("The sum is " + found + " instead of " + expected);
    }
    return 8e-9 * pieces * PIECE * (SWEEPS - 1) / seconds;
  }

  private static long sweep(long[][] arrays) {
    long sum = 0;
    for (long[] array : arrays) {
      sum += sum(array);
    }
    return sum;
  }

  /** Eight sums at once: one alone would wait for its own last addition. */
  private static long sum(long[] array) {
    long a = 0;
    long b = 0;
    long c = 0;
    long d = 0;
    long e = 0;
    long f = 0;
    long g = 0;
    long h = 0;
    for (int i = 0; i < PIECE; i += 8) {
      a += array[i];
      b += array[i + 1];
      c += array[i + 2];
      d += array[i + 3];
      e += array[i + 4];
      f += array[i + 5];
      g += array[i + 6];
      h += array[i + 7];
    }
    return a + b + c + d + e + f + g + h;
  }
}
