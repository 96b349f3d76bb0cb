package ravine.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.exchange.KeptGradients;
import ravine.loss.LabelKind;
import ravine.loss.Loss;
import ravine.loss.SoftHinge;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.rows.Block;
import ravine.rows.PackedPartition;
import ravine.rows.Sampler;
import ravine.schedule.Constant;

/**
 * Proximal Newton steps in Hessians drawn anew at the iterate ({@link NewtonLoop}), from the
 * optimum of a sample of the rows where there is one. The driver's work on the sample goes on while
 * the engine opens.
 *
 * @param why it was chosen
 * @param plan what the loop is to do
 * @param start what the driver is making of the sample; null where no sample is drawn
 */
record NewtonSteps(String why, NewtonPlan plan, @Nullable CompletableFuture<NewtonPlan.Start> start)
    implements Way {
  private static final Logger LOG = LoggerFactory.getLogger(NewtonSteps.class);

  /**
   * Most weights: a factorisation of their Hessian takes the driver about 0.1 s, and a triangle of
   * it 4 MB a partition.
   */
  static final int MOST_WEIGHTS = 1024;

  /** A class with fewer rows in the sample says nothing of where its optimum is. */
  private static final int FEW = 10;

  /**
   * Begins work on the sample; null where the way is not for this problem.
   *
   * @param sums what the rows' sums say of the optimum, which no sample does better; null for none
   * @param near weights near the optimum, which no sample does better either; null for none
   */
  static @Nullable NewtonSteps begin(
      TrainingData data,
      Problem problem,
      TrainerOptions options,
      @Nullable NormalEquations sums,
      double @Nullable [] near) {
    int dimension = problem.coordinates().dimension();
    if (options.maxPasses() == 0 || dimension > MOST_WEIGHTS) {
      return null;
    }
    double stored = (double) data.stats().stored() / data.stats().rows();
    double[] nullModel = NewtonPlan.nullModel(problem);
    NewtonPlan plan =
        NewtonPlan.of(
            options,
            nullModel,
            sums == null
                ? nullObjective(problem, nullModel, data.stats().label().classWeights())
                : sums.nullObjective(),
            NewtonPlan.hessianWork(dimension, stored));
    String why = dimension + " weights are few enough for their Hessian";
    if (sums != null && sums.isNear()) {
      return new NewtonSteps(why, plan, CompletableFuture.completedFuture(sums.start()));
    }
    if (near != null) {
      return new NewtonSteps(
          why, plan, CompletableFuture.completedFuture(new NewtonPlan.Start(near, null, 1.0)));
    }
    Sampler.Drawn sample =
        SampleMetric.draw(data, problem, options, (double) data.stats().stored());
    if (sample == null) {
      return new NewtonSteps(why, plan, null);
    }
    long rows = data.stats().rows();
    return new NewtonSteps(
        why,
        plan,
        SampleMetric.onDriver(() -> data.alike(() -> solve(sample.pack(), problem, plan, rows))));
  }

  /**
   * The null model's objective, of classes: all rows of one have one margin. NaN for numbers, and
   * for the hinge's twin, whose width is its own.
   */
  private static double nullObjective(Problem problem, double[] nullModel, double[] classWeights) {
    Loss loss = problem.loss();
    if (loss.labels() != LabelKind.CLASS_INDEX
        || loss instanceof SoftHinge
        || classWeights.length == 0) {
      return Double.NaN;
    }
    Coordinates coordinates = problem.coordinates();
    int coefficients = coordinates.features() * coordinates.outputs();
    for (int j = 0; j < coefficients; j++) {
      if (nullModel[j] != 0.0) { // whose bounds exclude 0
        return Double.NaN;
      }
    }
    double[] raw = new double[coordinates.rawDimension()];
    coordinates.toRaw(nullModel, raw);
    int outputs = coordinates.outputs();
    int classes = classWeights.length;
    double[] margins = new double[classes * outputs];
    double[] labels = new double[classes];
    double weight = 0.0;
    for (int k = 0; k < classes; k++) {
      System.arraycopy(raw, coordinates.features() * outputs, margins, k * outputs, outputs);
      labels[k] = k;
      weight += classWeights[k];
    }
    double[] extra = Arrays.copyOfRange(raw, raw.length - coordinates.extras(), raw.length);
    return loss.value(classes, margins, labels, classWeights, 0, extra)
        / (weight * problem.lossUnit());
  }

  /** What the driver makes of a sample, whose rows are standardised, of so many rows in all. */
  static NewtonPlan.Start solve(
      PackedPartition sample, Problem problem, NewtonPlan plan, long rows) {
    long begun = System.nanoTime();
    Problem standardised =
        new Problem(
            problem.loss(),
            problem.coordinates().ofStandardisedRows(),
            problem.penalty(),
            problem.initial(),
            problem.lossUnit(),
            problem.reportUnit());
    NewtonPlan.Start solved =
        NewtonStart.solve(
            KeptGradients.of(sample, standardised),
            standardised,
            plan,
            sample.rows,
            rows,
            isPoor(sample, problem));
    if (LOG.isInfoEnabled()) {
      LOG.info(
          String.format(
              Locale.ROOT,
              "%d sampled rows were solved on the driver in %.2f s",
              sample.rows,
              (System.nanoTime() - begun) / 1e9));
    }
    return solved;
  }

  /** Whether some class has few rows. */
  private static boolean isPoor(PackedPartition sample, Problem problem) {
    if (problem.loss().labels() != LabelKind.CLASS_INDEX) {
      return false;
    }
    int[] counts = new int[problem.loss().classes()];
    for (Block block : sample.training) {
      for (int i = 0; i < block.rows; i++) {
        counts[(int) block.label(i)]++;
      }
    }
    return Arrays.stream(counts).anyMatch(count -> count < FEW);
  }

  @Override
  public String name() {
    return "newton";
  }

  @Override
  public StopRule.Outcome run(Run run) {
    NewtonLoop loop =
        new NewtonLoop(
            new KeptGradients(run.engine(), run.problem()),
            run.problem(),
            plan,
            run.history(),
            run.validates() ? SmoothTwin.validation(run) : null);
    StopReason reason = loop.run(start == null ? null : solved(start));
    return new StopRule.Outcome(
        reason,
        loop.cause(),
        new Constant(1.0),
        loop.certificate().times(run.problem().reportUnit()));
  }

  private static NewtonPlan.Start solved(CompletableFuture<NewtonPlan.Start> start) {
    try {
      return start.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    }
  }
}
