package ravine.ml.segments;

import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.jspecify.annotations.Nullable;

/**
 * The weights of one model of many, in raw coordinates. Either a vector of coefficients and one
 * intercept, or, where several classes are told apart, a row and an intercept for each.
 */
public final class SegmentWeights {
  final @Nullable Vector coefficients;
  final double intercept;
  final @Nullable Matrix matrix;
  final @Nullable Vector intercepts;
  final double scale;

  private SegmentWeights(
      @Nullable Vector coefficients,
      double intercept,
      @Nullable Matrix matrix,
      @Nullable Vector intercepts,
      double scale) {
    this.coefficients = coefficients;
    this.intercept = intercept;
    this.matrix = matrix;
    this.intercepts = intercepts;
    this.scale = scale;
  }

  /**
   * Those of one margin.
   *
   * @param coefficients length d
   * @param scale σ of the Huber loss; 1 of others
   */
  public static SegmentWeights of(Vector coefficients, double intercept, double scale) {
    return new SegmentWeights(coefficients, intercept, null, null, scale);
  }

  /**
   * Those of a margin for each of K classes, or of the one margin of two.
   *
   * @param matrix K × d, or 1 × d
   * @param intercepts length K, or 1
   */
  public static SegmentWeights ofClasses(Matrix matrix, Vector intercepts, boolean multinomial) {
    if (!multinomial) {
      return of(Vectors.dense(matrix.toDense().toArray()), intercepts.apply(0), 1.0);
    }
    return new SegmentWeights(null, Double.NaN, matrix, intercepts, 1.0);
  }

  /** The coefficients of one margin, length d. */
  public Vector coefficients() {
    if (coefficients == null) {
      throw new IllegalStateException("there is a margin for each class");
    }
    return coefficients;
  }

  /** The intercept of one margin; NaN where there are several. */
  public double intercept() {
    return intercept;
  }

  /** Whether there is a margin for each class. */
  public boolean isMultinomial() {
    return matrix != null;
  }

  /** The coefficients, a row for each margin. */
  public Matrix matrix() {
    Matrix several = matrix;
    if (several != null) {
      return several;
    }
    Vector one = coefficients();
    return new DenseMatrix(1, one.size(), one.toArray(), true);
  }

  /** The intercepts, one for each margin. */
  public Vector intercepts() {
    Vector several = intercepts;
    return several != null ? several : Vectors.dense(new double[] {intercept});
  }

  /** σ of the Huber loss; 1 of others. */
  public double scale() {
    return scale;
  }
}
