package ravine.many;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import ravine.cluster.SessionArtifacts;
import ravine.engine.FitIdentity;
import ravine.engine.OnFailure;
import ravine.engine.SparseMode;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingResult;
import ravine.exchange.Engines;
import ravine.exchange.GradientEngine;
import ravine.exchange.Gradients;
import ravine.exchange.SharedEngine;
import ravine.exchange.Work;
import ravine.loss.Loss;
import ravine.objective.Problem;
import ravine.resume.CheckpointWriter;
import ravine.rows.RowView;
import ravine.validation.Held;
import ravine.validation.ValidationMetric;

/**
 * Trains several models on the same packed rows. Each has its own rule, state, penalty, stop rule,
 * certificate and history, and is trained by the very loops that train one, in a thread of its own;
 * what they ask of the partitions is asked together ({@link SharedEngine}). So a model has the bits
 * that it has when it is trained alone from the same start.
 *
 * <p>A model can begin where another one has ended, as along a path of penalties or in the folds of
 * one; it waits for that, and the others do not wait for it. At most {@value #MOST_AT_ONCE} are at
 * work at a time.
 *
 * <p>Each keeps checkpoints of its own, in a directory that its options name, and goes on from
 * them: one that had ended ends the same again, and what begins after it begins at the same
 * weights.
 */
public final class MultiTrainer {
  /** Each has a thread on the driver, and margins in the executors. */
  public static final int MOST_AT_ONCE = 128;

  private MultiTrainer() {}

  /**
   * One model to train.
   *
   * @param data the rows that count, and their statistics
   * @param problem what is minimised over them
   * @param options how; lazy steps and local steps are not for several models. Checkpoints of each
   *     are in a directory of its own
   * @param after where it begins; null for where it would alone
   */
  public record Model(
      TrainingData data, Problem problem, TrainerOptions options, @Nullable After after) {}

  /**
   * A model begins near where another one ended.
   *
   * @param model the other one's index, smaller than its own
   * @param start weights of that one to weights θ of this
   */
  public record After(int model, UnaryOperator<double[]> start) {}

  /**
   * What came of a model.
   *
   * @param result weights and how they came about
   * @param held what the rows held out say of them; {@link Held#NOTHING} where none are
   */
  public record Trained(TrainingResult result, Held held) {}

  /**
   * Trains all models.
   *
   * @param data the packed rows
   * @param metric of the rows that a view holds out
   * @param most of them that are at work at once, at least 1
   * @return in order of the models
   * @throws IllegalArgumentException if the models have different losses, or options that several
   *     models cannot have, or go on from checkpoints of other fits
   */
  public static List<Trained> train(
      TrainingData data, List<Model> models, ValidationMetric metric, int most) {
    return train(data, models, metric, most, null);
  }

  /**
   * Trains all models at once, of which the worse ones end before their time.
   *
   * @param rungs at which they do
   * @throws IllegalArgumentException also if there are more than {@value #MOST_AT_ONCE} models, or
   *     some that begin after others or have no validation rows
   */
  public static List<Trained> train(
      TrainingData data, List<Model> models, ValidationMetric metric, Rungs rungs) {
    rungs.requireAllAtOnce(models);
    return train(data, models, metric, MOST_AT_ONCE, rungs);
  }

  private static List<Trained> train(
      TrainingData data,
      List<Model> models,
      ValidationMetric metric,
      int most,
      @Nullable Rungs rungs) {
    if (models.isEmpty()) {
      return List.of();
    }
    Model first = models.get(0);
    Loss loss = Trainer.asked(first.problem, first.options).loss();
    Map<RowView, Integer> views = new LinkedHashMap<>();
    for (int m = 0; m < models.size(); m++) {
      requireTogether(models.get(m), m, loss);
      FitIdentity.requireOwn(models.get(m).data, models.get(m).problem, dense(models.get(m)));
      views.putIfAbsent(models.get(m).data.view(), views.size());
    }
    Work work = Work.ofMany(loss, List.copyOf(views.keySet()));
    int threads = Math.min(models.size(), Math.min(most, MOST_AT_ONCE));
    try (CheckpointWriter writer = new CheckpointWriter("the directories of the models");
        GradientEngine engine =
            Engines.open(first.options.engine(), data.packedRows(), work, first.options.seed())) {
      SharedEngine shared =
          new SharedEngine(engine, work, data.features(), data.partitions(), threads);
      return new Crew(models, views, metric, rungs, writer).train(shared, threads);
    }
  }

  private static void requireTogether(Model model, int index, Loss loss) {
    if (!Trainer.asked(model.problem, model.options).loss().equals(loss)) {
      throw new IllegalArgumentException("models that are trained together have one loss");
    }
    if (model.after != null && model.after.model >= index) {
      throw new IllegalArgumentException(
          "model " + index + " can begin only after one before it, not " + model.after.model);
    }
    String cannot = obstacle(model.options);
    if (cannot != null) {
      throw new IllegalArgumentException(cannot + " is not for several models at once");
    }
  }

