package ravine.plugin;

import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.status.ElementTrackingStore;
import scala.collection.immutable.Seq;

/**
 * What Spark for Scala 2.13 calls of a plug-in of its history server. To the JVM it is another
 * method than that of Scala 2.12, against which this is compiled; this makes the compiler write it.
 */
interface HistoryOfScala213 {
  Seq<SparkListener> createListeners(SparkConf conf, ElementTrackingStore store);
}
