/**
 * The kinds of step that a run through mini-batches can take: plain, variance-reduced, local, lazy
 * on wide data, or in coordinates of the sample's Hessian; each a {@link
 * ravine.batches.MiniBatchStep}.
 *
 * <p>Internal, no promise. May use {@code curvature} and what lies below it.
 */
package ravine.batches;
