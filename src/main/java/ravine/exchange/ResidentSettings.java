package ravine.exchange;

import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.util.RpcUtils;

/**
 * How long the resident workers and their driver wait for each other, from the Spark configuration.
 *
 * @param start for every worker to have a slot and say hello: {@code
 *     spark.ravine.resident.timeout}, default 30 s
 * @param step for the sums of every partition: {@code spark.ravine.step.timeout}, default 10 min
 * @param keepAlive until a parked worker is told to go on waiting: a quarter of Spark's ask timeout
 * @param linger of a driver that asks for nothing, until the slots are given back: {@code
 *     spark.ravine.resident.linger}, default 30 s
 */
record ResidentSettings(long start, long step, long keepAlive, long linger) {
  static final String START = "spark.ravine.resident.timeout";
  static final String STEP = "spark.ravine.step.timeout";
  static final String LINGER = "spark.ravine.resident.linger";

  /** All in nanoseconds. */
  static ResidentSettings of(SparkConf conf) {
    return new ResidentSettings(
        nanos(conf, START, "30s"),
        nanos(conf, STEP, "10min"),
        RpcUtils.askRpcTimeout(conf).duration().toNanos() / 4,
        nanos(conf, LINGER, "30s"));
  }

  private static long nanos(SparkConf conf, String key, String otherwise) {
    return TimeUnit.MILLISECONDS.toNanos(conf.getTimeAsMs(key, otherwise));
  }
}
