package ravine.curvature;

/**
 * A symmetric matrix of d × d numbers, held in full so that every row and every column is
 * contiguous. Not safe against changes of the array it was made from, which it does not copy.
 */
public final class SymmetricMatrix {
  private final int dimension;
  private final double[] entries;

  private SymmetricMatrix(int dimension, double[] entries) {
    this.dimension = dimension;
    this.entries = entries;
  }

  /**
   * The matrix of these numbers.
   *
   * @param dimension d, at least 0
   * @param entries d × d numbers, row after row, both triangles filled; kept, not copied
   * @throws IllegalArgumentException if there are not d × d of them
   */
  public static SymmetricMatrix of(int dimension, double[] entries) {
    if (dimension < 0 || entries.length != (long) dimension * dimension) {
      throw new IllegalArgumentException(
          "a matrix of dimension " + dimension + " cannot have " + entries.length + " entries");
    }
    return new SymmetricMatrix(dimension, entries);
  }

  /** d. */
  public int dimension() {
    return dimension;
  }

  /** The entry in row i and column j, both from 0 to d − 1. */
  public double at(int i, int j) {
    return entries[i * dimension + j];
  }

  /** The live numbers, row after row. */
  double[] entries() {
    return entries;
  }

  /**
   * {@code product = A x}, at d multiplications for each x that is not 0.
   *
   * @param x length d
   * @param product length d, overwritten; not the same array as x
   */
  public void multiply(double[] x, double[] product) {
    java.util.Arrays.fill(product, 0, dimension, 0.0);
    for (int k = 0; k < dimension; k++) {
      if (x[k] != 0.0) {
        addRow(x[k], k, product);
      }
    }
  }

  /** {@code sum += factor × row k}. */
  void addRow(double factor, int k, double[] sum) {
    double[] a = entries;
    int row = k * dimension;
    for (int j = 0; j < dimension; j++) {
      sum[j] += factor * a[row + j];
    }
  }

  /** xᵀAx, rounded like {@link #multiply}. */
  public double quadratic(double[] x) {
    double[] product = new double[dimension];
    multiply(x, product);
    double sum = 0.0;
    for (int j = 0; j < dimension; j++) {
      sum += x[j] * product[j];
    }
    return sum;
  }

  /**
   * {@code residual = b − A x}, as if in twice the precision and then rounded: products and sums
   * keep what rounding takes from them (Ogita, Rump and Oishi 2005, "Accurate sum and dot product",
   * algorithm 5.3). The residual of nearly equal columns is the small difference of large products;
   * everything judged by it (refinement, the duality gap) is only as good as it is.
   *
   * @param b length d
   * @param x length d
   * @param residual length d, overwritten; neither b nor x
   */
  public void residual(double[] b, double[] x, double[] residual) {
    double[] a = entries;
    double[] lost = new double[dimension];
    System.arraycopy(b, 0, residual, 0, dimension);
    for (int k = 0; k < dimension; k++) {
      double factor = -x[k];
      if (factor == 0.0) {
        continue;
      }
      int row = k * dimension;
      for (int j = 0; j < dimension; j++) {
        double entry = a[row + j];
        double product = factor * entry;
        double productLost = Math.fma(factor, entry, -product);
        double before = residual[j];
        double sum = before + product;
        double part = sum - before;
        double sumLost = (before - (sum - part)) + (product - part);
        residual[j] = sum;
        lost[j] += productLost + sumLost;
      }
    }
    for (int j = 0; j < dimension; j++) {
      residual[j] += lost[j];
    }
  }
}
