package ravine.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import ravine.cluster.Slots;
import ravine.engine.StepRecord;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.loss.Logistic;
import ravine.many.MultiTrainer;
import ravine.objective.Problem;
import ravine.spec.Specs;
import ravine.validation.ValidationMetric;

/**
 * What {@link ResidentClusterTest} runs, one scenario by name, with executors in processes of their
 * own. What holds is printed as {@code name true}.
 */
final class ResidentClusterMain {
  private static final String GROUP = "to be cancelled";

  private ResidentClusterMain() {}

  public static void main(String[] scenarios) throws Exception {
    try (JavaSparkContext context = new JavaSparkContext(new SparkConf())) {
      await(context, 2);
      try (TrainingData data = EngineFixtures.data(context, 2)) {
        for (String scenario : scenarios) {
          System.out.println(scenario + " " + holds(scenario, context, data));
        }
      }
    }
  }

  private static boolean holds(String scenario, JavaSparkContext context, TrainingData data)
      throws Exception {
    return switch (scenario) {
      case "kinds" -> kinds(data);
      case "training" -> sameAsJobs(train(data, EngineKind.RESIDENT, -1), data);
      case "wide" -> wide(context);
      case "killed" -> sameAsJobs(train(data, EngineKind.RESIDENT, 17), data);
      case "several" -> several(data);
      case "cancelled" -> cancelled(context, data);
      case "parallelism" ->
          data.partitions() == 2 && train(data, EngineKind.AUTO, -1).engine().equals("resident");
      case "shrinks" -> shrinks(context, data);
      case "patient" -> patient(data);
      case "hosted" -> hosted(context);
      default -> throw new IllegalArgumentException(scenario);
    };
  }

  private static boolean kinds(TrainingData data) {
    try (GradientEngine resident = EngineFixtures.workers(data);
        GradientEngine jobs = new StepJobs(data.packedRows(), EngineFixtures.WORK, 9)) {
      boolean same = true;
      for (StepRequest request : EngineFixtures.requests()) {
        same &=
            EngineFixtures.bits(resident.run(request))
                .equals(EngineFixtures.bits(jobs.run(request)));
      }
      return same;
    }
  }

  /** An executor dies while the features of its slices are known to the driver. */
  private static boolean wide(JavaSparkContext context) {
    try (TrainingData data = EngineFixtures.wide(context, 2)) {
      Problem problem = EngineFixtures.wideProblem(new Logistic(), 0.01);
      String[] bits = new String[2];
      for (EngineKind engine : List.of(EngineKind.RESIDENT, EngineKind.JOBS)) {
        TrainerOptions.Builder options =
            TrainerOptions.builder(ravine.spec.Specs.rule("nesterov"))
                .stepSize(0.05)
                .batchSize(20)
                .maxPasses(3)
                .engine(engine);
        if (engine == EngineKind.RESIDENT) {
          options.listener(killer(17));
        }
        TrainingResult result = Trainer.train(data, problem, options.build());
        if (!result.engine().equals(engine.toString())
            || !Double.isNaN(result.steps().get(3).velocityNorm())) {
          return false;
        }
        bits[engine == EngineKind.JOBS ? 1 : 0] = EngineFixtures.bits(result);
      }
      return bits[0].equals(bits[1]);
    }
  }

  private static TrainingResult train(TrainingData data, EngineKind engine, long killAt) {
    return Trainer.train(
        data,
        EngineFixtures.problem(),
        EngineFixtures.options(engine).listener(killer(killAt)).build());
  }

  /**
   * Models that ask together, one executor of which dies, have the bits of models alone by jobs.
   */
  private static boolean several(TrainingData data) {
    List<TrainerOptions> all = new ArrayList<>();
    TrainerOptions whole =
        TrainerOptions.builder(Specs.rule("nesterov")).maxPasses(20).tol(1e-9).build();
    for (double clip : new double[] {0.0, 0.5, 0.2}) {
      TrainerOptions.Builder adam = EngineFixtures.options(EngineKind.RESIDENT).gradientClip(clip);
      all.add(clip == 0.5 ? adam.listener(killer(17)).build() : adam.build());
    }
    all.add(whole);
    List<MultiTrainer.Model> models = new ArrayList<>();
    for (TrainerOptions options : all) {
      models.add(new MultiTrainer.Model(data, EngineFixtures.problem(), options, null));
    }
    List<MultiTrainer.Trained> trained =
        MultiTrainer.train(data, models, ValidationMetric.LOSS, models.size());
    boolean same = true;
    for (int m = 0; m < models.size(); m++) {
      TrainingResult alone =
          Trainer.train(
              data,
              EngineFixtures.problem(),
              all.get(m).toBuilder().engine(EngineKind.JOBS).withoutListeners().build());
      TrainingResult together = trained.get(m).result();
      same &= together.engine().equals("resident");
      same &= EngineFixtures.stepBits(together).equals(EngineFixtures.stepBits(alone));
    }
    return same;
  }

