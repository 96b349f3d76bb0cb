package ravine.engine;

import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.curvature.AutoStep;
import ravine.curvature.SampleStart;
import ravine.objective.Problem;
import ravine.rows.PackedPartition;
import ravine.rows.SampleDraw;
import ravine.rows.Sampler;
import ravine.schedule.Constant;
import ravine.step.StepPlan;

/**
 * Full-batch steps in a metric made from a sample of the rows, from the sample's optimum. The
 * driver's work on the sample goes on while the engine opens.
 *
 * @param why it was chosen
 * @param start what the driver is making of the sample
 */
record SampleMetric(String why, CompletableFuture<SampleStart> start) implements Way {
  private static final Logger LOG = LoggerFactory.getLogger(SampleMetric.class);

  /** Room for the largest curvature of the whole above the sample's. */
  private static final double METRIC_SLACK = 1.15;

  private static final Executor WORKERS = workers(Runtime.getRuntime().availableProcessors());

  /**
   * Draws the sample and begins to solve it; null where the weights are too many for its metric, or
   * there is nothing to do.
   *
   * @param stored numbers in all of the rows, by which the driver's work is judged
   */
  static @Nullable SampleMetric begin(
      TrainingData data, Problem problem, TrainerOptions options, double stored) {
    Sampler.Drawn sample = draw(data, problem, options, stored);
    if (sample == null) {
      return null;
    }
    long rows = data.stats().rows();
    return new SampleMetric(
        problem.coordinates().dimension()
            + " weights are few enough for the metric of "
            + sample.rows()
            + " rows",
        onDriver(() -> data.alike(() -> solve(sample.pack(), problem, rows))));
  }

  /**
   * Work on a sample, when it is its turn: of many models that begin at once no more samples are
   * packed at a time than there are processors to work on them.
   */
  static <T> CompletableFuture<T> onDriver(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, WORKERS);
  }

  /** How many samples are at work at a time, at most. */
  private static ThreadPoolExecutor workers(int threads) {
    ThreadPoolExecutor workers =
        new ThreadPoolExecutor(
            threads,
            threads,
            1L,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "ravine-sample");
              thread.setDaemon(true);
              return thread;
            });
    workers.allowCoreThreadTimeOut(true);
    return workers;
  }

  /**
   * Draws the sample; null where weights are too many for it, or all rows are here, or for no pass.
   */
  static Sampler.@Nullable Drawn draw(
      TrainingData data, Problem problem, TrainerOptions options, double stored) {
    long size = data.isHere() ? 0 : size(data, problem, options, stored);
    if (size == 0) {
      return null;
    }
    Sampler.Drawn sample =
        new Sampler(
                data.packedRows(),
                data.view(),
                problem.coordinates().centre(),
                problem.coordinates().inverse())
            .drawn(size, options.seed());
    return sample.rows() == 0 ? null : sample;
  }

  /** Rows of the sample; 0 where the weights are too many for it, or there is nothing to do. */
  static long size(TrainingData data, Problem problem, TrainerOptions options, double stored) {
    if (options.maxPasses() == 0) {
      return 0;
    }
    double rows = data.stats().rows();
    double inputs = data.features() + 1.0;
    int dimension = problem.coordinates().dimension();
    return SampleStart.isOfLowRank(rows, problem)
        ? SampleDraw.sizeOfLowRank(rows, inputs, dimension, stored)
        : SampleDraw.size(rows, inputs, dimension, stored);
  }

  private static SampleStart solve(PackedPartition sample, Problem problem, long rows) {
    long start = System.nanoTime();
    SampleStart solved =
        SampleStart.solve(sample, problem.coordinates().ofStandardisedRows(), problem, rows);
    if (LOG.isInfoEnabled()) {
      LOG.info(
          String.format(
              Locale.ROOT,
              "%d sampled rows were solved on the driver in %.2f s",
              sample.rows,
              (System.nanoTime() - start) / 1e9));
    }
    return solved;
  }

  @Override
  public String name() {
    return "metric of a sample";
  }

  @Override
  public StopRule.Outcome run(Run run) {
    SampleStart begin = solved();
    run.stop().judgeBy(begin.initialObjective());
    double rate = AutoStep.rate(run.options().rule(), METRIC_SLACK, false, FullBatchLoop.LATE);
    StepPlan plan =
        new StepPlan(
            run.options().rule(), new Constant(rate), run.problem().penalty(), 0.0, begin.metric());
    return new FullBatchLoop(run, plan, run.better(begin.theta()), begin.initialObjective()).run();
  }

  /** What the driver has made of the sample; waits for it. */
  SampleStart solved() {
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
