package ravine.rows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws rows of a partition with probabilities that mix the uniform with the squared length of the
 * standardised row, each weighted by the inverse of its probability. A uniform sample of a few
 * thousand rows misses rare features and outliers, and its Hessian is then no guide to the whole
 * (measured: largest eigenvalue of the whole in the sample's metric 1e3 and more on data with rare
 * features, 1.0 to 1.5 with this mix).
 *
 * <p>Rows of a class of which the partition has few are all drawn: without them the Hessian says
 * that nothing is to be learned of that class.
 *
 * <p>Whatever the probabilities, the weighted sums over what is drawn have the sums over all rows
 * as their mean; so a partition may draw by its own means and deviations, without those of the
 * others.
 */
public final class SampleDraw {
  /** A partition of little more than its share gives all its rows. */
  private static final double NEARLY_ALL = 1.25;

  /** Rows whose lengths are taken at a time. */
  private static final int CHUNK = 64;

  /** Numbers before the features of a row: label, weight, and where it stands. */
  static final int HEAD = 3;

  /** Where a row stands: its block in units of that, and its row in there. */
  static final long BLOCK = 1L << 26;

  /** Numbers in the largest sample that is brought to the driver: 64 MB. */
  private static final double MOST_NUMBERS = 8e6;

  /**
   * Multiplications, twice over, that a Hessian of the sample may take: for little data as many as
   * leave it quicker than the passes which it saves, for much data more.
   */
  private static final double LITTLE_WORK = 1e9;

  private static final double MUCH_WORK = 4e9;
  private static final double WORK_FOR_A_NUMBER = 10.0;

  /**
   * Cube of the weights, in units of that: where fewer rows than weights are all there are, the
   * work is that of factoring the Hessian, a few times over.
   */
  private static final double WORK_OF_FACTORS = 2.5;

  /** Rows for each weight, or the Hessian says too little about the directions they hardly span. */
  private static final double LEAST_ROWS = 20.0;

  /** A partition gives all rows of a class of which it has no more than this. */
  private static final int RARE = 16;

  /** Labels of more classes than this are taken for numbers. */
  private static final int MOST_CLASSES = 32;

  private static final boolean[] NONE = {};

  private SampleDraw() {}

  /**
   * Rows for a sample whose Hessian is a guide to that of the whole; 0 where so many are too many,
   * or the weights too many to factor it.
   *
   * @param rows there are
   * @param inputs features and intercept
   * @param dimension number of weights
   * @param stored numbers in all of the rows
   */
  public static long size(double rows, double inputs, double dimension, double stored) {
    double factors = dimension * dimension * dimension / WORK_OF_FACTORS;
    return factors > MUCH_WORK ? 0 : sizeOfLowRank(rows, inputs, dimension, stored);
  }

  /** The same where the Hessian is not factored as a matrix. */
  public static long sizeOfLowRank(double rows, double inputs, double dimension, double stored) {
    double wanted =
        Math.min(rows, Math.max(2000.0, Math.max(100.0 * inputs, LEAST_ROWS * dimension)));
    double most = Math.min(work(stored) / (dimension * dimension), MOST_NUMBERS / inputs);
    return most < Math.min(rows, LEAST_ROWS * dimension) ? 0 : (long) Math.min(wanted, most);
  }

  private static double work(double stored) {
    return Math.min(MUCH_WORK, Math.max(LITTLE_WORK, WORK_FOR_A_NUMBER * stored));
  }

  /**
   * What each of so many partitions draws for it while it is packed, when neither the rows are
   * counted nor the classes.
   */
  static double share(int features, int partitions) {
    double inputs = features + 1.0;
    return (double) size(Double.POSITIVE_INFINITY, inputs, inputs, 0.0) / partitions;
  }

