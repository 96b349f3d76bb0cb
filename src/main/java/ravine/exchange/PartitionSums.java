package ravine.exchange;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.loss.Loss;
import ravine.rows.Block;
import ravine.rows.BlockList;
import ravine.rows.PackedPartition;

/**
 * What runs where the rows are: walks the groups of a slice and adds up one partition's sums. The
 * group's rows are read twice in a row, once for margins and once for the gradient, while they are
 * in the first-level cache.
 *
 * <p>Keeps scratch arrays between calls; used by one thread at a time.
 */
final class PartitionSums {
  private final Loss loss;
  private final int outputs;
  private final int extras;
  private final double[] extra;
  private final double[] extraGradient;
  private double[] margins = new double[0];
  private double[] others = new double[0];
  private final double[] labels = new double[Block.GROUP_ROWS];
  private final double[] weights = new double[Block.GROUP_ROWS];

  PartitionSums(Loss loss) {
    this.loss = loss;
    this.outputs = loss.outputs();
    this.extras = loss.extraParameters();
    this.extra = new double[extras];
    this.extraGradient = new double[extras];
  }

  /**
   * Overwrites {@code sum} with the partition's answer.
   *
   * @param seed of the order of the groups
   * @param sum laid out by {@link PartialSum}, of the raw dimension
   */
  void compute(PackedPartition data, long seed, StepRequest request, double[] sum) {
    Arrays.fill(sum, 0.0);
    add(data, seed, request, sum);
  }

  /** The same for a {@code sum} that is 0 already. */
  void add(PackedPartition data, long seed, StepRequest request, double[] sum) {
    long start = System.nanoTime();
    System.arraycopy(request.point(), request.point().length - extras, extra, 0, extras);
    Arrays.fill(extraGradient, 0.0);
    Totals totals = new Totals();
    if (request.kind() == StepRequest.Kind.VALIDATION) {
      visitAll(data.validation, Block.GROUP_ROWS, request, sum, totals);
    } else if (request.batches() == 1) {
      // With several outputs the arithmetic counts, not the cache: more rows share each weight.
      int step = outputs == 1 ? data.groupRows : Block.GROUP_ROWS;
      visitAll(data.training, step, request, sum, totals);
    } else {
      int[] groups = data.slice(seed, request.pass(), request.batch(), request.batches());
      BlockList.Walk walk = data.walk(groups);
      for (int group : groups) {
        Block block = walk.block(data.blockIndex(group));
        int at = data.rowOf(group);
        visit(block, at, Math.min(data.groupRows, block.rows - at), request, sum, totals);
      }
    }
    System.arraycopy(extraGradient, 0, sum, PartialSum.dimension(sum) - extras, extras);
    PartialSum.setTail(sum, totals.loss, totals.weight, (System.nanoTime() - start) / 1e9);
  }

  private void visitAll(
      BlockList blocks, int step, StepRequest request, double[] sum, Totals totals) {
    for (Block block : blocks) {
      for (int at = 0; at < block.rows; at += step) {
        visit(block, at, Math.min(step, block.rows - at), request, sum, totals);
      }
    }
  }

  private void visit(
      Block block, int first, int count, StepRequest request, double[] sum, Totals totals) {
    int length = count * outputs;
    if (margins.length < length) {
      margins = new double[length];
      others = new double[length];
    }
    block.copyLabels(first, count, labels);
    totals.weight += block.copyWeights(first, count, weights);
    block.margins(first, count, request.point(), outputs, margins);
    switch (request.kind()) {
      case GRADIENT -> {
        totals.loss += derivatives(block, count, margins);
        block.accumulate(first, count, margins, outputs, sum);
      }
      case DIFFERENCE -> {
        double[] snapshot = java.util.Objects.requireNonNull(request.other());
        totals.loss += derivatives(block, count, margins);
        block.margins(first, count, snapshot, outputs, others);
        derivativesAt(snapshot, block, count);
        for (int i = 0; i < length; i++) {
          margins[i] -= others[i];
        }
        block.accumulate(first, count, margins, outputs, sum);
      }
      case LOSS, VALIDATION -> {
        totals.loss += loss.value(count, margins, labels, weightsOf(block), 0, extra);
        request.metric().add(count, margins, outputs, labels, weightsOf(block), sum);
      }
      case LOCAL, KEEP, ALONG, HESSIAN, MAJORISED, PRODUCT, SCALES, SHIFTED ->
          throw new IllegalArgumentException(request.kind() + " is answered elsewhere");
      case CURVATURE -> {
        double[] direction = java.util.Objects.requireNonNull(request.other());
        block.margins(first, count, direction, outputs, margins);
        for (int i = 0; i < count; i++) {
          double bound = weights[i];
          for (int k = 0; k < outputs; k++) {
            margins[i * outputs + k] *= bound;
          }
        }
        block.accumulate(first, count, margins, outputs, sum);
      }
    }
  }

  private double derivatives(Block block, int count, double[] at) {
    return loss.derivatives(count, at, labels, weightsOf(block), 0, extra, extraGradient);
  }

  /** The weights of the rows visited, or null where every one is 1. */
  private double @Nullable [] weightsOf(Block block) {
    return block.isWeighted() ? weights : null;
  }

  /** Derivatives at the snapshot; its share of the parameters' gradient is subtracted. */
  private void derivativesAt(double[] snapshot, Block block, int count) {
    if (extras == 0) {
      loss.derivatives(count, others, labels, weightsOf(block), 0);
      return;
    }
    double[] own = new double[extras];
    System.arraycopy(snapshot, snapshot.length - extras, own, 0, extras);
    double[] gradient = new double[extras];
    loss.derivatives(count, others, labels, weightsOf(block), 0, own, gradient);
    for (int e = 0; e < extras; e++) {
      extraGradient[e] -= gradient[e];
    }
  }

  private static final class Totals {
    double loss;
    double weight;
  }
}
