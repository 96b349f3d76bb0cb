package ravine.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels with several outputs on the JDK's vector module: one vector holds the sums of as many
 * outputs as there are lanes, four dense rows share each load of a weight or gradient vector.
 *
 * <p>The last vector ends at the last output and overlaps the one before. Margins are written twice
 * there with the same value; of gradients only the lanes are added that no full vector covers, in a
 * pass of its own, so that no load waits for a store it half overlaps. Fewer outputs than lanes are
 * left to {@link ColumnMultiKernel}.
 */
final class VectorMultiKernel extends MultiKernel {
  private static final VectorSpecies<Double> WIDE = VectorDenseKernel.WIDE;
  private static final int LANES = VectorDenseKernel.LANES;

  private final MultiKernel narrow =
      new ColumnMultiKernel(new VectorDenseKernel(), new ScalarMultiKernel());

  @Override
  public void denseMargins(
      double[] values, int d, int first, int count, double[] point, int outputs, double[] margins) {
    if (outputs < LANES) {
      narrow.denseMargins(values, d, first, count, point, outputs, margins);
      return;
    }
    for (int at = 0; at < outputs; at += LANES) {
      int k = Math.min(at, outputs - LANES);
      int i = 0;
      for (; i + 4 <= count; i += 4) {
        fourMargins(values, d, (first + i) * d, point, k, outputs, margins, i * outputs + k);
      }
      for (; i < count; i++) {
        int row = (first + i) * d;
        DoubleVector sum = DoubleVector.fromArray(WIDE, point, d * outputs + k);
        for (int j = 0, w = k; j < d; j++, w += outputs) {
          sum = times(values[row + j]).fma(DoubleVector.fromArray(WIDE, point, w), sum);
        }
        sum.intoArray(margins, i * outputs + k);
      }
    }
  }

  private static void fourMargins(
      double[] values, int d, int a, double[] point, int k, int outputs, double[] margins, int to) {
    DoubleVector intercepts = DoubleVector.fromArray(WIDE, point, d * outputs + k);
    DoubleVector sumA = intercepts;
    DoubleVector sumB = intercepts;
    DoubleVector sumC = intercepts;
    DoubleVector sumE = intercepts;
    int b = a + d;
    int c = b + d;
    int e = c + d;
    for (int j = 0, at = k; j < d; j++, at += outputs) {
      DoubleVector w = DoubleVector.fromArray(WIDE, point, at);
      sumA = times(values[a + j]).fma(w, sumA);
      sumB = times(values[b + j]).fma(w, sumB);
      sumC = times(values[c + j]).fma(w, sumC);
      sumE = times(values[e + j]).fma(w, sumE);
    }
    sumA.intoArray(margins, to);
    sumB.intoArray(margins, to + outputs);
    sumC.intoArray(margins, to + 2 * outputs);
    sumE.intoArray(margins, to + 3 * outputs);
  }

  @Override
  public void denseAccumulate(
      double[] values,
      int d,
      int first,
      int count,
      double[] derivatives,
      int outputs,
      double[] gradient) {
    if (outputs < LANES) {
      narrow.denseAccumulate(values, d, first, count, derivatives, outputs, gradient);
      return;
    }
    for (int at = 0; at < outputs; at += LANES) {
      int k = Math.min(at, outputs - LANES);
      int i = 0;
      for (; i + 4 <= count; i += 4) {
        addFour(
            values, d, (first + i) * d, derivatives, i * outputs + k, k < at, outputs, gradient, k);
      }
      for (; i < count; i++) {
        int row = (first + i) * d;
        DoubleVector own = derivatives(derivatives, i * outputs + k, k < at, outputs);
        for (int j = 0, g = k; j < d; j++, g += outputs) {
          DoubleVector sum = DoubleVector.fromArray(WIDE, gradient, g);
          times(values[row + j]).fma(own, sum).intoArray(gradient, g);
        }
        int g = d * outputs + k;
        DoubleVector.fromArray(WIDE, gradient, g).add(own).intoArray(gradient, g);
      }
    }
  }

