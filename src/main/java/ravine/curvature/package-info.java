/**
 * What is known of the shape of the objective: its largest curvature, automatic learning rates, the
 * Hessian of a sample, and the metrics in which steps are taken.
 *
 * <p>Also the dense linear algebra of the driver: {@link ravine.curvature.QuadraticSolver}
 * minimises a quadratic with L1 and L2 terms and bounds how far from the minimum it ended, {@link
 * ravine.curvature.Cholesky} factors the independent part of a matrix. And the proof: {@link
 * ravine.curvature.Certifier} bounds how far an objective is above its minimum.
 *
 * <p>Internal, no promise. May use {@code exchange} and what lies below it.
 */
package ravine.curvature;
