/**
 * What is known of the cluster: how many tasks can run at once, which tasks of a job run, who else
 * wants their slots, whether a training was cancelled, how long to wait for any of that, and how
 * amounts of memory are written in its settings.
 *
 * <p>Internal, no promise. Knows Spark and nothing of this project.
 */
package ravine.cluster;