  private static TrainingListener killer(long killAt) {
    return new TrainingListener() {
      @Override
      public boolean onStep(StepRecord step) {
        if (step.step() == killAt) {
          killOneExecutor();
        }
        return true;
      }
    };
  }

  /** A local cluster's executors are the only JVMs this process has started. */
  private static void killOneExecutor() {
    ProcessHandle executor =
        ProcessHandle.current()
            .children()
            .filter(child -> child.info().command().orElse("").endsWith("java"))
            .findFirst()
            .orElseThrow();
    executor.destroyForcibly();
    executor.onExit().join();
  }

  private static boolean sameAsJobs(TrainingResult resident, TrainingData data) {
    return resident.engine().equals("resident")
        && EngineFixtures.bits(resident)
            .equals(EngineFixtures.bits(train(data, EngineKind.JOBS, -1)));
  }

  private static boolean cancelled(JavaSparkContext context, TrainingData data) throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    FutureTask<Void> training =
        new FutureTask<>(
            () -> {
              context.setJobGroup(GROUP, GROUP);
              try (GradientEngine engine = EngineFixtures.workers(data)) {
                while (true) {
                  engine.run(EngineFixtures.requests().get(0));
                  running.countDown();
                }
              }
            });
    new Thread(training).start();
    running.await(60, TimeUnit.SECONDS);
    context.cancelJobGroup(GROUP);
    try {
      training.get(20, TimeUnit.SECONDS);
      return false;
    } catch (ExecutionException e) {
      return e.getMessage().contains("cancelled") && data.packedRows().packed().count() == 2;
    }
  }

  /** An executor goes, none comes for thirteen steps; then one does. */
  private static boolean shrinks(JavaSparkContext context, TrainingData data) {
    TrainingListener shrinking =
        new TrainingListener() {
          @Override
          public boolean onStep(StepRecord step) {
            if (step.step() == 17) {
              goes(context, "0");
              await(context, 1);
            } else if (step.step() == 30) {
              context.sc().requestExecutors(2);
              await(context, 2);
            }
            return true;
          }
        };
    TrainerOptions.Builder options = EngineFixtures.options(EngineKind.AUTO).maxPasses(10);
    Problem problem = EngineFixtures.problem();
    TrainingResult whole =
        Trainer.train(data, problem, options.build().toBuilder().engine(EngineKind.JOBS).build());
    TrainingResult struck = Trainer.train(data, problem, options.listener(shrinking).build());
    return struck.engine().equals("resident")
        && EngineFixtures.stepBits(struck).equals(EngineFixtures.stepBits(whole));
  }

  /** An executor goes for good: the other one's task takes all partitions, and keeps them. */
  private static boolean hosted(JavaSparkContext context) {
    TrainingListener shrinking =
        new TrainingListener() {
          @Override
          public boolean onStep(StepRecord step) {
            if (step.step() == 17) {
              goes(context, "0");
            }
            return true;
          }
        };
    TrainerOptions.Builder options = EngineFixtures.options(EngineKind.AUTO).maxPasses(10);
    Problem problem = EngineFixtures.problem();
    try (TrainingData data = EngineFixtures.shards(context, 5)) {
      TrainingResult whole =
          Trainer.train(data, problem, options.build().toBuilder().engine(EngineKind.JOBS).build());
      TrainingResult struck = Trainer.train(data, problem, options.listener(shrinking).build());
      return kinds(data)
          && struck.engine().equals("resident")
          && EngineFixtures.stepBits(struck).equals(EngineFixtures.stepBits(whole));
    }
  }

  /** Spark no longer counts the slots of an executor that it was asked to kill; it may live on. */
  private static void goes(JavaSparkContext context, String executor) {
    CountDownLatch gone = new CountDownLatch(1);
    context
        .sc()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
                gone.countDown();
              }
            });
    context.sc().killExecutor(executor);
    try {
      if (!gone.await(4, TimeUnit.MINUTES)) {
        throw new IllegalStateException("executor " + executor + " stayed for 4 minutes");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this", e);
    }
  }

  private static void await(JavaSparkContext context, int slots) {
    long start = System.nanoTime();
    while (Slots.now(context.sc()) != slots) {
      if (System.nanoTime() - start > TimeUnit.MINUTES.toNanos(4)) {
        throw new IllegalStateException("no " + slots + " slots within 4 minutes");
      }
      Thread.onSpinWait();
    }
  }

  /** A driver that asks for nothing for longer than a worker's ask may take. */
  private static boolean patient(TrainingData data) throws InterruptedException {
    StepRequest request = EngineFixtures.requests().get(0);
    try (GradientEngine resident = EngineFixtures.workers(data)) {
      String before = EngineFixtures.bits(resident.run(request));
      new CountDownLatch(1).await(12, TimeUnit.SECONDS);
      return EngineFixtures.bits(resident.run(request)).equals(before);
    }
  }
}
