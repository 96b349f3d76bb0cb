/**
 * The DataFrame API: what the estimators in {@code ravine.ml.classification} and {@code
 * ravine.ml.regression} share, and {@link ravine.ml.SparkVersion}, the one place that knows Spark's
 * versions.
 *
 * <p>May depend on Spark and {@code ravine.engine}, and on what that stands on.
 */
package ravine.ml;
