package ravine.exchange;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.rows.PackedPartition;

/**
 * {@link WholeBatch} of a {@link GradientEngine}: θ to raw points, sums to means in θ. Remembers
 * the points of both slots, because a worker that has lost one needs it, and the weight of all
 * rows.
 */
public final class KeptGradients implements WholeBatch {
  /** Most values of one {@link #along} or {@link #scales}. */
  private static final int MOST_VALUES = 8;

  /** Longer points (128 KB) are not sent along for the change of the margins alone. */
  private static final int MOST_CARRIED = 16 * 1024;

  private final GradientEngine engine;
  private final Problem problem;
  private final Coordinates coordinates;
  private final double[] scaling;

  /** Raw points by slot; never changed, only replaced. */
  private final double[] @Nullable [] points = new double[2][];

  private double totalWeight;
  private double lastLoss = Double.NaN;
  private double computeSeconds;
  private double exchangeSeconds;

  public KeptGradients(GradientEngine engine, Problem problem) {
    this.engine = engine;
    this.problem = problem;
    this.coordinates = problem.coordinates();
    int d = coordinates.features();
    this.scaling = Arrays.copyOf(coordinates.inverse(), 2 * d);
    System.arraycopy(coordinates.centre(), 0, scaling, d, d);
  }

  /** That of rows held by the driver itself. */
  public static KeptGradients of(PackedPartition sample, Problem problem) {
    return new KeptGradients(
        new LocalEngine(sample, Work.of(problem, false), problem.coordinates().features()),
        problem);
  }

  @Override
  public Sums gradient(double[] theta, int slot, double[] gradient) {
    double[] raw = raw(theta);
    double[] other = raw.length <= MOST_CARRIED ? points[1 - slot] : null;
    double[] sum = ask(new StepRequest(StepRequest.Kind.KEEP, 0, 0, 1, raw, other, slot));
    points[slot] = raw;
    double weight = PartialSum.weight(sum);
    totalWeight = weight;
    double unit = 1.0 / problem.lossUnit();
    double scale = coordinates.outputScale();
    coordinates.gradient(sum, unit / weight, gradient);
    int dimension = PartialSum.dimension(sum);
    return new Sums(
        lastLoss,
        weight,
        scale * scale * unit * (sum[dimension - 2] / weight),
        scale * scale * unit * PartialSum.leastCurvature(sum),
        scale * unit * (sum[dimension - 1] / weight),
        PartialSum.marginChange(sum) / scale);
  }

  @Override
  public double[] along(double[] from, double[] to, int fromSlot, double[] lengths) {
    requireFew(lengths);
    double[] start = raw(from);
    double[] other = Arrays.copyOf(raw(to), start.length + lengths.length);
    System.arraycopy(lengths, 0, other, start.length, lengths.length);
    return means(new StepRequest(StepRequest.Kind.ALONG, 0, 0, 1, start, other, fromSlot));
  }

  @Override
  public double[] scales(double[] theta, int slot, double[] values) {
    requireFew(values);
    if (coordinates.extras() != 1) {
      throw new UnsupportedOperationException(
          "the loss must have 1 parameter of its own, but has " + coordinates.extras());
    }
    double[] raw = values.clone();
    for (int v = 0; v < raw.length; v++) {
      raw[v] += Math.log(coordinates.outputScale());
    }
    return means(new StepRequest(StepRequest.Kind.SCALES, 0, 0, 1, raw(theta), raw, slot));
  }

  @Override
  public double[] shifted(double[] theta, int slot, double[] shifts) {
    int outputs = coordinates.outputs();
    if (shifts.length != outputs) {
      throw new IllegalArgumentException(
          "there must be " + outputs + " shifts, but were " + shifts.length);
    }
    double scale = coordinates.outputScale();
    double[] raw = shifts.clone();
    for (int k = 0; k < outputs; k++) {
      raw[k] *= scale;
    }
    double[] means =
        means(new StepRequest(StepRequest.Kind.SHIFTED, 0, 0, 1, raw(theta), raw, slot));
    for (int i = 0; i < means.length; i++) {
      means[i] *= i < outputs ? scale : scale * scale;
    }
    return means;
  }

  private static void requireFew(double[] values) {
    if (values.length == 0 || values.length > MOST_VALUES) {
      throw new IllegalArgumentException(
          "between 1 and " + MOST_VALUES + " values can be asked for, but were " + values.length);
    }
  }

