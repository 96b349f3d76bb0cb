package ravine.exchange;

import org.jspecify.annotations.Nullable;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.step.SparseStepper;

/**
 * {@link Gradients} of problems so wide that a mini-batch touches few features: the same change of
 * coordinates, at those features alone. There is no centring, which would touch all of them.
 */
public final class SparseGradients implements SparseSlice.Request.Point {
  private final GradientEngine engine;
  private final Problem problem;
  private final SparseStepper stepper;
  private final int features;
  private final int outputs;
  private final int own;
  private final int extras;

  /** Null where every feature has the common one, which spares looking it up. */
  private final double @Nullable [] inverse;

  private final double common;
  private final double unit;
  private final SparseSum sum;
  private int[] coordinates = new int[1024];
  private double[] gradient = new double[1024];
  private int count;

  public SparseGradients(GradientEngine engine, Problem problem, SparseStepper stepper) {
    Coordinates shape = problem.coordinates();
    this.engine = engine;
    this.problem = problem;
    this.stepper = stepper;
    this.features = shape.features();
    this.outputs = shape.outputs();
    this.extras = shape.extras();
    this.own = (shape.hasIntercept() ? outputs : 0) + extras;
    this.unit = shape.outputScale();
    double[] scales = shape.inverse();
    boolean alike = true;
    for (double scale : scales) {
      alike &= scale == scales[0];
    }
    this.common = scales.length == 0 ? 1.0 : scales[0];
    this.inverse = alike ? null : scales;
    this.sum = new SparseSum(features, outputs, extras);
  }

  /**
   * Asks for the gradient of a mini-batch at the stepper's point.
   *
   * @return its loss is NaN where the batch has no rows
   */
  public Answer batch(long pass, int batch, int batches) {
    long start = System.nanoTime();
    engine.run(new SparseSlice.Request(pass, batch, batches, this), sum);
    double waited = (System.nanoTime() - start) / 1e9;
    double exchange = Math.max(0.0, waited - sum.seconds());
    double weight = sum.weight();
    if (weight == 0.0) {
      return new Answer(Double.NaN, weight, sum.seconds(), exchange);
    }
    count = sum.count() * outputs + own;
    if (coordinates.length < count) {
      coordinates = new int[count + count / 4];
    }
    if (gradient.length != count) {
      gradient = new double[count];
    }
    double factor = 1.0 / (weight * problem.lossUnit());
    int[] touched = sum.touched();
    double[] raw = sum.gradient();
    int at = 0;
    for (int i = 0; i < sum.count(); i++) {
      int feature = touched[i];
      double scale = factor * scale(feature);
      for (int k = 0; k < outputs; k++) {
        coordinates[at] = feature * outputs + k;
        gradient[at] = scale * raw[at];
        at++;
      }
    }
    double[] tail = sum.tail();
    int from = problem.coordinates().hasIntercept() ? 0 : outputs;
    for (int e = 0; e < own; e++) {
      boolean isIntercept = e < own - extras;
      coordinates[at] = features * outputs + e;
      gradient[at++] = factor * (isIntercept ? unit : 1.0) * tail[from + e];
    }
    double loss = sum.loss() / (weight * problem.lossUnit());
    return new Answer(loss, weight, sum.seconds(), exchange);
  }

  private double scale(int feature) {
    return unit * (inverse == null ? common : inverse[feature]);
  }

  /** Makes the step that the last gradient asks for. */
  public void step() {
    stepper.step(coordinates, count, gradient);
  }

  @Override
  public double[] at(int[] touched, int many) {
    double[] point = new double[many * outputs + outputs + extras];
    int[] places = touched;
    if (outputs > 1) {
      places = new int[many * outputs];
      for (int i = 0; i < many; i++) {
        for (int k = 0; k < outputs; k++) {
          places[i * outputs + k] = touched[i] * outputs + k;
        }
      }
    }
    stepper.read(places, many * outputs, point, 0);
    for (int i = 0; i < many; i++) {
      double scale = scale(touched[i]);
      for (int k = 0; k < outputs; k++) {
        point[i * outputs + k] *= scale;
      }
    }
    tail(point, many * outputs);
    return point;
  }

  /** The intercepts and the loss's own parameters, as {@link Coordinates#toRaw} writes them. */
  private void tail(double[] point, int from) {
    int[] places = new int[own];
    for (int e = 0; e < own; e++) {
      places[e] = features * outputs + e;
    }
    int at = problem.coordinates().hasIntercept() ? from : from + outputs;
    stepper.read(places, own, point, at);
    for (int k = 0; k < outputs; k++) {
      point[from + k] = unit * point[from + k] + problem.coordinates().outputShift();
    }
    for (int e = 0; e < extras; e++) {
      point[from + outputs + e] += Math.log(unit);
    }
  }
}