  /**
   * About {@code share} rows: label, weight, place, numbers beside the label and features of each
   * in turn, as the bytes of little-endian doubles, which are serialized in bulk.
   *
   * @param share of the partition; {@link Double#POSITIVE_INFINITY} for all rows
   * @param inverse one over each feature's deviation, 0 for a constant one
   * @param centre each feature's mean
   */
  static byte[] from(
      PackedPartition partition, double[] inverse, double[] centre, double share, long seed) {
    int features = inverse.length;
    int columns = partition.columns();
    int width = features + HEAD + columns;
    boolean all = (double) partition.rows <= NEARLY_ALL * share;
    boolean[][] rare = new boolean[1 + columns][];
    for (int c = 0; c < rare.length; c++) {
      rare[c] = all ? NONE : rareClasses(partition, c - 1);
    }
    SplittableRandom random = PackedPartition.random(seed, -3, partition.index);
    double uniform = 0.5 * share / (double) partition.rows;
    double byLength = uniform / (features + 1);
    double ofZeros = squaredLengthOfZeros(inverse, centre);
    double[] lengths = new double[CHUNK];
    double expected = all ? (double) partition.rows : Math.min(share, (double) partition.rows);
    double[] drawn = new double[Math.multiplyExact((int) (1.05 * expected) + 64, width)];
    int count = 0;
    long place = 0;
    for (Block block : partition.training) {
      for (int first = 0; first < block.rows; first += CHUNK) {
        int chunk = Math.min(CHUNK, block.rows - first);
        if (!all) {
          block.squaredLengths(first, chunk, inverse, centre, ofZeros, lengths);
        }
        for (int i = 0; i < chunk; i++) {
          boolean certain = all || isRare(rare, block, first + i);
          double probability = certain ? 1.0 : Math.min(1.0, uniform + byLength * lengths[i]);
          if (all || random.nextDouble() < probability) {
            int at = count++ * width;
            if (at + width > drawn.length) {
              drawn = Arrays.copyOf(drawn, Math.multiplyExact(2, drawn.length));
            }
            drawn[at] = block.label(first + i);
            drawn[at + 1] = block.weight(first + i) / probability;
            drawn[at + 2] = place + first + i;
            for (int c = 0; c < columns; c++) {
              drawn[at + HEAD + c] = block.beside[c].get(first + i);
            }
            block.copyRow(first + i, at + HEAD + columns, drawn);
          }
        }
      }
      place += BLOCK;
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(Double.BYTES * width, count))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(drawn, 0, count * width);
    return bytes.array();
  }

  /**
   * The classes of which the partition has few rows; none where labels are no few classes.
   *
   * @param column beside the label; −1 for the label
   */
  private static boolean[] rareClasses(PackedPartition partition, int column) {
    int[] counts = new int[MOST_CLASSES];
    BlockList.Walk walk = partition.training.walk();
    for (int b = 0; b < partition.training.size(); b++) {
      LabelledRows block = walk.labels(b);
      for (int i = 0; i < block.rows; i++) {
        double label = column < 0 ? block.label(i) : block.beside[column].get(i);
        if (!(label >= 0.0 && label < MOST_CLASSES && label == Math.rint(label))) {
          return NONE;
        }
        counts[(int) label]++;
      }
    }
    boolean[] rare = new boolean[MOST_CLASSES];
    for (int k = 0; k < MOST_CLASSES; k++) {
      rare[k] = counts[k] <= RARE;
    }
    return rare;
  }

  /** Whether the row is of a rare class by its label, or by one beside it. */
  private static boolean isRare(boolean[][] rare, Block block, int row) {
    boolean found = isOf(rare[0], block.label(row));
    for (int c = 1; c < rare.length && !found; c++) {
      found = isOf(rare[c], block.beside[c - 1].get(row));
    }
    return found;
  }

  private static boolean isOf(boolean[] classes, double label) {
    return classes.length > 0 && classes[(int) label];
  }

  private static double squaredLengthOfZeros(double[] inverse, double[] centre) {
    double sum = 1.0;
    for (int j = 0; j < inverse.length; j++) {
      double scaled = centre[j] * inverse[j];
      sum += scaled * scaled;
    }
    return sum;
  }
}
