package ravine.engine;

/** Dense kernels in plain Java. */
final class ScalarDenseKernel extends DenseKernel {
  @Override
  String name() {
    return "scalar";
  }

  @Override
  void margins(double[] values, int d, int first, int count, double[] point, double[] margins) {
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
  void accumulate(
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
  void margins(float[] values, int d, int first, int count, double[] point, double[] margins) {
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
  void accumulate(
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
  void addProducts(
      double[] rows,
      int width,
      double[] scales,
      int from,
      int to,
      boolean triangle,
      double[] sums) {
    for (int i = from; i < to; i++) {
      double a = scales[0] * rows[i];
      double b = scales[1] * rows[width + i];
      double c = scales[2] * rows[2 * width + i];
      double e = scales[3] * rows[3 * width + i];
      addRow(rows, width, a, b, c, e, triangle ? i + 1 : width, sums, (i - from) * width);
    }
  }

  private static void addRow(
      double[] rows,
      int width,
      double a,
      double b,
      double c,
      double e,
      int length,
      double[] sums,
      int at) {
    for (int j = 0; j < length; j++) {
      sums[at + j] +=
          (a * rows[j] + b * rows[width + j]) + (c * rows[2 * width + j] + e * rows[3 * width + j]);
    }
  }
}
