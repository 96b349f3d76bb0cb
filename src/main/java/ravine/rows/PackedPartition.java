package ravine.rows;

import java.io.Serializable;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one partition, training and validation rows apart, and the order in which a pass
 * walks through them.
 *
 * <p>Training rows are addressed in groups of {@code groupRows} adjacent rows that never straddle a
 * block. A pass is a seeded permutation of the groups, and a mini-batch a slice of that order, so
 * every row is used once per pass and a batch costs its own rows and no scan.
 */
public final class PackedPartition implements Serializable {
  private static final long serialVersionUID = 1L;

  public final int index;

  /** Number of features; {@link Packer#UNKNOWN} where no row told it. */
  final int features;

  public final Block[] training;
  public final Block[] validation;

  /** Rows in every training block but the last, a multiple of {@code groupRows}. */
  final int blockRows;

  public final int groupRows;
  final int groups;
  public final long rows;

  /** The first defect met while packing, in one clause, or null. */
  final @Nullable String defect;

  private transient int @Nullable [] order;
  private transient long orderSeed;
  private transient long orderPass;

  public PackedPartition(
      int index,
      int features,
      Block[] training,
      Block[] validation,
      int blockRows,
      int groupRows,
      @Nullable String defect) {
    this.index = index;
    this.features = features;
    this.training = training;
    this.validation = validation;
    this.blockRows = blockRows;
    this.groupRows = groupRows;
    this.defect = defect;
    long count = 0;
    for (Block block : training) {
      count += block.rows;
    }
    this.rows = count;
    this.groups = Math.toIntExact((count + groupRows - 1) / groupRows);
  }

  /** The permutation of the groups in a pass; kept until another pass is asked for. */
  public synchronized int[] order(long seed, long pass) {
    int[] kept = order;
    if (kept != null && orderSeed == seed && orderPass == pass) {
      return kept;
    }
    int[] fresh = new int[groups];
    for (int g = 0; g < groups; g++) {
      fresh[g] = g;
    }
    SplittableRandom random = random(seed, pass, index);
    for (int g = groups - 1; g > 0; g--) {
      int other = random.nextInt(g + 1);
      int swapped = fresh[g];
      fresh[g] = fresh[other];
      fresh[other] = swapped;
    }
    order = fresh;
    orderSeed = seed;
    orderPass = pass;
    return fresh;
  }

  /** The block that holds a group. */
  public Block blockOf(int group) {
    return training[group / (blockRows / groupRows)];
  }

  /** The first row of a group in its block. */
  public int rowOf(int group) {
    return group % (blockRows / groupRows) * groupRows;
  }

  /** Where a slice begins in the order of the groups; it ends where the next begins. */
  public int firstOf(int batch, int batches) {
    return (int) ((long) groups * batch / batches);
  }

  /** A generator that differs for every (seed, pass, partition). */
  public static SplittableRandom random(long seed, long pass, long partition) {
    return new SplittableRandom(
        mix(seed ^ mix(pass * 0x9E3779B97F4A7C15L ^ mix(partition + 0x632BE59BD9B4E019L))));
  }

  /** The 64-bit finaliser of MurmurHash3 (Appleby), variant 13 of Stafford. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
