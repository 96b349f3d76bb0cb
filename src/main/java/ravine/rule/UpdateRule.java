package ravine.rule;

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
public sealed interface UpdateRule extends Optimizer
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

  /**
   * Whether the rule is linear in the gradients, whatever its form: weights that start at 0 end,
   * after gradients aₜ + bₜ, at the sum of where the aₜ and the bₜ alone would have led. Then the
   * rates of all coordinates are equal, a steady gradient's answer is known beforehand, and
   * untouched coordinates can catch up in closed form ({@code ravine.step.ExactLazyStepper}).
   */
  boolean isLinear();

  /**
   * Whether full-batch steps of this rule may be measured in another quadratic form than the
   * identity ({@code ravine.step.Metric}), and so whether it takes them where the step size is
   * automatic. Only rules that are {@link #isLinear linear} may. Of those, the rewritten forms of
   * NAG and the corrections of momentum are left to mini-batches: they have not been measured in a
   * metric.
   */
  default boolean takesMetric() {
    return false;
  }

  /**
   * Whether each coordinate is divided by the size of its own gradients, so that (up to ε) a
   * gradient a thousand times as long leads to the same step: the learning rate is then a length in
   * the units of the weights, and not a length over a gradient.
   */
  boolean normalises();

  /**
   * Whether the starting rate is a length in coordinates that measure a feature by its deviation
   * and the size of its non-zeros together, not by its deviation alone. Only rules that {@link
   * #normalises normalise} do; it is so unless the rule says why not.
   */
  default boolean startsByNonZeros() {
    return normalises();
  }

  /**
   * Whether the momentum coefficient is the sequence for problems of which nothing is known, {@link
   * ravine.schedule.Accelerated}. Where the engine learns the curvature on its way, it may then
   * choose the coefficient by that; one that the user states is not its to change.
   */
  default boolean leavesMomentumOpen() {
    return false;
  }

  /** Whether there is state but the step count; one without waits where its gradient is 0. */
  default boolean remembers() {
    return newState(0).slots().length > 0;
  }

  /**
   * The learning rate where the user gives none, in standardised coordinates. Rules that are {@link
   * #isLinear linear} make it of the gradient step 1/L, others have a length.
   *
   * <p>No paper gives such a length for the rules of Adam's family, so those were measured: {@code
   * src/test/java/ravine/step/StartingRatesMain} walks through mini-batches of three logistic
   * problems in the cycles of the automatic mode, at each rule's rate and at others around it, and
   * prints the gaps to the optimum.
   *
   * @param gradientStep 1/L, with L the largest curvature of the smooth objective
   * @param noisy whether gradients are of mini-batches
   * @param steps about how many there will be, at least 1: where the momentum coefficient grows
   *     from step to step, what it has become by then is what the rate must allow for. (At the
   *     limit it may be 1, as of {@code accelerated}, and the rate would be 0.)
   */
  double startingRate(double gradientStep, boolean noisy, long steps);

  /**
   * The learning rate where it is known how far the optimum is, in coordinates in which that is
   * about as far along each of them, for a rule that {@link #normalises normalises}: its first
   * steps then have about 0.3 of that length. Of 0.1, 0.3, 1 and 3 that was the best or next to it
   * for all rules on the real sets it was simulated on.
   *
   * @param length positive, in the units of the weights
   */
  default double rateOfLength(double length) {
    return 0.3 * length;
  }

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

  /** The velocity or first moment, live, length d; empty for rules without one. */
  default double[] velocity(RuleState state) {
    return Velocity.NONE;
  }

  /** Euclidean norm of {@link #velocity}; 0 for rules without one. */
  default double velocityNorm(RuleState state) {
    return Velocity.norm(velocity(state));
  }

  /**
   * What the velocity or first moment of the step before is multiplied by, in [0, 1); 0 for rules
   * without one.
   *
   * @param step number of updates including this one, at least 1
   */
  default double momentumAt(long step) {
    return 0.0;
  }
}
