package ravine.curvature;

import java.util.Arrays;

/**
 * The Cholesky factor L Lᵀ of a principal part A_II of a symmetric positive semi-definite matrix,
 * that grows and shrinks with the index set I.
 *
 * <p>An index whose column depends on those already there, to rounding, is refused: what is left of
 * its diagonal is at most (20 + |I|/8) × 2⁻⁵² of it. So the size after {@link #append} of all
 * indices is the numerical rank, and the factor is always that of a matrix positive definite to
 * rounding (limited pivoting: a column is put aside and never moved forward, so that the order of
 * the indices is the caller's; Golub and Van Loan 2013, "Matrix computations", 4.2.8, has the
 * complete kind).
 *
 * <p>Rows of L lie one after another, packed: n (n + 1) / 2 numbers for |I| = n. Appending takes
 * four rows at a time against two of the factor's, so that a number loaded is used in 2 or 4 of 8
 * sums: n³/6 multiplications for n indices; removing (Givens rotations; the same book, 6.5.4) at
 * most 2 n² and solving n². One thread, always the same order of sums: the same bits.
 */
public final class Cholesky {
  private static final int GROUP = 4;
  private static final double EPSILON = Math.ulp(1.0);

  private final SymmetricMatrix matrix;
  private double[] factor;
  private int[] members;
  private int size;

  /** Four rows on their way into the factor. */
  private double[][] rows = new double[GROUP][0];

  private double[] sines = new double[0];
  private double[] cosines = new double[0];

  /**
   * The factor of nothing yet.
   *
   * @param matrix at most 60,000 × 60,000
   */
  public Cholesky(SymmetricMatrix matrix) {
    if (matrix.dimension() > 60_000) {
      throw new IllegalArgumentException(
          "dimension must be at most 60000, but was " + matrix.dimension());
    }
    this.matrix = matrix;
    this.factor = new double[0];
    this.members = new int[0];
  }

  /** |I|: the numerical rank of the part that was offered. */
  public int size() {
    return size;
  }

  /** The index at place i of I, in the order of {@link #solve}. */
  public int member(int place) {
    return members[place];
  }

  /** Makes I empty. */
  public void clear() {
    size = 0;
  }

  /**
   * Adds indices to I in this order.
   *
   * @param indices each from 0 to d − 1, and none in I
   * @param count how many of them
   * @param refused what depends on the rest, in order; length at least count
   * @return how many were refused
   */
  public int append(int[] indices, int count, int[] refused) {
    reserve(size + count);
    int refusals = 0;
    for (int from = 0; from < count; from += GROUP) {
      int group = Math.min(GROUP, count - from);
      for (int c = 0; c < GROUP; c++) {
        gather(indices[from + Math.min(c, group - 1)], rows[c]);
      }
      eliminate();
      int before = size;
      for (int c = 0; c < group; c++) {
        if (!accept(indices[from + c], rows[c], before)) {
          refused[refusals++] = indices[from + c];
        }
      }
    }
    return refusals;
  }

  /** The column of an index, at I. */
  private void gather(int index, double[] row) {
    double[] a = matrix.entries();
    int start = index * matrix.dimension();
    for (int k = 0; k < size; k++) {
      row[k] = a[start + members[k]];
    }
  }

  /** Solves L y = a for the four rows at once, two rows of L at a time. */
  private void eliminate() {
    double[] l = factor;
    double[] a = rows[0];
    double[] b = rows[1];
    double[] c = rows[2];
    double[] d = rows[3];
    int k = 0;
    for (; k + 1 < size; k += 2) {
      int first = start(k);
      int second = start(k + 1);
      double a0 = 0.0;
      double b0 = 0.0;
      double c0 = 0.0;
      double d0 = 0.0;
      double a1 = 0.0;
      double b1 = 0.0;
      double c1 = 0.0;
      double d1 = 0.0;
      for (int i = 0; i < k; i++) {
        double l0 = l[first + i];
        double l1 = l[second + i];
        a0 += l0 * a[i];
        b0 += l0 * b[i];
        c0 += l0 * c[i];
        d0 += l0 * d[i];
        a1 += l1 * a[i];
        b1 += l1 * b[i];
        c1 += l1 * c[i];
        d1 += l1 * d[i];
      }
      double pivot = l[first + k];
      a[k] = (a[k] - a0) / pivot;
      b[k] = (b[k] - b0) / pivot;
      c[k] = (c[k] - c0) / pivot;
      d[k] = (d[k] - d0) / pivot;
      double below = l[second + k];
      double next = l[second + k + 1];
      a[k + 1] = (a[k + 1] - a1 - below * a[k]) / next;
      b[k + 1] = (b[k + 1] - b1 - below * b[k]) / next;
      c[k + 1] = (c[k + 1] - c1 - below * c[k]) / next;
      d[k + 1] = (d[k + 1] - d1 - below * d[k]) / next;
    }
    if (k < size) {
      int row = start(k);
      for (double[] each : rows) {
        each[k] = (each[k] - dot(l, row, each, k)) / l[row + k];
      }
    }
  }