  /** Which option, if any, a model has that cannot train beside others. */
  public static @Nullable String obstacle(TrainerOptions options) {
    if (options.localSteps() > 1) {
      return "localSteps=" + options.localSteps();
    }
    return options.sparse() == SparseMode.LAZY ? "sparse=lazy" : null;
  }

  /** The options of a model as it is trained here. */
  private static TrainerOptions dense(Model model) {
    return model.options.toBuilder().sparse(SparseMode.DENSE).onFailure(OnFailure.THROW).build();
  }

  /** The driver's threads of one call, and what is left for them to do. */
  private static final class Crew {
    private final List<Model> models;
    private final Map<RowView, Integer> views;
    private final ValidationMetric metric;
    private final @Nullable Rungs rungs;
    private final CheckpointWriter writer;
    private final Trained[] trained;

    /** Models that can begin, in order; under the lock of this, as all below. */
    private final Deque<Integer> ready = new ArrayDeque<>();

    private int left;
    private @Nullable Throwable failure;

    Crew(
        List<Model> models,
        Map<RowView, Integer> views,
        ValidationMetric metric,
        @Nullable Rungs rungs,
        CheckpointWriter writer) {
      this.models = models;
      this.views = views;
      this.metric = metric;
      this.rungs = rungs;
      this.writer = writer;
      this.trained = new Trained[models.size()];
      this.left = models.size();
      for (int m = 0; m < models.size(); m++) {
        if (models.get(m).after == null) {
          ready.add(m);
        }
      }
    }

    List<Trained> train(SharedEngine shared, int threads) {
      SessionArtifacts session = SessionArtifacts.ofThisThread();
      List<Thread> all = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        SharedEngine.Seat seat = shared.of(t);
        Thread thread =
            new Thread(() -> session.run(() -> work(seat, shared)), "ravine-model-" + t);
        thread.setDaemon(true);
        all.add(thread);
      }
      try {
        all.forEach(Thread::start);
        shared.serve();
      } catch (Throwable e) { // SparkException is checked, and comes undeclared from Scala
        fail(e);
        shared.abandon(e);
        throw e;
      } finally {
        boolean interrupted = Thread.interrupted();
        for (Thread thread : all) {
          interrupted |= joins(thread);
        }
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
      synchronized (this) {
        if (failure instanceof RuntimeException unchecked) {
          throw unchecked;
        }
        if (failure != null) {
          throw new IllegalStateException(failure.getMessage(), failure);
        }
      }
      return List.of(trained);
    }

    /** Whether this thread was interrupted meanwhile; the other one ends soon all the same. */
    private static boolean joins(Thread thread) {
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return interrupted;
    }

    private void work(SharedEngine.Seat seat, SharedEngine shared) {
      try (seat) {
        for (int m = take(); m >= 0; m = take()) {
          Model model = models.get(m);
          seat.begin(Objects.requireNonNull(views.get(model.data.view())), model.options.seed());
          try {
            done(m, train(seat, model, m));
          } finally {
            seat.end();
          }
        }
      } catch (Throwable e) { // told by the thread that called
        fail(e);
        shared.abandon(e);
      }
    }

    private Trained train(SharedEngine.Seat seat, Model model, int index) {
      TrainerOptions.Builder own = dense(model).toBuilder();
      Rungs meeting = rungs;
      if (meeting != null) {
        own.listener(meeting.listener(index, seat));
      }
      TrainerOptions options = own.build();
      After after = model.after;
      double[] near = null;
      if (after != null) {
        synchronized (this) {
          near = trained[after.model].result().weights();
        }
        near = after.start.apply(near);
      }
      TrainingResult result = Trainer.train(seat, model.data, model.problem, options, near, writer);
      Held held =
          model.data.view().holdsOut()
              ? new Gradients(seat, model.problem).validate(result.weights(), metric)
              : Held.NOTHING;
      return new Trained(result, held);
    }

    /** The next model; −1 where there is none left, or no use in going on. */
    private synchronized int take() throws InterruptedException {
      while (ready.isEmpty() && left > 0 && failure == null) {
        wait();
      }
      if (failure != null || left == 0) {
        return -1;
      }
      return ready.remove();
    }

    private synchronized void done(int model, Trained one) {
      trained[model] = one;
      left--;
      if (rungs != null) {
        rungs.ended(model);
      }
      for (int m = 0; m < models.size(); m++) {
        After after = models.get(m).after;
        if (after != null && after.model == model) {
          ready.add(m);
        }
      }
      notifyAll();
    }

    private synchronized void fail(Throwable thrown) {
      failure = failure == null ? thrown : failure;
      if (rungs != null) {
        rungs.giveUp();
      }
      notifyAll();
    }
  }
}
