package ravine.landscape;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import ravine.loss.Logistic;

/**
 * Mean logistic loss of rows of two features plus λ/2 ‖w‖², without an intercept: strictly convex,
 * so that it has one minimum and its level sets are convex.
 */
final class TwoFeatureLoss {
  private static final String IRISES = "irises.csv";
  private static final double[] NONE = {};

  /** Newton's method is there after a dozen; more change nothing. */
  private static final int NEWTON_STEPS = 50;

  private final double[][] rows;
  private final double[] labels;
  private final double ridge;
  private final Logistic loss = new Logistic();
  private final double[] minimum;
  private final double least;

  private TwoFeatureLoss(double[][] rows, double[] labels, double ridge) {
    this.rows = rows;
    this.labels = labels;
    this.ridge = ridge;
    this.minimum = newton();
    this.least = value(minimum);
  }

  /**
   * Fisher's irises: versicolor or virginica by sepal width and petal width, in centimetres as they
   * were measured. Neither feature is centred and there is no intercept, so that the two are nearly
   * proportional, and the curvature across the ravine is about 90 times that along it.
   */
  static TwoFeatureLoss irises() {
    InputStream file =
        Objects.requireNonNull(TwoFeatureLoss.class.getResourceAsStream(IRISES), IRISES);
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      List<String[]> cells =
          reader
              .lines()
              .filter(line -> !line.startsWith("#"))
              .skip(1)
              .map(line -> line.split(",", -1))
              .toList();
      double[][] rows = new double[cells.size()][];
      double[] labels = new double[cells.size()];
      for (int i = 0; i < rows.length; i++) {
        String[] row = cells.get(i);
        rows[i] = new double[] {Double.parseDouble(row[0]), Double.parseDouble(row[1])};
        labels[i] = Double.parseDouble(row[2]);
      }
      return new TwoFeatureLoss(rows, labels, 0.01);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading a resource of the jar does not fail", e);
    }
  }

  int size() {
    return rows.length;
  }

  double[] row(int i) {
    return rows[i];
  }

  double label(int i) {
    return labels[i];
  }

  /** λ. */
  double ridge() {
    return ridge;
  }

  /** Where the least loss is. */
  double[] minimum() {
    return minimum.clone();
  }

  /** The least loss. */
  double least() {
    return least;
  }

  /** The loss of all rows. */
  double value(double[] weights) {
    double[] margins = new double[rows.length];
    for (int i = 0; i < margins.length; i++) {
      margins[i] = margin(rows[i], weights);
    }
    double sum = loss.value(margins.length, margins, labels, null, 0, NONE);
    double square = weights[0] * weights[0] + weights[1] * weights[1];
    return sum / rows.length + ridge / 2 * square;
  }

  /** How far the loss is above the least, relative to that. */
  double gap(double[] weights) {
    return (value(weights) - least) / least;
  }

  /**
   * The gradient of a mini-batch.
   *
   * @param batch rows of it
   * @param gradient overwritten
   */
  void gradient(double[] weights, int[] batch, double[] gradient) {
    double[] derivatives = new double[batch.length];
    double[] its = new double[batch.length];
    for (int i = 0; i < batch.length; i++) {
      derivatives[i] = margin(rows[batch[i]], weights);
      its[i] = labels[batch[i]];
    }
    loss.derivatives(batch.length, derivatives, its, null, 0, NONE, NONE);
    for (int j = 0; j < 2; j++) {
      double sum = 0.0;
      for (int i = 0; i < batch.length; i++) {
        sum += derivatives[i] * rows[batch[i]][j];
      }
      gradient[j] = sum / batch.length + ridge * weights[j];
    }
  }

  /** Second derivatives {of w₁w₁, of w₁w₂, of w₂w₂}. */
  double[] hessian(double[] weights) {
    double[] sums = new double[3];
    for (double[] row : rows) {
      double p = 1.0 / (1.0 + StrictMath.exp(-margin(row, weights)));
      double weight = p * (1.0 - p) / rows.length;
      sums[0] += weight * row[0] * row[0];
      sums[1] += weight * row[0] * row[1];
      sums[2] += weight * row[1] * row[1];
    }
    sums[0] += ridge;
    sums[2] += ridge;
    return sums;
  }

  private static double margin(double[] row, double[] weights) {
    return row[0] * weights[0] + row[1] * weights[1];
  }

  private double[] newton() {
    double[] weights = new double[2];
    double[] gradient = new double[2];
    int[] all = new int[rows.length];
    Arrays.setAll(all, i -> i);
    for (int step = 0; step < NEWTON_STEPS; step++) {
      gradient(weights, all, gradient);
      double[] h = hessian(weights);
      double determinant = h[0] * h[2] - h[1] * h[1];
      weights[0] -= (h[2] * gradient[0] - h[1] * gradient[1]) / determinant;
      weights[1] -= (h[0] * gradient[1] - h[1] * gradient[0]) / determinant;
    }
    return weights;
  }
}
