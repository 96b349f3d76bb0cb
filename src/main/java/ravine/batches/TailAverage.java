package ravine.batches;

import java.util.Arrays;
import ravine.checkpoint.Sections;

/** The mean of weights over the last steps of a pass: see {@code NoiseReduction.AVERAGE}. */
public final class TailAverage {
  private final double[] sum;
  private final double[] mean;
  private long count;

  public TailAverage(int dimension) {
    this.sum = new double[dimension];
    this.mean = new double[dimension];
  }

  public void clear() {
    Arrays.fill(sum, 0.0);
    count = 0;
  }

  public void add(double[] weights) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] += weights[j];
    }
    count++;
  }

  /** The mean of what was added; {@code otherwise} where nothing was. Valid until the next. */
  public double[] mean(double[] otherwise) {
    if (count == 0) {
      return otherwise;
    }
    for (int j = 0; j < sum.length; j++) {
      mean[j] = sum[j] / count;
    }
    return mean;
  }

  /** Writes a copy of what was added. */
  public void save(Sections to) {
    to.putNumbers("tail", sum.clone());
    to.putIntegers("tail.count", count);
  }

  /** Goes on from what was saved. */
  public void restore(Sections from) {
    System.arraycopy(from.numbers("tail", sum.length), 0, sum, 0, sum.length);
    count = from.integer("tail.count");
  }
}
