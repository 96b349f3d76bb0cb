package ravine.exchange;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.cluster.TaskWatch;
import ravine.cluster.Waits;

/**
 * The driver's side of the resident workers: who is there, what they are asked, what came back.
 *
 * <p>A worker's ask is <i>parked</i>, that is left unanswered, until there is an order for it. Of
 * several attempts at one partition the newest counts (attempt ids grow within an application).
 * Older ones are ignored but parked too: if one ended, Spark would take the partition for done and
 * kill the attempt that works. Whoever comes while a step is open and has not pushed to it gets its
 * order at once, which is how a retried task replays the step that its predecessor died in.
 *
 * <p>What is remembered of an attempt dies with it. Whatever is thrown while a message is taken in
 * fails the open step, not the wait for it; so does a wait that has no point ({@link Patience}).
 *
 * <p>Sums are folded in partition order, each as soon as all before it are there, while other
 * partitions still compute. Messages are received in one thread, requests come from another, and a
 * timer from a third. Replies are sent outside of the lock, because sending serializes.
 */
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  /** A wait longer than this looks around. */
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(200);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ToIntFunction<StepRequest> dimension;
  private final Seats seats;
  private final Waits waits;
  private final Protocol.Key key;
  private final int features;
  private final LongAdder bytes = new LongAdder();
  private Question.@Nullable Dense last;
  private int folded;

  /** Number of the last question; one thread asks at a time. */
  private long step;

  private @Nullable Question open;
  private boolean stopped = true;
  private @Nullable Throwable failure;

  /** What went wrong while an answer to the open step was taken. */
  private @Nullable Throwable broken;

  private Patience patience;
  private long idleSince = System.nanoTime();

  /**
   * Of so many partitions, where nobody is yet.
   *
   * @param features how many a slice can touch
   * @param dimension of the sums that answer a request
   * @param key that workers must say
   */
  Exchange(
      int partitions,
      int features,
      ToIntFunction<StepRequest> dimension,
      Waits waits,
      Protocol.Key key) {
    this.features = features;
    this.dimension = dimension;
    this.seats = new Seats(partitions);
    this.waits = waits;
    this.key = key;
    this.patience = new Patience(waits, TaskWatch.blind(""), partitions);
  }

  /** Forgets the workers of an earlier job and lets those of a new one in. */
  void admit(TaskWatch tasks) {
    lock.lock();
    try {
      seats.vacate();
      patience = new Patience(waits, tasks, seats.count());
      stopped = false;
      failure = null;
      idleSince = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is a worker for every partition.
   *
   * @return why there is no use in waiting any longer; empty where the job has ended, null where
   *     all are there
   */
  @Nullable String awaitWorkers() throws InterruptedException {
    lock.lock();
    try {
      while (!seats.areTaken() && !stopped) {
        if (changed.awaitNanos(LOOK) <= 0) {
          String trouble = patience.trouble(seats.absent());
          if (trouble != null) {
            return trouble;
          }
        }
      }
      return stopped ? "" : null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks every partition and waits.
   *
   * @return the folded sums, valid until the next call
   * @throws Patience.Refusal if there is no use in waiting, or the job has failed; ask others then
   * @throws IllegalStateException if the job was cancelled
   */
  double[] ask(StepRequest request) throws InterruptedException {
    Question.Dense question =
        new Question.Dense(++step, request, seats.count(), dimension.applyAsInt(request), last);
    last = question;
    ask(question);
    return question.total();
  }

  /** The same of the features that are touched only; the folded sums are written to {@code sum}. */
  void ask(SparseSlice.Request request, SparseSum sum) throws InterruptedException {
    ask(new Question.Sparse(++step, request, sum, seats.count(), p -> seats.at(p).slice));
  }

  private void ask(Question question) throws InterruptedException {
    Seats.@Nullable Caller[] ready;
    lock.lock();
    try {
      folded = 0;
      open = question;
      broken = null;
      patience.heard();
      ready = seats.begin();
    } finally {
      lock.unlock();
    }
    for (int p = 0; p < ready.length; p++) {
      Seats.Caller waiting = ready[p];
      if (waiting != null) {
        order(question, p, waiting);
      }
    }
    await();
  }

  /** Sends a partition its order; a failure to write it is one of the step. */
  private void order(Question question, int partition, Seats.Caller caller) {
    try {
      reply(List.of(caller), question.order(partition));
    } catch (Throwable e) {
      lock.lock();
      try {
        fail(e);
      } finally {
        lock.unlock();
      }
      reply(List.of(caller), Protocol.stop());
    }
  }

  private void await() throws InterruptedException {
    lock.lock();
    try {
      if (Thread.interrupted()) { // the answers may be there already, and nothing would wait
        throw new InterruptedException();
      }
      while (folded < seats.count()) {
        Throwable thrown = broken;
        if (thrown != null) {
          throw Patience.Refusal.anyMore("an answer could not be taken: " + thrown, thrown);
        }
        if (stopped) {
          throw ended();
        }
        if (changed.awaitNanos(LOOK) <= 0 && folded < seats.count()) {
          String trouble = patience.trouble(seats.silent());
          if (trouble != null) {
            throw Patience.Refusal.anyMore(trouble, null);
          }
        }
      }
    } finally {
      open = null;
      idleSince = System.nanoTime();
      lock.unlock();
    }
  }

  /**
   * A message has come; the caller is answered now or later. Nothing is decoded before it has said
   * the key, and nothing beyond the lengths that an answer to the open step has. An attempt that
   * Spark's scheduler knows nothing of does not take a seat: who has learnt the key cannot speak
   * for a partition by saying a higher number.
   *
   * @throws IllegalArgumentException if it is not from a worker of this crew
   */
  void receive(Message message, Seats.Caller caller) {
    Protocol.Sender sender = Protocol.sender(message);
    bytes.add(message.vectorBytes());
    int partition = sender.partition();
    if (!key.is(sender.key()) || partition < 0 || partition >= seats.count()) {
      throw new IllegalArgumentException("This message is not from a worker of this training.");
    }
    Seats.Seat seat = seats.at(partition);
    SparseSlice slice = Protocol.slice(message, features);
    boolean home = false;
    Question question = null;
    lock.lock();
    try {
      if (stopped) {
        home = true;
      } else if (sender.attempt() < seat.attempt) {
        seats.parkStale(caller);
      } else {
        if (sender.attempt() > seat.attempt) {
          if (!patience.hasStarted(sender)) {
            throw new IllegalArgumentException(
                "Spark has started no task " + sender.attempt() + " of this training.");
          }
          replace(seat, sender);
        }
        Question current = open;
        if (current != null && Protocol.pushedStep(message) == current.step && !seat.pushed) {
          keep(current, partition, message);
        }
        if (slice != null) { // after what was pushed for the slice before is taken
          seat.slice = slice;
        }
        if (current != null && !seat.pushed && broken == null) {
          question = current;
        } else {
          seats.park(seat, caller);
        }
      }
    } finally {
      lock.unlock();
    }
    if (home) {
      reply(List.of(caller), Protocol.stop());
    } else if (question != null) {
      order(question, partition, caller);
    }
  }

  private void replace(Seats.Seat seat, Protocol.Sender sender) {
    if (sender.retry() > 0) {
      patience.supersede();
    }
    patience.heard();
    seats.take(seat, sender.attempt());
    if (seats.areTaken()) {
      changed.signalAll();
    }
  }

  private void keep(Question question, int partition, Message push) {
    patience.heard();
    try {
      question.hold(partition, push);
      seats.at(partition).pushed = true;
      while (folded < seats.count() && seats.at(folded).pushed) {
        question.fold(folded);
        folded++;
      }
    } catch (Throwable e) {
      fail(e);
    }
    if (folded == seats.count()) {
      changed.signalAll();
    }
  }

  private void fail(Throwable thrown) {
    broken = thrown;
    changed.signalAll();
  }

  /** Answers "wait" to whoever has been parked that long, before the ask times out there. */
  void keepAlive(long nanos) {
    List<Seats.Caller> waiting;
    lock.lock();
    try {
      waiting = seats.leaving(nanos);
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
    List<Seats.Caller> all;
    lock.lock();
    try {
      if (stopped || open != null) {
        return false;
      }
      all = close();
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
    List<Seats.Caller> all;
    lock.lock();
    try {
      if (!stopped) {
        failure = cause;
      }
      all = close();
    } finally {
      lock.unlock();
    }
    reply(all, Protocol.stop());
  }

  private List<Seats.Caller> close() {
    stopped = true;
    changed.signalAll();
    return seats.leaving(Long.MIN_VALUE);
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

  long bytes() {
    return bytes.sum();
  }

  @Nullable Throwable failure() {
    lock.lock();
    try {
      return failure;
    } finally {
      lock.unlock();
    }
  }

  private void reply(List<Seats.Caller> callers, Message answer) {
    bytes.add(callers.size() * answer.vectorBytes());
    for (Seats.Caller caller : callers) {
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
    String why = cause == null ? "" : ": " + ResidentJob.line(cause);
    String whom = patience.names(seats.silent());
    String what = "they ended while step " + step + " waited for" + whom + why;
    if (cause != null && ResidentJob.isFinal(cause)) {
      return new IllegalStateException("Training cannot go on: " + what, cause);
    }
    return Patience.Refusal.anyMore(what, cause);
  }
}
