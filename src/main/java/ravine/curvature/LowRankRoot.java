package ravine.curvature;

import dev.ludovic.netlib.lapack.LAPACK;
import org.netlib.util.intW;

/**
 * S = √D (I + BᵀB)^½ of P = √D (I + BᵀB) √D, B being n × d with n far below d. With the
 * eigenvectors of BBᵀ = WΛWᵀ and Q = WᵀB, whose rows are orthogonal and of squared length λ, every
 * function of I + BᵀB is one of the λ (Higham 2008, "Functions of matrices", theorem 1.35):
 *
 * <pre>
 * (I + BᵀB)^½  = I + Qᵀ diag(1 / (1 + √(1 + λ))) Q
 * (I + BᵀB)^−½ = I − Qᵀ diag(1 / (√(1 + λ) (1 + √(1 + λ)))) Q
 * </pre>
 *
 * which divide by no λ, so that rows that depend on each other do no harm. n²d + 9n³
 * multiplications make it, and 2nd apply it.
 */
final class LowRankRoot implements SquareRoot {
  /** √D, length d. */
  private final double[] root;

  /** Q, row after row. */
  private final double[][] rows;

  private final double[] longer;
  private final double[] shorter;
  private final double[] along;
  private final double[] scaled;

  /**
   * The root.
   *
   * @param root √D, above 0; kept
   * @param rows B; kept
   */
  LowRankRoot(double[] root, double[][] rows) {
    int n = rows.length;
    this.root = root;
    double[] vectors = gram(rows);
    double[] values = new double[n];
    double[] work = new double[Math.max(1, 34 * n)];
    intW info = new intW(0);
    LAPACK
        .getInstance()
        .dsyev("V", "L", n, vectors, Math.max(1, n), values, work, work.length, info);
    if (info.val != 0) {
      throw new IllegalStateException("The sample's Hessian has no eigenvalues.");
    }
    this.longer = new double[n];
    this.shorter = new double[n];
    this.along = new double[n];
    this.scaled = new double[root.length];
    this.rows = new double[n][root.length];
    for (int k = 0; k < n; k++) {
      double length = Math.sqrt(1.0 + Math.max(0.0, values[k]));
      longer[k] = 1.0 / (1.0 + length);
      shorter[k] = -1.0 / (length * (1.0 + length));
      for (int i = 0; i < n; i++) {
        Vectors.addTo(this.rows[k], vectors[k * n + i], rows[i]);
      }
    }
  }

  /** v + Qᵀ diag(factors) Q v, in place. */
  private void stretch(double[] vector, double[] factors) {
    for (int k = 0; k < rows.length; k++) {
      along[k] = factors[k] * Vectors.dot(rows[k], vector);
    }
    for (int k = 0; k < rows.length; k++) {
      Vectors.addTo(vector, along[k], rows[k]);
    }
  }

  @Override
  public void toOwn(double[] theta, double[] own) {
    for (int j = 0; j < root.length; j++) {
      own[j] = root[j] * theta[j];
    }
    stretch(own, longer);
  }

  @Override
  public void multiply(double[] own, double[] product) {
    System.arraycopy(own, 0, scaled, 0, scaled.length);
    stretch(scaled, longer);
    for (int j = 0; j < root.length; j++) {
      product[j] = root[j] * scaled[j];
    }
  }

  @Override
  public void forward(double[] gradient) {
    for (int j = 0; j < root.length; j++) {
      gradient[j] /= root[j];
    }
    stretch(gradient, shorter);
  }

  @Override
  public void backward(double[] own) {
    stretch(own, shorter);
    for (int j = 0; j < root.length; j++) {
      own[j] /= root[j];
    }
  }

  /** BBᵀ, n × n. */
  static double[] gram(double[][] rows) {
    int n = rows.length;
    double[] gram = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k <= i; k++) {
        double product = Vectors.dot(rows[i], rows[k]);
        gram[i * n + k] = product;
        gram[k * n + i] = product;
      }
    }
    return gram;
  }
}
