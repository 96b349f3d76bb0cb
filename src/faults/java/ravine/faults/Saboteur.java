package ravine.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Makes one task fail as soon as a file appears: the executor that removes it first does so. A task
 * that runs already is interrupted, which Spark did not ask for and so counts as a failure; where
 * none has run for a while, as between one-step jobs, the next one fails when it ends.
 */
public final class Saboteur implements SparkPlugin {
  /** Spark setting that names the file. */
  static final String FILE = "spark.ravine.faults.file";

  /** With public no-argument constructor, as Spark wants it. */
  public Saboteur() {}

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {};
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new Hand();
  }

  private static final class Hand implements ExecutorPlugin {
    private static final long LONG = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(10);

    private final Map<Thread, Long> running = new ConcurrentHashMap<>();
    private volatile boolean nextFails;

    @Override
    public void init(PluginContext context, Map<String, String> none) {
      Path file = Path.of(context.conf().get(FILE));
      Thread watch = new Thread(() -> watch(file), "ravine-saboteur");
      watch.setDaemon(true);
      watch.start();
    }

    private void watch(Path file) {
      while (true) {
        LockSupport.parkNanos(LOOK);
        try {
          if (Files.deleteIfExists(file)) {
            strike();
          }
        } catch (IOException e) {
          throw new IllegalStateException("cannot remove " + file, e);
        }
      }
    }

    private void strike() {
      long now = System.nanoTime();
      for (Map.Entry<Thread, Long> task : running.entrySet()) {
        if (now - task.getValue() > LONG) {
          task.getKey().interrupt();
          return;
        }
      }
      nextFails = true;
    }

    @Override
    public void onTaskStart() {
      running.put(Thread.currentThread(), System.nanoTime());
      if (nextFails) {
        nextFails = false;
        TaskContext.get()
            .addTaskCompletionListener(
                (TaskCompletionListener)
                    task -> {
                      throw new IllegalStateException("This task was made to fail.");
                    });
      }
    }

    @Override
    public void onTaskSucceeded() {
      running.remove(Thread.currentThread());
    }

    @Override
    public void onTaskFailed(TaskFailedReason reason) {
      running.remove(Thread.currentThread());
    }
  }
}