  private static void addFour(
      double[] values,
      int d,
      int a,
      double[] derivatives,
      int from,
      boolean last,
      int outputs,
      double[] gradient,
      int k) {
    int b = a + d;
    int c = b + d;
    int e = c + d;
    DoubleVector ofA = derivatives(derivatives, from, last, outputs);
    DoubleVector ofB = derivatives(derivatives, from + outputs, last, outputs);
    DoubleVector ofC = derivatives(derivatives, from + 2 * outputs, last, outputs);
    DoubleVector ofE = derivatives(derivatives, from + 3 * outputs, last, outputs);
    int g = k;
    for (int j = 0; j < d; j++, g += outputs) {
      DoubleVector even = times(values[b + j]).fma(ofB, ofA.mul(values[a + j]));
      DoubleVector odd = times(values[e + j]).fma(ofE, ofC.mul(values[c + j]));
      even.add(odd).add(DoubleVector.fromArray(WIDE, gradient, g)).intoArray(gradient, g);
    }
    DoubleVector sum = ofA.add(ofB).add(ofC.add(ofE));
    sum.add(DoubleVector.fromArray(WIDE, gradient, g)).intoArray(gradient, g);
  }

  @Override
  public void sparseMargins(
      int[] indices,
      int indexFrom,
      double[] values,
      int valueFrom,
      int length,
      int d,
      double[] point,
      int outputs,
      double[] margins,
      int to) {
    if (outputs < LANES) {
      narrow.sparseMargins(
          indices, indexFrom, values, valueFrom, length, d, point, outputs, margins, to);
      return;
    }
    for (int at = 0; at < outputs; at += LANES) {
      int k = Math.min(at, outputs - LANES);
      DoubleVector even = DoubleVector.fromArray(WIDE, point, d * outputs + k);
      DoubleVector odd = DoubleVector.zero(WIDE);
      int s = 0;
      for (; s + 2 <= length; s += 2) {
        int w = indices[indexFrom + s] * outputs + k;
        int v = indices[indexFrom + s + 1] * outputs + k;
        even = times(values[valueFrom + s]).fma(DoubleVector.fromArray(WIDE, point, w), even);
        odd = times(values[valueFrom + s + 1]).fma(DoubleVector.fromArray(WIDE, point, v), odd);
      }
      if (s < length) {
        int w = indices[indexFrom + s] * outputs + k;
        even = times(values[valueFrom + s]).fma(DoubleVector.fromArray(WIDE, point, w), even);
      }
      even.add(odd).intoArray(margins, to + k);
    }
  }

  @Override
  public void sparseAccumulate(
      int[] indices,
      int indexFrom,
      double[] values,
      int valueFrom,
      int length,
      int d,
      double[] derivatives,
      int from,
      int outputs,
      double[] gradient) {
    if (outputs < LANES) {
      narrow.sparseAccumulate(
          indices, indexFrom, values, valueFrom, length, d, derivatives, from, outputs, gradient);
      return;
    }
    for (int at = 0; at < outputs; at += LANES) {
      int k = Math.min(at, outputs - LANES);
      DoubleVector own = derivatives(derivatives, from + k, k < at, outputs);
      for (int s = 0; s < length; s++) {
        int g = indices[indexFrom + s] * outputs + k;
        DoubleVector sum = DoubleVector.fromArray(WIDE, gradient, g);
        times(values[valueFrom + s]).fma(own, sum).intoArray(gradient, g);
      }
      int g = d * outputs + k;
      DoubleVector.fromArray(WIDE, gradient, g).add(own).intoArray(gradient, g);
    }
  }

  private static DoubleVector times(double x) {
    return DoubleVector.broadcast(WIDE, x);
  }

  /** The derivatives of as many outputs as there are lanes; of the last, those not covered yet. */
  private static DoubleVector derivatives(double[] from, int at, boolean last, int outputs) {
    DoubleVector all = DoubleVector.fromArray(WIDE, from, at);
    return last ? all.mul(VectorDenseKernel.uncovered(outputs)) : all;
  }
}
