/**
 * Classifiers: Spark's own, trained by mini-batches or by full batches with momentum.
 *
 * <table>
 *   <caption>Which one when</caption>
 *   <tr><th>estimator</th><th>use it</th></tr>
 *   <tr><td>{@link ravine.ml.classification.MiniBatchLogisticRegression}</td><td>first: any number
 *       of classes, probabilities, elastic net. Two classes are fitted as one margin, more as
 *       softmax, as Spark's {@code family=auto} does</td></tr>
 *   <tr><td>{@link ravine.ml.classification.MiniBatchLinearSVC}</td><td>two classes, where no
 *       probability is wanted and rows far on their right side are to have no say: the hinge loss,
 *       with an L2 penalty only</td></tr>
 * </table>
 *
 * <p>Both are pipeline stages in place of the Spark class they extend, take its params and return
 * its model. May depend on what {@code ravine.ml} may.
 */
package ravine.ml.classification;
