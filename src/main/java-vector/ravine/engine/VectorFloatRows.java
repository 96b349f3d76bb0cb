package ravine.engine;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@link VectorDenseKernel} over rows stored as float, widened in registers. */
final class VectorFloatRows {
  private static final VectorSpecies<Double> WIDE = VectorDenseKernel.WIDE;
  private static final int LANES = VectorDenseKernel.LANES;

  private VectorFloatRows() {}

  private static DoubleVector load(float[] values, int at) {
    return (DoubleVector)
        FloatVector.fromArray(VectorDenseKernel.HALF, values, at)
            .convertShape(VectorOperators.F2D, WIDE, 0);
  }

  static void margins(
      float[] values,
      int d,
      int first,
      int count,
      double[] point,
      double[] lanes,
      double[] margins) {
    double intercept = point[d];
    int i = 0;
    int a = first * d;
    for (; i + 4 <= count; i += 4, a += 4 * d) {
      four(values, d, a, point, lanes);
      margins[i] = VectorDenseKernel.addLanes(lanes, 0) + intercept;
      margins[i + 1] = VectorDenseKernel.addLanes(lanes, LANES) + intercept;
      margins[i + 2] = VectorDenseKernel.addLanes(lanes, 2 * LANES) + intercept;
      margins[i + 3] = VectorDenseKernel.addLanes(lanes, 3 * LANES) + intercept;
    }
    for (; i < count; i++, a += d) {
      one(values, d, a, point, lanes);
      margins[i] = VectorDenseKernel.addLanes(lanes, 0) + intercept;
    }
  }

  private static void four(float[] values, int d, int a, double[] point, double[] lanes) {
    int b = a + d;
    int c = b + d;
    int e = c + d;
    DoubleVector a0 = DoubleVector.zero(WIDE);
    DoubleVector b0 = a0;
    DoubleVector c0 = a0;
    DoubleVector e0 = a0;
    DoubleVector a1 = a0;
    DoubleVector b1 = a0;
    DoubleVector c1 = a0;
    DoubleVector e1 = a0;
    int j = 0;
    for (; j + 2 * LANES <= d; j += 2 * LANES) {
      DoubleVector w = DoubleVector.fromArray(WIDE, point, j);
      a0 = load(values, a + j).fma(w, a0);
      b0 = load(values, b + j).fma(w, b0);
      c0 = load(values, c + j).fma(w, c0);
      e0 = load(values, e + j).fma(w, e0);
      DoubleVector v = DoubleVector.fromArray(WIDE, point, j + LANES);
      a1 = load(values, a + j + LANES).fma(v, a1);
      b1 = load(values, b + j + LANES).fma(v, b1);
      c1 = load(values, c + j + LANES).fma(v, c1);
      e1 = load(values, e + j + LANES).fma(v, e1);
    }
    for (; j < d; j += LANES) {
      int from = Math.min(j, d - LANES);
      DoubleVector w = DoubleVector.fromArray(WIDE, point, from);
      if (from < j) {
        w = w.mul(VectorDenseKernel.uncovered(d));
      }
      a0 = load(values, a + from).fma(w, a0);
      b0 = load(values, b + from).fma(w, b0);
      c0 = load(values, c + from).fma(w, c0);
      e0 = load(values, e + from).fma(w, e0);
    }
    a0.add(a1).intoArray(lanes, 0);
    b0.add(b1).intoArray(lanes, LANES);
    c0.add(c1).intoArray(lanes, 2 * LANES);
    e0.add(e1).intoArray(lanes, 3 * LANES);
  }

  private static void one(float[] values, int d, int a, double[] point, double[] lanes) {
    DoubleVector even = DoubleVector.zero(WIDE);
    DoubleVector odd = even;
    int j = 0;
    for (; j + 2 * LANES <= d; j += 2 * LANES) {
      even = load(values, a + j).fma(DoubleVector.fromArray(WIDE, point, j), even);
      odd = load(values, a + j + LANES).fma(DoubleVector.fromArray(WIDE, point, j + LANES), odd);
    }
    for (; j < d; j += LANES) {
      int from = Math.min(j, d - LANES);
      DoubleVector w = DoubleVector.fromArray(WIDE, point, from);
      if (from < j) {
        w = w.mul(VectorDenseKernel.uncovered(d));
      }
      even = load(values, a + from).fma(w, even);
    }
    even.add(odd).intoArray(lanes, 0);
  }

