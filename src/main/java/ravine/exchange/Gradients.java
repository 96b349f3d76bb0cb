package ravine.exchange;

import org.jspecify.annotations.Nullable;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.rows.PackedPartition;
import ravine.validation.Held;
import ravine.validation.ValidationMetric;

/**
 * The driver's side of a request: θ to raw point, sums to mean loss and mean gradient in θ. What a
 * question found out is its answer; from one to the next only the snapshot is remembered, and
 * arrays that are reused.
 */
public final class Gradients {
  private final GradientEngine engine;
  private final Problem problem;
  private final Coordinates coordinates;
  private final double[] raw;
  private final double[] snapshot;

  /** Of {@link #curvature} alone, made when it is first asked. */
  private double[] rawDirection = new double[0];

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
        new Engines.Local(sample, Work.of(problem, false), problem.coordinates().features()),
        problem);
  }

  /** Mean loss over everything at θ, and its gradient, which overwrites {@code gradient}. */
  public Answer full(double[] theta, double[] gradient) {
    coordinates.toRaw(theta, raw);
    return mean(StepRequest.all(StepRequest.Kind.GRADIENT, raw), gradient);
  }

  /** Mean loss over the training rows. */
  public double loss(double[] theta) {
    coordinates.toRaw(theta, raw);
    return ask(StepRequest.all(StepRequest.Kind.LOSS, raw)).answer.loss();
  }

  /** Mean loss and a metric of the validation rows, NaN where there are none. */
  public Held validate(double[] theta, ValidationMetric metric) {
    coordinates.toRaw(theta, raw);
    Folded folded = ask(StepRequest.validation(metric, raw));
    double loss = folded.answer.loss();
    double value =
        metric.isLoss()
            ? loss * problem.reportUnit()
            : metric.value(folded.sum, folded.answer.weight());
    return new Held(loss, value);
  }

  /** Mean loss and gradient over one mini-batch; NaN loss and no gradient where it has no rows. */
  public Answer batch(double[] theta, long pass, int batch, int batches, double[] gradient) {
    coordinates.toRaw(theta, raw);
    return mean(
        new StepRequest(StepRequest.Kind.GRADIENT, pass, batch, batches, raw, null), gradient);
  }

  /** Steps of mini-batches that follow one another; called in one thread at a time, any. */
  public interface Walk {
    /** The next mini-batch to ask for; null at the end of the walk. */
    @Nullable Slice next();

    /** What came back. */
    void answered(Answer answer);
  }

  /**
   * A mini-batch.
   *
   * @param theta where its gradient is taken, live until it is answered
   * @param gradient where that is to be written
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Slice(double[] theta, long pass, int batch, int batches, double[] gradient) {}

  /** Walks to the end. */
  public void walk(Walk walk) {
    engine.walk(new Asked(walk));
  }

  /** A walk as requests and sums. */
  private final class Asked implements GradientEngine.Walk {
    private final Walk walk;
    private double[] gradient = {};

    Asked(Walk walk) {
      this.walk = walk;
    }

    @Override
    public @Nullable StepRequest next() {
      Slice slice = walk.next();
      if (slice == null) {
        return null;
      }
      gradient = slice.gradient;
      coordinates.toRaw(slice.theta, raw);
      return new StepRequest(
          StepRequest.Kind.GRADIENT, slice.pass, slice.batch, slice.batches, raw, null);
    }

    @Override
    public void answered(double[] sum, double exchangeSeconds) {
      walk.answered(mean(sum, exchangeSeconds, gradient));
    }
  }

  /** Remembers θ as the snapshot of {@link #difference}. */
  public void takeSnapshot(double[] theta) {
    coordinates.toRaw(theta, snapshot);
  }

  /** Mean over one mini-batch of the loss at θ and of ∇ℓ(θ) − ∇ℓ(snapshot). */
  public Answer difference(double[] theta, long pass, int batch, int batches, double[] gradient) {
    coordinates.toRaw(theta, raw);
    return mean(
        new StepRequest(StepRequest.Kind.DIFFERENCE, pass, batch, batches, raw, snapshot),
        gradient);
  }

  /**
   * (1/Σw) Σ w x̃ x̃ᵀ direction, times the loss's curvature bound, in θ.
   *
   * @param direction in θ, not changed
   * @param bound the loss's curvature bound
   * @param slices the rows are slice 0 of so many of pass 0
   * @param product overwritten, length of θ
   */
  public void curvature(double[] direction, double bound, int slices, double[] product) {
    if (rawDirection.length != raw.length) {
      rawDirection = new double[raw.length];
    }
    coordinates.directionToRaw(direction, rawDirection);
    Folded folded =
        ask(new StepRequest(StepRequest.Kind.CURVATURE, 0, 0, slices, raw, rawDirection));
    double factor = bound / (folded.answer.weight() * problem.lossUnit());
    coordinates.gradient(folded.sum, factor, product);
  }

  /** An order of variance-reduced local steps, for the snapshot taken last and ∇ℓ there. */
  public LocalSteps.Order reducedOrder(double[] full) {
    return LocalSteps.Order.reduced(snapshot, full);
  }

  /**
   * Lets every partition take some steps from θ, on slices from {@code batch} on: see {@link
   * LocalSteps}.
   *
   * @param order what they are to do; not changed
   * @param gradient overwritten with θ minus the mean of where they ended, divided by their rate
   * @return the mean loss on the way; NaN where no slice has rows
   */
  public Answer local(
      double[] theta,
      long pass,
      int batch,
      int batches,
      LocalSteps.Order order,
      double[] gradient) {
    Folded folded =
        ask(new StepRequest(StepRequest.Kind.LOCAL, pass, batch, batches, theta, order.numbers()));
    Answer answer = folded.answer;
    if (answer.hasRows()) {
      double rate = order.rate();
      double factor = rate == 0.0 ? 0.0 : -1.0 / (answer.weight() * rate);
      for (int j = 0; j < gradient.length; j++) {
        gradient[j] = factor * folded.sum[j];
      }
    }
    return answer;
  }

  private Answer mean(StepRequest request, double[] gradient) {
    Folded folded = ask(request);
    return mean(folded.sum, folded.answer.exchangeSeconds(), gradient);
  }

  private Answer mean(double[] sum, double exchangeSeconds, double[] gradient) {
    Answer answer = answer(sum, exchangeSeconds);
    if (answer.hasRows()) {
      double factor = 1.0 / (answer.weight() * problem.lossUnit());
      coordinates.gradient(sum, factor, gradient);
    }
    return answer;
  }

  private Answer answer(double[] sum, double exchangeSeconds) {
    double weight = PartialSum.weight(sum);
    double loss = weight == 0.0 ? Double.NaN : PartialSum.loss(sum) / (weight * problem.lossUnit());
    return new Answer(loss, weight, PartialSum.seconds(sum), exchangeSeconds);
  }

  private Folded ask(StepRequest request) {
    long start = System.nanoTime();
    double[] sum = engine.run(request);
    double waited = (System.nanoTime() - start) / 1e9;
    return new Folded(sum, answer(sum, Math.max(0.0, waited - PartialSum.seconds(sum))));
  }

  /**
   * Sums and what they mean.
   *
   * @param sum the engine's array, valid until the next question
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Folded(double[] sum, Answer answer) {}
}
