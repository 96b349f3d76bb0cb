package ravine.rows;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one partition, training and validation rows apart, and the order in which a pass
 * walks through them.
 *
 * <p>Training rows are addressed in groups of {@code groupRows} adjacent rows, or fewer at the end
 * of a block. A pass is a seeded permutation of the groups, and a mini-batch a slice of that order,
 * so every row is used once per pass and a batch costs its own rows and no scan.
 */
public final class PackedPartition implements Serializable {
  private static final long serialVersionUID = 1L;

  public final int index;

  /** Number of features; {@link Packer#UNKNOWN} where no row told it. */
  final int features;

  public final BlockList training;
  public final BlockList validation;

  /** Of how many partitions this is one. */
  private final int partitions;

  /** The place of this one when they take turns: see {@link #firstOf}. */
  private final int turn;

  /** The group with which each block begins. */
  private final int[] firstGroups;

  /** The one that Spark caches, of which this is a task's view; null where this is it. */
  private final transient @Nullable PackedPartition cached;

  public final int groupRows;
  final int groups;
  public final long rows;

  /**
   * Of each feature what {@link BlockBuilder.Rounding} says; empty where values are kept as they
   * came.
   */
  final double[] rounding;

  /** The first defect met while packing, in one clause, or null. */
  final @Nullable String defect;

  private transient @Nullable KeptMargins margins;
  private transient byte @Nullable [][] folds;
  private transient long foldSeed;
  private transient int foldCount;
  private transient byte @Nullable [][] statedFolds;
  private transient int statedIn;
  private transient int @Nullable [] order;
  private transient long orderSeed;
  private transient long orderPass;

  /**
   * Packed rows.
   *
   * @param index p of this partition, from 0
   * @param partitions P there are
   * @param groupRows rows of a group; a block may end with a shorter one
   */
  PackedPartition(
      int index,
      int partitions,
      int features,
      BlockList training,
      BlockList validation,
      int groupRows,
      double[] rounding,
      @Nullable String defect) {
    this.rounding = rounding;
    this.index = index;
    this.features = features;
    this.training = training;
    this.validation = validation;
    this.partitions = partitions;
    this.turn = turn(index, partitions);
    this.groupRows = groupRows;
    this.firstGroups = new int[training.size()];
    this.defect = defect;
    this.cached = null;
    long count = 0;
    int counted = 0;
    for (int b = 0; b < training.size(); b++) {
      firstGroups[b] = counted;
      counted = Math.addExact(counted, (training.rowsOf(b) + groupRows - 1) / groupRows);
      count += training.rowsOf(b);
    }
    this.rows = count;
    this.groups = counted;
  }

  private PackedPartition(PackedPartition cached, BlockList training, BlockList validation) {
    this.index = cached.index;
    this.features = cached.features;
    this.training = training;
    this.validation = validation;
    this.partitions = cached.partitions;
    this.turn = cached.turn;
    this.firstGroups = cached.firstGroups;
    this.groupRows = cached.groupRows;
    this.groups = cached.groups;
    this.rows = cached.rows;
    this.rounding = cached.rounding;
    this.defect = cached.defect;
    this.cached = cached;
  }

  /**
   * What a task works on: the same partition, with those blocks at hand that are in memory, which
   * stay there until the task ends. Outside a task this is the partition itself, of which every
   * block is read where it is stored.
   */
  public PackedPartition open() {
    TaskContext task = TaskContext.get();
    return task == null
        ? this
        : new PackedPartition(this, training.open(task), validation.open(task));
  }

  /** The margins that questions about all rows leave behind, with this copy of the rows. */
  public synchronized KeptMargins keptMargins() {
    if (cached != null) {
      return cached.keptMargins();
    }
    KeptMargins own = margins;
    if (own == null) {
      own = new KeptMargins();
      margins = own;
    }
    return own;
  }

  /**
   * The fold of every training row, block by block: a hash of the seed and of where the row stands,
   * so that it is the same one after a retry and costs no copy of the rows; kept until other folds
   * are asked for.
   *
   * @param count of the folds, at most 127
   */
  public synchronized byte[][] folds(long seed, int count) {
    if (cached != null) {
      return cached.folds(seed, count);
    }
    byte[][] kept = folds;
    if (kept != null && foldSeed == seed && foldCount == count) {
      return kept;
    }
    byte[][] fresh = new byte[training.size()][];
    for (int b = 0; b < fresh.length; b++) {
      fresh[b] = new byte[training.rowsOf(b)];
      SplittableRandom random = foldsOfBlock(seed, index, b);
      for (int i = 0; i < fresh[b].length; i++) {
        fresh[b][i] = (byte) random.nextInt(count);
      }
    }
    folds = fresh;
    foldSeed = seed;
    foldCount = count;
    return fresh;
  }

