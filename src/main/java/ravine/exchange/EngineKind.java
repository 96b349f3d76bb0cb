package ravine.exchange;

import java.util.Locale;

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

  /** The name by which it is chosen. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
