/**
 * What is known of the objective's shape. {@link ravine.curvature.Certifier} gathers lower bounds
 * of the optimum from the gradients that training takes anyway and answers with a {@link
 * ravine.curvature.Certificate}: how far the weights at hand can be from the optimum at most.
 *
 * <p>Depends on {@code ravine.loss} and {@code ravine.penalty}.
 */
package ravine.curvature;
