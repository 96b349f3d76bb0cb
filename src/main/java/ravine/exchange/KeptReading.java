package ravine.exchange;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ravine.loss.Loss;
import ravine.rows.Block;
import ravine.rows.BlockList;
import ravine.rows.KeptMargins;
import ravine.rows.PackedPartition;
import ravine.rows.RowView;

/**
 * What one read of all rows of a partition gives a model, for {@link StepRequest.Kind#KEEP};
 * several models read them together.
 */
final class KeptReading {
  private final Loss loss;
  private final PackedPartition data;
  private final RowView view;
  private final int outputs;
  private final int extras;
  private final int step;
  private final double[] at;
  private final double[] change;
  private final double[] second;
  private final StepRequest request;
  private final double[] sum;
  private final double[] point;
  private final byte @Nullable [][] folds;
  private final KeptMargins.@Nullable Slot other;
  private final double[][] made;
  private final double[] extra;
  private final double[] extraGradient;
  private final int dimension;
  private double weight;
  private double value;
  private double leastCurvature = Double.POSITIVE_INFINITY;
  private double marginChange;

  /**
   * One about to read.
   *
   * @param view which rows count, and with which labels
   * @param sum overwritten by {@link #read}
   */
  KeptReading(Loss loss, PackedPartition data, RowView view, StepRequest request, double[] sum) {
    int k = loss.outputs();
    double[] before = request.other();
    this.loss = loss;
    this.data = data;
    this.view = view;
    this.folds = view.foldsOf(data);
    this.outputs = k;
    this.extras = loss.extraParameters();
    this.step = step(loss, data);
    this.at = new double[Block.GROUP_ROWS * k];
    this.change = new double[Block.GROUP_ROWS * k];
    this.second = new double[Block.GROUP_ROWS];
    this.request = request;
    this.sum = sum;
    this.point = request.point();
    this.other = before == null ? null : margins(loss, data, request.slot() ^ 1, before);
    this.made = new double[data.training.size()][];
    this.extra = Arrays.copyOfRange(point, point.length - extras, point.length);
    this.extraGradient = new double[extras];
    this.dimension = PartialSum.dimension(sum);
    PartialSum.clear(sum);
  }

  /** Rows of a group: those of PartitionSums, so that gradients have the same bits. */
  static int step(Loss loss, PackedPartition data) {
    return loss.outputs() == 1 ? data.groupRows : Block.GROUP_ROWS;
  }

  /** The margins at a point: kept ones, or made again and kept. */
  static KeptMargins.Slot margins(Loss loss, PackedPartition data, int slot, double[] point) {
    KeptMargins.Slot kept = data.keptMargins().find(slot, point);
    if (kept != null) {
      return kept;
    }
    int outputs = loss.outputs();
    int step = step(loss, data);
    double[] at = new double[Block.GROUP_ROWS * outputs];
    double[][] made = new double[data.training.size()][];
    BlockList.Walk walk = data.training.walk();
    for (int b = 0; b < made.length; b++) {
      Block block = walk.block(b);
      made[b] = new double[Math.multiplyExact(block.rows, outputs)];
      for (int first = 0; first < block.rows; first += step) {
        int count = Math.min(step, block.rows - first);
        block.margins(first, count, point, outputs, at);
        System.arraycopy(at, 0, made[b], first * outputs, count * outputs);
      }
    }
    int own = point.length - loss.extraParameters();
    KeptMargins.Slot fresh = new KeptMargins.Slot(Arrays.copyOf(point, own), made);
    data.keptMargins().put(slot, fresh);
    return fresh;
  }

  /** One read for all of them, which share its time; those of the same view one after the other. */
  static void read(PackedPartition data, List<KeptReading> all) {
    if (all.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    int step = all.get(0).step;
    double[] labels = new double[Block.GROUP_ROWS];
    double[] weights = new double[Block.GROUP_ROWS];
    BlockList.Walk walk = data.training.walk();
    for (int b = 0; b < data.training.size(); b++) {
      Block block = walk.block(b);
      for (KeptReading one : all) {
        one.made[b] = new double[Math.multiplyExact(block.rows, one.outputs)];
      }
      for (int first = 0; first < block.rows; first += step) {
        int count = Math.min(step, block.rows - first);
        RowView before = null;
        double weight = 0.0;
        for (int k = 0; k < all.size(); k++) {
          KeptReading one = all.get(k);
          if (!one.view.equals(before)) {
            before = one.view;
            byte[] fold = one.folds == null ? null : one.folds[b];
            weight = one.view.read(fold, block, first, count, false, labels, weights);
          }
          one.weight += weight;
          one.add(b, block, first, count, labels, one.view.isWeighted(block) ? weights : null);
        }
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9 / all.size();
    for (KeptReading one : all) {
      one.end(seconds);
    }
  }

  private void add(
      int b, Block block, int first, int count, double[] labels, double @Nullable [] own) {
    int from = first * outputs;
    int length = count * outputs;
    block.margins(first, count, point, outputs, at);
    System.arraycopy(at, 0, made[b], from, length);
    System.arraycopy(at, 0, change, 0, length);
    if (other != null) {
      double[] kept = other.margins()[b];
      double most = marginChange;
      for (int i = 0; i < length; i++) {
        most = Math.max(most, Math.abs(at[i] - kept[from + i]));
      }
      marginChange = most;
    }
    value += loss.derivatives(count, at, labels, own, 0, extra, extraGradient);
    sum[dimension - 2] += curvature(count, labels, own);
    double slopes = 0.0;
    for (int i = 0; i < length; i++) {
      slopes += Math.abs(at[i]);
    }
    sum[dimension - 1] += slopes;
    block.accumulate(first, count, at, outputs, sum);
  }

  private void end(double seconds) {
    System.arraycopy(extraGradient, 0, sum, dimension - 2 - extras, extras);
    if (other == null) {
      marginChange = Double.POSITIVE_INFINITY;
    }
    data.keptMargins()
        .put(
            request.slot(),
            new KeptMargins.Slot(Arrays.copyOf(point, point.length - extras), made));
    PartialSum.setTail(sum, value, weight, seconds);
    PartialSum.setExtremes(sum, leastCurvature, marginChange);
  }

  /** Σ w·ℓ″ of a group, from its derivatives; its least value is noted. */
  private double curvature(int count, double[] labels, double @Nullable [] own) {
    double sum = 0.0;
    if (outputs == 1) {
      loss.secondDerivativesAfter(count, change, at, labels, own, 0, extra, second);
      for (int i = 0; i < count; i++) {
        sum += second[i];
        if (own == null || own[i] > 0.0) {
          leastCurvature = Math.min(leastCurvature, second[i]);
        }
      }
      return sum;
    }
    for (int i = 0; i < count; i++) {
      double w = own == null ? 1.0 : own[i];
      if (!(w > 0.0)) {
        continue;
      }
      double rarest = 1.0;
      double squares = 0.0;
      for (int k = 0; k < outputs; k++) {
        double slope = at[i * outputs + k] / w;
        // 1 − (1 − p) has an error of its own: less is safe.
        double p = k == (int) labels[i] ? Math.max(0.0, 1.0 + slope - 4e-16) : slope;
        rarest = Math.min(rarest, p);
        squares += p * p;
      }
      sum += w * Math.max(0.0, 1.0 - squares) / outputs;
      leastCurvature = Math.min(leastCurvature, 0.5 * w * rarest);
    }
    return sum;
  }
}