  private double[] means(StepRequest request) {
    double[] sum = ask(request);
    double factor = 1.0 / (PartialSum.weight(sum) * problem.lossUnit());
    double[] means = Arrays.copyOf(sum, PartialSum.dimension(sum));
    for (int i = 0; i < means.length; i++) {
      means[i] *= factor;
    }
    return means;
  }

  @Override
  public double hessian(
      double[] theta, int slot, long pass, int batches, boolean majorised, double[] hessian) {
    if (batches > 1 && totalWeight == 0.0) {
      throw new IllegalStateException("a share of the rows is known after the first gradient");
    }
    StepRequest.Kind kind = majorised ? StepRequest.Kind.MAJORISED : StepRequest.Kind.HESSIAN;
    double[] sum = ask(new StepRequest(kind, pass, 0, batches, raw(theta), scaling, slot));
    double weight = PartialSum.weight(sum);
    if (weight == 0.0) {
      Arrays.fill(hessian, 0, coordinates.dimension() * coordinates.dimension(), 0.0);
      return 0.0;
    }
    double scale = coordinates.outputScale();
    write(sum, scale, 1.0 / (weight * problem.lossUnit()), hessian);
    return batches == 1 ? 1.0 : Math.min(1.0, weight / totalWeight);
  }

  /** The sums of {@link HessianSums} as a matrix in θ. */
  private void write(double[] sum, double scale, double factor, double[] hessian) {
    int dimension = coordinates.dimension();
    int outputs = coordinates.outputs();
    int extras = coordinates.extras();
    int features = coordinates.features();
    int inputs = features + (coordinates.hasIntercept() ? 1 : 0);
    double curvature = factor * scale * scale;
    int at = 0;
    for (int a = 0; a < outputs; a++) {
      for (int b = 0; b <= a; b++) {
        for (int i = 0; i <= features; i++) {
          for (int j = 0; j <= i; j++) {
            double value = curvature * sum[at++];
            if (i < inputs) {
              set(hessian, dimension, i * outputs + a, j * outputs + b, value);
              set(hessian, dimension, j * outputs + a, i * outputs + b, value);
            }
          }
        }
      }
    }
    int first = inputs * outputs;
    for (int k = 0; k < outputs; k++) {
      for (int e = 0; e < extras; e++) {
        for (int j = 0; j <= features; j++) {
          double value = factor * scale * sum[at++];
          if (j < inputs) {
            set(hessian, dimension, first + e, j * outputs + k, value);
          }
        }
      }
    }
    for (int e = 0; e < extras * extras; e++) {
      hessian[(first + e / extras) * dimension + first + e % extras] = factor * sum[at++];
    }
  }

  private static void set(double[] hessian, int dimension, int row, int column, double value) {
    hessian[row * dimension + column] = value;
    hessian[column * dimension + row] = value;
  }

  @Override
  public void product(double[] theta, int slot, double[] direction, double[] product) {
    double[] raw = new double[coordinates.rawDimension()];
    coordinates.directionToRaw(direction, raw);
    int extras = coordinates.extras();
    System.arraycopy(direction, direction.length - extras, raw, raw.length - extras, extras);
    double[] sum = ask(new StepRequest(StepRequest.Kind.PRODUCT, 0, 0, 1, raw(theta), raw, slot));
    coordinates.gradient(sum, 1.0 / (PartialSum.weight(sum) * problem.lossUnit()), product);
  }

  @Override
  public double computeSeconds() {
    return computeSeconds;
  }

  @Override
  public double exchangeSeconds() {
    return exchangeSeconds;
  }

  private double[] raw(double[] theta) {
    double[] raw = new double[coordinates.rawDimension()];
    coordinates.toRaw(theta, raw);
    return raw;
  }

  private double[] ask(StepRequest request) {
    long start = System.nanoTime();
    double[] sum = engine.run(request);
    double waited = (System.nanoTime() - start) / 1e9;
    double weight = PartialSum.weight(sum);
    lastLoss = weight == 0.0 ? Double.NaN : PartialSum.loss(sum) / (weight * problem.lossUnit());
    double computed = PartialSum.seconds(sum);
    computeSeconds += computed;
    exchangeSeconds += Math.max(0.0, waited - computed);
    return sum;
  }
}