  static void accumulate(
      float[] values, int d, int first, int count, double[] derivatives, double[] gradient) {
    int j = 0;
    for (; j + 4 * LANES <= d; j += 4 * LANES) {
      strip(values, d, first * d + j, count, derivatives, j, gradient);
    }
    for (; j < d; j += LANES) {
      column(values, d, first * d, count, derivatives, j, gradient);
    }
  }

  /** Four vectors of the gradient, from {@code j} on, stay in registers. */
  private static void strip(
      float[] values, int d, int at, int count, double[] derivatives, int j, double[] gradient) {
    DoubleVector g0 = DoubleVector.fromArray(WIDE, gradient, j);
    DoubleVector g1 = DoubleVector.fromArray(WIDE, gradient, j + LANES);
    DoubleVector g2 = DoubleVector.fromArray(WIDE, gradient, j + 2 * LANES);
    DoubleVector g3 = DoubleVector.fromArray(WIDE, gradient, j + 3 * LANES);
    int i = 0;
    int a = at;
    for (; i + 2 <= count; i += 2, a += 2 * d) {
      DoubleVector da = DoubleVector.broadcast(WIDE, derivatives[i]);
      DoubleVector db = DoubleVector.broadcast(WIDE, derivatives[i + 1]);
      int b = a + d;
      g0 = g0.add(load(values, b).fma(db, load(values, a).mul(da)));
      g1 = g1.add(load(values, b + LANES).fma(db, load(values, a + LANES).mul(da)));
      g2 = g2.add(load(values, b + 2 * LANES).fma(db, load(values, a + 2 * LANES).mul(da)));
      g3 = g3.add(load(values, b + 3 * LANES).fma(db, load(values, a + 3 * LANES).mul(da)));
    }
    if (i < count) {
      DoubleVector da = DoubleVector.broadcast(WIDE, derivatives[i]);
      g0 = load(values, a).fma(da, g0);
      g1 = load(values, a + LANES).fma(da, g1);
      g2 = load(values, a + 2 * LANES).fma(da, g2);
      g3 = load(values, a + 3 * LANES).fma(da, g3);
    }
    g0.intoArray(gradient, j);
    g1.intoArray(gradient, j + LANES);
    g2.intoArray(gradient, j + 2 * LANES);
    g3.intoArray(gradient, j + 3 * LANES);
  }

  /**
   * One vector of the gradient, from {@code j} on, or the last one, which overlaps its neighbour.
   */
  private static void column(
      float[] values, int d, int at, int count, double[] derivatives, int j, double[] gradient) {
    int from = Math.min(j, d - LANES);
    DoubleVector even = DoubleVector.zero(WIDE);
    DoubleVector odd = even;
    int i = 0;
    int a = at + from;
    for (; i + 4 <= count; i += 4, a += 4 * d) {
      DoubleVector da = DoubleVector.broadcast(WIDE, derivatives[i]);
      DoubleVector db = DoubleVector.broadcast(WIDE, derivatives[i + 1]);
      DoubleVector dc = DoubleVector.broadcast(WIDE, derivatives[i + 2]);
      DoubleVector de = DoubleVector.broadcast(WIDE, derivatives[i + 3]);
      even = even.add(load(values, a + 2 * d).fma(dc, load(values, a).mul(da)));
      odd = odd.add(load(values, a + 3 * d).fma(de, load(values, a + d).mul(db)));
    }
    for (; i < count; i++, a += d) {
      even = load(values, a).fma(DoubleVector.broadcast(WIDE, derivatives[i]), even);
    }
    DoubleVector sum = even.add(odd);
    if (from < j) {
      sum = sum.mul(VectorDenseKernel.uncovered(d));
    }
    sum.add(DoubleVector.fromArray(WIDE, gradient, from)).intoArray(gradient, from);
  }
}
