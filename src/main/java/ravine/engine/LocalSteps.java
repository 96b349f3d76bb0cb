package ravine.engine;

import java.io.Serializable;
import java.util.Objects;
import ravine.loss.Loss;
import ravine.penalty.Penalty;
import ravine.rule.Sgd;
import ravine.schedule.Constant;
import ravine.step.StepPlan;
import ravine.step.Stepper;

/**
 * Some steps of plain mini-batch descent within a partition, from weights that the driver gave: the
 * inner loop of local methods (Stich 2019, "Local SGD converges fast and communicates little").
 *
 * <p>What a {@link StepRequest.Kind#LOCAL} request asks for: its point is θ and not a raw point,
 * its other vector the number of steps, each on the next slice, and their learning rate. The answer
 * is Σ w · (θ after − θ before), with Σ w that of all rows used, so that the driver's quotient is
 * the mean displacement by weight of rows.
 */
final class LocalSteps implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Preconditioner coordinates;
  private final Penalty penalty;
  private final double lossUnit;

  LocalSteps(Problem problem) {
    this.coordinates = problem.coordinates();
    this.penalty = problem.penalty();
    this.lossUnit = problem.lossUnit();
  }

  /** Overwrites {@code sum}, which has the length for a raw gradient. */
  void run(PackedPartition data, Loss loss, long seed, StepRequest request, double[] sum) {
    long start = System.nanoTime();
    double[] asked = Objects.requireNonNull(request.other());
    int steps = (int) asked[0];
    StepPlan plan = new StepPlan(new Sgd(), new Constant(asked[1]), penalty, 0.0);
    double[] before = request.point();
    Stepper stepper = new Stepper(plan, before);
    PartitionSums sums = new PartitionSums(loss);
    double[] raw = new double[coordinates.rawDimension()];
    double[] partial = PartialSum.create(raw.length);
    double[] gradient = new double[before.length];
    double losses = 0.0;
    double weights = 0.0;
    for (int i = 0; i < steps; i++) {
      coordinates.toRaw(stepper.weights(), raw);
      int batch = request.batch() + i;
      StepRequest slice =
          new StepRequest(
              StepRequest.Kind.GRADIENT, request.epoch(), batch, request.batches(), raw, null);
      sums.compute(data, seed, slice, partial);
      double weight = PartialSum.weight(partial);
      if (weight > 0.0) {
        coordinates.gradient(partial, 1.0 / (weight * lossUnit), gradient);
        stepper.step(gradient);
        losses += PartialSum.loss(partial);
        weights += weight;
      }
    }
    java.util.Arrays.fill(sum, 0.0);
    double[] after = stepper.weights();
    for (int j = 0; j < after.length; j++) {
      sum[j] = weights * (after[j] - before[j]);
    }
    PartialSum.setTail(sum, losses, weights, (System.nanoTime() - start) / 1e9);
  }
}
