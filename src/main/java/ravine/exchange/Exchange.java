package ravine.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side of the resident workers: who is there, what they are asked, what came back.
 *
 * <p>A worker's ask is <i>parked</i>, that is left unanswered, until there is an order for it. Of
 * several attempts at one partition the newest counts (attempt ids grow within an application).
 * Older ones are ignored but parked too: if one ended, Spark would take the partition for done and
 * kill the attempt that works. Whoever comes while a step is open and has not pushed to it gets its
 * order at once, which is how a retried task replays the step that its predecessor died in.
 *
 * <p>Sums are folded in partition order, each as soon as all before it are there, while other
 * partitions still compute. Messages are received in one thread, requests come from another, and a
 * timer from a third. Replies are sent outside of the lock, because sending serializes.
 */
final class Exchange {
  /** Whoever waits for an answer. */
  interface Caller {
    void reply(Message answer);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final long NOBODY = -1;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final int partitions;
  private final long[] attempts;
  private final @Nullable Caller[] parked;
  private final long[] parkedAt;
  private final List<Caller> stale = new ArrayList<>();
  private final List<Long> staleAt = new ArrayList<>();
  private final double[] total;
  private final double[][] decoded;
  private final AtomicReferenceArray<SparseSlice> slices;
  private final boolean[] pushed;
  private int present;
  private int folded;
  private long step;
  private @Nullable Question open;
  private boolean stopped = true;
  private @Nullable Throwable failure;
  private long idleSince = System.nanoTime();

  Exchange(int partitions, int dimension) {
    this.partitions = partitions;
    this.attempts = new long[partitions];
    this.parked = new Caller[partitions];
    this.parkedAt = new long[partitions];
    this.decoded = new double[partitions][];
    this.slices = new AtomicReferenceArray<>(partitions);
    this.pushed = new boolean[partitions];
    this.total = PartialSum.create(dimension);
  }

