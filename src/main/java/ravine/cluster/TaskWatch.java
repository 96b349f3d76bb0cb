package ravine.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.LongPredicate;
import org.apache.spark.FetchFailed;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import org.apache.spark.scheduler.TaskSetManager;

/**
 * Which tasks of one job's last stage run, as Spark's listener bus tells it, a moment late. The job
 * is known by a local property that it was submitted with.
 *
 * <p>Knows also whether Spark has begun that stage anew. It does so when a task finds the shuffle
 * input of its partition gone; the tasks that run are left running then, for nothing, and keep
 * their slots from those that Spark wants to run instead.
 */
public final class TaskWatch extends SparkListener {
  /** The local property that a watched job is submitted with. */
  public static final String PROPERTY = "spark.ravine.job";

  /** No task. */
  public static final long NOBODY = -1;

  private final String job;

  /** Whether the scheduler has a task of the job with that attempt id. */
  private final LongPredicate scheduled;

  private final Hosts hosts;
  private final Map<Integer, Set<Long>> running = new HashMap<>();
  private final Set<Long> ended = new HashSet<>();
  private int stage = -1;
  private boolean superseded;
  private long news = System.nanoTime();

  /** Of a job whose tasks somebody else knows. */
  TaskWatch(String job, Hosts hosts, LongPredicate scheduled) {
    this.job = job;
    this.hosts = hosts;
    this.scheduled = scheduled;
  }

  /**
   * Of a job that is about to be submitted, with one task a partition.
   *
   * @param job the value of its {@link #PROPERTY}
   */
  public static TaskWatch of(String job, SparkContext context) {
    return of(job, Hosts.ONE_EACH, context);
  }

  /** The same where a task may host several partitions. */
  public static TaskWatch of(String job, Hosts hosts, SparkContext context) {
    return new TaskWatch(job, hosts, attempt -> isScheduled(context, job, attempt));
  }

  /** The same without a scheduler to ask: what the listener bus has not told did not happen. */
  public static TaskWatch blind(String job) {
    return new TaskWatch(job, Hosts.ONE_EACH, attempt -> false);
  }

  /**
   * Asks the scheduler itself, which knows a task before it is sent anywhere; the bus tells of it
   * later, or never if it is overrun. Where this is not Spark's own scheduler, or not the one that
   * we know, everybody is believed: what is asked of them beside this is the key.
   */
  private static boolean isScheduled(SparkContext context, String job, long attempt) {
    try {
      if (!(context.taskScheduler() instanceof TaskSchedulerImpl scheduler)) {
        return true;
      }
      TaskSetManager tasks = scheduler.taskIdToTaskSetManager().get(attempt);
      return tasks != null && job.equals(tasks.taskSet().properties().getProperty(PROPERTY));
    } catch (LinkageError notThisSpark) {
      return true;
    }
  }

  /** Whether Spark has started that task of a partition. */
  public boolean hasStarted(int partition, long attempt) {
    synchronized (this) {
      for (Map.Entry<Integer, Set<Long>> tasks : running.entrySet()) {
        if (tasks.getValue().contains(attempt)) {
          return tasks.getKey() == hosts.of(partition);
        }
      }
      if (ended.contains(attempt)) {
        return true;
      }
    }
    return scheduled.test(attempt);
  }

  /**
   * The newest task with a partition that runs, by its attempt id; {@link #NOBODY} if none does.
   */
  public synchronized long newest(int partition) {
    long newest = NOBODY;
    for (long attempt : running.getOrDefault(hosts.of(partition), Set.of())) {
      newest = Math.max(newest, attempt);
    }
    return newest;
  }

  /** Whether any task runs, if only one of a stage before the last. */
  public synchronized boolean runsAny() {
    return !running.isEmpty();
  }

  /** Whether that task has ended. */
  public synchronized boolean hasEnded(long attempt) {
    return ended.contains(attempt);
  }

  /** Whether Spark has begun the stage anew, or is about to. */
  public synchronized boolean isSuperseded() {
    return superseded;
  }

  /** When a task began or ended last ({@link System#nanoTime}). */
  public synchronized long lastNews() {
    return news;
  }

  /** A task of the stage runs. */
  synchronized void started(int task, long attempt) {
    if (!ended.contains(attempt)) {
      running.computeIfAbsent(task, none -> new HashSet<>()).add(attempt);
    }
    news = System.nanoTime();
  }

  /** A task of the stage has ended, well or not. */
  synchronized void ended(int task, long attempt) {
    ended.add(attempt);
    Set<Long> others = running.getOrDefault(task, Set.of());
    if (others.contains(attempt)) {
      others.remove(attempt);
      running.values().removeIf(Set::isEmpty);
    }
    news = System.nanoTime();
  }

  /** The stage is begun anew. */
  public synchronized void supersede() {
    superseded = true;
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    Properties properties = submitted.properties();
    if (properties == null || !job.equals(properties.getProperty(PROPERTY))) {
      return;
    }
    // Stages are numbered from the sources on: the last of a job has the largest number.
    int id = submitted.stageInfo().stageId();
    if (id > stage) {
      stage = id;
      superseded = false;
      running.clear();
    } else if (id == stage && submitted.stageInfo().attemptNumber() > 0) {
      superseded = true;
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (isStage(start.stageId())) {
      started(start.taskInfo().partitionId(), start.taskInfo().taskId());
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (isStage(end.stageId())) {
      ended(end.taskInfo().partitionId(), end.taskInfo().taskId());
      if (end.reason() instanceof FetchFailed) {
        supersede();
      }
    }
  }

  private synchronized boolean isStage(int id) {
    return id == stage;
  }
}