  /** Ends the elimination of one row among its group's, which came in after {@code before}. */
  private boolean accept(int index, double[] row, int before) {
    for (int k = before; k < size; k++) {
      int at = start(k);
      row[k] = (matrix.at(index, members[k]) - dot(factor, at, row, k)) / factor[at + k];
    }
    double diagonal = matrix.at(index, index);
    double pivot = diagonal - dot(row, 0, row, size);
    if (!(pivot > (20.0 + size / 8.0) * EPSILON * diagonal)) {
      return false;
    }
    int at = start(size);
    System.arraycopy(row, 0, factor, at, size);
    factor[at + size] = Math.sqrt(pivot);
    members[size++] = index;
    return true;
  }

  /** Takes the index at this place out of I; those after it move up by one. */
  public void remove(int place) {
    double[] l = factor;
    int last = size - 1;
    for (int i = place; i < last; i++) {
      int from = start(i + 1);
      int to = start(i);
      System.arraycopy(l, from, l, to, place);
      double carried = l[from + place];
      for (int k = place; k < i; k++) {
        double next = l[from + k + 1];
        l[to + k] = cosines[k] * carried + sines[k] * next;
        carried = cosines[k] * next - sines[k] * carried;
      }
      double diagonal = l[from + i + 1];
      double length = Math.hypot(carried, diagonal);
      cosines[i] = carried / length;
      sines[i] = diagonal / length;
      l[to + i] = length;
      members[i] = members[i + 1];
    }
    size = last;
  }

  /**
   * Replaces the right-hand side by A_II⁻¹ times it.
   *
   * @param vector in the order of {@link #member}, length at least |I|
   */
  public void solve(double[] vector) {
    double[] l = factor;
    for (int i = 0; i < size; i++) {
      int row = start(i);
      vector[i] = (vector[i] - dot(l, row, vector, i)) / l[row + i];
    }
    for (int i = size - 1; i >= 0; i--) {
      int row = start(i);
      double value = vector[i] / l[row + i];
      vector[i] = value;
      for (int k = 0; k < i; k++) {
        vector[k] -= value * l[row + k];
      }
    }
  }

  /**
   * The trace of A_II⁻¹, at least 1 over the least eigenvalue of A_II: the sum of the squares of
   * L⁻¹, |I|³/6 multiplications.
   */
  public double inverseTrace() {
    double[] column = new double[size];
    double trace = 0.0;
    for (int j = 0; j < size; j++) {
      for (int i = j; i < size; i++) {
        int row = start(i);
        double sum = i == j ? 1.0 : 0.0;
        for (int k = j; k < i; k++) {
          sum -= factor[row + k] * column[k];
        }
        column[i] = sum / factor[row + i];
        trace += column[i] * column[i];
      }
    }
    return trace;
  }

  /** Where row i of L starts. */
  private static int start(int i) {
    return i * (i + 1) / 2;
  }

  /** Four sums at once, always in this order. */
  private static double dot(double[] a, int from, double[] b, int count) {
    double s0 = 0.0;
    double s1 = 0.0;
    double s2 = 0.0;
    double s3 = 0.0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      s0 += a[from + i] * b[i];
      s1 += a[from + i + 1] * b[i + 1];
      s2 += a[from + i + 2] * b[i + 2];
      s3 += a[from + i + 3] * b[i + 3];
    }
    for (; i < count; i++) {
      s0 += a[from + i] * b[i];
    }
    return s0 + s1 + (s2 + s3);
  }

  private void reserve(int wanted) {
    if (wanted <= members.length) {
      return;
    }
    int capacity = Math.min(matrix.dimension(), Math.max(wanted, members.length * 3 / 2 + 8));
    members = Arrays.copyOf(members, capacity);
    factor = Arrays.copyOf(factor, start(capacity));
    sines = new double[capacity];
    cosines = new double[capacity];
    for (int c = 0; c < GROUP; c++) {
      rows[c] = new double[capacity];
    }
  }
}
