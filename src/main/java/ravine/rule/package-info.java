/**
 * Update rules: a gradient and what is remembered of earlier ones become a change of the weights.
 *
 * <p>A rule is an immutable record of hyper-parameters, {@link ravine.rule.UpdateRule}; what it
 * remembers is an argument, {@link ravine.rule.RuleState}, which anyone may copy or save.
 *
 * <table>
 *   <caption>What to use when</caption>
 *   <tr><th>rule</th><th>use it</th></tr>
 *   <tr><td>{@link ravine.rule.Adam}</td><td>first: features of any scale, no tuning</td></tr>
 *   <tr><td>{@link ravine.rule.Nesterov}</td><td>full batches or large ones, with a step from the
 *       curvature: fewest passes to high accuracy</td></tr>
 *   <tr><td>{@link ravine.rule.Momentum}</td><td>as Nesterov, when the gradients are noisier</td></tr>
 *   <tr><td>{@link ravine.rule.AdaGrad}</td><td>sparse features, rare ones of which matter</td></tr>
 *   <tr><td>{@link ravine.rule.RmsProp}, {@link ravine.rule.AdaDelta}</td><td>recipes from
 *       elsewhere; AdaDelta needs no learning rate, but starts slowly</td></tr>
 *   <tr><td>{@link ravine.rule.AdamW}</td><td>decay of all weights alike, no stated objective</td></tr>
 *   <tr><td>{@link ravine.rule.AmsGrad}</td><td>where Adam wanders after rare large gradients</td></tr>
 *   <tr><td>{@link ravine.rule.AdaMax}, {@link ravine.rule.Nadam}</td><td>variants of Adam: heavy
 *       tails; a little faster at the start</td></tr>
 *   <tr><td>{@link ravine.rule.Sgd}</td><td>the baseline</td></tr>
 * </table>
 *
 * <p>Every ε is greater than 0, or a coordinate whose gradients are all 0 would become 0/0.
 *
 * <p>Every rule is held to trajectories of an independent implementation, in {@code
 * src/test/resources/ravine/golden}.
 *
 * <p>A new rule is three files: its record, what {@link ravine.rule.UpdateRule} permits, and a line
 * in the table of {@code ravine.spec.Specs}. Nobody else keeps a list of rules ({@code
 * NewRuleTest}): who needs to know how a rule behaves asks it.
 *
 * <p>Depends on {@code ravine.schedule} and the JDK only. Clipping, penalties and learning-rate
 * schedules are {@code ravine.step}'s; text is {@code ravine.spec}'s.
 */
package ravine.rule;
