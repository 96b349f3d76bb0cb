package ravine.curvature;

import java.util.stream.IntStream;
import ravine.kernel.DenseKernel;
import ravine.kernel.Kernels;
import ravine.loss.Loss;
import ravine.objective.Coordinates;
import ravine.penalty.Penalty;
import ravine.rows.Block;

/**
 * The Hessian of the objective over the rows of one block, in θ: Σ ω ℓ″ a aᵀ plus the penalty's
 * smooth part. Made on the driver, four rows at a time, its bands of rows in parallel.
 */
final class SampleHessian {
  private static final int CHUNK = 64;

  /** That a kernel adds at a time. */
  private static final int ROWS = 4;

  /** Rows of the Hessian that stay in the first-level cache while a chunk of rows is added. */
  private static final int TILE_BYTES = 24 * 1024;

  private final Block block;
  private final Loss loss;
  private final Coordinates coordinates;
  private final Penalty penalty;
  private final int dimension;
  private final int outputs;
  private final double factor;

  /**
   * A Hessian to be.
   *
   * @param lossUnit what the loss is divided by
   */
  SampleHessian(Block block, Loss loss, Coordinates coordinates, Penalty penalty, double lossUnit) {
    this.block = block;
    this.loss = loss;
    this.coordinates = coordinates;
    this.penalty = penalty;
    this.dimension = coordinates.dimension();
    this.outputs = coordinates.outputs();
    double unit = coordinates.outputScale();
    double weights = 0.0;
    for (int i = 0; i < block.rows; i++) {
      weights += block.weight(i);
    }
    this.factor = unit * unit / (lossUnit * weights);
  }

  /**
   * At θ; the rows and columns of the loss's own parameters hold only the penalty's part.
   *
   * @param stride 1 for every row; k for four rows out of every 4k, each counted k times
   */
  double[] at(double[] theta, int stride) {
    double[] raw = new double[coordinates.rawDimension()];
    coordinates.toRaw(theta, raw);
    int extras = coordinates.extras();
    double[] extra = new double[extras];
    System.arraycopy(raw, raw.length - extras, extra, 0, extras);
    double[] curvatures = curvatures(raw, extra);
    int inputs = block.features + (coordinates.hasIntercept() ? 1 : 0);
    double[] hessian = new double[dimension * dimension];
    DenseKernel kernel = Kernels.dense(); // of this thread, which may have one of its own
    IntStream.range(0, outputs * outputs)
        .filter(pair -> pair / outputs >= pair % outputs)
        .boxed()
        .flatMap(pair -> IntStream.range(0, bands(inputs)).mapToObj(band -> new int[] {pair, band}))
        .parallel()
        .forEach(
            work ->
                addBand(
                    kernel,
                    curvatures,
                    work[0] / outputs,
                    work[0] % outputs,
                    limit(work[0], work[1], inputs),
                    limit(work[0], work[1] + 1, inputs),
                    inputs,
                    stride,
                    hessian));
    mirror(hessian);
    addPenalty(hessian);
    return hessian;
  }

  /**
   * The rows r of which the data's part is Σ rrᵀ, for one output and no parameter of the loss's
   * own: √(ω ℓ″) a of each row.
   */
  double[][] roots(double[] theta) {
    double[] raw = new double[coordinates.rawDimension()];
    coordinates.toRaw(theta, raw);
    double[] curvatures = curvatures(raw, new double[0]);
    double[][] roots = new double[block.rows][dimension];
    for (int i = 0; i < roots.length; i++) {
      double scale = Math.sqrt(Math.max(0.0, factor * curvatures[i]));
      double[] row = roots[i];
      block.copyRow(i, 0, row);
      if (dimension > block.features) {
        row[block.features] = 1.0;
      }
      for (int j = 0; j < dimension; j++) {
        row[j] *= scale;
      }
    }
    return roots;
  }

