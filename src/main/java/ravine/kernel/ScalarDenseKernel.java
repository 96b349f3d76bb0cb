package ravine.kernel;

/**
 * Dense kernels in plain Java. A margin is one sum in the order of the features; the gradient takes
 * four rows at a time, added in pairs, in the order of the rows. That order is the result's bits.
 *
 * <p><b>Float rows</b> cost the conversion of each number to double, once for the margins and once
 * for the gradient, one by one: on JDK 17 a loop that does nothing else is hardly faster than
 * these. The vector module converts many at a time. What else keeps the bits was tried on JDK 17
 * against these loops, in turn in one JVM, and none was faster by more than the noise of a busy
 * machine: eight rows at a time; converting a group once to scratch for both passes, which lost a
 * third where the rows come from memory; and four rows at a time to scratch before a vectorised
 * sum. Building the double's bits with integers takes twice as long as the conversion.
 */
final class ScalarDenseKernel extends DenseKernel {
  @Override
  String name() {
    return "scalar";
  }

  @Override
  public void margins(
      double[] values, int d, int first, int count, double[] point, double[] margins) {
    double intercept = point[d];
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      int a = (first + i) * d;
      int b = a + d;
      int c = b + d;
      int e = c + d;
      double sumA = 0.0;
      double sumB = 0.0;
      double sumC = 0.0;
      double sumE = 0.0;
      for (int j = 0; j < d; j++) {
        double w = point[j];
        sumA += values[a + j] * w;
        sumB += values[b + j] * w;
        sumC += values[c + j] * w;
        sumE += values[e + j] * w;
      }
      margins[i] = sumA + intercept;
      margins[i + 1] = sumB + intercept;
      margins[i + 2] = sumC + intercept;
      margins[i + 3] = sumE + intercept;
    }
    for (; i < count; i++) {
      int a = (first + i) * d;
      double sum = 0.0;
      for (int j = 0; j < d; j++) {
        sum += values[a + j] * point[j];
      }
      margins[i] = sum + intercept;
    }
  }

  @Override
  public void accumulate(
      double[] values, int d, int first, int count, double[] derivatives, double[] gradient) {
    int i = 0;
    double intercept = 0.0;
    for (; i + 4 <= count; i += 4) {
      int a = (first + i) * d;
      int b = a + d;
      int c = b + d;
      int e = c + d;
      double da = derivatives[i];
      double db = derivatives[i + 1];
      double dc = derivatives[i + 2];
      double de = derivatives[i + 3];
      for (int j = 0; j < d; j++) {
        gradient[j] +=
            (values[a + j] * da + values[b + j] * db) + (values[c + j] * dc + values[e + j] * de);
      }
      intercept += (da + db) + (dc + de);
    }
    for (; i < count; i++) {
      int a = (first + i) * d;
      double derivative = derivatives[i];
      for (int j = 0; j < d; j++) {
        gradient[j] += values[a + j] * derivative;
      }
      intercept += derivative;
    }
    gradient[d] += intercept;
  }

  @Override
  public void margins(
      float[] values, int d, int first, int count, double[] point, double[] margins) {
    double intercept = point[d];
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      int a = (first + i) * d;
      int b = a + d;
      int c = b + d;
      int e = c + d;
      double sumA = 0.0;
      double sumB = 0.0;
      double sumC = 0.0;
      double sumE = 0.0;
      for (int j = 0; j < d; j++) {
        double w = point[j];
        sumA += values[a + j] * w;
        sumB += values[b + j] * w;
        sumC += values[c + j] * w;
        sumE += values[e + j] * w;
      }
      margins[i] = sumA + intercept;
      margins[i + 1] = sumB + intercept;
      margins[i + 2] = sumC + intercept;
      margins[i + 3] = sumE + intercept;
    }
    for (; i < count; i++) {
      int a = (first + i) * d;
      double sum = 0.0;
      for (int j = 0; j < d; j++) {
        sum += values[a + j] * point[j];
      }
      margins[i] = sum + intercept;
    }
  }

  @Override
  public void accumulate(
      float[] values, int d, int first, int count, double[] derivatives, double[] gradient) {
    int i = 0;
    double intercept = 0.0;
    for (; i + 4 <= count; i += 4) {
      int a = (first + i) * d;
      int b = a + d;
      int c = b + d;
      int e = c + d;
      double da = derivatives[i];
      double db = derivatives[i + 1];
      double dc = derivatives[i + 2];
      double de = derivatives[i + 3];
      for (int j = 0; j < d; j++) {
        gradient[j] +=
            (values[a + j] * da + values[b + j] * db) + (values[c + j] * dc + values[e + j] * de);
      }
      intercept += (da + db) + (dc + de);
    }
    for (; i < count; i++) {
      int a = (first + i) * d;
      double derivative = derivatives[i];
      for (int j = 0; j < d; j++) {
        gradient[j] += values[a + j] * derivative;
      }
      intercept += derivative;
    }
    gradient[d] += intercept;
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
      double a = scales[scale] * rows[at + i];
      double b = scales[scale + 1] * rows[at + width + i];
      double c = scales[scale + 2] * rows[at + 2 * width + i];
      double e = scales[scale + 3] * rows[at + 3 * width + i];
      int length = triangle ? i + 1 : width;
      addRow(rows, at, width, a, b, c, e, length, sums, (i - first) * width);
    }
  }

  private static void addRow(
      double[] rows,
      int at,
      int width,
      double a,
      double b,
      double c,
      double e,
      int length,
      double[] sums,
      int to) {
    int second = at + width;
    int third = second + width;
    int fourth = third + width;
    for (int j = 0; j < length; j++) {
      sums[to + j] +=
          (a * rows[at + j] + b * rows[second + j]) + (c * rows[third + j] + e * rows[fourth + j]);
    }
  }
}
