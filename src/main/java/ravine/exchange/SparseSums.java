package ravine.exchange;

import org.jspecify.annotations.Nullable;
import ravine.loss.Loss;
import ravine.rows.Block;
import ravine.rows.BlockList;
import ravine.rows.FeatureMarks;
import ravine.rows.PackedPartition;

/**
 * What runs where wide and sparse rows are: finds the features of a slice, and sums gradients at
 * those. The kernels are those of dense points and gradients; only what the slice touches is
 * written to the point before, and read from the gradient and cleared after.
 *
 * <p>Keeps two arrays of the raw dimension; used by one thread at a time.
 */
final class SparseSums {
  private final PackedPartition data;
  private final long seed;
  private final int features;
  private final int outputs;
  private final int tail;
  private final PartitionSums sums;
  private final double[] point;
  private final double[] gradient;
  private final FeatureMarks marks;
  private @Nullable SparseSlice prepared;

  SparseSums(PackedPartition data, Loss loss, long seed, int features) {
    this.data = data;
    this.seed = seed;
    this.features = features;
    this.outputs = loss.outputs();
    this.tail = loss.outputs() + loss.extraParameters();
    this.sums = new PartitionSums(loss);
    this.point = new double[features * outputs + tail];
    this.gradient = PartialSum.create(point.length);
    this.marks = new FeatureMarks(features);
  }

  private SparseSums(PackedPartition data, SparseSums others) {
    this.data = data;
    this.seed = others.seed;
    this.features = others.features;
    this.outputs = others.outputs;
    this.tail = others.tail;
    this.sums = others.sums;
    this.point = others.point;
    this.gradient = others.gradient;
    this.marks = others.marks;
  }

  /** Those of another partition in the same arrays, for the same thread. */
  SparseSums of(PackedPartition another) {
    return new SparseSums(another, this);
  }

  /** The features of a slice; remembered until another slice is asked for. */
  SparseSlice slice(long pass, int batch, int batches) {
    SparseSlice kept = prepared;
    if (kept != null && SparseSlice.is(kept, pass, batch, batches)) {
      return kept;
    }
    marks.clear();
    int[] groups = data.slice(seed, pass, batch, batches);
    BlockList.Walk walk = data.walk(groups);
    for (int group : groups) {
      Block block = walk.block(data.blockIndex(group));
      int at = data.rowOf(group);
      block.mark(at, Math.min(data.groupRows, block.rows - at), marks);
    }
    SparseSlice found = SparseSlice.of(pass, batch, batches, marks.copy());
    prepared = found;
    return found;
  }

  /** The slice that is asked for next, most likely. */
  SparseSlice after(SparseSlice slice) {
    return slice.batch() + 1 < slice.batches()
        ? slice(slice.pass(), slice.batch() + 1, slice.batches())
        : slice(slice.pass() + 1, 0, slice.batches());
  }

  /**
   * The sums over a slice.
   *
   * @param at the point at the slice's features, as {@link SparseSlice.Request.Point} writes it
   * @return laid out likewise, with loss, weight and seconds behind it
   */
  double[] compute(SparseSlice slice, double[] at) {
    int[] touched = slice.features();
    for (int i = 0; i < touched.length; i++) {
      int to = touched[i] * outputs;
      for (int k = 0; k < outputs; k++) {
        point[to + k] = at[i * outputs + k];
      }
    }
    System.arraycopy(at, touched.length * outputs, point, features * outputs, tail);
    return compute(slice);
  }

  /** The same at a dense point. */
  double[] computeAt(SparseSlice slice, double[] dense) {
    System.arraycopy(dense, 0, point, 0, point.length);
    return compute(slice);
  }

  private double[] compute(SparseSlice slice) {
    StepRequest request =
        new StepRequest(
            StepRequest.Kind.GRADIENT, slice.pass(), slice.batch(), slice.batches(), point, null);
    sums.add(data, seed, request, gradient);
    int[] touched = slice.features();
    double[] answer = new double[SparseSum.length(touched.length, outputs, tail - outputs)];
    for (int i = 0; i < touched.length; i++) {
      int from = touched[i] * outputs;
      for (int k = 0; k < outputs; k++) {
        answer[i * outputs + k] = gradient[from + k];
        gradient[from + k] = 0.0;
      }
    }
    int from = features * outputs;
    System.arraycopy(gradient, from, answer, touched.length * outputs, gradient.length - from);
    java.util.Arrays.fill(gradient, from, gradient.length, 0.0);
    return answer;
  }
}
