package ravine.rows;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/** How rows are to be packed; travels in closures. */
public final class Packing implements Serializable {
  private static final long serialVersionUID = 1L;

  final int features;
  final long seed;
  final Storage storage;

  /** Where Spark keeps the packed rows. */
  StorageLevel level = StorageLevel.MEMORY_AND_DISK();

  /** Whether rows are drawn for the driver to begin on. */
  boolean sampled;

  /** Whether {@link CoMoments} are summed on the way. */
  boolean summed;

  /** Whether one thread packs all rows there are, and trains on them itself. */
  boolean alone;

  /** Whether groups are as large as suits the processor, because no slice of rows is asked for. */
  boolean whole;

  /** Rows of the smallest mini-batch that will be asked for; infinite where none is told. */
  double batchRows = Double.POSITIVE_INFINITY;

  /** Or the share of all rows. */
  double batchShare = 1.0;

  /** Who says how many features there are, as the subject of a sentence; null for the first row. */
  @Nullable String declaredBy;

  /** What bits may depend on; its number of shards, because records do not travel well. */
  int shards;

  /** Features that there is memory for, where the rows are the first to tell how many there are. */
  int mostFeatures = Integer.MAX_VALUE;

  private List<Beside> beside = List.of();

  /**
   * A number of each row beside its label and weight, for models that see other labels or folds:
   * see {@link RowView}.
   *
   * @param column its name, for the sentence that refuses a row
   * @param folds how many folds there are of which it tells one; 0 for another label
   */
  public record Beside(String column, int folds) implements Serializable {
    /** Most of them: rows go through shuffles with their number in seven bits. */
    public static final int MOST = Byte.MAX_VALUE;

    private @Nullable String defect(double value) {
      if (folds == 0) {
        return Double.isFinite(value)
            ? null
            : "the label in column " + column + " is " + (Double.isNaN(value) ? NO_NUMBER : value);
      }
      if (Double.isNaN(value)) {
        return "the fold in column " + column + " is null";
      }
      // Spark's own sentence.
      return value >= 0.0 && value < folds
          ? null
          : "Fold number must be in range [0, " + folds + "), but got " + (long) value;
    }
  }

  static final String NO_NUMBER = "NaN or null";

  private Packing(int features, long seed, Storage storage) {
    this.features = features;
    this.seed = seed;
    this.storage = storage;
  }

  /** What every other one is made from; only a copy that nobody has yet is changed. */
  private Packing copy() {
    Packing copy = new Packing(features, seed, storage);
    copy.level = level;
    copy.sampled = sampled;
    copy.summed = summed;
    copy.batchRows = batchRows;
    copy.batchShare = batchShare;
    copy.declaredBy = declaredBy;
    copy.shards = shards;
    copy.mostFeatures = mostFeatures;
    copy.alone = alone;
    copy.whole = whole;
    copy.beside = beside;
    return copy;
  }

  /**
   * The usual way.
   *
   * @param features number of features d, or −1 to take that of the first row
   * @param seed of the shuffle
   * @param storage how feature values are kept
   */
  public static Packing of(int features, long seed, Storage storage) {
    return new Packing(features, seed, storage);
  }

  /**
   * The same, kept elsewhere than in memory and, where that is full, on disk.
   *
   * @param kept as {@link #level} gives it
   */
  public Packing storedAt(StorageLevel kept) {
    Packing copy = copy();
    copy.level = kept;
    return copy;
  }

  /**
   * The same, with rows drawn for the driver to begin on, where there are few enough features for
   * that: it saves the trainer a job. See {@code Trainer.beginsOnSample}.
   */
  public Packing withSample(boolean wanted) {
    Packing copy = copy();
    copy.sampled = wanted;
    return copy;
  }

  /**
   * The same, with numbers beside the label, which the readers of the rows give in that order.
   *
   * @param columns at most {@link Beside#MOST}
   */
  public Packing with(List<Beside> columns) {
    if (columns.size() > Beside.MOST) {
      throw new IllegalArgumentException(
          "at most " + Beside.MOST + " columns stand beside the label, not " + columns.size());
    }
    Packing copy = copy();
    copy.beside = List.copyOf(columns);
    return copy;
  }

  /** Numbers of each row beside its label. */
  List<Beside> beside() {
    return beside;
  }

