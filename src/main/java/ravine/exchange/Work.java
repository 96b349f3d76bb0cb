package ravine.exchange;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import ravine.loss.Loss;
import ravine.objective.Problem;
import ravine.rows.PackedPartition;

/** What the executors need to know to answer requests; travels in closures. */
public final class Work implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Most numbers that a partition sends back of a Hessian: 64 MB. */
  static final int MOST_NUMBERS = 8 * 1024 * 1024;

  private final Loss loss;
  private final @Nullable LocalSteps local;

  Work(Loss loss, @Nullable LocalSteps local) {
    this.loss = loss;
    this.local = local;
  }

  /** What executors need to know of a problem; of its local steps only where they are taken. */
  public static Work of(Problem problem, boolean takesLocalSteps) {
    LocalSteps local =
        takesLocalSteps
            ? new LocalSteps(problem.coordinates(), problem.penalty(), problem.lossUnit())
            : null;
    return new Work(problem.loss(), local);
  }

  Loss loss() {
    return loss;
  }

  /** Length of a raw point of so many features. */
  int rawDimension(int features) {
    return (features + 1) * loss.outputs() + loss.extraParameters();
  }

  /**
   * Length of the sums that answer a request, without their tail.
   *
   * @throws IllegalArgumentException if they would be too long to be sent
   */
  int dimension(StepRequest request, int features) {
    double[] other = request.other();
    int more = other == null ? 0 : other.length;
    return switch (request.kind()) {
      case GRADIENT, DIFFERENCE, LOSS, CURVATURE, LOCAL, PRODUCT -> rawDimension(features);
      case VALIDATION ->
          request.isLossAlone()
              ? rawDimension(features)
              : request.metric().numbers() + loss.extraParameters();
      case KEEP -> rawDimension(features) + 2;
      case ALONG -> 3 * (more - request.point().length);
      case SCALES -> 2 * more;
      case SHIFTED -> Math.addExact(more, Math.multiplyExact(more, more));
      case HESSIAN, MAJORISED -> {
        long length = HessianSums.length(features, loss.outputs(), loss.extraParameters());
        if (length > MOST_NUMBERS) {
          throw new IllegalArgumentException(
              "a Hessian of "
                  + features
                  + " features and "
                  + loss.outputs()
                  + " outputs has "
                  + length
                  + " numbers, and at most "
                  + MOST_NUMBERS
                  + " are sent");
        }
        yield (int) length;
      }
    };
  }

  /** Overwrites {@code sum} with a partition's answer. */
  void answer(
      PartitionSums sums, PackedPartition data, long seed, StepRequest request, double[] sum) {
    if (request.kind().keepsMargins()) {
      new KeptSums(loss, data).compute(seed, request, sum);
    } else if (request.kind() != StepRequest.Kind.LOCAL) {
      sums.compute(data, seed, request, sum);
    } else if (local == null) {
      throw new IllegalStateException("the engine was opened without local steps");
    } else {
      local.run(data, loss, seed, request, sum);
    }
  }
}
