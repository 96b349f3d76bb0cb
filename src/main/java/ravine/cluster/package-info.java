/**
 * What is known of the cluster: how many tasks can run at once, which tasks of a job run, who else
 * wants their slots, whether a training was cancelled, and how long to wait for any of that.
 *
 * <p>Internal, no promise. Knows Spark and nothing of this project.
 */
package ravine.cluster;
