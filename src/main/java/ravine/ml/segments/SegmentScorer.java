package ravine.ml.segments;

import java.io.Serializable;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What Spark's model of a segment would predict of a row, without the model: margins, probabilities
 * where there are any, and the prediction, by the thresholds of the estimator.
 */
final class SegmentScorer
    implements UDF5<Vector, Vector, Double, Matrix, Vector, Row>, Serializable {
  private static final long serialVersionUID = 1L;

  /** What comes of a row; margins and probabilities are null of a number. */
  static final StructType SCORE =
      new StructType()
          .add("raw", SQLDataTypes.VectorType(), true)
          .add("probability", SQLDataTypes.VectorType(), true)
          .add("prediction", DataTypes.DoubleType, true);

  private final SegmentKind kind;
  private final double threshold;
  private final double[] thresholds;

  /**
   * Scores models of that kind.
   *
   * @param threshold of two classes
   * @param thresholds of several; empty for none
   */
  SegmentScorer(SegmentKind kind, double threshold, double[] thresholds) {
    this.kind = kind;
    this.threshold = threshold;
    this.thresholds = thresholds;
  }

  /** Null where there is no model, or nothing to score. */
  @Override
  public @Nullable Row call(
      @Nullable Vector features,
      @Nullable Vector coefficients,
      @Nullable Double intercept,
      @Nullable Matrix matrix,
      @Nullable Vector intercepts) {
    if (features == null) {
      return null;
    }
    if (matrix != null && intercepts != null) {
      return ofClasses(matrix.multiply(features).values(), intercepts);
    }
    if (coefficients == null || intercept == null) {
      return null;
    }
    double margin = coefficients.dot(features) + intercept;
    return switch (kind) {
      case LINEAR -> RowFactory.create(null, null, margin);
      case MARGIN -> RowFactory.create(raw(margin), null, margin > threshold ? 1.0 : 0.0);
      case LOGISTIC -> {
        double one = 1.0 / (1.0 + Math.exp(-margin));
        yield RowFactory.create(
            raw(margin), Vectors.dense(1.0 - one, one), one > threshold ? 1.0 : 0.0);
      }
    };
  }

  private static Vector raw(double margin) {
    return Vectors.dense(-margin, margin);
  }

  private Row ofClasses(double[] margins, Vector intercepts) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < margins.length; k++) {
      margins[k] += intercepts.apply(k);
      largest = Math.max(largest, margins[k]);
    }
    double[] probabilities = new double[margins.length];
    double sum = 0.0;
    for (int k = 0; k < margins.length; k++) {
      probabilities[k] = Math.exp(margins[k] - largest);
      sum += probabilities[k];
    }
    int best = 0;
    double bestScore = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < margins.length; k++) {
      probabilities[k] /= sum;
      double score = thresholds.length > k ? scaled(probabilities[k], thresholds[k]) : margins[k];
      if (score > bestScore) {
        best = k;
        bestScore = score;
      }
    }
    return RowFactory.create(Vectors.dense(margins), Vectors.dense(probabilities), (double) best);
  }

  /** A threshold of 0 is passed by any probability but 0. */
  private static double scaled(double probability, double limit) {
    return limit == 0.0 && probability == 0.0 ? Double.NEGATIVE_INFINITY : probability / limit;
  }
}
