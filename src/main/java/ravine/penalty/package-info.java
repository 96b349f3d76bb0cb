/**
 * Regularisation: its value, the gradient of its smooth part, and the proximal step of the rest.
 *
 * <p>{@link ravine.penalty.L2} keeps weights small, {@link ravine.penalty.L1} sets the useless ones
 * to exactly 0, {@link ravine.penalty.ElasticNet} mixes the two as Spark's {@code regParam} and
 * {@code elasticNetParam} do, {@link ravine.penalty.None} does nothing, {@link
 * ravine.penalty.Bounded} keeps weights of any of them in a box. Each sees the weights through a
 * {@link ravine.penalty.CoordinateScale}, which exempts intercepts and undoes standardisation.
 *
 * <p>Depends on nothing but the JDK. When in a step these are called is {@code ravine.step}'s
 * business.
 */
package ravine.penalty;
