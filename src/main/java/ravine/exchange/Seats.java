package ravine.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import ravine.cluster.TaskWatch;

/**
 * The partitions' workers: who is there, who waits for an answer, who was replaced. Used under the
 * lock of its {@link Exchange}, but for the slices, which whoever writes an order reads.
 */
final class Seats {
  /** Whoever waits for an answer. */
  interface Caller {
    void reply(Message answer);
  }

  private final Seat[] seats;

  /** Those of attempts that others have replaced. */
  private final List<Parked> stale = new ArrayList<>();

  private int present;

  /** Of so many partitions, where nobody is yet. */
  Seats(int partitions) {
    this.seats = new Seat[partitions];
    Arrays.setAll(seats, p -> new Seat());
  }

  /** What is known of one partition's worker. */
  static final class Seat {
    /** The newest. */
    long attempt = TaskWatch.NOBODY;

    /** Whether it has pushed to the open step. */
    boolean pushed;

    /** The last slice whose features it has told. */
    volatile @Nullable SparseSlice slice;

    private @Nullable Parked parked;
  }

  /** A caller left without an answer, and since when ({@link System#nanoTime}). */
  private record Parked(Caller caller, long since) {}

  int count() {
    return seats.length;
  }

  Seat at(int partition) {
    return seats[partition];
  }

  boolean areTaken() {
    return present == seats.length;
  }

  /** Nobody is there any more. */
  void vacate() {
    for (Seat seat : seats) {
      seat.attempt = TaskWatch.NOBODY;
      seat.slice = null;
    }
    present = 0;
  }

  /** A newer attempt takes a seat; what is remembered of the one before goes with it. */
  void take(Seat seat, long attempt) {
    if (seat.attempt == TaskWatch.NOBODY) {
      present++;
    }
    seat.attempt = attempt;
    seat.slice = null;
    Parked before = seat.parked;
    if (before != null) {
      stale.add(before);
      seat.parked = null;
    }
  }

  void park(Seat seat, Caller caller) {
    seat.parked = new Parked(caller, System.nanoTime());
  }

  /** Keeps one that another attempt has replaced. */
  void parkStale(Caller caller) {
    stale.add(new Parked(caller, System.nanoTime()));
  }

  /** Begins a step: nobody has pushed. Those parked in their seats leave them, null for nobody. */
  @Nullable Caller[] begin() {
    @Nullable Caller[] ready = new Caller[seats.length];
    for (int p = 0; p < seats.length; p++) {
      Parked parked = seats[p].parked;
      ready[p] = parked == null ? null : parked.caller;
      seats[p].parked = null;
      seats[p].pushed = false;
    }
    return ready;
  }

  /** Those parked for so long, who are parked no more. */
  List<Caller> leaving(long nanos) {
    long now = System.nanoTime();
    List<Caller> waiting = new ArrayList<>();
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
    return waiting;
  }

  /** Who has not answered the open step. */
  Patience.Missing silent() {
    return missing(seat -> !seat.pushed);
  }

  /** Who has never been there. */
  Patience.Missing absent() {
    return missing(seat -> seat.attempt == TaskWatch.NOBODY);
  }

  private Patience.Missing missing(Predicate<Seat> which) {
    return new Patience.Missing() {
      @Override
      public boolean is(int partition) {
        return which.test(seats[partition]);
      }

      @Override
      public long attempt(int partition) {
        return seats[partition].attempt;
      }
    };
  }
}
