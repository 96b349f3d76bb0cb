package ravine.exchange;

import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.cluster.Slots;
import ravine.cluster.Vigil;
import ravine.cluster.Waits;
import ravine.rows.PackedPartition;
import ravine.rows.PackedRows;

/**
 * The engine that goes on: resident workers for as long as they can, several to a task where slots
 * are few, one Spark job a step where they cannot, and resident workers again when they can. The
 * open question is put to whoever takes over; all of them fold the same sums in the same order, so
 * no bit changes.
 *
 * <p>A crew that has answered before is gathered anew at once if there are slots for it: its tasks'
 * failures ({@code spark.task.maxFailures}) are counted from 0 then, as those of a job a step are.
 * One that has not is no use; the job that takes its place either gets through or fails of what the
 * matter is, and that is what the user is told.
 */
public final class Engines implements GradientEngine {
  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

  /** Slots are counted so often while there are too few. */
  private static final long LOOK = TimeUnit.SECONDS.toNanos(1);

  /** Longest pause between two attempts to gather workers, in units of the first. */
  private static final int MOST_PAUSES = 16;

  private final PackedRows data;
  private final Work work;
  private final long seed;
  private final Waits waits;
  private final StepJobs jobs;
  private final boolean gathers;
  private @Nullable ResidentWorkers resident;
  private long pause;
  private long nextTry = System.nanoTime();
  private double computeSeconds;
  private double exchangeSeconds;

  /** By workers that have been replaced. */
  private long bytesBefore;

  /** Most slots that there have been, and since when. */
  private int mostSlots;

  private long grown = System.nanoTime();

  private Engines(PackedRows data, Work work, long seed, boolean gathers) {
    this.gathers = gathers;
    this.data = data;
    this.work = work;
    this.seed = seed;
    this.waits = Waits.of(data.context().getConf());
    this.jobs = new StepJobs(data, work, seed);
    this.pause = waits.retry();
  }

  /**
   * Opens the engine that a user's choice means here.
   *
   * @throws IllegalStateException if the resident workers are asked for and cannot run
   */
  public static GradientEngine open(EngineKind kind, PackedRows data, Work work, long seed) {
    Vigil.check(data.context().sc());
    Engines engines = new Engines(data, work, seed, kind != EngineKind.JOBS);
    if (kind == EngineKind.JOBS) {
      return engines;
    }
    try {
      if (kind == EngineKind.RESIDENT) {
        engines.awaitSlots();
      }
      engines.gather();
    } catch (Patience.Refusal e) {
      if (kind == EngineKind.RESIDENT) {
        throw e;
      }
      LOG.warn(
          "Training with one Spark job a step, which is slower, until resident workers can run. {}",
          e.getMessage());
    }
    return engines;
  }

  @Override
  public String name() {
    ResidentWorkers workers = resident;
    return workers == null ? jobs.name() : workers.name();
  }

  @Override
  public double[] run(StepRequest request) {
    long start = System.nanoTime();
    double[] sum = ask(engine -> engine.run(request));
    spend(start, PartialSum.seconds(sum));
    return sum;
  }

  @Override
  public void run(SparseSlice.Request request, SparseSum sum) {
    long start = System.nanoTime();
    ask(
        engine -> {
          engine.run(request, sum);
          return sum;
        });
    spend(start, sum.seconds());
  }

  private void spend(long start, double computed) {
    computeSeconds += computed;
    exchangeSeconds += Math.max(0.0, (System.nanoTime() - start) / 1e9 - computed);
  }

  @Override
  public Spent spent() {
    return new Spent(computeSeconds, exchangeSeconds, bytes());
  }

  @Override
  public long bytes() {
    ResidentWorkers workers = resident;
    return bytesBefore + jobs.bytes() + (workers == null ? 0 : workers.bytes());
  }

  private <T> T ask(Function<GradientEngine, T> question) {
    Vigil.check(data.context().sc());
    if (resident == null && gathers && System.nanoTime() - nextTry >= 0) {
      comeBack();
    }
    for (ResidentWorkers workers = resident; workers != null; workers = resident) {
      try {
        return question.apply(workers);
      } catch (Patience.Refusal e) {
        replace(workers, e);
      }
    }
    return question.apply(jobs);
  }

