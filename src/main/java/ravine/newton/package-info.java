/**
 * Proximal Newton steps: the quadratic model of one Hessian ({@link ravine.newton.NewtonModel}),
 * when a Hessian is made anew and of how many rows ({@link ravine.newton.MetricKeeper}), the walk
 * along lines by the margins that executors keep ({@link ravine.newton.NewtonWalk}), and what an
 * iterate proves ({@link ravine.newton.IterateCertificate}).
 *
 * <p>Internal, no promise. May use {@code curvature} and what lies below it.
 */
package ravine.newton;
