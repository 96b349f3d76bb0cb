package ravine.engine;

/**
 * A way from packed rows to weights. {@link Trainer} chooses one, and what is said of the choice is
 * kept in the result.
 *
 * <p>The choice depends on the options and on the size of the problem alone, never on the engine or
 * on a clock, so that the same fit takes the same way everywhere.
 */
sealed interface Way
    permits NormalEquations, NewtonSteps, SampleMetric, RecentMetric, PlainDescent, MiniBatches {

  /** Its name in the result, such as {@code mini-batches}. */
  String name();

  /** Why it was chosen: a clause that follows "because". */
  String why();

  /**
   * Whether it asks the partitions anything, so that they have to be packed and an engine opened.
   */
  default boolean asks() {
    return true;
  }

  /** Goes it. */
  StopRule.Outcome run(Run run);
}
