/**
 * Hyper-parameters as functions of the step t ≥ 1: the learning rate, and every momentum
 * coefficient.
 *
 * <table>
 *   <caption>What to use when</caption>
 *   <tr><th>spec</th><th>use it</th></tr>
 *   <tr><td>{@code constant}</td><td>full batches, or small steps and early stopping</td></tr>
 *   <tr><td>{@code inverse_sqrt}</td><td>to reproduce MLlib's own SGD</td></tr>
 *   <tr><td>{@code inverse_time}</td><td>strongly convex losses, no end known</td></tr>
 *   <tr><td>{@code cosine}, {@code polynomial}</td><td>mini-batches with a known number of
 *       steps: the default choice for Adam</td></tr>
 *   <tr><td>{@code step}, {@code exponential}</td><td>a recipe from a paper</td></tr>
 *   <tr><td>{@code one_cycle}</td><td>few passes over much data</td></tr>
 *   <tr><td>{@code linear}</td><td>momentum that grows: {@code linear(0.5,0.9,100)}</td></tr>
 *   <tr><td>{@code warmup}</td><td>around any of these, when the first steps diverge</td></tr>
 * </table>
 *
 * <p>{@link ravine.schedule.Canonical} writes a record of hyper-parameters as text, {@link
 * ravine.schedule.Ranges} checks one; rules use both.
 *
 * <p>Depends on the JDK only. Knows nothing of rules, text parsing or Spark.
 */
package ravine.schedule;
