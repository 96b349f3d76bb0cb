package ravine.resume;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.checkpoint.CheckpointException;
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
 * that all that takes 1 % of a run at most, whatever is asked for. A write that fails costs a line
 * in the log and nothing else: training goes on, what was there stays, and the next one that is due
 * tries again. Not thread-safe, but for that thread.
 */
public final class Checkpoints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final int KEPT = 2;

  /** The end of a run waits so long for its last checkpoint to be written. */
  private static final int LAST_SECONDS = 300;

  /** Between two checkpoints is so many times the time that the last one took: 1 %. */
  private static final double REST = 99.0;

  private static final String PARTITIONS = "partitions";

  private final @Nullable CheckpointStore store;
  private final CheckpointPlan.@Nullable Interval interval;
  private final Fingerprint fit;
  private final int partitions;
  private final boolean chained;
  private final Found found;
  private final @Nullable ExecutorService writer;
  private long next;
  private long lastSteps;
  private long lastTime = System.nanoTime();

  /** Not written yet, oldest first; guarded by itself. */
  private final Deque<Numbered> backlog = new ArrayDeque<>();

  private volatile boolean busy;
  private boolean failing;
  private volatile double lastSeconds;

  private record Numbered(long number, Sections sections, double secondsToCopy) {}

  private Checkpoints(
      @Nullable CheckpointStore store,
      CheckpointPlan.@Nullable Interval interval,
      Fingerprint fit,
      int partitions,
      boolean chained,
      Found found) {
    this.store = store;
    this.interval = interval;
    this.fit = fit;
    this.partitions = partitions;
    this.chained = chained;
    this.found = found;
    this.next = found.number + 1;
    this.writer =
        store == null
            ? null
            : Executors.newSingleThreadExecutor(
                task -> {
                  Thread thread = new Thread(task, "ravine-checkpoints");
                  thread.setDaemon(true);
                  return thread;
                });
  }

  /** A run without any. */
  public static Checkpoints none() {
    return new Checkpoints(null, null, new Fingerprint(), 0, false, Found.NOTHING);
  }

  /** A run without any of its own, which goes on from what another has left. */
  public static Checkpoints goingOnFrom(Sections left) {
    return new Checkpoints(null, null, new Fingerprint(), 0, false, new Found(1, 0, left));
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
      Found found = chained ? chain(store, numbers, fit) : newest(store, numbers, fit);
      if (plan.resume() == Resume.MUST && found.number == 0) {
        throw new IllegalArgumentException(
            "resume is must, but checkpointDir " + store + " holds no whole checkpoint");
      }
      Checkpoints made = new Checkpoints(store, plan.interval(), fit, partitions, chained, found);
      made.tellFound();
      return made;
    } catch (IOException e) {
      throw new IllegalStateException(
          "checkpointDir " + plan.directory() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * What a run goes on from: the number of the last checkpoint (0 for nothing), the partitions on
   * which it was made, and itself; null in a chain, whose links are read again one by one, because
   * together they may be more than fits into memory.
   */
  private record Found(long number, long partitions, @Nullable Sections last) {
    static final Found NOTHING = new Found(0, 0, null);
  }

  /** The newest that is whole; newer ones are removed, for they would only be in the way. */
  private static Found newest(CheckpointStore store, List<Long> numbers, Fingerprint fit)
      throws IOException {
    for (int i = numbers.size() - 1; i >= 0; i--) {
      Sections read = readWhole(store, numbers.get(i), fit);
      if (read != null) {
        removeFrom(store, numbers, i + 1);
        return new Found(numbers.get(i), read.integer(PARTITIONS), read);
      }
    }
    removeFrom(store, numbers, 0);
    return Found.NOTHING;
  }

  /** All up to the first that is missing or torn; later ones are removed. */
  private static Found chain(CheckpointStore store, List<Long> numbers, Fingerprint fit)
      throws IOException {
    Found found = Found.NOTHING;
    for (long number : numbers) {
      Sections read = readWhole(store, number, fit);
      if (read == null || number != found.number + 1) {
        break;
      }
      found = new Found(number, read.integer(PARTITIONS), null);
    }
    removeFrom(store, numbers, (int) found.number);
    return found;
  }

  private static void removeFrom(CheckpointStore store, List<Long> numbers, int from)
      throws IOException {
    for (int i = from; i < numbers.size(); i++) {
      store.remove(numbers.get(i));
    }
  }

  private static @Nullable Sections readWhole(CheckpointStore store, long number, Fingerprint fit)
      throws IOException {
    Sections read;
    try {
      read = store.read(number);
    } catch (CheckpointException torn) {
      LOG.warn(
          "Checkpoint {} in {} is not whole and left out: {}", number, store, torn.getMessage());
      return null;
    }
    String difference = fit.difference(read);
    if (difference != null) {
      throw new IllegalArgumentException(
          "The checkpoints in "
              + store
              + " are of another fit: "
              + difference
              + ". Set it as it was, or name another checkpointDir");
    }
    return read;
  }

  private void tellFound() {
    if (found.number == 0) {
      LOG.info("Checkpoints go to {}; there is none to go on from", store);
      return;
    }
    LOG.info("Training goes on from checkpoint {} in {}", next - 1, store);
    if (hasOtherPartitions()) {
      LOG.warn(
          "The checkpoint was made on {} partitions and there are {} now: sums are rounded"
              + " otherwise, so that the run is not the undisturbed one to the bit",
          found.partitions,
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
    return found.last;
  }

  /** The links of a chain that the run goes on from, oldest first, each read when it is asked. */
  public Iterator<Sections> links() {
    CheckpointStore from = store;
    if (from == null || !chained) {
      return Collections.emptyIterator();
    }
    return LongStream.rangeClosed(1, found.number)
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
    return found.number > 0 && found.partitions != partitions;
  }

  /** Whether it is time to {@link #save}; O(1). */
  public boolean isDue(long steps) {
    if (interval == null) {
      return false;
    }
    double since = (System.nanoTime() - lastTime) / 1e9;
    return interval.isOver(steps - lastSteps, since) && since >= REST * lastSeconds && isIdle();
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
    ExecutorService thread = writer;
    if (thread == null) {
      return;
    }
    long start = System.nanoTime();
    Sections sections = state.get();
    lastSteps = steps;
    lastTime = System.nanoTime();
    sections.putIntegers(PARTITIONS, partitions);
    fit.save(sections);
    synchronized (backlog) {
      if (!chained) {
        backlog.clear();
      }
      backlog.add(new Numbered(next++, sections, (lastTime - start) / 1e9));
      busy = true;
    }
    thread.execute(this::write);
  }

  private void write() {
    Numbered now = oldest();
    try {
      while (now != null) {
        write(now);
        now = oldest();
      }
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        LOG.warn(
            "Checkpoint {} could not be written to {} ({}); training goes on, and the checkpoints"
                + " before stay",
            now == null ? next : now.number,
            store,
            e.getMessage());
      }
      failing = true;
    } finally {
      busy = false;
    }
  }

  private @Nullable Numbered oldest() {
    synchronized (backlog) {
      return backlog.peek();
    }
  }

  private void write(Numbered checkpoint) throws IOException {
    CheckpointStore to = store;
    if (to == null) {
      return;
    }
    long start = System.nanoTime();
    to.write(checkpoint.number, checkpoint.sections);
    synchronized (backlog) {
      backlog.remove(checkpoint);
    }
    if (failing) {
      LOG.info("Checkpoint {} was written to {} again", checkpoint.number, to);
      failing = false;
    }
    if (!chained) {
      to.keepLast(KEPT);
    }
    lastSeconds = checkpoint.secondsToCopy + (System.nanoTime() - start) / 1e9;
  }

  /** Waits until what was saved is written, for a bounded time. */
  @Override
  public void close() {
    ExecutorService thread = writer;
    if (thread == null) {
      return;
    }
    thread.shutdown();
    boolean interrupted = Thread.interrupted();
    try {
      if (!thread.awaitTermination(LAST_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The last checkpoint was not written to {} in {} s", store, LAST_SECONDS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
