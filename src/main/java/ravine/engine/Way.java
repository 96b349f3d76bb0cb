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

  /** What came of a run that went it. */
  default TrainingResult result(Run run, StopRule.Outcome outcome, double openSeconds) {
    StopReason reason = outcome.reason();
    String cause = outcome.cause();
    String meaning = run.stop().advice(reason);
    String advice = cause.isEmpty() ? meaning : cause + " " + meaning;
    TrainerOptions options = run.options();
    if (reason == StopReason.MAX_ITER && options.stepSize() > 0.0) {
      advice += " A stepSize of 0 chooses one that suits the rows.";
    }
    History history = run.history();
    if (outcome.certificate() != null) {
      history.tell(outcome.certificate());
    }
    return new TrainingResult(
        history.bestWeights(),
        history.passes(),
        history.steps(),
        reason,
        advice,
        history.bestPass(),
        options.optimizer().toString(),
        name(),
        why(),
        outcome.schedule().toString(),
        run.engine().name(),
        options.seed(),
        run.rows(),
        new TrainingResult.Seconds(run.data().packSeconds(), openSeconds, history.seconds()),
        history.validates() ? options.validationMetric().toString() : "",
        outcome.certificate());
  }
}
