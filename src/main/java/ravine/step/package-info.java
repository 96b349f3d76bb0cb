/**
 * One step of training from a mean data gradient: clip → penalty gradient → rule → proximal step.
 *
 * <p>{@link ravine.step.StepPlan} says what is to be done, {@link ravine.step.Stepper} does it, one
 * step after another, on the weights and the state it holds. Neither knows where gradients come
 * from, nor when to stop, nor what to do about a gradient that is not finite. A {@link
 * ravine.step.SparseStepper} makes steps of a stepper that cost what a sparse gradient touches.
 *
 * <p>May depend on {@code ravine.rule}, {@code ravine.schedule}, {@code ravine.penalty} and {@code
 * ravine.loss}.
 */
package ravine.step;
