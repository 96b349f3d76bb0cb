/**
 * Pointwise losses and their derivatives in the margin(s), over groups of rows in primitive arrays.
 *
 * <table>
 * <caption>Which loss for what</caption>
 * <tr><th>task</th><th>loss</th><th>labels</th></tr>
 * <tr><td>two classes, probabilities</td><td>{@link ravine.loss.Logistic}</td><td>0, 1</td></tr>
 * <tr><td>K classes, probabilities</td><td>{@link ravine.loss.Softmax}</td><td>0 … K−1</td></tr>
 * <tr><td>two classes, large margin</td><td>{@link ravine.loss.Hinge}, {@link
 * ravine.loss.SquaredHinge} where smoothness helps</td><td>0, 1</td></tr>
 * <tr><td>numbers</td><td>{@link ravine.loss.Squared}</td><td>finite</td></tr>
 * <tr><td>numbers with outliers</td><td>{@link ravine.loss.Huber} where the scale of the noise is
 * known, {@link ravine.loss.ConcomitantHuber} where it is to be learned</td><td>finite</td></tr>
 * </table>
 *
 * <p>No loss here checks labels: that is done once, when the rows are packed. A NaN margin gives a
 * NaN loss, so that divergence is seen; an infinite margin never does.
 *
 * <p>Depends on nothing but the JDK.
 */
@NullMarked
package ravine.loss;

import org.jspecify.annotations.NullMarked;
