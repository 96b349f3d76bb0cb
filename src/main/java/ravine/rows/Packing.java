package ravine.rows;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** How rows are to be packed; travels in closures. */
public final class Packing implements Serializable {
  private static final long serialVersionUID = 1L;

  final int features;
  final long seed;
  final Storage storage;

  /** Whether rows are drawn for the driver to begin on. */
  final boolean sampled;

  /** Whether {@link CoMoments} are summed on the way. */
  final boolean summed;

  /** Rows of the smallest mini-batch that will be asked for; infinite where none is told. */
  final double batchRows;

  /** Or the share of all rows. */
  final double batchShare;

  /** Who says how many features there are, as the subject of a sentence; null for the first row. */
  final @Nullable String declaredBy;

  /** What bits may depend on; its number of shards, because records do not travel well. */
  final int shards;

  /** Features that there is memory for, where the rows are the first to tell how many there are. */
  final int mostFeatures;

  private Packing(
      int features,
      long seed,
      Storage storage,
      boolean sampled,
      boolean summed,
      double batchRows,
      double batchShare,
      @Nullable String declaredBy,
      int shards,
      int mostFeatures) {
    this.features = features;
    this.seed = seed;
    this.storage = storage;
    this.sampled = sampled;
    this.summed = summed;
    this.batchRows = batchRows;
    this.batchShare = batchShare;
    this.declaredBy = declaredBy;
    this.shards = shards;
    this.mostFeatures = mostFeatures;
  }

  /**
   * The usual way.
   *
   * @param features number of features d, or −1 to take that of the first row
   * @param seed of the shuffle
   * @param storage how feature values are kept
   */
  public static Packing of(int features, long seed, Storage storage) {
    return new Packing(
        features,
        seed,
        storage,
        false,
        false,
        Double.POSITIVE_INFINITY,
        1.0,
        null,
        0,
        Integer.MAX_VALUE);
  }

  /**
   * The same, with rows drawn for the driver to begin on, where there are few enough features for
   * that: it saves the trainer a job. See {@code Trainer.beginsOnSample}.
   */
  public Packing withSample(boolean wanted) {
    return new Packing(
        features,
        seed,
        storage,
        wanted,
        summed,
        batchRows,
        batchShare,
        declaredBy,
        shards,
        mostFeatures);
  }

  /**
   * The same, with {@link CoMoments} summed on the way, where there are few enough features for
   * that and values are kept as they come. They take the place of the sample.
   */
  public Packing withSums(boolean wanted) {
    return new Packing(
        features,
        seed,
        storage,
        sampled,
        wanted,
        batchRows,
        batchShare,
        declaredBy,
        shards,
        mostFeatures);
  }

  /**
   * The same, with groups of rows so small that mini-batches of this many rows can be cut from
   * them; more rows in a group are quicker.
   *
   * @param size rows of a mini-batch, at least 1
   */
  public Packing withBatchesOf(long size) {
    return new Packing(
        features,
        seed,
        storage,
        sampled,
        summed,
        size,
        batchShare,
        declaredBy,
        shards,
        mostFeatures);
  }

  /**
   * The same for mini-batches that are a share of all rows.
   *
   * @param share in (0, 1]
   */
  public Packing withBatchesOfShare(double share) {
    return new Packing(
        features,
        seed,
        storage,
        sampled,
        summed,
        batchRows,
        share,
        declaredBy,
        shards,
        mostFeatures);
  }

  /**
   * The same, with who said how many features there are, for the sentence that refuses a row of
   * another number.
   *
   * @param subject such as {@code the metadata of column features}; followed by "says 3"
   */
  public Packing declaredBy(String subject) {
    return new Packing(
        features,
        seed,
        storage,
        sampled,
        summed,
        batchRows,
        batchShare,
        subject,
        shards,
        mostFeatures);
  }

  /** The same, with what the bits of a training on these rows may depend on. */
  public Packing with(Determinism determinism) {
    return new Packing(
        features,
        seed,
        storage,
        sampled,
        summed,
        batchRows,
        batchShare,
        declaredBy,
        determinism.shards(),
        mostFeatures);
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
    return new Packing(
        features, seed, storage, sampled, summed, batchRows, batchShare, declaredBy, shards, most);
  }

  /** What is wrong with a row that has another number of features. */
  String sizeDefect(int size, int others) {
    String reason = declaredBy == null ? "other rows have " : declaredBy + " says ";
    return size + " features (" + reason + others + ")";
  }
}
