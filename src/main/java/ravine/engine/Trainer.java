package ravine.engine;

import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.penalty.Penalty;
import ravine.schedule.Constant;
import ravine.schedule.Schedule;
import ravine.step.StepPlan;

/**
 * Trains: packed rows, a problem and options to weights and history. The state stays on the driver.
 */
public final class Trainer {
  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  private Trainer() {}

  /**
   * Minimises the problem over the training rows.
   *
   * @return the weights θ of the best pass and how they came about; {@link StopReason#DIVERGED} is
   *     reported there, not thrown
   */
  public static TrainingResult train(TrainingData data, Problem problem, TrainerOptions options) {
    try (GradientEngine engine =
        Engines.open(options.engine(), data, problem.loss(), options.seed())) {
      return train(engine, data, problem, options);
    }
  }

  private static TrainingResult train(
      GradientEngine engine, TrainingData data, Problem problem, TrainerOptions options) {
    long rows = data.stats().rows();
    int batches = batches(options, rows);
    Gradients gradients = new Gradients(engine, problem);
    double curvature = curvature(gradients, problem, rows, options.seed());
    boolean automatic = options.stepSize() == 0.0;
    double stepSize =
        automatic ? AutoStep.rate(options.rule(), curvature, batches > 1) : options.stepSize();
    @Nullable DoubleFunction<Schedule> given = options.schedule();
    Schedule schedule = given == null ? new Constant(stepSize) : given.apply(stepSize);
    if (automatic) {
      LOG.info(
          "stepSize=0: {} starts at {} (largest curvature {}, {} steps a pass)",
          options.rule().name(),
          stepSize,
          curvature,
          batches);
    }
    StepPlan plan =
        new StepPlan(options.rule(), schedule, problem.penalty(), options.gradientClip());
    History history = new History(options.listeners(), problem.reportUnit(), problem.initial());
    Loop loop =
        new Loop(
            gradients,
            plan,
            problem.initial(),
            options,
            history,
            batches,
            automatic && given == null,
            data.stats().validationRows() > 0,
            curvature);
    StopReason reason = loop.run();
    String advice = loop.cause().isEmpty() ? reason.advice() : loop.cause() + " " + reason.advice();
    if (reason == StopReason.DIVERGED) {
      LOG.warn("Training diverged. {}", advice);
    } else {
      LOG.info("Training ended ({}). {}", reason, advice);
    }
    return new TrainingResult(
        history.bestWeights(),
        history.passes(),
        history.steps(),
        reason,
        advice,
        history.bestPass(),
        options.rule().toString(),
        schedule.toString(),
        engine.name(),
        options.seed(),
        rows,
        new TrainingResult.Seconds(data.packSeconds(), history.seconds()));
  }

  private static int batches(TrainerOptions options, long rows) {
    long size = options.batchSize() > 0 ? options.batchSize() : automaticBatch(rows);
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round((double) rows / size)));
  }

  private static long automaticBatch(long rows) {
    return Math.max(Math.min(rows, 256), rows / 20);
  }

  private static double curvature(Gradients gradients, Problem problem, long rows, long seed) {
    double bound = problem.loss().curvatureBound();
    double data =
        Curvature.largest(
            gradients,
            problem.coordinates().dimension(),
            rows,
            Double.isFinite(bound) ? bound : 1.0,
            seed);
    return 1.1 * data + smoothest(problem.penalty(), problem.coordinates().dimension());
  }

  /** Largest curvature of the penalty's smooth part, which is diagonal. */
  private static double smoothest(Penalty penalty, int dimension) {
    double[] ones = new double[dimension];
    java.util.Arrays.fill(ones, 1.0);
    double[] gradient = new double[dimension];
    penalty.addGradient(ones, gradient);
    double largest = 0.0;
    for (double value : gradient) {
      largest = Math.max(largest, value);
    }
    return largest;
  }
}
