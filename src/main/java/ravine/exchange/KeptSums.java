package ravine.exchange;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import ravine.loss.Loss;
import ravine.rows.Block;
import ravine.rows.BlockList;
import ravine.rows.KeptMargins;
import ravine.rows.LabelledRows;
import ravine.rows.PackedPartition;
import ravine.rows.RowView;

/**
 * What runs where the rows are for questions that leave margins behind or use them: see {@link
 * WholeBatch}. Margins are always made over the whole partition in one and the same walk, because a
 * kernel may add in another order where a group has few rows.
 *
 * <p>Used for one request and by one thread.
 */
final class KeptSums {
  private final Loss loss;
  private final PackedPartition data;
  private final RowView view;
  private final byte @Nullable [][] folds;
  private final int outputs;
  private final int extras;
  private final int step;
  private final double[] labels = new double[Block.GROUP_ROWS];
  private final double[] weights = new double[Block.GROUP_ROWS];
  private final double[] at;
  private final double[] change;
  private final double[] margins;
  private final double[] second;
  private final double[] mixed;
  private double weight;
  private double value;

  /**
   * One about to be asked.
   *
   * @param view which rows count, and with which labels
   */
  KeptSums(Loss loss, PackedPartition data, RowView view) {
    int k = loss.outputs();
    this.loss = loss;
    this.data = data;
    this.view = view;
    this.folds = view.foldsOf(data);
    this.outputs = k;
    this.extras = loss.extraParameters();
    this.step = KeptReading.step(loss, data);
    this.at = new double[Block.GROUP_ROWS * k];
    this.change = new double[Block.GROUP_ROWS * k];
    this.margins = new double[Block.GROUP_ROWS * k];
    this.second = new double[Block.GROUP_ROWS * k * k];
    this.mixed = new double[Block.GROUP_ROWS * k * extras];
  }

  /** Overwrites {@code sum} with the partition's answer. */
  void compute(long seed, StepRequest request, double[] sum) {
    long start = System.nanoTime();
    PartialSum.clear(sum);
    switch (request.kind()) {
      case ALONG -> along(request, sum);
      case HESSIAN, MAJORISED -> hessian(seed, request, sum);
      case PRODUCT -> product(request, sum);
      case SCALES -> scales(request, sum);
      case SHIFTED -> shifted(request, sum);
      default -> throw new IllegalArgumentException(request.kind() + " uses no kept margins");
    }
    PartialSum.setTail(sum, value, weight, (System.nanoTime() - start) / 1e9);
  }

  private void along(StepRequest request, double[] sum) {
    double[] from = request.point();
    double[] other = Objects.requireNonNull(request.other());
    double[] to = Arrays.copyOf(other, from.length);
    int lengths = other.length - from.length;
    double[][] start = margins(request.slot(), from).margins();
    double[][] end = margins(request.slot() ^ 1, to).margins();
    double[] extraFrom = extra(from);
    double[] extraChange = extra(to);
    for (int e = 0; e < extras; e++) {
      extraChange[e] -= extraFrom[e];
    }
    double[] extra = new double[extras];
    BlockList.Walk walk = data.training.walk();
    for (int b = 0; b < start.length; b++) {
      LabelledRows block = walk.labels(b);
      for (int first = 0; first < block.rows; first += Block.GROUP_ROWS) {
        int count = Math.min(Block.GROUP_ROWS, block.rows - first);
        double[] own = read(b, block, first, count);
        int offset = first * outputs;
        for (int i = 0; i < count * outputs; i++) {
          change[i] = end[b][offset + i] - start[b][offset + i];
        }
        for (int l = 0; l < lengths; l++) {
          double t = other[from.length + l];
          for (int i = 0; i < count * outputs; i++) {
            at[i] = t == 1.0 ? end[b][offset + i] : start[b][offset + i] + t * change[i];
          }
          for (int e = 0; e < extras; e++) {
            extra[e] = extraFrom[e] + t * extraChange[e];
          }
          addAlong(count, own, extra, extraChange, sum, 3 * l);
        }
      }
    }
  }

