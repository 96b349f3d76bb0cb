/**
 * Dense linear algebra on the driver: quadratic models with penalties, solved.
 *
 * <p>{@link ravine.curvature.QuadraticSolver} minimises a quadratic with L1 and L2 terms and bounds
 * how far from the minimum it ended; {@link ravine.curvature.Cholesky} factors the independent part
 * of a matrix; {@link ravine.curvature.SymmetricMatrix} multiplies by one.
 *
 * <p>Depends on nothing.
 */
@org.jspecify.annotations.NullMarked
package ravine.curvature;