  /**
   * The fold of every training row as a column beside the labels states it; kept until another
   * column is asked for.
   */
  public byte[][] statedFolds(int column) {
    PackedPartition keeper = cached == null ? this : cached;
    synchronized (keeper) {
      byte[][] kept = keeper.statedFolds;
      if (kept != null && keeper.statedIn == column) {
        return kept;
      }
      byte[][] fresh = new byte[training.size()][];
      BlockList.Walk walk = training.walk();
      for (int b = 0; b < fresh.length; b++) {
        LabelledRows block = walk.labels(b);
        fresh[b] = new byte[block.rows];
        for (int i = 0; i < block.rows; i++) {
          fresh[b][i] = (byte) block.beside[column].get(i);
        }
      }
      keeper.statedFolds = fresh;
      keeper.statedIn = column;
      return fresh;
    }
  }

  /** Numbers beside the label of each row. */
  int columns() {
    return training.size() == 0 ? 0 : training.walk().labels(0).beside.length;
  }

  /** Gives the folds of a block's rows, one after the other. */
  static SplittableRandom foldsOfBlock(long seed, long partition, long block) {
    return random(seed, block, partition);
  }

  /** The permutation of the groups in a pass; kept until another pass is asked for. */
  public synchronized int[] order(long seed, long pass) {
    if (cached != null) {
      return cached.order(seed, pass);
    }
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

  /**
   * The groups of a slice of a pass, in ascending order: so a slice whose blocks are not in memory
   * reads each of them once, and one that is reads memory forwards.
   */
  public int[] slice(long seed, long pass, int batch, int batches) {
    int from = firstOf(batch, batches);
    int to = firstOf(batch + 1, batches);
    int[] groupsOf = Arrays.copyOfRange(order(seed, pass), from, to);
    if (groupsOf.length < groups / Long.SIZE) {
      Arrays.sort(groupsOf);
      return groupsOf;
    }
    BitSet marks = new BitSet(groups);
    for (int group : groupsOf) {
      marks.set(group);
    }
    int next = -1;
    for (int g = 0; g < groupsOf.length; g++) {
      next = marks.nextSetBit(next + 1);
      groupsOf[g] = next;
    }
    return groupsOf;
  }

  /** Through the blocks of some groups that ascend. */
  public BlockList.Walk walk(int[] ofGroups) {
    return training.walk(() -> blocksOf(ofGroups));
  }

  private int[] blocksOf(int[] ofGroups) {
    int[] blocks = new int[ofGroups.length];
    for (int g = 0; g < blocks.length; g++) {
      blocks[g] = blockIndex(ofGroups[g]);
    }
    return blocks;
  }

  /** The first row of a group in its block. */
  public int rowOf(int group) {
    return (group - firstGroups[blockIndex(group)]) * groupRows;
  }

  /** The place in {@link #training} of the block that holds a group. */
  public int blockIndex(int group) {
    int found = Arrays.binarySearch(firstGroups, group);
    return found >= 0 ? found : -found - 2;
  }

  /**
   * Where a slice begins in the order of the groups; it ends where the next begins.
   *
   * <p>Slice b begins at ⌊g b / B + t / P⌋ of g groups, where t is the turn of this of P
   * partitions. Where they have g groups each, Σ_t of it is ⌊P g b / B⌋ (Hermite's identity), so
   * that mini-batches differ by one group at most and none is empty while there are no more of them
   * than groups in all. Without the offset all partitions would be empty in the same slices and
   * full in the same others. Turns follow the partitions' numbers with their bits reversed (van der
   * Corput), so that any run of partitions of one size is spread out too.
   */
  public int firstOf(int batch, int batches) {
    long whole = (long) groups * batch / batches;
    long rest = (long) groups * batch % batches;
    boolean carries = rest * partitions + (long) turn * batches >= (long) batches * partitions;
    return (int) (carries ? whole + 1 : whole);
  }

  private static int turn(int index, int partitions) {
    int before = 0;
    for (int other = 0; other < partitions; other++) {
      before += Integer.compareUnsigned(Integer.reverse(other), Integer.reverse(index)) < 0 ? 1 : 0;
    }
    return before;
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