  /** What is wrong with those of a row, in one clause, or null. */
  @Nullable String besideDefect(double[] numbers) {
    for (int c = 0; c < numbers.length; c++) {
      String defect = beside.get(c).defect(numbers[c]);
      if (defect != null) {
        return defect;
      }
    }
    return null;
  }

  /** Rows that each of so many partitions draws for the driver; 0 where none are wanted. */
  double shareOfSample(int width, int partitions) {
    return sampled ? SampleDraw.share(width, partitions) : 0.0;
  }

  /**
   * The same, with {@link CoMoments} summed on the way, where there are few enough features for
   * that and values are kept as they come. They take the place of the sample.
   */
  public Packing withSums(boolean wanted) {
    Packing copy = copy();
    copy.summed = wanted;
    return copy;
  }

  /**
   * The same, with groups of rows so small that mini-batches of this many rows can be cut from
   * them; more rows in a group are quicker.
   *
   * @param size rows of a mini-batch, at least 1
   */
  public Packing withBatchesOf(long size) {
    Packing copy = copy();
    copy.batchRows = size;
    return copy;
  }

  /**
   * The same for mini-batches that are a share of all rows.
   *
   * @param share in (0, 1]
   */
  public Packing withBatchesOfShare(double share) {
    Packing copy = copy();
    copy.batchShare = share;
    return copy;
  }

  /**
   * The same for rows that one thread packs and trains on by itself ({@link PackedRows#here}).
   *
   * @param wholeBatches whether no step is made of less than all rows: then groups are as large as
   *     suits the processor, however few rows there are
   */
  public Packing alone(boolean wholeBatches) {
    Packing copy = copy();
    copy.alone = true;
    copy.whole = wholeBatches;
    return copy;
  }

  /**
   * The same, with who said how many features there are, for the sentence that refuses a row of
   * another number.
   *
   * @param subject such as {@code the metadata of column features}; followed by "says 3"
   */
  public Packing declaredBy(String subject) {
    Packing copy = copy();
    copy.declaredBy = subject;
    return copy;
  }

  /** The same, with what the bits of a training on these rows may depend on. */
  public Packing with(Determinism determinism) {
    Packing copy = copy();
    copy.shards = determinism.shards();
    return copy;
  }

  /** What the bits of a training on these rows may depend on. */
  public Determinism determinism() {
    return new Determinism(shards);
  }

  /**
   * The same, with how many features there is memory for: more are refused at the first row, where
   * nobody declared them before.
   *
   * @param most at least 0
   */
  public Packing withMostFeatures(int most) {
    Packing copy = copy();
    copy.mostFeatures = most;
    return copy;
  }

  /**
   * Where packed rows are kept. Only levels that use the disk will do: rows that did not fit memory
   * would have to be packed anew for every pass. Serialized levels would save nothing, because
   * packed rows are arrays of primitives already.
   *
   * @param text one of Spark's names, or {@code auto} for that of the input where it is persisted,
   *     with the disk and without serializing, and else MEMORY_AND_DISK
   * @param input that of the input
   * @throws IllegalArgumentException if it is no level for this
   */
  public static StorageLevel level(String text, StorageLevel input) {
    return switch (text.trim().toUpperCase(Locale.ROOT)) {
      case "AUTO" ->
          input.isValid()
              ? StorageLevel.apply(
                  true, input.useMemory(), false, input.useMemory(), input.replication())
              : StorageLevel.MEMORY_AND_DISK();
      case "MEMORY_AND_DISK" -> StorageLevel.MEMORY_AND_DISK();
      case "MEMORY_AND_DISK_2" -> StorageLevel.MEMORY_AND_DISK_2();
      case "DISK_ONLY" -> StorageLevel.DISK_ONLY();
      case "DISK_ONLY_2" -> StorageLevel.DISK_ONLY_2();
      case "DISK_ONLY_3" -> StorageLevel.DISK_ONLY_3();
      default ->
          throw new IllegalArgumentException(
              "storageLevel must be auto, MEMORY_AND_DISK, MEMORY_AND_DISK_2, DISK_ONLY,"
                  + " DISK_ONLY_2 or DISK_ONLY_3, but was "
                  + text);
    };
  }

  /** What is wrong with a row that has another number of features. */
  String sizeDefect(int size, int others) {
    String reason = declaredBy == null ? "other rows have " : declaredBy + " says ";
    return size + " features (" + reason + others + ")";
  }
}
