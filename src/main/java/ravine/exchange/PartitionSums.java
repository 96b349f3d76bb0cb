package ravine.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ravine.loss.Loss;
import ravine.rows.Block;
import ravine.rows.BlockList;
import ravine.rows.PackedPartition;
import ravine.rows.RowView;

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
  private double[] margins = new double[0];
  private double[] others = new double[0];
  private final double[] labels = new double[Block.GROUP_ROWS];
  private final double[] weights = new double[Block.GROUP_ROWS];

  PartitionSums(Loss loss) {
    this.loss = loss;
    this.outputs = loss.outputs();
    this.extras = loss.extraParameters();
  }

  /** A model's question about some of the rows, and its sums so far. */
  static final class Ask {
    final StepRequest request;
    final long seed;
    final RowView view;
    final double[] sum;

    /** The loss's own parameters at the point, and the gradient in them. */
    private double[] extra = {};

    private double[] extraGradient = {};

    /** Of the partition's rows; null where none is held out. */
    private byte @Nullable [][] folds;

    private double loss;
    private double weight;

    /**
     * One about to be answered.
     *
     * @param seed of the order of the groups
     * @param sum all 0, laid out by {@link PartialSum}, of the raw dimension
     */
    Ask(StepRequest request, long seed, RowView view, double[] sum) {
      this.request = request;
      this.seed = seed;
      this.view = view;
      this.sum = sum;
    }

    private boolean validates() {
      return request.kind() == StepRequest.Kind.VALIDATION;
    }

    /** Whether it is about the validation blocks, and not about rows of a fold. */
    private boolean readsValidation() {
      return validates() && !view.holdsOut();
    }

    /** Whether the same ones of the rows count for both. */
    private boolean countsAs(Ask other) {
      return view.equals(other.view) && validates() == other.validates();
    }

    /** Whether both read the same rows. */
    private boolean readsAs(Ask other) {
      StepRequest with = other.request;
      return readsValidation() == other.readsValidation()
          && request.batches() == with.batches()
          && (request.batches() == 1
              || (seed == other.seed
                  && request.pass() == with.pass()
                  && request.batch() == with.batch()));
    }
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
    compute(data, List.of(new Ask(request, seed, RowView.ALL, sum)));
  }

  /** Answers all of them, those about the same rows in one read. */
  void compute(PackedPartition data, List<Ask> asks) {
    List<Ask> left = asks;
    while (!left.isEmpty()) {
      Ask first = left.get(0);
      List<Ask> together = left;
      List<Ask> later = List.of();
      if (left.size() > 1) {
        together = new ArrayList<>();
        later = new ArrayList<>();
        for (Ask ask : left) {
          (ask.readsAs(first) ? together : later).add(ask);
        }
      }
      read(data, together);
      left = later;
    }
  }

  /** One read for questions about the same rows, which share its time. */
  private void read(PackedPartition data, List<Ask> asks) {
    long start = System.nanoTime();
    for (Ask ask : asks) {
      double[] point = ask.request.point();
      ask.extra = Arrays.copyOfRange(point, point.length - extras, point.length);
      ask.extraGradient = new double[extras];
      ask.folds = ask.view.foldsOf(data);
    }
    Ask one = asks.get(0);
    StepRequest request = one.request;
    if (one.readsValidation()) {
      visitAll(data.validation, Block.GROUP_ROWS, asks);
    } else if (request.batches() == 1) {
      // With several outputs the arithmetic counts, not the cache: more rows share each weight.
      int step = outputs == 1 ? data.groupRows : Block.GROUP_ROWS;
      visitAll(data.training, step, asks);
    } else {
      int[] groups = data.slice(one.seed, request.pass(), request.batch(), request.batches());
      BlockList.Walk walk = data.walk(groups);
      for (int group : groups) {
        int b = data.blockIndex(group);
        Block block = walk.block(b);
        int at = data.rowOf(group);
        visit(b, block, at, Math.min(data.groupRows, block.rows - at), asks);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9 / asks.size();
    for (Ask ask : asks) {
      double[] sum = ask.sum;
      System.arraycopy(ask.extraGradient, 0, sum, PartialSum.dimension(sum) - extras, extras);
      PartialSum.setTail(sum, ask.loss, ask.weight, seconds);
    }
  }

  private void visitAll(BlockList blocks, int step, List<Ask> asks) {
    int b = 0;
    for (Block block : blocks) {
      for (int at = 0; at < block.rows; at += step) {
        visit(b, block, at, Math.min(step, block.rows - at), asks);
      }
      b++;
    }
  }

  private void visit(int b, Block block, int first, int count, List<Ask> asks) {
    int length = count * outputs;
    if (margins.length < length) {
      margins = new double[length];
      others = new double[length];
    }
    Ask before = null;
    double weight = 0.0;
    for (int a = 0; a < asks.size(); a++) {
      Ask ask = asks.get(a);
      if (before == null || !ask.countsAs(before)) {
        byte[][] folds = ask.folds;
        byte[] fold = folds == null ? null : folds[b];
        weight = ask.view.read(fold, block, first, count, ask.validates(), labels, weights);
      }
      ask.weight += weight;
      visit(block, first, count, ask);
      before = ask;
    }
  }

  private void visit(Block block, int first, int count, Ask ask) {
    StepRequest request = ask.request;
    double[] sum = ask.sum;
    double[] own = ask.view.isWeighted(block) ? weights : null;
    block.margins(first, count, request.point(), outputs, margins);
    switch (request.kind()) {
      case GRADIENT -> {
        ask.loss += derivatives(ask, count, own);
        block.accumulate(first, count, margins, outputs, sum);
      }
      case DIFFERENCE -> {
        double[] snapshot = java.util.Objects.requireNonNull(request.other());
        ask.loss += derivatives(ask, count, own);
        block.margins(first, count, snapshot, outputs, others);
        derivativesAt(snapshot, ask, count, own);
        for (int i = 0; i < count * outputs; i++) {
          margins[i] -= others[i];
        }
        block.accumulate(first, count, margins, outputs, sum);
      }
      case LOSS, VALIDATION -> {
        ask.loss += loss.value(count, margins, labels, own, 0, ask.extra);
        request.metric().add(count, margins, outputs, labels, own, sum);
      }
      case LOCAL, KEEP, ALONG, HESSIAN, MAJORISED, PRODUCT, SCALES, SHIFTED, MANY ->
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

  private double derivatives(Ask ask, int count, double @Nullable [] own) {
    return loss.derivatives(count, margins, labels, own, 0, ask.extra, ask.extraGradient);
  }

  /** Derivatives at the snapshot; its share of the parameters' gradient is subtracted. */
  private void derivativesAt(double[] snapshot, Ask ask, int count, double @Nullable [] own) {
    if (extras == 0) {
      loss.derivatives(count, others, labels, own, 0);
      return;
    }
    double[] extra = new double[extras];
    System.arraycopy(snapshot, snapshot.length - extras, extra, 0, extras);
    double[] gradient = new double[extras];
    loss.derivatives(count, others, labels, own, 0, extra, gradient);
    for (int e = 0; e < extras; e++) {
      ask.extraGradient[e] -= gradient[e];
    }
  }
}
