/**
 * What is minimised, and in which coordinates: loss and penalty of preconditioned weights.
 *
 * <p>Internal, no promise. Uses nothing of Spark; may use {@code rows} (the moments of the
 * columns), {@code penalty} and {@code loss}.
 */
package ravine.objective;
