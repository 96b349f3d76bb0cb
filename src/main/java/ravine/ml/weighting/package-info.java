/**
 * Weights of classes: what {@code classWeight} says, and the numbers that {@code balanced} stands
 * for. What they do to intercepts and decisions is in {@code ravine.ml.classification}.
 *
 * <p>The types here are for the estimators and promise nothing to others, but for {@link
 * ravine.ml.weighting.ClassWeightParams}, the param with its getter and setter. May depend on Spark
 * and {@code ravine.cluster}.
 */
package ravine.ml.weighting;
