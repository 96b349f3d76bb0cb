package ravine.mllib;

import org.apache.spark.mllib.linalg.DenseVector;
import org.apache.spark.mllib.linalg.SparseVector;
import org.apache.spark.mllib.linalg.Vector;

/** The two operations a linear gradient needs of a row: dot product and scaled addition. */
final class VectorArithmetic {
  private VectorArithmetic() {}

  /** Σⱼ row[j]·weights[from + j]. */
  static double dot(Vector row, double[] weights, int from) {
    double sum = 0.0;
    if (row instanceof DenseVector dense) {
      double[] values = dense.values();
      for (int j = 0; j < values.length; j++) {
        sum += values[j] * weights[from + j];
      }
    } else {
      SparseVector sparse = (SparseVector) row;
      int[] indices = sparse.indices();
      double[] values = sparse.values();
      for (int k = 0; k < indices.length; k++) {
        sum += values[k] * weights[from + indices[k]];
      }
    }
    return sum;
  }

  /** Adds {@code factor} times the row to {@code target}, from index {@code from} on. */
  static void addTo(double[] target, int from, double factor, Vector row) {
    if (row instanceof DenseVector dense) {
      double[] values = dense.values();
      for (int j = 0; j < values.length; j++) {
        target[from + j] += factor * values[j];
      }
    } else {
      SparseVector sparse = (SparseVector) row;
      int[] indices = sparse.indices();
      double[] values = sparse.values();
      for (int k = 0; k < indices.length; k++) {
        target[from + indices[k]] += factor * values[k];
      }
    }
  }

  /**
   * The array behind the vector MLlib's gradients add to.
   *
   * @throws IllegalArgumentException if it is not dense, for then nothing could be added to it
   */
  static double[] sums(Vector cumGradient) {
    if (cumGradient instanceof DenseVector dense) {
      return dense.values();
    }
    throw new IllegalArgumentException("the gradient sum must be a DenseVector, but is sparse");
  }
}
