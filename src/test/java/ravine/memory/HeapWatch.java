package ravine.memory;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a piece of work keeps alive at most: collects garbage over and over while it runs and looks
 * at what is left each time. For a JVM with {@code -XX:+UseSerialGC} and nothing else to do.
 */
final class HeapWatch {
  /** A pause so short that nothing larger than a few arrays comes and goes in it. */
  private static final long PAUSE_MILLIS = 15;

  private static final String FULL = "MarkSweepCompact";

  private final GarbageCollectorMXBean collector;
  private volatile long most;

  private HeapWatch(GarbageCollectorMXBean collector) {
    this.collector = collector;
  }

  /** Bytes alive now. */
  static long alive() {
    return new HeapWatch(collector()).look();
  }

  /** Most bytes alive at any look while it runs. */
  static long most(Runnable work) throws InterruptedException {
    HeapWatch watch = new HeapWatch(collector());
    ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    ScheduledFuture<?> looks =
        thread.scheduleWithFixedDelay(watch::keepMost, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    try {
      work.run();
    } finally {
      looks.cancel(false);
      thread.shutdown();
    }
    if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("a look at the heap does not end");
    }
    return watch.most;
  }

  private static GarbageCollectorMXBean collector() {
    return ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class).stream()
        .filter(bean -> bean.getName().equals(FULL))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("run it with -XX:+UseSerialGC"));
  }

  private void keepMost() {
    most = Math.max(most, look());
  }

  private long look() {
    System.gc();
    GcInfo last = collector.getLastGcInfo();
    long used = 0;
    for (Map.Entry<String, MemoryUsage> pool : last.getMemoryUsageAfterGc().entrySet()) {
      boolean isHeap =
          ManagementFactory.getMemoryPoolMXBeans().stream()
              .anyMatch(
                  bean ->
                      bean.getName().equals(pool.getKey()) && bean.getType() == MemoryType.HEAP);
      used += isHeap ? pool.getValue().getUsed() : 0;
    }
    return used;
  }
}
