package ravine.rows;

import java.io.Serializable;

/** How rows are to be packed; travels in closures. */
public final class Packing implements Serializable {
  private static final long serialVersionUID = 1L;

  final int features;
  final long seed;
  final Storage storage;

  /** Whether rows are drawn for the driver to begin on. */
  final boolean sampled;

  private Packing(int features, long seed, Storage storage, boolean sampled) {
    this.features = features;
    this.seed = seed;
    this.storage = storage;
    this.sampled = sampled;
  }

  /**
   * The usual way.
   *
   * @param features number of features d, or −1 to take that of the first row
   * @param seed of the shuffle
   * @param storage how feature values are kept
   */
  public static Packing of(int features, long seed, Storage storage) {
    return new Packing(features, seed, storage, false);
  }

  /**
   * The same, with rows drawn for the driver to begin on, where there are few enough features for
   * that: it saves the trainer a job. See {@code Trainer.beginsOnSample}.
   */
  public Packing withSample(boolean wanted) {
    return new Packing(features, seed, storage, wanted);
  }
}
