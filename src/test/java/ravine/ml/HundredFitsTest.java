package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.BlockId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ravine.SparkTestBase;
import ravine.engine.PassRecord;
import ravine.engine.TrainingListener;
import ravine.ml.classification.MiniBatchLogisticRegression;
import scala.runtime.AbstractFunction1;

/**
 * What a hundred fits leave behind in the application, however they end and however many at once.
 */
@Timeout(300)
class HundredFitsTest extends SparkTestBase {
  private static final int FITS = 100;
  private static final int AT_ONCE = 4;

  /** Who is fitting, for the rows that interrupt it, by a number that they carry. */
  private static final Map<Integer, Thread> FITTING = new ConcurrentHashMap<>();

  private static final AtomicInteger NEXT = new AtomicInteger();

  private int broadcasts;

  /** How a fit ends. */
  private enum End {
    WELL,
    BAD_ROW,
    INTERRUPTED_IN_PACKING,
    INTERRUPTED_IN_TRAINING,
    LISTENER_THROWS,
    CANCELLED
  }

  @Test
  void fit_hundredTimesInEveryWay_leavesNothingBehind() throws Exception {
    fit(End.WELL, "auto");
    broadcasts = blocks("broadcast_");
    Map<String, Object> quiet = here();
    quiet.put("active jobs", 0);
    // Those end by themselves a second after their last sample.
    quiet.computeIfPresent(
        "threads and endpoints",
        (name, threads) ->
            ((List<?>) threads)
                .stream().filter(thread -> !thread.equals("ravine-sample")).toList());
    Map<String, Object> before = settled(quiet);
    List<String> unexpected = new ArrayList<>();
    for (int i = 0; i < FITS / 2; i++) {
      unexpected.add(fit(End.values()[i % End.values().length], i % 5 == 4 ? "jobs" : "auto"));
    }
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    List<Future<String>> fits = new ArrayList<>();
    for (int i = 0; i < FITS / 2; i++) {
      End end = End.values()[i % End.values().length];
      fits.add(threads.submit(() -> fit(end, "auto")));
    }
    for (Future<String> fit : fits) {
      unexpected.add(fit.get());
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    unexpected.removeIf(String::isEmpty);
    assertThat(unexpected).as("ends that were not the expected ones").isEmpty();
    assertThat(settled(before)).isEqualTo(before);
  }

  /** What is here that a fit could have left. */
  private Map<String, Object> here() throws TimeoutException {
    sc().listenerBus().waitUntilEmpty();
    Map<String, Object> here = new TreeMap<>();
    here.put("cached", sc().getPersistentRDDs().size());
    here.put("listeners", sc().listenerBus().listeners().size());
    here.put("active jobs", sc().statusTracker().getActiveJobIds().length);
    here.put("job group", String.valueOf(sc().getLocalProperty("spark.jobGroup.id")));
    here.put("description", String.valueOf(sc().getLocalProperty("spark.job.description")));
    here.put("tags", String.valueOf(sc().getLocalProperty("spark.job.tags")));
    here.put(
        "own properties",
        sc().getLocalProperties().stringPropertyNames().stream()
            .filter(name -> name.startsWith("spark.ravine"))
            .sorted()
            .toList());
    here.put(
        "threads and endpoints",
        Thread.getAllStackTraces().keySet().stream()
            .filter(Thread::isAlive)
            .map(Thread::getName)
            .filter(name -> name.contains("ravine"))
            .sorted()
            .collect(Collectors.toList()));
    here.put("blocks of rows", blocks("rdd_"));
    here.put("broadcasts beyond those before", Math.max(0, blocks("broadcast_") - broadcasts));
    return here;
  }

  private int blocks(String prefix) {
    return sc().env()
        .blockManager()
        .master()
        .getMatchingBlockIds(
            new AbstractFunction1<BlockId, Object>() {
              @Override
              public Object apply(BlockId block) {
                return block.name().startsWith(prefix);
              }
            },
            true)
        .size();
  }

  /** Threads end, and Spark's cleaner removes task binaries, a moment after a fit. */
  private Map<String, Object> settled(Map<String, Object> wanted) throws TimeoutException {
    long start = System.nanoTime();
    Map<String, Object> now = here();
    while (!now.equals(wanted) && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30)) {
      System.gc();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      now = here();
    }
    return now;
  }

  /** Runs one fit; empty if it ended as it should have. */
  private String fit(End end, String engine) throws Exception {
    int me = NEXT.incrementAndGet();
    FITTING.put(me, Thread.currentThread());
    String group = "fit " + me;
    Thread canceller = end == End.CANCELLED ? canceller(group) : null;
    String outer = sc().getLocalProperty("spark.jobGroup.id");
    if (canceller != null) {
      sc().setJobGroup(group, group, false);
    }
    String said;
    try {
      MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
      estimator.setMaxIter(end == End.CANCELLED ? 1_000_000 : 5).setTol(0.0);
      estimator.setOptimizer("adam").setEngine(engine).addListener(listener(end));
      said = "model of " + estimator.fit(rows(end, me)).numClasses() + " classes";
    } catch (Throwable e) { // SparkException is checked, and comes undeclared from Scala
      said = String.valueOf(e.getMessage());
    }
    boolean interrupted = Thread.interrupted();
    FITTING.remove(me);
    if (canceller != null) {
      canceller.interrupt();
      canceller.join();
      sc().clearJobGroup();
      sc().setLocalProperty("spark.jobGroup.id", outer);
    }
    return isExpected(end, said, interrupted) ? "" : end + " on " + engine + ": " + said;
  }

  private static boolean isExpected(End end, String said, boolean interrupted) {
    return switch (end) {
      case WELL -> said.equals("model of 2 classes");
      case BAD_ROW -> said.contains("bad luck");
      case INTERRUPTED_IN_PACKING, INTERRUPTED_IN_TRAINING -> interrupted;
      case LISTENER_THROWS -> said.equals("no more, please");
      case CANCELLED -> said.contains("cancelled");
    };
  }

  private static TrainingListener listener(End end) {
    return new TrainingListener() {
      @Override
      public boolean onPass(PassRecord pass) {
        if (pass.pass() == 2 && end == End.INTERRUPTED_IN_TRAINING) {
          Thread.currentThread().interrupt();
        }
        if (pass.pass() == 2 && end == End.LISTENER_THROWS) {
          throw new IllegalStateException("no more, please");
        }
        return true;
      }
    };
  }

  /** Cancels until it is interrupted: a cancel that no job hears is repeated. */
  private Thread canceller(String group) {
    Thread thread =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
                sc().cancelJobGroup(group);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private Dataset<Row> rows(End end, int me) {
    Dataset<Row> good = MlRows.frame(spark(), MlRows.classified(50, 2));
    return switch (end) {
      case BAD_ROW ->
          good.withColumn(
              "label",
              functions
                  .when(good.col("label").lt(0), good.col("label"))
                  .otherwise(functions.raise_error(functions.lit("bad luck")).cast("double")));
      case INTERRUPTED_IN_PACKING ->
          good.withColumn(
              "label",
              functions
                  .udf(
                      (UDF1<Double, Double>) label -> interrupting(me, label), DataTypes.DoubleType)
                  .asNondeterministic()
                  .apply(good.col("label")));
      default -> good;
    };
  }

  private static @Nullable Double interrupting(int me, Double label) {
    Thread fitting = FITTING.remove(me); // once: another fit may be next on that thread
    if (fitting != null) {
      fitting.interrupt();
    }
    return label;
  }
}