  private void addAlong(
      int count,
      double @Nullable [] own,
      double[] extra,
      double[] extraChange,
      double[] sum,
      int to) {
    double curved = 0.0;
    if (extras > 0) {
      double[] ownSecond = new double[extras * extras];
      loss.ownSecondDerivatives(count, at, labels, own, 0, extra, mixed, ownSecond);
      for (int i = 0; i < count * outputs; i++) {
        for (int e = 0; e < extras; e++) {
          curved += 2.0 * mixed[i * extras + e] * change[i] * extraChange[e];
        }
      }
      for (int e = 0; e < extras * extras; e++) {
        curved += ownSecond[e] * extraChange[e / extras] * extraChange[e % extras];
      }
    }
    double[] extraGradient = new double[extras];
    System.arraycopy(at, 0, margins, 0, count * outputs);
    sum[to] += loss.derivatives(count, at, labels, own, 0, extra, extraGradient);
    if (outputs > 1) {
      curved += curvedAlong(count);
    } else {
      loss.secondDerivativesAfter(count, margins, at, labels, own, 0, extra, second);
      for (int i = 0; i < count; i++) {
        curved += second[i] * change[i] * change[i];
      }
    }
    double slope = 0.0;
    for (int i = 0; i < count * outputs; i++) {
      slope += at[i] * change[i];
    }
    for (int e = 0; e < extras; e++) {
      slope += extraGradient[e] * extraChange[e];
    }
    sum[to + 1] += slope;
    sum[to + 2] += curved;
  }

