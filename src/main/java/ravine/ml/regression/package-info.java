/** Regressors: Spark's own, trained by mini-batches. May depend on what {@code ravine.ml} may. */
package ravine.ml.regression;
