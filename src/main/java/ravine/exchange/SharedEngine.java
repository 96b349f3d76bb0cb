package ravine.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One engine for several models, each of which is trained in a thread of its own by the loops that
 * train one: once every model that is still at work has asked something, all is asked as one
 * question ({@link Many}), and the answers are given out. Models see nothing of each other: each is
 * answered what it would be alone, to the bit.
 */
public final class SharedEngine {
  private static final double[] NONE = {};

  /** Numbers that all partitions may send for one question: 256 MB. */
  private static final long MOST_NUMBERS = 32L << 20;

  /** Of the driver's heap, which holds them more than once. */
  private static final int PART_OF_HEAP = 32;

  private final GradientEngine engine;
  private final Work work;
  private final int features;
  private final int partitions;
  private final Desk[] desks;

  /** Seats that are not closed. */
  private final AtomicInteger open;

  /** Models that have begun and not ended. */
  private final AtomicInteger atWork = new AtomicInteger();

  /** Of those, how many wait for an answer. */
  private final AtomicInteger waiting = new AtomicInteger();

  /** Of the models at work, where each keeps its margins; under its own lock. */
  private final BitSet places = new BitSet();

  private volatile Thread server = Thread.currentThread();

  /** What nobody can be answered after. */
  private volatile @Nullable Throwable broken;

  /**
   * Over an open engine, whose work is {@link Work#ofMany}.
   *
   * @param features d
   * @param partitions P
   * @param threads that will train models
   */
  public SharedEngine(GradientEngine engine, Work work, int features, int partitions, int threads) {
    this.engine = engine;
    this.work = work;
    this.features = features;
    this.partitions = partitions;
    this.desks = new Desk[threads];
    this.open = new AtomicInteger(threads);
    Arrays.setAll(desks, thread -> new Desk());
  }

  /** The first place that is free: those of many are not more than were at work at once. */
  private int takePlace() {
    synchronized (places) {
      int free = places.nextClearBit(0);
      places.set(free);
      return free;
    }
  }

  private void leavePlace(int place) {
    synchronized (places) {
      places.clear(place);
    }
  }

  /**
   * The engine of a thread that trains models; close it when it has no more of them, or nobody is
   * answered any more.
   *
   * @param thread from 0
   */
  public Seat of(int thread) {
    return desks[thread];
  }

  /**
   * Most numbers that all partitions send for one question, if it is of several models.
   *
   * @param heap of the driver, in bytes
   */
  public static long mostNumbers(long heap) {
    return Math.min(MOST_NUMBERS, heap / Double.BYTES / PART_OF_HEAP);
  }

  /** What a thread holds that trains one model after the other. */
  public interface Seat extends GradientEngine {
    /**
     * A model begins: the others are not answered before it has asked.
     *
     * @param view an index into the views of the work
     * @param seed of the order of the groups
     */
    void begin(int view, long seed);

    /** The model has ended. */
    void end();

    /** The model asks nothing for a while: the others are answered without it. */
    void pause();

    /** The model will ask again: by whichever thread says so, before it does. */
    void goOn();
  }

  /**
   * Answers until all seats are closed; in the thread that has the engine. What it throws is thrown
   * at every model that asks, too.
   */
  public void serve() {
    server = Thread.currentThread();
    List<Desk> asked = new ArrayList<>();
    long most = mostNumbers(Runtime.getRuntime().maxMemory());
    try {
      while (awaitAll()) {
        asked.clear();
        for (Desk desk : desks) {
          if (desk.question() != null) {
            asked.add(desk);
          }
        }
        for (int from = 0; from < asked.size(); ) {
          int to = Many.together(asked, Desk::length, from, partitions, most);
          ask(asked.subList(from, to));
          from = to;
        }
      }
    } catch (Throwable e) { // SparkException is checked, and comes undeclared from Scala
      abandon(e);
      throw e;
    }
  }

  private void ask(List<Desk> asked) {
    List<Many.Part> parts = new ArrayList<>();
    asked.forEach(desk -> parts.add(Objects.requireNonNull(desk.part)));
    long start = System.nanoTime();
    double[] sum = engine.run(Many.request(parts));
    double seconds = (System.nanoTime() - start) / 1e9 - PartialSum.seconds(sum);
    double each = Math.max(0.0, seconds) / asked.size();
    int from = 0;
    for (Desk desk : asked) {
      from = desk.answer(sum, from, each);
    }
  }

  /** Nobody is answered any more: whoever asks is thrown this, and who serves returns. */
  public void abandon(Throwable why) {
    broken = why;
    LockSupport.unpark(server);
    for (Desk desk : desks) {
      LockSupport.unpark(desk.owner);
    }
  }

