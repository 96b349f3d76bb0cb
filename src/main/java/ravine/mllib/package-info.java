/**
 * Momentum, NAG, Adam and their family for MLlib's RDD API.
 *
 * <p><b>Updaters</b> take the place of {@code SimpleUpdater}, {@code L1Updater} and {@code
 * SquaredL2Updater} in stock MLlib: {@code GradientDescent}, the streaming regressions, the trainer
 * behind the multilayer perceptron.
 *
 * <table>
 *   <caption>Which one when</caption>
 *   <tr><td>{@link ravine.mllib.AdamUpdater}</td><td>unscaled or sparse features; no time to tune
 *   </td></tr>
 *   <tr><td>{@link ravine.mllib.MomentumUpdater}</td><td>scaled features, a step size that works
 *   for plain SGD</td></tr>
 *   <tr><td>{@link ravine.mllib.NesterovUpdater}</td><td>the same, and larger momentum: it brakes
 *   before the far wall of the valley. With {@link ravine.mllib.LookAheadGradient} in its original
 *   form</td></tr>
 *   <tr><td>{@link ravine.mllib.RuleUpdater}</td><td>any other rule, by its text</td></tr>
 * </table>
 *
 * <p><b>What stays MLlib's</b>: the learning rate is stepSize/√iter unless {@code setSchedule} says
 * otherwise, there is no penalty unless {@code setPenalty} says otherwise, and the run ends early
 * where the weights move by less than {@code convergenceTol}, 0.001 unless set. That test takes the
 * small steps of Adam, and the turning points of momentum, for convergence: call {@code
 * setConvergenceTol(0.0)}.
 *
 * <p><b>State</b>: an updater holds velocity, moments and step count on the driver, as transient
 * fields. Every fit begins fresh, unless {@code setCarryState(true)}. One updater serves one fit at
 * a time; a second one on another thread is told so by an exception. {@code LBFGS} is refused.
 *
 * <p><b>Gradients</b> MLlib lacks: {@link ravine.mllib.SoftmaxGradient}, {@link
 * ravine.mllib.HuberGradient}, {@link ravine.mllib.SquaredHingeGradient}.
 *
 * <p>May depend on Spark's {@code mllib} and on {@code ravine.step}, {@code rule}, {@code
 * schedule}, {@code penalty}, {@code loss}, {@code spec} and {@code engine}.
 */
package ravine.mllib;
