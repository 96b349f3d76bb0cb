package ravine.engine;

/** How partitions are asked for gradients. */
public enum EngineKind {
  /** The fastest engine that can run here. */
  AUTO,
  /**
   * One Spark job a step: {@code StepJobs}. Works everywhere, and holds slots only while it runs.
   */
  JOBS,
  /** One Spark job whose tasks stay: {@code ResidentWorkers}. Needs a slot for every partition. */
  RESIDENT;

  /**
   * The kind of that name, in any case.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static EngineKind of(String name) {
    return Choice.of(EngineKind.class, "engine", name);
  }

  @Override
  public String toString() {
    return Choice.name(this);
  }
}
