/**
 * Regressors: Spark's own, trained by mini-batches or by full batches with momentum.
 *
 * <table>
 *   <caption>Which loss when</caption>
 *   <tr><th>{@link ravine.ml.regression.MiniBatchLinearRegression} with</th><th>use it</th></tr>
 *   <tr><td>{@code loss=squaredError}</td><td>first: errors of about one size; elastic net</td></tr>
 *   <tr><td>{@code loss=huber}</td><td>some labels are far off and are to count less: errors beyond
 *       {@code epsilon} times a scale, which is learned along with the weights, count by their size
 *       and not by its square; an L2 penalty only</td></tr>
 * </table>
 *
 * <p>Where features are few (Spark's {@code solver=normal} takes up to 4096) and one pass for the
 * normal equations is affordable, Spark's own {@code LinearRegression} solves the squared loss
 * exactly.
 *
 * <p>May depend on what {@code ravine.ml} may.
 */
package ravine.ml.regression;
