package ravine.exchange;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.cluster.TaskWatch;
import ravine.cluster.Waits;

/**
 * Decides when waiting for workers has no point any more: their stage was begun anew, a partition
 * has no slot, or nothing is heard. Used under the lock of its {@link Exchange}, and only where an
 * answer is late.
 */
final class Patience {
  private static final long NEVER = Long.MIN_VALUE;

  private final Waits waits;
  private final TaskWatch tasks;

  /** Since when each partition has had no running task; {@link #NEVER} where it has one. */
  private final long[] vacant;

  private long heard = System.nanoTime();

  /** With the tasks of one job. */
  Patience(Waits waits, TaskWatch tasks, int partitions) {
    this.waits = waits;
    this.tasks = tasks;
    this.vacant = new long[partitions];
    Arrays.fill(vacant, NEVER);
  }

  /** A wait begins, or a worker was heard. */
  void heard() {
    heard = System.nanoTime();
  }

  /** A worker says that Spark has begun its stage anew. */
  void supersede() {
    tasks.supersede();
  }

  /** Whether Spark has started the task that somebody says to be. */
  boolean hasStarted(Protocol.Sender sender) {
    return tasks.hasStarted(sender.partition(), sender.attempt());
  }

  /** Who is waited for. */
  interface Missing {
    /** Whether something has to come from a partition. */
    boolean is(int partition);

    /** The newest task of a partition that has said hello; {@link TaskWatch#NOBODY} if none has. */
    long attempt(int partition);
  }

  /** Why it is no use to wait for them any longer; null if it is. */
  @Nullable String trouble(Missing missing) {
    if (tasks.isSuperseded()) {
      return "Spark has begun their stage anew, because shuffle files behind the rows are lost";
    }
    long now = System.nanoTime();
    boolean recomputes = false;
    boolean hasReported = false;
    for (int p = 0; p < vacant.length; p++) {
      hasReported |= missing.attempt(p) != TaskWatch.NOBODY;
    }
    // Before the first hello what runs may be a stage before theirs, that makes lost rows again.
    boolean early = !hasReported && tasks.runsAny();
    for (int p = 0; p < vacant.length; p++) {
      long newest = missing.is(p) ? tasks.newest(p) : TaskWatch.NOBODY;
      long attempt = missing.attempt(p);
      boolean gone = attempt == TaskWatch.NOBODY || tasks.hasEnded(attempt);
      if (!missing.is(p) || early || newest != TaskWatch.NOBODY || !gone) {
        vacant[p] = NEVER;
        recomputes |= early || newest > attempt;
      } else if (vacant[p] == NEVER) {
        vacant[p] = now;
      } else if (now - vacant[p] >= waits.slot()) {
        return "partition " + p + " had no slot" + within(waits.slot(), Waits.SLOT);
      }
    }
    long quiet = now - Math.max(heard, tasks.lastNews());
    if (recomputes) {
      return quiet < waits.recompute()
          ? null
          : "lost rows were not made again" + within(waits.recompute(), Waits.RECOMPUTE);
    }
    return quiet < waits.step()
        ? null
        : "nothing was heard of" + names(missing) + within(waits.step(), Waits.STEP);
  }

  private static String within(long nanos, String setting) {
    return " within " + nanos / 1e9 + " s (" + setting + ")";
  }

  /** The partitions that are waited for, the first ten of them. */
  String names(Missing missing) {
    StringBuilder text = new StringBuilder(" partitions");
    int named = 0;
    for (int p = 0; p < vacant.length; p++) {
      if (missing.is(p)) {
        if (named == 10) {
          return text.append(", …").toString();
        }
        text.append(named == 0 ? " " : ", ").append(p);
        named++;
      }
    }
    return text.toString();
  }

  /**
   * Resident workers cannot start here, or cannot go on; the message says why. Nothing is lost by
   * it: the driver has all state, and one job a step still can, or workers that are gathered anew.
   */
  static final class Refusal extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final boolean started;

    private Refusal(boolean started, String sentence, @Nullable Throwable cause) {
      super(sentence, cause);
      this.started = started;
    }

    /** They cannot start. */
    static Refusal here(String reason, @Nullable Throwable cause) {
      return new Refusal(false, "Resident workers cannot run here: " + reason + ".", cause);
    }

    /** They ran, and cannot go on. */
    static Refusal anyMore(String reason, @Nullable Throwable cause) {
      return new Refusal(true, "The resident workers cannot go on: " + reason + ".", cause);
    }

    /** Whether all of them were there before; if not, they have been waited for in vain. */
    boolean hadStarted() {
      return started;
    }
  }
}
