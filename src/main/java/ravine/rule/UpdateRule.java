package ravine.rule;

import java.io.Serializable;

/**
 * Turns a gradient into a change of the weights, given state.
 *
 * <p>A rule is an immutable record of hyper-parameters; what it remembers is a {@link RuleState},
 * passed in. Learning-rate schedules, gradient clipping and penalties are not inside rules: see
 * {@code ravine.step}.
 *
 * <p>{@code toString()} is the canonical spec text with every option named, such as {@code
 * nesterov(momentum=0.9,form=lookahead)}, and reads back as an equal record. Results are the same
 * bits on every machine: only {@link StrictMath}'s functions are called.
 */
public sealed interface UpdateRule extends Serializable
    permits Sgd,
        Momentum,
        Nesterov,
        AdaGrad,
        AdaDelta,
        RmsProp,
        Adam,
        AdamW,
        AmsGrad,
        AdaMax,
        Nadam {

  /** The name by which {@code ravine.spec.Specs} knows the rule, such as {@code adam}. */
  String name();

  /**
   * State before the first step.
   *
   * @param dimension number of weights d, at least 0
   */
  RuleState newState(int dimension);

  /**
   * One update, in place: {@code weights} and {@code state} change, {@code gradient} does not,
   * nothing is allocated.
   *
   * @param weights θ, length d
   * @param gradient g at {@link #gradientPoint}, length d
   * @param learningRate η of this step, finite and at least 0
   * @param state made by {@link #newState} with the same d
   * @throws IllegalArgumentException if the lengths differ, if the state was made by another rule,
   *     or if a momentum schedule leaves [0, 1) at this step; nothing has changed then
   */
  void step(double[] weights, double[] gradient, double learningRate, RuleState state);

  /**
   * Where the next gradient is to be taken: {@code weights} itself, or a look-ahead point held in a
   * scratch array of {@code state} that is valid until the next call.
   */
  default double[] gradientPoint(double[] weights, RuleState state) {
    return weights;
  }

  /**
   * The rate at which the step just made answers a steady unit gradient, coordinate by coordinate:
   * the threshold of a proximal step is the L1 weight times this. For rules with velocity it is the
   * response of the velocity's own recursion to the gradient 1, so that an L1 penalty applied
   * proximally weighs as much as the gradients that travel through the velocity and the fixed point
   * is the optimum of the penalised objective. (Look-ahead NAG answers η alone, because there
   * {@link #absorb} folds the proximal shift into the velocity.)
   *
   * @param learningRate η of the step just made
   * @param state after that step
   * @param rates overwritten, length d
   * @throws IllegalStateException if no step has been made
   */
  void effectiveRates(double learningRate, RuleState state, double[] rates);

  /**
   * Told after a proximal step has moved the weights from {@code before} to {@code after}; rules
   * whose velocity must be the displacement of the weights correct it here.
   */
  default void absorb(double[] before, double[] after, RuleState state) {}

  /**
   * The part of the step that shrinks the weights towards zero whatever the gradient, as a multiple
   * of η: AdamW's decoupled weight decay, 0 for every other rule.
   */
  default double decoupledDecay() {
    return 0.0;
  }

  /** Euclidean norm of the velocity or first moment; 0 for rules without one. */
  default double velocityNorm(RuleState state) {
    return 0.0;
  }
}
