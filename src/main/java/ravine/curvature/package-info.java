/**
 * What is known of the shape of the objective: its largest curvature, automatic learning rates, the
 * Hessian of a sample, and the metrics in which steps are taken.
 *
 * <p>Internal, no promise. May use {@code exchange} and what lies below it.
 */
package ravine.curvature;
