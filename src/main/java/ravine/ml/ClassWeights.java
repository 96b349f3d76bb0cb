package ravine.ml;

import java.util.function.BiConsumer;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import ravine.objective.Coordinates;

/**
 * The weights of a model of classes, in raw coordinates: one row of coefficients and one intercept
 * for each class, or a single one for two classes told apart by one margin.
 */
public final class ClassWeights {
  private final double[] coefficients;
  private final double[] intercepts;
  private final int features;

  private ClassWeights(double[] coefficients, double[] intercepts, int features) {
    this.coefficients = coefficients;
    this.intercepts = intercepts;
    this.features = features;
  }

  /** The raw weights of θ. */
  public static ClassWeights of(Coordinates coordinates, double[] theta) {
    int features = coordinates.features();
    int outputs = coordinates.outputs();
    double[] raw = new double[coordinates.rawDimension()];
    coordinates.toRaw(theta, raw);
    double[] rows = new double[features * outputs];
    double[] intercepts = new double[outputs];
    for (int k = 0; k < outputs; k++) {
      for (int j = 0; j < features; j++) {
        rows[k * features + j] = raw[j * outputs + k];
      }
      intercepts[k] = coordinates.hasIntercept() ? raw[features * outputs + k] : 0.0;
    }
    return new ClassWeights(rows, intercepts, features);
  }

  /**
   * θ of a model's weights.
   *
   * @param coefficients one row per output
   * @param intercepts one per output
   * @throws IllegalArgumentException if the number of rows or features differs
   */
  public static double[] fromModel(
      Coordinates coordinates, Matrix coefficients, Vector intercepts) {
    int outputs = coordinates.outputs();
    int features = coordinates.features();
    if (coefficients.numRows() != outputs || coefficients.numCols() != features) {
      throw new IllegalArgumentException(
          "The initial model has "
              + coefficients.numRows()
              + " x "
              + coefficients.numCols()
              + " coefficients, but this data needs "
              + outputs
              + " x "
              + features
              + ".");
    }
    double[] raw = new double[coordinates.rawDimension()];
    for (int j = 0; j < features; j++) {
      for (int k = 0; k < outputs; k++) {
        raw[j * outputs + k] = coefficients.apply(k, j);
      }
    }
    for (int k = 0; k < outputs; k++) {
      raw[features * outputs + k] = intercepts.apply(k);
    }
    return coordinates.fromRaw(raw);
  }

  /**
   * θ of the model that knows nothing but how often each class occurs: coefficients 0, intercepts
   * at the log-odds of the class shares.
   *
   * @param classWeights weight of the rows of each class; a class beyond them has none
   */
  public static double[] fromShares(Coordinates coordinates, double[] classWeights) {
    double[] theta = new double[coordinates.dimension()];
    if (!coordinates.hasIntercept()) {
      return theta;
    }
    int outputs = coordinates.outputs();
    int at = coordinates.features() * outputs;
    if (outputs == 1) {
      theta[at] =
          classWeights.length == 2 && classWeights[0] > 0.0 && classWeights[1] > 0.0
              ? Math.log(classWeights[1] / classWeights[0])
              : 0.0;
      return theta;
    }
    double mean = 0.0;
    for (int k = 0; k < outputs; k++) {
      double weight = k < classWeights.length ? classWeights[k] : 0.0;
      theta[at + k] = Math.log1p(weight);
      mean += theta[at + k] / outputs;
    }
    for (int k = 0; k < outputs; k++) {
      theta[at + k] -= mean;
    }
    return theta;
  }

  /**
   * Centres the weights over the classes, as Spark does: softmax does not change when every class's
   * intercept moves by the same amount, nor, without a penalty, when every class's coefficients do.
   *
   * @param penalised whether a penalty has a say in the coefficients, which then stay
   */
  public ClassWeights centred(boolean penalised) {
    double[] rows = coefficients.clone();
    double[] shifted = intercepts.clone();
    if (!penalised) {
      for (int j = 0; j < features; j++) {
        centre(rows, j, features);
      }
    }
    centre(shifted, 0, 1);
    return new ClassWeights(rows, shifted, features);
  }

  /**
   * The same with other intercepts.
   *
   * @param shifts what is taken away, one number per output
   */
  public ClassWeights minus(double[] shifts) {
    double[] shifted = intercepts.clone();
    for (int k = 0; k < shifted.length; k++) {
      shifted[k] -= shifts[k];
    }
    return new ClassWeights(coefficients, shifted, features);
  }

  /**
   * The same moved into bounds by whoever knows them: of coefficients, row after row, and
   * intercepts.
   */
  public ClassWeights inside(BiConsumer<double[], double[]> bounds) {
    double[] rows = coefficients.clone();
    double[] kept = intercepts.clone();
    bounds.accept(rows, kept);
    return new ClassWeights(rows, kept, features);
  }

  /** Subtracts the mean of every {@code stride}-th number from {@code first} on. */
  private static void centre(double[] numbers, int first, int stride) {
    int count = numbers.length / stride;
    double mean = 0.0;
    for (int k = 0; k < count; k++) {
      mean += numbers[first + k * stride] / count;
    }
    for (int k = 0; k < count; k++) {
      numbers[first + k * stride] -= mean;
    }
  }

  /** Outputs × features. */
  public Matrix coefficients() {
    return new DenseMatrix(intercepts.length, features, coefficients, true);
  }

  /** One per output; 0 without intercept. */
  public Vector intercepts() {
    return Vectors.dense(intercepts);
  }
}