  /** Puts others in the place of workers that cannot go on, if there are slots; else nobody. */
  private void replace(ResidentWorkers lost, Patience.Refusal why) {
    resident = null;
    bytesBefore += lost.bytes();
    lost.abandon();
    if (data.context().sc().isStopped()) {
      throw new IllegalStateException("The SparkContext was stopped during training.", why);
    }
    String reason = why.getMessage();
    boolean inVain = !why.hadStarted() && Slots.now(data.context().sc()) >= data.partitions();
    if (inVain) {
      postpone();
    } else if (lost.haveAnswered()) {
      try {
        gather();
        LOG.warn("{} Others have taken over.", reason);
        return;
      } catch (Patience.Refusal e) {
        reason = reason + " " + e.getMessage();
      }
    }
    LOG.warn("{} Going on with one Spark job a step, which is slower.", reason);
  }

  private void comeBack() {
    try {
      gather();
      LOG.info("There are slots again: the resident workers are back.");
    } catch (Patience.Refusal e) {
      LOG.debug("The resident workers cannot come back yet", e);
    }
  }

  /** Opens resident workers, or says when to try again. */
  private void gather() {
    int slots = Slots.now(data.context().sc());
    if (slots < 1 || (slots < data.partitions() && couldGrow(slots))) {
      nextTry = System.nanoTime() + LOOK;
      throw Patience.Refusal.here(
          "the data has " + data.partitions() + " partitions and the cluster " + slots + " slots",
          null);
    }
    try {
      resident = ResidentWorkers.open(data, work, seed, waits);
      pause = waits.retry();
    } catch (Patience.Refusal e) {
      postpone();
      throw e;
    }
  }

  /**
   * They have been waited for in vain: not again before a pause, and a longer one the next time.
   */
  private void postpone() {
    nextTry = System.nanoTime() + pause;
    pause = Math.min(2 * pause, MOST_PAUSES * waits.retry());
  }

  /**
   * Whether it is better to wait for more slots by jobs, whose tasks in the queue are what makes
   * Spark ask for executors: several partitions in a task would make it content with those there
   * are. Not for longer than a slot is waited for.
   */
  private boolean couldGrow(int slots) {
    if (slots > mostSlots) {
      mostSlots = slots;
      grown = System.nanoTime();
    }
    return slots < Slots.most(data.context().sc(), data.partitions())
        && System.nanoTime() - grown < waits.slot();
  }

  /** Executors may still be on their way when training begins. */
  private void awaitSlots() {
    SparkContext context = data.context().sc();
    int wanted = Math.min(data.partitions(), Slots.partitions(context, data.partitions()));
    long start = System.nanoTime();
    try {
      while (Slots.now(context) < wanted && System.nanoTime() - start < waits.slot()) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for slots", e);
    }
    mostSlots = Slots.now(context);
  }

  @Override
  public void close() {
    ResidentWorkers workers = resident;
    if (workers != null) {
      workers.close();
    }
  }

  /** One for a run that asks nothing; it costs nothing to open. */
  public static GradientEngine none() {
    return new GradientEngine() {
      @Override
      public String name() {
        return "none";
      }

      @Override
      public double[] run(StepRequest request) {
        throw new IllegalStateException("there is nobody to ask for " + request.kind());
      }

      @Override
      public void run(SparseSlice.Request request, SparseSum sum) {
        throw new IllegalStateException("there is nobody to ask for sparse sums");
      }

      @Override
      public void close() {}
    };
  }

  /**
   * Answers requests from one partition held on the driver: the sample on which training begins.
   */
  static final class Local implements GradientEngine {
    private final PackedPartition partition;
    private final PartitionSums sums;
    private final Work work;
    private final int features;
    private double[] sum;

    Local(PackedPartition partition, Work work, int features) {
      this.partition = partition;
      this.sums = new PartitionSums(work.loss());
      this.work = work;
      this.features = features;
      this.sum = PartialSum.create(work.rawDimension(features));
    }

    @Override
    public String name() {
      return "local";
    }

    @Override
    public double[] run(StepRequest request) {
      int length = work.dimension(request, features);
      if (PartialSum.dimension(sum) != length) {
        sum = PartialSum.create(length);
      }
      work.answer(sums, partition, 0, request, sum);
      return sum;
    }

    @Override
    public void run(SparseSlice.Request request, SparseSum sum) {
      throw new UnsupportedOperationException("a sample is dense");
    }

    @Override
    public void close() {}
  }
}
