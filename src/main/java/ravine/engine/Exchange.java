package ravine.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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
    void reply(Frame answer);
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
  private final double[][] sums;
  private final double[][] decoded;
  private final boolean[] pushed;
  private int present;
  private int folded;
  private long step;
  private @Nullable Frame order;
  private boolean stopped = true;
  private @Nullable Throwable failure;
  private long idleSince = System.nanoTime();

  Exchange(int partitions, int dimension) {
    this.partitions = partitions;
    this.attempts = new long[partitions];
    this.parked = new Caller[partitions];
    this.parkedAt = new long[partitions];
    this.sums = new double[partitions][];
    this.decoded = new double[partitions][];
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
    Frame opened;
    List<Caller> ready = new ArrayList<>(partitions);
    lock.lock();
    try {
      step++;
      folded = 0;
      Arrays.fill(pushed, false);
      Arrays.fill(total, 0.0);
      opened = Wire.order(step, request);
      order = opened;
      unparkAll(ready);
    } finally {
      lock.unlock();
    }
    reply(ready, opened);
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
      return total;
    } finally {
      order = null;
      idleSince = System.nanoTime();
      lock.unlock();
    }
  }

  /** A message has come; the caller is answered now or later. */
  void receive(Frame message, Caller caller) {
    int partition = Wire.partition(message);
    long attempt = Wire.attempt(message);
    Frame answer = null;
    lock.lock();
    try {
      if (stopped) {
        answer = Wire.stop();
      } else if (attempt < attempts[partition]) {
        addStale(caller, System.nanoTime());
      } else {
        if (attempt > attempts[partition]) {
          replace(partition, attempt);
        }
        if (order != null && Wire.pushedStep(message) == step && !pushed[partition]) {
          keep(partition, message);
        }
        if (order != null && !pushed[partition]) {
          answer = order;
        } else {
          parked[partition] = caller;
          parkedAt[partition] = System.nanoTime();
        }
      }
    } finally {
      lock.unlock();
    }
    if (answer != null) {
      reply(List.of(caller), answer);
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

  private void keep(int partition, Frame push) {
    double[] sum = Objects.requireNonNull(push.first(decoded[partition]));
    if (push.isEncoded()) {
      decoded[partition] = sum;
    }
    pushed[partition] = true;
    sums[partition] = sum;
    while (folded < partitions && pushed[folded]) {
      PartialSum.fold(total, sums[folded]);
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
    reply(waiting, Wire.waitMore());
  }

  /** Nanoseconds since the last step ended; 0 while one is open or nobody is there. */
  long idleNanos() {
    lock.lock();
    try {
      return stopped || order != null ? 0 : System.nanoTime() - idleSince;
    } finally {
      lock.unlock();
    }
  }

  /** Sends everybody home, now and whoever comes later; false if a step is open or all are gone. */
  boolean releaseIfIdle() {
    List<Caller> all = new ArrayList<>();
    lock.lock();
    try {
      if (stopped || order != null) {
        return false;
      }
      close(all);
    } finally {
      lock.unlock();
    }
    reply(all, Wire.stop());
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
    reply(all, Wire.stop());
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

  private static void reply(List<Caller> callers, Frame answer) {
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
