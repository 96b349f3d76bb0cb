package ravine.memory;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a piece of work keeps alive at most: collects garbage over and over while it runs and looks
 * at what is left each time. It makes work many times slower, and is for measurements in a JVM that
 * has nothing else to do, with {@code -XX:+UseSerialGC -XX:MarkSweepDeadRatio=0}. (Without the
 * second, Serial leaves dead arrays where they are, up to a twentieth of the heap, and takes them
 * for used.)
 */
public final class HeapWatch {
  /** A pause so short that nothing larger than a few arrays comes and goes in it. */
  private static final long PAUSE_MILLIS = 15;

  /** Of the collectors, those that a call of {@link System#gc} runs, by their names. */
  private static final Set<String> FULL =
      Set.of("MarkSweepCompact", "PS MarkSweep", "G1 Old Generation");

  private static @Nullable HeapWatch running;
  private static int runningFor;

  private final GarbageCollectorMXBean collector;
  private final Set<String> pools;
  private final long before;
  private volatile long most;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private @Nullable ScheduledFuture<?> looks;

  private HeapWatch() {
    List<GarbageCollectorMXBean> all =
        ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
    this.collector =
        all.stream()
            .filter(bean -> FULL.contains(bean.getName()))
            .findFirst()
            .orElseThrow(
                () -> new IllegalStateException("this collector cannot be watched: use Serial"));
    this.pools =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(bean -> bean.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toUnmodifiableSet());
    this.before = look();
  }

  /**
   * What was seen.
   *
   * @param jvm the process's number
   * @param before bytes alive before the work
   * @param most bytes alive at any look
   */
  public record Seen(long jvm, long before, long most) implements java.io.Serializable {
    /** Bytes alive at the peak which the work has made so. */
    public long held() {
      return Math.max(0, most - before);
    }
  }

  /** Bytes alive now. */
  static long alive() {
    return new HeapWatch().end().before;
  }

  /** Most bytes alive at any look while it runs. */
  public static Seen during(Runnable work) {
    HeapWatch watch = new HeapWatch();
    watch.start();
    try {
      work.run();
    } finally {
      watch.end();
    }
    return watch.seen();
  }

  /**
   * Begins to watch this JVM until the next such call; does nothing if it is watched for that work
   * already. Of a cluster every executor is reached by so many tasks that some run twice in one.
   *
   * @param work by which the caller knows it
   */
  public static synchronized void beginHere(int work) {
    HeapWatch last = running;
    if (last != null && runningFor == work) {
      return;
    }
    if (last != null) {
      last.end();
    }
    running = new HeapWatch();
    runningFor = work;
    running.start();
  }

  /** What was seen since {@link #beginHere}. */
  public static synchronized Seen seenHere() {
    return Objects.requireNonNull(running, "nobody watches this JVM").seen();
  }

  private Seen seen() {
    return new Seen(ProcessHandle.current().pid(), before, Math.max(before, most));
  }

  private void start() {
    looks =
        thread.scheduleWithFixedDelay(
            () -> most = Math.max(most, look()), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private HeapWatch end() {
    if (looks != null) {
      looks.cancel(false);
    }
    thread.shutdown();
    try {
      if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("a look at the heap does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a look at the heap ends", e);
    }
    return this;
  }

  private long look() {
    System.gc();
    GcInfo last = collector.getLastGcInfo();
    long used = 0;
    for (Map.Entry<String, MemoryUsage> pool : last.getMemoryUsageAfterGc().entrySet()) {
      used += pools.contains(pool.getKey()) ? pool.getValue().getUsed() : 0;
    }
    return used;
  }
}
