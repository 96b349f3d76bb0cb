package ravine.curvature;

/** Sums over whole vectors, in one order wherever they are made. */
final class Vectors {
  private Vectors() {}

  /** Four sums at once, always in this order. */
  static double dot(double[] a, double[] b) {
    double s0 = 0.0;
    double s1 = 0.0;
    double s2 = 0.0;
    double s3 = 0.0;
    int j = 0;
    for (; j + 3 < a.length; j += 4) {
      s0 += a[j] * b[j];
      s1 += a[j + 1] * b[j + 1];
      s2 += a[j + 2] * b[j + 2];
      s3 += a[j + 3] * b[j + 3];
    }
    for (; j < a.length; j++) {
      s0 += a[j] * b[j];
    }
    return s0 + s1 + (s2 + s3);
  }

  static void addTo(double[] sum, double factor, double[] addend) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] += factor * addend[j];
    }
  }
}
