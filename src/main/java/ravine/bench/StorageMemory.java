package ravine.bench;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.RDDBlockId;

/**
 * The executors' storage memory that the blocks cached by some code take at their most, as Spark
 * itself estimates and reports it. What was cached before does not count.
 */
final class StorageMemory extends SparkListener implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final String MARK = "ravine.bench.mark";

  private final JavaSparkContext context;
  private final Set<Integer> before = new HashSet<>();
  private final Map<BlockId, Long> blocks = new HashMap<>();
  private final CountDownLatch drained = new CountDownLatch(1);
  private int markedJob = -1;
  private long bytes;
  private long most;

  private StorageMemory(SparkContext spark) {
    this.context = JavaSparkContext.fromSparkContext(spark);
    before.addAll(context.getPersistentRDDs().keySet());
  }

  /** Most bytes at a time while the action ran; 0 where it cached nothing. */
  static long most(SparkContext spark, Runnable action) {
    try (StorageMemory memory = new StorageMemory(spark)) {
      spark.addSparkListener(memory);
      action.run();
      memory.drain();
      synchronized (memory) {
        return memory.most;
      }
    }
  }

  /** Events come in order but late: when that of a job of our own is there, all before it are. */
  private void drain() {
    context.setLocalProperty(MARK, "true");
    try {
      context.parallelize(java.util.List.of(1), 1).count();
      if (!drained.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Spark's listener bus is stuck.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while measuring memory", e);
    } finally {
      context.setLocalProperty(MARK, null);
    }
  }

  @Override
  public synchronized void onBlockUpdated(SparkListenerBlockUpdated event) {
    BlockId id = event.blockUpdatedInfo().blockId();
    if (!(id instanceof RDDBlockId block) || before.contains(block.rddId())) {
      return;
    }
    Long old = blocks.put(id, event.blockUpdatedInfo().memSize());
    bytes += event.blockUpdatedInfo().memSize() - (old == null ? 0 : old);
    most = Math.max(most, bytes);
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart event) {
    Properties properties = event.properties();
    if (properties != null && properties.getProperty(MARK) != null) {
      markedJob = event.jobId();
    }
  }

  @Override
  public synchronized void onJobEnd(SparkListenerJobEnd event) {
    if (event.jobId() == markedJob) {
      drained.countDown();
    }
  }

  @Override
  public void close() {
    context.sc().removeSparkListener(this);
  }
}
