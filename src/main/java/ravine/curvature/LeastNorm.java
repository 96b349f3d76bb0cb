package ravine.curvature;

/**
 * The least of all solutions of A x = b where A is singular: one solution less its part in the null
 * space.
 *
 * <p>The factor's columns I leave out the dependent ones N; the null space is spanned by Z =
 * (−A_II⁻¹A_IN; 1), and what is taken away is Z (ZᵀZ)⁻¹Zᵀx. ZᵀZ = 1 + TᵀT is never near singular in
 * the coordinates of A. The norm is that of the caller's, who multiplied by units: |x_j / unit_j|.
 */
final class LeastNorm {
  private LeastNorm() {}

  /**
   * The least solution.
   *
   * @param factor of the independent columns
   * @param units length d, positive
   * @param x a solution, length d; not changed
   */
  static double[] of(SymmetricMatrix matrix, Cholesky factor, double[] units, double[] x) {
    int d = matrix.dimension();
    double[][] basis = basis(matrix, factor);
    int nullity = basis.length;
    for (double[] z : basis) {
      for (int j = 0; j < d; j++) {
        z[j] /= units[j];
      }
    }
    double[] gram = new double[nullity * nullity];
    double[] right = new double[nullity];
    for (int i = 0; i < nullity; i++) {
      for (int k = 0; k <= i; k++) {
        double product = dot(basis[i], basis[k]);
        gram[i * nullity + k] = product;
        gram[k * nullity + i] = product;
      }
      for (int j = 0; j < d; j++) {
        right[i] += basis[i][j] * x[j] / units[j];
      }
    }
    Cholesky small = new Cholesky(SymmetricMatrix.of(nullity, gram));
    int[] all = new int[nullity];
    for (int i = 0; i < nullity; i++) {
      all[i] = i;
    }
    small.append(all, nullity, new int[nullity]);
    double[] share = new double[nullity];
    for (int i = 0; i < small.size(); i++) {
      share[i] = right[small.member(i)];
    }
    small.solve(share);
    double[] least = x.clone();
    for (int i = 0; i < small.size(); i++) {
      double[] z = basis[small.member(i)];
      for (int j = 0; j < d; j++) {
        least[j] -= share[i] * z[j] * units[j];
      }
    }
    return least;
  }

  /** Z by columns, but for coordinates without any curvature, whose x is 0. */
  private static double[][] basis(SymmetricMatrix matrix, Cholesky factor) {
    int d = matrix.dimension();
    int rank = factor.size();
    boolean[] independent = new boolean[d];
    for (int i = 0; i < rank; i++) {
      independent[factor.member(i)] = true;
    }
    int[] dependent = new int[d];
    int nullity = 0;
    for (int j = 0; j < d; j++) {
      if (!independent[j] && matrix.at(j, j) > 0.0) {
        dependent[nullity++] = j;
      }
    }
    double[][] basis = new double[nullity][d];
    double[] column = new double[rank];
    for (int k = 0; k < nullity; k++) {
      int j = dependent[k];
      for (int i = 0; i < rank; i++) {
        column[i] = -matrix.at(j, factor.member(i));
      }
      factor.solve(column);
      for (int i = 0; i < rank; i++) {
        basis[k][factor.member(i)] = column[i];
      }
      basis[k][j] = 1.0;
    }
    return basis;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0.0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
