/**
 * What Spark is told of trainings, and what it shows of them: the tab <i>Training</i> of a
 * session's web interface and of the history server, and metrics under {@code ravine}.
 *
 * <p>A training posts events to Spark's listener bus ({@link ravine.plugin.Telling}), a listener
 * makes a record of each fit in Spark's own store, and the page reads that store; in the history
 * server the events come from the event log, and all else is the same. All of it is there by itself
 * where a session has a web interface or an event log; {@code
 * spark.plugins=ravine.plugin.RavinePlugin} has it there from the start, metrics without an
 * interface, too. What fails here is said once in the log and never fails a fit.
 *
 * <p>It knows no other package of ours. {@code SparkPage}, which has to fit two servlet interfaces
 * and two Scalas, is compiled by itself (src/main/java-ui).
 */
@NullMarked
package ravine.plugin;

import org.jspecify.annotations.NullMarked;