  /** Forgets the workers of an earlier job and lets those of a new one in. */
  void admit() {
    lock.lock();
    try {
      Arrays.fill(attempts, NOBODY);
      present = 0;
      stopped = false;
      failure = null;
      idleSince = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is a worker for every partition; false if time is up or the job ended. */
  boolean awaitWorkers(long timeoutNanos) throws InterruptedException {
    lock.lock();
    try {
      long left = timeoutNanos;
      while (present < partitions && !stopped && left > 0) {
        left = changed.awaitNanos(left);
      }
      return present == partitions && !stopped;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks every partition and waits.
   *
   * @return the folded sums, valid until the next call
   * @throws IllegalStateException if a partition is not heard in time, or the job has ended
   */
  double[] ask(StepRequest request, long timeoutNanos) throws InterruptedException {
    ask(number -> new Question.Dense(number, request, total, decoded), timeoutNanos);
    return total;
  }

  /** The same of the features that are touched only; the folded sums are written to {@code sum}. */
  void ask(SparseRequest request, SparseSum sum, long timeoutNanos) throws InterruptedException {
    ask(number -> new Question.Sparse(number, request, sum, slices), timeoutNanos);
  }

  private void ask(LongFunction<Question> make, long timeoutNanos) throws InterruptedException {
    Question round;
    @Nullable Caller[] ready;
    lock.lock();
    try {
      step++;
      folded = 0;
      Arrays.fill(pushed, false);
      round = make.apply(step);
      open = round;
      ready = parked.clone();
      Arrays.fill(parked, null);
    } finally {
      lock.unlock();
    }
    for (int p = 0; p < partitions; p++) {
      Caller caller = ready[p];
      if (caller != null) {
        reply(List.of(caller), round.order(p));
      }
    }
    await(timeoutNanos);
  }

  private void await(long timeoutNanos) throws InterruptedException {
    lock.lock();
    try {
      if (Thread.interrupted()) { // the answers may be there already, and nothing would wait
        throw new InterruptedException();
      }
      long left = timeoutNanos;
      while (folded < partitions) {
        if (stopped) {
          throw ended();
        }
        if (left <= 0) {
          throw new IllegalStateException(
              "Step "
                  + step
                  + " waited "
                  + timeoutNanos / 1e9
                  + " s (spark.ravine.step.timeout) for the sums of "
                  + missing());
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      open = null;
      idleSince = System.nanoTime();
      lock.unlock();
    }
  }

  /** A message has come; the caller is answered now or later. */
  void receive(Message message, Caller caller) {
    int partition = Protocol.partition(message);
    long attempt = Protocol.attempt(message);
    SparseSlice slice = Protocol.slice(message);
    boolean home = false;
    Question round = null;
    lock.lock();
    try {
      if (stopped) {
        home = true;
      } else if (attempt < attempts[partition]) {
        addStale(caller, System.nanoTime());
      } else {
        if (attempt > attempts[partition]) {
          replace(partition, attempt);
        }
        Question current = open;
        if (current != null && Protocol.pushedStep(message) == step && !pushed[partition]) {
          keep(current, partition, message);
        }
        if (slice != null) { // after what was pushed for the slice before is taken
          slices.set(partition, slice);
        }
        if (current != null && !pushed[partition]) {
          round = current;
        } else {
          parked[partition] = caller;
          parkedAt[partition] = System.nanoTime();
        }
      }
    } finally {
      lock.unlock();
    }
    if (home) {
      reply(List.of(caller), Protocol.stop());
    } else if (round != null) {
      reply(List.of(caller), round.order(partition));
    }
  }

  private void replace(int partition, long attempt) {
    if (attempts[partition] == NOBODY) {
      present++;
      if (present == partitions) {
        changed.signalAll();
      }
    }
    attempts[partition] = attempt;
    Caller before = parked[partition];
    if (before != null) {
      addStale(before, parkedAt[partition]);
      parked[partition] = null;
    }
  }

  private void addStale(Caller caller, long since) {
    stale.add(caller);
    staleAt.add(since);
  }

  private void keep(Question round, int partition, Message push) {
    round.hold(partition, push);
    pushed[partition] = true;
    while (folded < partitions && pushed[folded]) {
      round.fold(folded);
      folded++;
    }
    if (folded == partitions) {
      changed.signalAll();
    }
  }

  /** Answers "wait" to whoever has been parked that long, before the ask times out there. */
  void keepAlive(long nanos) {
    long now = System.nanoTime();
    List<Caller> waiting = new ArrayList<>();
    lock.lock();
    try {
      for (int p = 0; p < partitions; p++) {
        Caller caller = parked[p];
        if (caller != null && now - parkedAt[p] >= nanos) {
          waiting.add(caller);
          parked[p] = null;
        }
      }
      for (int s = stale.size() - 1; s >= 0; s--) {
        if (now - staleAt.get(s) >= nanos) {
          waiting.add(stale.remove(s));
          staleAt.remove(s);
        }
      }
    } finally {
      lock.unlock();
    }
    reply(waiting, Protocol.waitMore());
  }

  /** Nanoseconds since the last step ended; 0 while one is open or nobody is there. */
  long idleNanos() {
    lock.lock();
    try {
      return stopped || open != null ? 0 : System.nanoTime() - idleSince;
    } finally {
      lock.unlock();
    }
  }

  /** Sends everybody home, now and whoever comes later; false if a step is open or all are gone. */
  boolean releaseIfIdle() {
    List<Caller> all = new ArrayList<>();
    lock.lock();
    try {
      if (stopped || open != null) {
        return false;
      }
      close(all);
    } finally {
      lock.unlock();
    }
    reply(all, Protocol.stop());
    return true;
  }

  /**
   * Sends everybody home; a request that waits fails with that cause. What becomes of a job whose
   * workers were already sent home is of no interest.
   */
  void stop(@Nullable Throwable cause) {
    List<Caller> all = new ArrayList<>();
    lock.lock();
    try {
      if (!stopped) {
        failure = cause;
      }
      close(all);
    } finally {
      lock.unlock();
    }
    reply(all, Protocol.stop());
  }

  private void close(List<Caller> all) {
    stopped = true;
    unparkAll(all);
    all.addAll(stale);
    stale.clear();
    staleAt.clear();
    changed.signalAll();
  }

  /** Whether the workers were sent home, or their job has ended. */
  boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** What the job failed of, if it did. */
  @Nullable Throwable failure() {
    lock.lock();
    try {
      return failure;
    } finally {
      lock.unlock();
    }
  }

  private void unparkAll(List<Caller> to) {
    for (int p = 0; p < partitions; p++) {
      Caller caller = parked[p];
      if (caller != null) {
        to.add(caller);
        parked[p] = null;
      }
    }
  }

  private static void reply(List<Caller> callers, Message answer) {
    for (Caller caller : callers) {
      try {
        caller.reply(answer);
      } catch (RuntimeException gone) {
        // Its ask fails or times out over there, and the task's next attempt says hello.
        LOG.debug("A resident worker could not be answered", gone);
      }
    }
  }

  private IllegalStateException ended() {
    Throwable cause = failure;
    String why =
        cause == null ? "" : ": " + (cause.getMessage() == null ? cause : cause.getMessage());
    return new IllegalStateException(
        "The resident workers ended while step " + step + " waited for " + missing() + why, cause);
  }

  private String missing() {
    StringBuilder text = new StringBuilder("partitions");
    int named = 0;
    for (int p = 0; p < partitions; p++) {
      if (!pushed[p]) {
        if (named == 10) {
          return text.append(", …").toString();
        }
        text.append(named == 0 ? " " : ", ").append(p);
        named++;
      }
    }
    return text.toString();
  }
}
