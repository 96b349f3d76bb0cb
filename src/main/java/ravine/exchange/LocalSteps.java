package ravine.exchange;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;
import ravine.loss.Loss;
import ravine.objective.Coordinates;
import ravine.penalty.Penalty;
import ravine.rows.PackedPartition;
import ravine.rule.Sgd;
import ravine.schedule.Constant;
import ravine.step.StepPlan;
import ravine.step.Stepper;

/**
 * Some steps of plain mini-batch descent within a partition, from weights that the driver gave: the
 * inner loop of local methods (Stich 2019, "Local SGD converges fast and communicates little").
 *
 * <p>What a {@link StepRequest.Kind#LOCAL} request asks for: its point is θ and not a raw point,
 * its other vector an order, which is the number of steps, each on the next slice, and their
 * learning rate. The answer is Σ w · (θ after − θ before), with Σ w that of all rows used, so that
 * the driver's quotient is the mean displacement by weight of rows.
 *
 * <p>A reduced order goes on with a snapshot θ̃ as a raw point and with ∇ℓ(θ̃) in θ, the mean over
 * the rows of all partitions. Steps are then along ∇ℓ_S(θ) − ∇ℓ_S(θ̃) + ∇ℓ(θ̃), with S the
 * partition's part of the slice (Johnson and Zhang 2013, "Accelerating stochastic gradient descent
 * using predictive variance reduction", figure 1; within each partition, as in Konečný et al. 2016,
 * "Federated optimization: distributed machine learning for on-device intelligence", but without
 * the scaling by feature that they add for partitions that hold different features). That takes
 * away the noise of slices and also the pull of each partition towards an optimum of its own rows:
 * at the optimum of the whole with θ̃ there, no step moves, whatever the partitions hold, so that a
 * constant rate converges.
 *
 * <p>A request carries all that its answer depends on, 2 + 2d numbers more where it is reduced. The
 * workers remember nothing from one to the next, and a lost answer is computed again to the bit.
 */
public final class LocalSteps implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Coordinates coordinates;
  private final Penalty penalty;
  private final double lossUnit;

  LocalSteps(Coordinates coordinates, Penalty penalty, double lossUnit) {
    this.coordinates = coordinates;
    this.penalty = penalty;
    this.lossUnit = lossUnit;
  }

  /** Overwrites {@code sum}, which has the length for a raw gradient. */
  void run(PackedPartition data, Loss loss, long seed, StepRequest request, double[] sum) {
    long start = System.nanoTime();
    Order order = new Order(Objects.requireNonNull(request.other()));
    int steps = order.steps();
    StepPlan plan = new StepPlan(new Sgd(), new Constant(order.rate()), penalty, 0.0);
    double[] before = request.point();
    Stepper stepper = new Stepper(plan, before);
    PartitionSums sums = new PartitionSums(loss);
    double[] raw = new double[coordinates.rawDimension()];
    double[] partial = PartialSum.create(raw.length);
    double[] gradient = new double[before.length];
    boolean reduced = order.isReduced();
    double[] snapshot = reduced ? order.snapshot(raw.length) : null;
    StepRequest.Kind kind = reduced ? StepRequest.Kind.DIFFERENCE : StepRequest.Kind.GRADIENT;
    double losses = 0.0;
    double weights = 0.0;
    for (int i = 0; i < steps; i++) {
      coordinates.toRaw(stepper.weights(), raw);
      int batch = request.batch() + i;
      StepRequest slice =
          new StepRequest(kind, request.pass(), batch, request.batches(), raw, snapshot);
      sums.compute(data, seed, slice, partial);
      double weight = PartialSum.weight(partial);
      if (weight > 0.0) {
        coordinates.gradient(partial, 1.0 / (weight * lossUnit), gradient);
        if (reduced) {
          order.addFull(raw.length, gradient);
        }
        stepper.step(gradient);
        losses += PartialSum.loss(partial);
        weights += weight;
      }
    }
    Arrays.fill(sum, 0.0);
    double[] after = stepper.weights();
    for (int j = 0; j < after.length; j++) {
      sum[j] = weights * (after[j] - before[j]);
    }
    PartialSum.setTail(sum, losses, weights, (System.nanoTime() - start) / 1e9);
  }

  /**
   * What partitions are told about the local steps they are to take: how many, at which learning
   * rate, and for variance-reduced steps the snapshot and the full gradient there. A view of the
   * flat array that travels as {@link StepRequest#other}.
   */
  public static final class Order {
    /** Number of steps and learning rate. */
    private static final int HEAD = 2;

    private final double[] numbers;

    /** The order that stands in {@code numbers}, which are not copied. */
    Order(double[] numbers) {
      this.numbers = numbers;
    }

    /** An order of plain steps, of which {@link #set} says how many. */
    public static Order plain() {
      return new Order(new double[HEAD]);
    }

    /**
     * An order of variance-reduced steps, of which {@link #set} says how many.
     *
     * @param snapshot raw point
     * @param full gradient there over all rows, in θ
     */
    static Order reduced(double[] snapshot, double[] full) {
      double[] numbers = new double[HEAD + snapshot.length + full.length];
      System.arraycopy(snapshot, 0, numbers, HEAD, snapshot.length);
      System.arraycopy(full, 0, numbers, HEAD + snapshot.length, full.length);
      return new Order(numbers);
    }

    /** Changes number and learning rate of the steps; this order. */
    public Order set(int steps, double rate) {
      numbers[0] = steps;
      numbers[1] = rate;
      return this;
    }

    int steps() {
      return (int) numbers[0];
    }

    double rate() {
      return numbers[1];
    }

    boolean isReduced() {
      return numbers.length > HEAD;
    }

    /** The snapshot of a reduced order, a raw point of so many numbers. */
    double[] snapshot(int rawDimension) {
      return Arrays.copyOfRange(numbers, HEAD, HEAD + rawDimension);
    }

    /** Adds the full gradient of a reduced order, whose snapshot has so many numbers. */
    void addFull(int rawDimension, double[] gradient) {
      int from = HEAD + rawDimension;
      for (int j = 0; j < gradient.length; j++) {
        gradient[j] += numbers[from + j];
      }
    }

    /** The flat array, live. */
    double[] numbers() {
      return numbers;
    }
  }
}