  /** The penalty's part, which is diagonal. */
  double[] ofPenalty() {
    double[] ones = new double[dimension];
    java.util.Arrays.fill(ones, 1.0);
    double[] diagonal = new double[dimension];
    penalty.addGradient(ones, diagonal);
    return diagonal;
  }

  private static int bands(int inputs) {
    return Math.min(4, inputs);
  }

  /** Where a band begins: bands of a triangle are narrower towards its base. */
  private int limit(int pair, int band, int inputs) {
    double share = (double) band / bands(inputs);
    boolean triangle = pair / outputs == pair % outputs;
    return (int) Math.round(inputs * (triangle ? Math.sqrt(share) : share));
  }

  private double[] curvatures(double[] raw, double[] extra) {
    double[] all = new double[Math.multiplyExact(block.rows, outputs * outputs)];
    double[] margins = new double[CHUNK * outputs];
    double[] out = new double[CHUNK * outputs * outputs];
    double[] labels = new double[CHUNK];
    double[] weights = new double[CHUNK];
    for (int first = 0; first < block.rows; first += CHUNK) {
      int count = Math.min(CHUNK, block.rows - first);
      block.margins(first, count, raw, outputs, margins);
      block.copyLabels(first, count, labels);
      block.copyWeights(first, count, weights);
      loss.curvatures(count, margins, labels, weights, 0, extra, out);
      System.arraycopy(out, 0, all, first * outputs * outputs, count * outputs * outputs);
    }
    return all;
  }

  /** Rows {@code from .. to} of the block of output pair (a, b): Σ c x_i x_j for j up to i. */
  private void addBand(
      DenseKernel kernel,
      double[] curvatures,
      int a,
      int b,
      int from,
      int to,
      int inputs,
      int stride,
      double[] hessian) {
    int pairs = outputs * outputs;
    int width = (inputs + DenseKernel.PADDING - 1) / DenseKernel.PADDING * DenseKernel.PADDING;
    int tile = Math.max(1, TILE_BYTES / (Double.BYTES * width));
    double[] rows = new double[CHUNK * width];
    double[] scales = new double[CHUNK];
    double[] band = new double[(to - from) * width];
    int next = 0;
    while (next < block.rows) {
      int count = 0;
      while (count < CHUNK && next < block.rows) {
        for (int r = 0; r < ROWS; r++, count++) {
          boolean exists = next + r < block.rows;
          scales[count] =
              exists ? factor * stride * curvatures[(next + r) * pairs + a * outputs + b] : 0.0;
          if (exists) {
            block.copyRow(next + r, count * width, rows);
            if (inputs > block.features) {
              rows[count * width + block.features] = 1.0;
            }
          }
        }
        next += ROWS * stride;
      }
      for (int i = from; i < to; i += tile) {
        int end = Math.min(to, i + tile);
        for (int r = 0; r < count; r += ROWS) {
          kernel.addProducts(rows, r * width, width, scales, r, i, end, a == b, band, from);
        }
      }
    }
    for (int i = from; i < to; i++) {
      int length = a == b ? i + 1 : inputs;
      for (int j = 0; j < length; j++) {
        hessian[(i * outputs + a) * dimension + j * outputs + b] = band[(i - from) * width + j];
      }
    }
  }

  /** Fills in what symmetry says: (i, a) against (j, b) is (j, b) against (i, a). */
  private void mirror(double[] hessian) {
    int inputs = block.features + (coordinates.hasIntercept() ? 1 : 0);
    for (int i = 0; i < inputs; i++) {
      for (int j = 0; j < inputs; j++) {
        for (int a = 0; a < outputs; a++) {
          for (int b = 0; b <= a; b++) {
            if (a == b && j > i) {
              continue;
            }
            double value = hessian[(i * outputs + a) * dimension + j * outputs + b];
            hessian[(j * outputs + b) * dimension + i * outputs + a] = value;
          }
        }
      }
    }
  }

  private void addPenalty(double[] hessian) {
    double[] diagonal = ofPenalty();
    for (int j = 0; j < dimension; j++) {
      hessian[j * dimension + j] += diagonal[j];
    }
  }
}
