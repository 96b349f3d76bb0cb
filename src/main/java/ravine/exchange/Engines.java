package ravine.exchange;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.rows.PackedPartition;
import ravine.rows.PackedRows;

/** The engine a user's choice means here, and the one of rows that the driver holds. */
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

  /**
   * Answers requests from one partition held on the driver: the sample on which training begins.
   */
  static final class Local implements GradientEngine {
    private final PackedPartition partition;
    private final PartitionSums sums;
    private final Work work;
    private final int features;
    private double[] sum;

    Local(PackedPartition partition, Work work, int features) {
      this.partition = partition;
      this.sums = new PartitionSums(work.loss());
      this.work = work;
      this.features = features;
      this.sum = PartialSum.create(work.rawDimension(features));
    }

    @Override
    public String name() {
      return "local";
    }

    @Override
    public double[] run(StepRequest request) {
      int length = work.dimension(request, features);
      if (PartialSum.dimension(sum) != length) {
        sum = PartialSum.create(length);
      }
      work.answer(sums, partition, 0, request, sum);
      return sum;
    }

    @Override
    public void run(SparseRequest request, SparseSum sum) {
      throw new UnsupportedOperationException("a sample is dense");
    }

    @Override
    public void close() {}
  }
}
