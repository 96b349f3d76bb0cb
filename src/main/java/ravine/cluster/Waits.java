package ravine.cluster;

import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.util.RpcUtils;

/**
 * How long driver and resident workers wait for each other, from the Spark configuration; all in
 * nanoseconds. Every wait ends: what happens then stands in {@code docs/faults.md}.
 *
 * @param slot for a partition's task to get a slot, at the start and in the middle: {@code
 *     spark.ravine.resident.timeout}, default 30 s
 * @param step for the next answer of workers that have their order: {@code
 *     spark.ravine.step.timeout}, default 10 min
 * @param recompute for tasks that run but have not reported yet, because they make lost rows again:
 *     {@code spark.ravine.recompute.timeout}, default 1 h
 * @param retry until workers that found no slots are tried again, doubled every time they find none
 *     again: {@code spark.ravine.resident.retry}, default 30 s
 * @param linger of a driver that asks for nothing, until the slots are given back: {@code
 *     spark.ravine.resident.linger}, default 30 s
 * @param keepAlive until a parked worker is told to go on waiting: a quarter of Spark's ask timeout
 */
public record Waits(long slot, long step, long recompute, long retry, long linger, long keepAlive) {
  public static final String SLOT = "spark.ravine.resident.timeout";
  public static final String STEP = "spark.ravine.step.timeout";
  public static final String RECOMPUTE = "spark.ravine.recompute.timeout";
  public static final String RETRY = "spark.ravine.resident.retry";
  public static final String LINGER = "spark.ravine.resident.linger";

  /** Those of an application. */
  public static Waits of(SparkConf conf) {
    return new Waits(
        nanos(conf, SLOT, "30s"),
        nanos(conf, STEP, "10min"),
        nanos(conf, RECOMPUTE, "1h"),
        nanos(conf, RETRY, "30s"),
        nanos(conf, LINGER, "30s"),
        RpcUtils.askRpcTimeout(conf).duration().toNanos() / 4);
  }

  private static long nanos(SparkConf conf, String key, String otherwise) {
    return TimeUnit.MILLISECONDS.toNanos(conf.getTimeAsMs(key, otherwise));
  }
}
