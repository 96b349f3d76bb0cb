package ravine.step;

/**
 * Steps that cost what their gradient's non-zeros cost, for weights so many that a batch touches
 * few of them. Lives on the driver; not thread-safe but for {@link #read}.
 *
 * <p>Which of the two a plan allows is the plan's to say: {@link StepPlan#canBeExact}, {@link
 * StepPlan#canWait}.
 */
public sealed interface SparseStepper permits ExactLazyStepper, WaitingStepper {

  /**
   * Writes where the next gradient is to be taken, at some coordinates. May be called from several
   * threads as long as no step is made.
   *
   * @param coordinates at which; the first {@code count} entries
   * @param point overwritten from index {@code at} on
   */
  void read(int[] coordinates, int count, double[] point, int at);

  /**
   * One step of everybody, of which only some are touched. Coordinates that the penalty exempts
   * must be among them every time.
   *
   * @param coordinates that are touched, each once; the first {@code count} entries
   * @param gradient mean data gradient there, overwritten; every other coordinate's is 0
   * @throws IllegalArgumentException as {@link Stepper#step(double[])}
   */
  void step(int[] coordinates, int count, double[] gradient);

  /**
   * All weights and the state, on which these steps are made. What reads or replaces them brings
   * them up to date first, which costs O(d); counts, rates and norms of the last step cost nothing.
   */
  Stepper whole();
}
