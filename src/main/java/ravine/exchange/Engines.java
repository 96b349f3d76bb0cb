package ravine.exchange;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.rows.PackedRows;

/** The engine a user's choice means here. */
public final class Engines {
  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

  private Engines() {}

  /**
   * Opens it: the resident workers where they can run, unless one job a step is asked for.
   *
   * @throws IllegalStateException if the resident workers are asked for and cannot run
   */
  public static GradientEngine open(EngineKind kind, PackedRows data, Work work, long seed) {
    if (kind == EngineKind.JOBS) {
      return new StepJobs(data, work, seed);
    }
    try {
      return ResidentWorkers.open(data, work, seed);
    } catch (ResidentRefusal e) {
      if (kind == EngineKind.RESIDENT) {
        throw e;
      }
      LOG.warn("Training with one Spark job a step, which is slower. {}", e.getMessage());
      return new StepJobs(data, work, seed);
    }
  }

  /** One for a run that asks nothing; it costs nothing to open. */
  public static GradientEngine none() {
    return new GradientEngine() {
      @Override
      public String name() {
        return "none";
      }

      @Override
      public double[] run(StepRequest request) {
        throw new IllegalStateException("there is nobody to ask for " + request.kind());
      }

      @Override
      public void run(SparseRequest request, SparseSum sum) {
        throw new IllegalStateException("there is nobody to ask for sparse sums");
      }

      @Override
      public void close() {}
    };
  }
}