  /**
   * Σ (Σ w p c² − (Σ w p c)²/w) of a group after its derivatives w(p − y), c being the change of
   * its margins: K operations a row, where the matrix of second derivatives would take K².
   */
  private double curvedAlong(int count) {
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
      double mean = 0.0;
      for (int k = 0; k < outputs; k++) {
        double c = change[i * outputs + k];
        double p = at[i * outputs + k] + (k == (int) labels[i] ? weights[i] : 0.0);
        mean += p * c;
        sum += p * c * c;
      }
      sum -= weights[i] > 0.0 ? mean * mean / weights[i] : 0.0;
    }
    return sum;
  }

  private void hessian(long seed, StepRequest request, double[] sum) {
    boolean majorised = request.kind() == StepRequest.Kind.MAJORISED;
    double[] scaling = Objects.requireNonNull(request.other());
    HessianSums sums = new HessianSums(loss, majorised, scaling, extra(request.point()));
    double[][] kept = margins(request.slot(), request.point()).margins();
    if (request.batches() == 1) {
      BlockList.Walk walk = data.training.walk();
      for (int b = 0; b < kept.length; b++) {
        Block block = walk.block(b);
        for (int first = 0; first < block.rows; first += Block.GROUP_ROWS) {
          int count = Math.min(Block.GROUP_ROWS, block.rows - first);
          addHessian(sums, b, block, first, count, kept[b]);
        }
      }
    } else {
      int[] groups = data.slice(seed, request.pass(), request.batch(), request.batches());
      BlockList.Walk walk = data.walk(groups);
      for (int group : groups) {
        int b = data.blockIndex(group);
        Block block = walk.block(b);
        int first = data.rowOf(group);
        int count = Math.min(data.groupRows, block.rows - first);
        addHessian(sums, b, block, first, count, kept[b]);
      }
    }
    sums.write(sum);
  }

  private void addHessian(
      HessianSums sums, int b, Block block, int first, int count, double[] kept) {
    double[] own = read(b, block, first, count);
    System.arraycopy(kept, first * outputs, at, 0, count * outputs);
    sums.add(block, first, count, at, labels, own);
  }

  private void product(StepRequest request, double[] sum) {
    double[] direction = Objects.requireNonNull(request.other());
    double[][] kept = margins(request.slot(), request.point()).margins();
    double[] extra = extra(request.point());
    double[] extraChange = extra(direction);
    double[] ownSecond = new double[extras * extras];
    double[] extraSums = new double[extras];
    BlockList.Walk walk = data.training.walk();
    for (int b = 0; b < kept.length; b++) {
      Block block = walk.block(b);
      for (int first = 0; first < block.rows; first += step) {
        int count = Math.min(step, block.rows - first);
        double[] own = read(b, block, first, count);
        System.arraycopy(kept[b], first * outputs, at, 0, count * outputs);
        block.margins(first, count, direction, outputs, change);
        loss.secondDerivatives(count, at, labels, own, 0, extra, second);
        if (extras > 0) {
          loss.ownSecondDerivatives(count, at, labels, own, 0, extra, mixed, ownSecond);
        }
        for (int i = 0; i < count * outputs; i++) {
          int row = i / outputs * outputs;
          double product = 0.0;
          for (int k = 0; k < outputs; k++) {
            product += second[i * outputs + k] * change[row + k];
          }
          for (int e = 0; e < extras; e++) {
            product += mixed[i * extras + e] * extraChange[e];
            extraSums[e] += mixed[i * extras + e] * change[i];
          }
          at[i] = product;
        }
        block.accumulate(first, count, at, outputs, sum);
      }
    }
    for (int e = 0; e < extras * extras; e++) {
      extraSums[e / extras] += ownSecond[e] * extraChange[e % extras];
    }
    System.arraycopy(extraSums, 0, sum, PartialSum.dimension(sum) - extras, extras);
  }

  private void scales(StepRequest request, double[] sum) {
    double[] values = Objects.requireNonNull(request.other());
    double[][] kept = margins(request.slot(), request.point()).margins();
    double[] extra = new double[1];
    double[] slope = new double[1];
    BlockList.Walk walk = data.training.walk();
    for (int b = 0; b < kept.length; b++) {
      LabelledRows block = walk.labels(b);
      for (int first = 0; first < block.rows; first += Block.GROUP_ROWS) {
        int count = Math.min(Block.GROUP_ROWS, block.rows - first);
        double[] own = read(b, block, first, count);
        for (int v = 0; v < values.length; v++) {
          System.arraycopy(kept[b], first * outputs, at, 0, count * outputs);
          extra[0] = values[v];
          slope[0] = 0.0;
          sum[2 * v] += loss.derivatives(count, at, labels, own, 0, extra, slope);
          sum[2 * v + 1] += slope[0];
        }
      }
    }
  }

  private void shifted(StepRequest request, double[] sum) {
    double[] shifts = Objects.requireNonNull(request.other());
    double[][] kept = margins(request.slot(), request.point()).margins();
    double[] extra = extra(request.point());
    double[] extraGradient = new double[extras];
    BlockList.Walk walk = data.training.walk();
    for (int b = 0; b < kept.length; b++) {
      LabelledRows block = walk.labels(b);
      for (int first = 0; first < block.rows; first += Block.GROUP_ROWS) {
        int count = Math.min(Block.GROUP_ROWS, block.rows - first);
        double[] own = read(b, block, first, count);
        for (int i = 0; i < count * outputs; i++) {
          at[i] = kept[b][first * outputs + i] + shifts[i % outputs];
        }
        loss.secondDerivatives(count, at, labels, own, 0, extra, second);
        value += loss.derivatives(count, at, labels, own, 0, extra, extraGradient);
        for (int i = 0; i < count * outputs * outputs; i++) {
          sum[i % outputs] += i < count * outputs ? at[i] : 0.0;
          sum[outputs + i % (outputs * outputs)] += second[i];
        }
      }
    }
  }

  /** Reads labels and weights of a group; the weights, or null where every one is 1. */
  private double @Nullable [] read(int b, LabelledRows block, int first, int count) {
    byte[] fold = folds == null ? null : folds[b];
    weight += view.read(fold, block, first, count, false, labels, weights);
    return view.isWeighted(block) ? weights : null;
  }

  private KeptMargins.Slot margins(int slot, double[] point) {
    return KeptReading.margins(loss, data, slot, point);
  }

  private double[] extra(double[] point) {
    return Arrays.copyOfRange(point, point.length - extras, point.length);
  }
}