  /** Whether there is anything to answer, once all that are at work have asked. */
  private boolean awaitAll() {
    while (true) {
      if (broken != null) {
        return false;
      }
      int busy = atWork.get();
      if (busy > 0 && waiting.get() >= busy) {
        return true;
      }
      if (busy == 0 && open.get() == 0) {
        return false;
      }
      LockSupport.park(this);
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while several models are trained");
      }
    }
  }

  /** A thread's place: what its model has asked, and the answer. */
  private final class Desk implements Seat {
    private int place;
    private int view;
    private long seed;
    private Many.@Nullable Part part;
    private @Nullable Walk walk;

    /** Whether the owner waits: for an answer, or for the end of its walk. */
    private volatile boolean waits;

    private volatile @Nullable Thread owner;
    private @Nullable Throwable failure;
    private double[] answer = NONE;
    private double computed;
    private double exchanged;
    private boolean closed;

    @Override
    public void begin(int newView, long newSeed) {
      view = newView;
      seed = newSeed;
      computed = 0.0;
      exchanged = 0.0;
      owner = Thread.currentThread();
      place = takePlace();
      atWork.incrementAndGet();
    }

    @Override
    public void end() {
      answer = NONE; // may be a Hessian, and there may be no other model for long
      leavePlace(place);
      pause();
    }

    @Override
    public void pause() {
      atWork.decrementAndGet();
      LockSupport.unpark(server);
    }

    @Override
    public void goOn() {
      atWork.incrementAndGet();
    }

    @Override
    public String name() {
      return engine.name();
    }

    @Override
    public double[] run(StepRequest request) {
      part = part(request);
      await();
      return answer;
    }

    @Override
    public void walk(Walk steps) {
      walk = steps;
      failure = null;
      await();
      Throwable thrown = failure;
      if (thrown != null) {
        SharedEngine.<RuntimeException>rethrow(thrown);
      }
    }

    private Many.Part part(StepRequest request) {
      StepRequest own = request;
      if (request.kind().keepsMargins()) {
        own =
            new StepRequest(
                request.kind(),
                request.pass(),
                request.batch(),
                request.batches(),
                request.point(),
                request.other(),
                2 * place + request.slot());
      }
      int dimension =
          request.isLossAlone() ? work.loss().extraParameters() : work.dimension(request, features);
      return new Many.Part(view, seed, own, dimension + PartialSum.TAIL);
    }

    private int length() {
      return Objects.requireNonNull(part).length();
    }

    private void await() {
      waits = true;
      if (waiting.incrementAndGet() >= atWork.get()) {
        LockSupport.unpark(server);
      }
      while (waits) {
        Throwable why = broken;
        if (why != null) {
          leave();
          throw new IllegalStateException(
              Objects.requireNonNullElse(why.getMessage(), why.toString()), why);
        }
        LockSupport.park(this);
      }
    }

    /** Nobody makes another step of the walk, nor is one half made: its owner saves where it is. */
    private synchronized void leave() {
      walk = null;
    }

    /** In the thread that serves: what is asked now; null where nothing is. */
    synchronized Many.@Nullable Part question() {
      Walk steps = waits ? walk : null;
      if (steps != null) {
        try {
          StepRequest next = steps.next();
          part = next == null ? null : part(next);
        } catch (Throwable e) { // the owner's to throw
          failure = e;
          part = null;
        }
        if (part == null) {
          walk = null;
          release();
        }
      }
      return waits ? part : null;
    }

    /** Takes the answer that begins there; where the next one does. */
    synchronized int answer(double[] sum, int from, double exchangeSeconds) {
      int length = length();
      if (answer.length != length) {
        answer = new double[length];
      }
      System.arraycopy(sum, from, answer, 0, length);
      part = null;
      computed += PartialSum.seconds(answer);
      exchanged += exchangeSeconds;
      Walk steps = walk;
      if (steps == null) {
        release();
        return from + length;
      }
      try {
        steps.answered(answer, exchangeSeconds);
      } catch (Throwable e) { // the owner's to throw
        failure = e;
        walk = null;
        release();
      }
      return from + length;
    }

    private void release() {
      waiting.decrementAndGet();
      waits = false;
      LockSupport.unpark(owner);
    }

    @Override
    public void run(SparseSlice.Request request, SparseSum sum) {
      throw new UnsupportedOperationException("several models do not take lazy steps together");
    }

    @Override
    public Spent spent() {
      return new Spent(computed, exchanged, 0L);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open.decrementAndGet();
        LockSupport.unpark(server);
      }
    }
  }

  /** Spark throws what it does not declare. */
  private static <E extends Throwable> void rethrow(Throwable thrown) throws E {
    @SuppressWarnings("unchecked")
    E undeclared = (E) thrown;
    throw undeclared;
  }
}
