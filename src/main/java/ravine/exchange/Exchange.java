package ravine.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
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
  private final ToIntFunction<StepRequest> dimension;
  private final Seat[] seats;

  /** Those of attempts that others have replaced. */
  private final List<Parked> stale = new ArrayList<>();

  private Question.@Nullable Dense last;
  private int present;
  private int folded;

  /** Number of the last question; one thread asks at a time. */
  private long step;

  private @Nullable Question open;
  private boolean stopped = true;
  private @Nullable Throwable failure;
  private long idleSince = System.nanoTime();

  /**
   * Of so many partitions, where nobody is yet.
   *
   * @param dimension of the sums that answer a request
   */
  Exchange(int partitions, ToIntFunction<StepRequest> dimension) {
    this.dimension = dimension;
    this.seats = new Seat[partitions];
    Arrays.setAll(seats, p -> new Seat());
  }

  /** What is known of one partition's worker; all but the slice under the lock. */
  private static final class Seat {
    /** The newest. */
    long attempt = NOBODY;

    /** Whether it has pushed to the open step. */
    boolean pushed;

    @Nullable Parked parked;

    /** The last one whose features it has told; read by whoever writes an order. */
    volatile @Nullable SparseSlice slice;
  }

  /** A caller left without an answer, and since when ({@link System#nanoTime}). */
  private record Parked(Caller caller, long since) {}

  /** Forgets the workers of an earlier job and lets those of a new one in. */
  void admit() {
    lock.lock();
    try {
      for (Seat seat : seats) {
        seat.attempt = NOBODY;
      }
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
      while (present < seats.length && !stopped && left > 0) {
        left = changed.awaitNanos(left);
      }
      return present == seats.length && !stopped;
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
    Question.Dense question =
        new Question.Dense(++step, request, seats.length, dimension.applyAsInt(request), last);
    last = question;
    ask(question, timeoutNanos);
    return question.total();
  }

  /** The same of the features that are touched only; the folded sums are written to {@code sum}. */
  void ask(SparseRequest request, SparseSum sum, long timeoutNanos) throws InterruptedException {
    ask(new Question.Sparse(++step, request, sum, seats.length, p -> seats[p].slice), timeoutNanos);
  }

  private void ask(Question question, long timeoutNanos) throws InterruptedException {
    @Nullable Parked[] ready = new Parked[seats.length];
    lock.lock();
    try {
      folded = 0;
      open = question;
      for (int p = 0; p < seats.length; p++) {
        Seat seat = seats[p];
        ready[p] = seat.parked;
        seat.parked = null;
        seat.pushed = false;
      }
    } finally {
      lock.unlock();
    }
    for (int p = 0; p < seats.length; p++) {
      Parked waiting = ready[p];
      if (waiting != null) {
        reply(List.of(waiting.caller), question.order(p));
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
      while (folded < seats.length) {
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
    Seat seat = seats[partition];
    long attempt = Protocol.attempt(message);
    SparseSlice slice = Protocol.slice(message);
    boolean home = false;
    Question question = null;
    lock.lock();
    try {
      if (stopped) {
        home = true;
      } else if (attempt < seat.attempt) {
        stale.add(new Parked(caller, System.nanoTime()));
      } else {
        if (attempt > seat.attempt) {
          replace(seat, attempt);
        }
        Question current = open;
        if (current != null && Protocol.pushedStep(message) == current.step && !seat.pushed) {
          keep(current, partition, message);
        }
        if (slice != null) { // after what was pushed for the slice before is taken
          seat.slice = slice;
        }
        if (current != null && !seat.pushed) {
          question = current;
        } else {
          seat.parked = new Parked(caller, System.nanoTime());
        }
      }
    } finally {
      lock.unlock();
    }
    if (home) {
      reply(List.of(caller), Protocol.stop());
    } else if (question != null) {
      reply(List.of(caller), question.order(partition));
    }
  }

  private void replace(Seat seat, long attempt) {
    if (seat.attempt == NOBODY) {
      present++;
      if (present == seats.length) {
        changed.signalAll();
      }
    }
    seat.attempt = attempt;
    Parked before = seat.parked;
    if (before != null) {
      stale.add(before);
      seat.parked = null;
    }
  }

  private void keep(Question question, int partition, Message push) {
    question.hold(partition, push);
    seats[partition].pushed = true;
    while (folded < seats.length && seats[folded].pushed) {
      question.fold(folded);
      folded++;
    }
    if (folded == seats.length) {
      changed.signalAll();
    }
  }

  /** Answers "wait" to whoever has been parked that long, before the ask times out there. */
  void keepAlive(long nanos) {
    long now = System.nanoTime();
    List<Caller> waiting = new ArrayList<>();
    lock.lock();
    try {
      for (Seat seat : seats) {
        Parked parked = seat.parked;
        if (parked != null && now - parked.since >= nanos) {
          waiting.add(parked.caller);
          seat.parked = null;
        }
      }
      for (Parked parked : stale) {
        if (now - parked.since >= nanos) {
          waiting.add(parked.caller);
        }
      }
      stale.removeIf(parked -> now - parked.since >= nanos);
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
    for (Seat seat : seats) {
      Parked parked = seat.parked;
      if (parked != null) {
        all.add(parked.caller);
        seat.parked = null;
      }
    }
    for (Parked parked : stale) {
      all.add(parked.caller);
    }
    stale.clear();
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
    for (int p = 0; p < seats.length; p++) {
      if (!seats[p].pushed) {
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
