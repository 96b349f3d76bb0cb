package ravine.resume;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.checkpoint.Sections;

/**
 * The checkpoints of one run: those it goes on from, and those it makes. There are two kinds of
 * runs.
 *
 * <ul>
 *   <li>Each checkpoint of a run through mini-batches holds all of its state. The last two whole
 *       ones are kept, so that there is one before a torn one.
 *   <li>The checkpoints of a run of whole batches are a chain: each holds what has come since the
 *       one before. All are kept, and a chain serves up to its first torn link.
 * </ul>
 *
 * <p>A thread of its own writes, one checkpoint after another; while it does none is due, nor for
 * 99 times as long after it as copying the state, writing and removing old ones took together, so
 * that all that takes 1 % of a run at most, whatever is asked for. Runs that train together share
 * that thread, and the 1 %. A write that fails costs a line in the log and nothing else: training
 * goes on, what was there stays, and the next one that is due tries again. Not thread-safe, but for
 * that thread.
 */
public final class Checkpoints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final int KEPT = 2;

  /** Between two checkpoints is so many times the time that the last one took: 1 %. */
  private static final double REST = 99.0;

  private final @Nullable CheckpointStore store;
  private final CheckpointPlan.@Nullable Interval interval;
  private final Fingerprint fit;
  private final int partitions;
  private final boolean chained;
  private final Found found;
  private final @Nullable CheckpointWriter writer;
  private final boolean isShared;
  private long next;
  private long lastSteps;
  private long lastTime = System.nanoTime();

  /** Not written yet, oldest first; guarded by itself. */
  private final Deque<Numbered> backlog = new ArrayDeque<>();

  private volatile boolean busy;

  /** Of the thread that writes. */
  private double lastSeconds;

  private record Numbered(long number, Sections sections, double secondsToCopy) {}

  private Checkpoints(
      @Nullable CheckpointStore store,
      CheckpointPlan.@Nullable Interval interval,
      Fingerprint fit,
      int partitions,
      boolean chained,
      Found found,
      @Nullable CheckpointWriter shared) {
    this.store = store;
    this.interval = interval;
    this.fit = fit;
    this.partitions = partitions;
    this.chained = chained;
    this.found = found;
    this.next = found.number() + 1;
    this.isShared = shared != null;
    this.writer = shared != null || store == null ? shared : new CheckpointWriter(store.toString());
  }

  /** A run without any. */
  public static Checkpoints none() {
    return new Checkpoints(null, null, new Fingerprint(), 0, false, Found.NOTHING, null);
  }

  /** A run without any of its own, which goes on from what another has left. */
  public static Checkpoints goingOnFrom(Sections left) {
    return new Checkpoints(null, null, new Fingerprint(), 0, false, new Found(1, 0, left), null);
  }

  /**
   * Those of a run, with what it goes on from.
   *
   * @param fit what the run and its data are known by
   * @param partitions of its data; another number is allowed, but then the bits are others
   * @param chained whether they are a chain
   * @throws IllegalArgumentException if the directory does not hold what {@code plan.resume()} asks
   *     for, or holds checkpoints of another fit
   * @throws IllegalStateException if the directory is not to be read
   */
  public static Checkpoints open(
      CheckpointPlan plan,
      Configuration configuration,
      Fingerprint fit,
      int partitions,
      boolean chained) {
    return open(plan, configuration, fit, partitions, chained, null);
  }

  /**
   * The same.
   *
   * @param shared writes them, and those of other runs; null for a thread of its own. Who opened it
   *     waits for what is written
   */
  public static Checkpoints open(
      CheckpointPlan plan,
      Configuration configuration,
      Fingerprint fit,
      int partitions,
      boolean chained,
      @Nullable CheckpointWriter shared) {
    try {
      CheckpointStore store = new CheckpointStore(plan.directory(), configuration);
      store.removeUnfinished();
      List<Long> numbers = store.numbers();
      if (plan.resume() == Resume.NONE && !numbers.isEmpty()) {
        throw new IllegalArgumentException(
            "checkpointDir "
                + store
                + " holds checkpoints of an earlier run: set resume to must or auto to go on from"
                + " the last, or name another directory");
      }
      Found found = chained ? Found.chain(store, numbers, fit) : Found.newest(store, numbers, fit);
      if (plan.resume() == Resume.MUST && found.number() == 0) {
        throw new IllegalArgumentException(
            "resume is must, but checkpointDir " + store + " holds no whole checkpoint");
      }
      Checkpoints made =
          new Checkpoints(store, plan.interval(), fit, partitions, chained, found, shared);
      made.tellFound();
      return made;
    } catch (IOException e) {
      throw notRead(plan, e);
    }
  }

  /**
   * Refuses a directory whose newest checkpoint is another fit's, and changes nothing there.
   *
   * @param fit what is known of the fit so far
   * @throws IllegalArgumentException as {@link #open}
   */
  public static void requireOwn(CheckpointPlan plan, Configuration configuration, Fingerprint fit) {
    try {
      Found.requireOwn(new CheckpointStore(plan.directory(), configuration), fit);
    } catch (IOException e) {
      throw notRead(plan, e);
    }
  }

  private static IllegalStateException notRead(CheckpointPlan plan, IOException why) {
    return new IllegalStateException(
        "checkpointDir " + plan.directory() + " cannot be read: " + why.getMessage(), why);
  }

  private void tellFound() {
    if (found.number() == 0) {
      LOG.info("Checkpoints go to {}; there is none to go on from", store);
      return;
    }
    LOG.info("Training goes on from checkpoint {} in {}", next - 1, store);
    if (hasOtherPartitions()) {
      LOG.warn(
          "The checkpoint was made on {} partitions and there are {} now: sums are rounded"
              + " otherwise, so that the run is not the undisturbed one to the bit",
          found.partitions(),
          partitions);
    }
  }

  /** Whether checkpoints are made. */
  public boolean areMade() {
    return store != null;
  }

  /** Whether one was found or made. */
  public boolean areAny() {
    return next > 1;
  }

  /** The one checkpoint that the run goes on from; null for none, and in a chain. */
  public @Nullable Sections last() {
    return found.last();
  }

  /** The links of a chain that the run goes on from, oldest first, each read when it is asked. */
  public Iterator<Sections> links() {
    CheckpointStore from = store;
    if (from == null || !chained) {
      return Collections.emptyIterator();
    }
    return LongStream.rangeClosed(1, found.number())
        .mapToObj(number -> link(from, number))
        .iterator();
  }

  /** Only so many links are of use: the others are removed, and the next follows these. */
  public void cut(long links) {
    CheckpointStore from = store;
    if (from == null) {
      return;
    }
    try {
      for (long number = next - 1; number > links; number--) {
        from.remove(number);
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "checkpoints in " + from + " cannot be removed: " + e.getMessage(), e);
    }
    next = links + 1;
  }

  private static Sections link(CheckpointStore from, long number) {
    try {
      return from.read(number);
    } catch (IOException e) {
      throw new IllegalStateException(
          "checkpoint " + number + " in " + from + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether what was found was made on another number of partitions. */
  public boolean hasOtherPartitions() {
    return found.number() > 0 && found.partitions() != partitions;
  }

  /** Whether it is time to {@link #save}; O(1). */
  public boolean isDue(long steps) {
    CheckpointWriter thread = writer;
    if (interval == null || thread == null) {
      return false;
    }
    double since = (System.nanoTime() - lastTime) / 1e9;
    return interval.isOver(steps - lastSteps, since)
        && since >= REST * thread.seconds()
        && isIdle();
  }

  /** Whether nothing is being written. */
  public boolean isIdle() {
    return !busy;
  }

  /** Counts steps from here: those before are in the checkpoint that the run goes on from. */
  public void beginAt(long steps) {
    lastSteps = steps;
  }

  /**
   * Writes, while training goes on.
   *
   * @param state of this moment, not changed any more; asked once, if checkpoints are made
   */
  public void save(long steps, Supplier<Sections> state) {
    CheckpointWriter thread = writer;
    if (thread == null) {
      return;
    }
    long start = System.nanoTime();
    Sections sections = state.get();
    lastSteps = steps;
    lastTime = System.nanoTime();
    sections.putIntegers(Found.PARTITIONS, partitions);
    fit.save(sections);
    synchronized (backlog) {
      if (!chained) {
        backlog.clear();
      }
      backlog.add(new Numbered(next++, sections, (lastTime - start) / 1e9));
      busy = true;
    }
    thread.execute(() -> write(thread));
  }

  private void write(CheckpointWriter by) {
    Numbered now = oldest();
    try {
      while (now != null) {
        write(now, by);
        now = oldest();
      }
    } catch (IOException | RuntimeException e) {
      if (by.beginsToFail()) {
        LOG.warn(
            "Checkpoint {} could not be written to {} ({}); training goes on, and the checkpoints"
                + " before stay",
            now == null ? next : now.number,
            store,
            e.getMessage());
      }
    } finally {
      busy = false;
    }
  }

  private @Nullable Numbered oldest() {
    synchronized (backlog) {
      return backlog.peek();
    }
  }

  private void write(Numbered checkpoint, CheckpointWriter by) throws IOException {
    CheckpointStore to = store;
    if (to == null) {
      return;
    }
    long start = System.nanoTime();
    to.write(checkpoint.number, checkpoint.sections);
    synchronized (backlog) {
      backlog.remove(checkpoint);
    }
    if (by.worksAgain()) {
      LOG.info("Checkpoint {} was written to {} again", checkpoint.number, to);
    }
    if (!chained) {
      to.keepLast(KEPT);
    }
    took(checkpoint.secondsToCopy + (System.nanoTime() - start) / 1e9, by);
  }

  private void took(double seconds, CheckpointWriter by) {
    by.took(seconds - lastSeconds);
    lastSeconds = seconds;
  }

  /** Waits until what was saved is written, for a bounded time; not where others write too. */
  @Override
  public void close() {
    CheckpointWriter thread = writer;
    if (thread == null) {
      return;
    }
    if (isShared) {
      thread.execute(() -> took(0.0, thread)); // it will write no more
    } else {
      thread.close();
    }
  }
}
