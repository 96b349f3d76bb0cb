package ravine.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link VectorDenseKernel} over rows stored as double. */
final class VectorDoubleRows {
  private static final VectorSpecies<Double> WIDE = VectorDenseKernel.WIDE;
  private static final int LANES = VectorDenseKernel.LANES;

  private VectorDoubleRows() {}

  static void margins(
      double[] values,
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

  private static void four(double[] values, int d, int a, double[] point, double[] lanes) {
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
      a0 = DoubleVector.fromArray(WIDE, values, a + j).fma(w, a0);
      b0 = DoubleVector.fromArray(WIDE, values, b + j).fma(w, b0);
      c0 = DoubleVector.fromArray(WIDE, values, c + j).fma(w, c0);
      e0 = DoubleVector.fromArray(WIDE, values, e + j).fma(w, e0);
      DoubleVector v = DoubleVector.fromArray(WIDE, point, j + LANES);
      a1 = DoubleVector.fromArray(WIDE, values, a + j + LANES).fma(v, a1);
      b1 = DoubleVector.fromArray(WIDE, values, b + j + LANES).fma(v, b1);
      c1 = DoubleVector.fromArray(WIDE, values, c + j + LANES).fma(v, c1);
      e1 = DoubleVector.fromArray(WIDE, values, e + j + LANES).fma(v, e1);
    }
    for (; j < d; j += LANES) {
      int from = Math.min(j, d - LANES);
      DoubleVector w = DoubleVector.fromArray(WIDE, point, from);
      if (from < j) {
        w = w.mul(VectorDenseKernel.uncovered(d));
      }
      a0 = DoubleVector.fromArray(WIDE, values, a + from).fma(w, a0);
      b0 = DoubleVector.fromArray(WIDE, values, b + from).fma(w, b0);
      c0 = DoubleVector.fromArray(WIDE, values, c + from).fma(w, c0);
      e0 = DoubleVector.fromArray(WIDE, values, e + from).fma(w, e0);
    }
    a0.add(a1).intoArray(lanes, 0);
    b0.add(b1).intoArray(lanes, LANES);
    c0.add(c1).intoArray(lanes, 2 * LANES);
    e0.add(e1).intoArray(lanes, 3 * LANES);
  }

  private static void one(double[] values, int d, int a, double[] point, double[] lanes) {
    DoubleVector even = DoubleVector.zero(WIDE);
    DoubleVector odd = even;
    int j = 0;
    for (; j + 2 * LANES <= d; j += 2 * LANES) {
      even =
          DoubleVector.fromArray(WIDE, values, a + j)
              .fma(DoubleVector.fromArray(WIDE, point, j), even);
      odd =
          DoubleVector.fromArray(WIDE, values, a + j + LANES)
              .fma(DoubleVector.fromArray(WIDE, point, j + LANES), odd);
    }
    for (; j < d; j += LANES) {
      int from = Math.min(j, d - LANES);
      DoubleVector w = DoubleVector.fromArray(WIDE, point, from);
      if (from < j) {
        w = w.mul(VectorDenseKernel.uncovered(d));
      }
      even = DoubleVector.fromArray(WIDE, values, a + from).fma(w, even);
    }
    even.add(odd).intoArray(lanes, 0);
  }

  static void accumulate(
      double[] values, int d, int first, int count, double[] derivatives, double[] gradient) {
    int i = 0;
    int a = first * d;
    for (; i + 4 <= count; i += 4, a += 4 * d) {
      four(values, d, a, derivatives, i, gradient);
    }
    for (; i < count; i++, a += d) {
      one(values, d, a, derivatives[i], gradient);
    }
  }

  /**
   * Adds four rows. No vector is carried from one turn of the loop to the next: after other code
   * has used the vector module, C2 may fail to see what such a one is and store it lane by lane.
   * The last columns are added one by one, because a store that overlaps the one before delays the
   * loads of the rows that follow.
   */
  private static void four(
      double[] values, int d, int a, double[] derivatives, int i, double[] gradient) {
    int b = a + d;
    int c = b + d;
    int e = c + d;
    double sa = derivatives[i];
    double sb = derivatives[i + 1];
    double sc = derivatives[i + 2];
    double se = derivatives[i + 3];
    DoubleVector da = DoubleVector.broadcast(WIDE, sa);
    DoubleVector db = DoubleVector.broadcast(WIDE, sb);
    DoubleVector dc = DoubleVector.broadcast(WIDE, sc);
    DoubleVector de = DoubleVector.broadcast(WIDE, se);
    int j = 0;
    for (; j + LANES <= d; j += LANES) {
      DoubleVector even =
          DoubleVector.fromArray(WIDE, values, c + j)
              .fma(dc, DoubleVector.fromArray(WIDE, values, a + j).mul(da));
      DoubleVector odd =
          DoubleVector.fromArray(WIDE, values, e + j)
              .fma(de, DoubleVector.fromArray(WIDE, values, b + j).mul(db));
      DoubleVector.fromArray(WIDE, gradient, j).add(even.add(odd)).intoArray(gradient, j);
    }
    for (; j < d; j++) {
      gradient[j] +=
          (sa * values[a + j] + sc * values[c + j]) + (sb * values[b + j] + se * values[e + j]);
    }
  }

  private static void one(double[] values, int d, int a, double derivative, double[] gradient) {
    DoubleVector da = DoubleVector.broadcast(WIDE, derivative);
    int j = 0;
    for (; j + LANES <= d; j += LANES) {
      DoubleVector.fromArray(WIDE, values, a + j)
          .fma(da, DoubleVector.fromArray(WIDE, gradient, j))
          .intoArray(gradient, j);
    }
    for (; j < d; j++) {
      gradient[j] += derivative * values[a + j];
    }
  }

  /**
   * Column i of {@link DenseKernel#addProducts}, in the shape of {@link #four}. Two columns at a
   * time would share the loads of the rows, but then a vector has two uses, and after other code
   * has used the vector module C2 makes objects of such.
   */
  static void addProduct(
      double[] rows,
      int at,
      int width,
      double[] scales,
      int scale,
      int i,
      int length,
      double[] sums,
      int to) {
    int b = at + width;
    int c = b + width;
    int e = c + width;
    DoubleVector da = DoubleVector.broadcast(WIDE, scales[scale] * rows[at + i]);
    DoubleVector db = DoubleVector.broadcast(WIDE, scales[scale + 1] * rows[b + i]);
    DoubleVector dc = DoubleVector.broadcast(WIDE, scales[scale + 2] * rows[c + i]);
    DoubleVector de = DoubleVector.broadcast(WIDE, scales[scale + 3] * rows[e + i]);
    for (int j = 0; j < length; j += LANES) {
      DoubleVector even =
          DoubleVector.fromArray(WIDE, rows, c + j)
              .fma(dc, DoubleVector.fromArray(WIDE, rows, at + j).mul(da));
      DoubleVector odd =
          DoubleVector.fromArray(WIDE, rows, e + j)
              .fma(de, DoubleVector.fromArray(WIDE, rows, b + j).mul(db));
      DoubleVector.fromArray(WIDE, sums, to + j).add(even.add(odd)).intoArray(sums, to + j);
    }
  }
}
