package ravine.exchange;

import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.rows.PackedPartition;

/**
 * The driver's side of a request: θ to raw point, sums to mean loss and mean gradient in θ. Holds
 * the arrays that are reused from step to step.
 */
public final class Gradients {
  private final GradientEngine engine;
  private final Problem problem;
  private final Coordinates coordinates;
  private final double[] raw;
  private final double[] snapshot;
  private double computeSeconds;
  private double exchangeSeconds;

  /** Rows of the last request, by weight. */
  private double weight;

  public Gradients(GradientEngine engine, Problem problem) {
    this.engine = engine;
    this.problem = problem;
    this.coordinates = problem.coordinates();
    this.raw = new double[coordinates.rawDimension()];
    this.snapshot = new double[coordinates.rawDimension()];
  }

  /** Those of rows held by the driver itself. */
  public static Gradients of(PackedPartition sample, Problem problem) {
    return new Gradients(
        new LocalEngine(sample, problem.loss(), problem.coordinates().rawDimension()), problem);
  }

  /**
   * Mean loss over everything at θ; its gradient too where {@code gradient} has the length for it.
   */
  public double full(double[] theta, double[] gradient) {
    coordinates.toRaw(theta, raw);
    return mean(StepRequest.all(StepRequest.Kind.GRADIENT, raw), gradient);
  }

  /** Mean loss over the training rows. */
  public double loss(double[] theta) {
    coordinates.toRaw(theta, raw);
    return meanLoss(ask(StepRequest.all(StepRequest.Kind.LOSS, raw)));
  }

  /** Mean loss over the validation rows, NaN where there are none. */
  public double validationLoss(double[] theta) {
    coordinates.toRaw(theta, raw);
    return meanLoss(ask(StepRequest.all(StepRequest.Kind.VALIDATION, raw)));
  }

  /** Mean loss and gradient over one mini-batch; NaN loss and no gradient where it has no rows. */
  public double batch(double[] theta, long pass, int batch, int batches, double[] gradient) {
    coordinates.toRaw(theta, raw);
    return mean(
        new StepRequest(StepRequest.Kind.GRADIENT, pass, batch, batches, raw, null), gradient);
  }

  /** Remembers θ as the snapshot of {@link #difference}. */
  public void takeSnapshot(double[] theta) {
    coordinates.toRaw(theta, snapshot);
  }

  /** Mean over one mini-batch of the loss at θ and of ∇ℓ(θ) − ∇ℓ(snapshot). */
  public double difference(double[] theta, long pass, int batch, int batches, double[] gradient) {
    coordinates.toRaw(theta, raw);
    return mean(
        new StepRequest(StepRequest.Kind.DIFFERENCE, pass, batch, batches, raw, snapshot),
        gradient);
  }

  /** (1/Σw) Σ w x̃ x̃ᵀ direction, times the loss's curvature bound, in θ. */
  public void curvature(double[] direction, double bound, int slices, double[] product) {
    coordinates.directionToRaw(direction, snapshot);
    double[] sum = ask(new StepRequest(StepRequest.Kind.CURVATURE, 0, 0, slices, raw, snapshot));
    double factor = bound / (PartialSum.weight(sum) * problem.lossUnit());
    coordinates.gradient(sum, factor, product);
  }

  /** An order of variance-reduced local steps, for the snapshot taken last and ∇ℓ there. */
  public LocalOrder reducedOrder(double[] full) {
    return LocalOrder.reduced(snapshot, full);
  }

  /**
   * Lets every partition take some steps from θ, on slices from {@code batch} on: see {@link
   * LocalSteps}.
   *
   * @param order what they are to do; not changed
   * @param gradient overwritten with θ minus the mean of where they ended, divided by their rate
   * @return the mean loss on the way; NaN where no slice has rows
   */
  public double local(
      double[] theta, long pass, int batch, int batches, LocalOrder order, double[] gradient) {
    double[] sum =
        ask(new StepRequest(StepRequest.Kind.LOCAL, pass, batch, batches, theta, order.numbers()));
    if (weight == 0.0) {
      return Double.NaN;
    }
    double rate = order.rate();
    double factor = rate == 0.0 ? 0.0 : -1.0 / (weight * rate);
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] = factor * sum[j];
    }
    return meanLoss(sum);
  }

  private double mean(StepRequest request, double[] gradient) {
    double[] sum = ask(request);
    if (weight == 0.0) {
      return Double.NaN;
    }
    coordinates.gradient(sum, 1.0 / (weight * problem.lossUnit()), gradient);
    return PartialSum.loss(sum) / (weight * problem.lossUnit());
  }

  private double meanLoss(double[] sum) {
    return PartialSum.loss(sum) / (weight * problem.lossUnit());
  }

  private double[] ask(StepRequest request) {
    long start = System.nanoTime();
    double[] sum = engine.run(request);
    double waited = (System.nanoTime() - start) / 1e9;
    computeSeconds = PartialSum.seconds(sum);
    exchangeSeconds = Math.max(0.0, waited - computeSeconds);
    weight = PartialSum.weight(sum);
    return sum;
  }

  /** Longest time any partition computed for the last request. */
  public double computeSeconds() {
    return computeSeconds;
  }

  /** What the last request took beyond that. */
  public double exchangeSeconds() {
    return exchangeSeconds;
  }

  /** Sum of the weights of the last request's rows. */
  public double weight() {
    return weight;
  }
}
