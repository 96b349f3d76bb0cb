package ravine.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dense kernels on the JDK's vector module, with the widest vectors of the machine. Four rows share
 * each load of a weight, and each load and store of a gradient.
 *
 * <p>Two things keep the bits the same from run to run: only lane-wise operations are used, whose
 * results are defined, and lanes are added by {@link #addLanes} in a written-down order, because
 * {@code reduceLanes} may add in another order once the code is compiled (and is slower for short
 * rows). {@code lanewise(EXP)} is avoided for the same reason: interpreted it is {@code Math.exp},
 * compiled another library's.
 *
 * <p>Columns beyond the last full vector are no masked or scalar tail: one more vector ends at the
 * last column and overlaps the one before, with its weights (or its sums) zeroed where it overlaps.
 *
 * <p>Classes of this source folder are reached from {@code src/main/java} only by reflection: they
 * do not load where the JVM was started without {@code --add-modules jdk.incubator.vector}. {@code
 * fma} without hardware support is thousands of times slower: {@link #isFast} says whether there
 * is.
 */
final class VectorDenseKernel extends DenseKernel {
  static final VectorSpecies<Double> WIDE = DoubleVector.SPECIES_PREFERRED;
  static final int LANES = WIDE.length();

  /** Half as many bits: one load fills one double vector. */
  static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(WIDE.vectorBitSize() / 2));

  private static final ThreadLocal<double[]> SCRATCH =
      ThreadLocal.withInitial(() -> new double[4 * LANES]);

  private final DenseKernel narrow = new ScalarDenseKernel();

  /** Whether the JVM uses vectors of 256 bits or more (then x86 has fma), or runs on ARM. */
  static boolean isFast() {
    return LANES >= 4 || (LANES == 2 && "aarch64".equals(System.getProperty("os.arch")));
  }

  @Override
  String name() {
    return "vector" + WIDE.vectorBitSize();
  }

  @Override
  public void margins(
      double[] values, int d, int first, int count, double[] point, double[] margins) {
    if (d < LANES) {
      narrow.margins(values, d, first, count, point, margins);
      return;
    }
    double[] lanes = SCRATCH.get();
    VectorDoubleRows.margins(values, d, first, count, point, lanes, margins);
  }

  @Override
  public void margins(
      float[] values, int d, int first, int count, double[] point, double[] margins) {
    if (d < LANES) {
      narrow.margins(values, d, first, count, point, margins);
      return;
    }
    double[] lanes = SCRATCH.get();
    VectorFloatRows.margins(values, d, first, count, point, lanes, margins);
  }

  @Override
  public void accumulate(
      double[] values, int d, int first, int count, double[] derivatives, double[] gradient) {
    if (d < LANES) {
      narrow.accumulate(values, d, first, count, derivatives, gradient);
      return;
    }
    VectorDoubleRows.accumulate(values, d, first, count, derivatives, gradient);
    gradient[d] += sum(derivatives, count);
  }

  @Override
  public void accumulate(
      float[] values, int d, int first, int count, double[] derivatives, double[] gradient) {
    if (d < LANES) {
      narrow.accumulate(values, d, first, count, derivatives, gradient);
      return;
    }
    VectorFloatRows.accumulate(values, d, first, count, derivatives, gradient);
    gradient[d] += sum(derivatives, count);
  }

  @Override
  public void addProducts(
      double[] rows,
      int at,
      int width,
      double[] scales,
      int scale,
      int from,
      int to,
      boolean triangle,
      double[] sums,
      int first) {
    for (int i = from; i < to; i++) {
      int length = triangle ? ceiling(i + 1) : width;
      VectorDoubleRows.addProduct(
          rows, at, width, scales, scale, i, length, sums, (i - first) * width);
    }
  }

  private static int ceiling(int length) {
    return (length + LANES - 1) / LANES * LANES;
  }

  /** 1 in the lanes of the last, overlapping vector that no full vector covers, else 0. */
  static DoubleVector uncovered(int d) {
    return DoubleVector.fromArray(WIDE, KEEP, d % LANES);
  }

  /** LANES zeros, then LANES ones: read from r on, the last r lanes are 1. */
  private static final double[] KEEP = new double[2 * LANES];

  static {
    java.util.Arrays.fill(KEEP, LANES, 2 * LANES, 1.0);
  }

  /** Σ of the lanes stored from {@code at} on: neighbours first, then their sums. */
  static double addLanes(double[] lanes, int at) {
    if (LANES == 8) {
      return ((lanes[at] + lanes[at + 1]) + (lanes[at + 2] + lanes[at + 3]))
          + ((lanes[at + 4] + lanes[at + 5]) + (lanes[at + 6] + lanes[at + 7]));
    }
    if (LANES == 4) {
      return (lanes[at] + lanes[at + 1]) + (lanes[at + 2] + lanes[at + 3]);
    }
    double sum = 0.0;
    for (int l = 0; l < LANES; l++) {
      sum += lanes[at + l];
    }
    return sum;
  }
}
