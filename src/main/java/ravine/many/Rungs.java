package ravine.many;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ravine.engine.PassRecord;
import ravine.engine.Trainer;
import ravine.engine.TrainingListener;
import ravine.exchange.SharedEngine;
import ravine.validation.ValidationMetric;

/**
 * Successive halving (Jamieson and Talwalkar 2016) of models that are trained together: after so
 * many passes they wait for one another, and those that the validation rows say least good of end
 * there.
 *
 * <p>A model that goes on is not begun again: its loop is held up between two passes and let go, so
 * that it has the bits that it has without rungs. One that goes on from a checkpoint comes to all
 * rungs again, with what it knew of itself there. Models of whole batches come to their end in a
 * few passes and run to it before the first rung; their rank is that of where they ended.
 */
public final class Rungs {
  private final List<Rung> rungs;
  private final ValidationMetric metric;
  private final Watcher watcher;
  private final double[] scores;

  /** How many rungs a model has come through. */
  private final int[] survived;

  private final boolean[] wholeBatches;
  private final boolean[] dropped;
  private final boolean[] ended;

  /** Of the models that wait. */
  private final SharedEngine.@Nullable Seat[] waiting;

  private int rung;

  /** Models that may go on, and have neither ended nor come to the rung. */
  private int onTheirWay;

  private boolean givenUp;

  /**
   * Where models wait.
   *
   * @param passes that a model has made then, at least 1
   * @param left how many go on
   */
  public record Rung(int passes, int left) {}

  /** Is told of every rung when all have come to it, in the thread of one of the models. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * After a rung.
     *
     * @param rung the rung
     * @param came how many models came to it
     * @param best validation metric of the best of them, in the user's units
     */
    void climbed(Rung rung, int came, double best);
  }

  /**
   * For so many models.
   *
   * @param rungs with more and more passes, and fewer and fewer models
   * @param metric by which models are ranked, at their best pass so far
   */
  public Rungs(int models, List<Rung> rungs, ValidationMetric metric, Watcher watcher) {
    this.rungs = List.copyOf(rungs);
    this.metric = metric;
    this.watcher = watcher;
    this.scores = new double[models];
    this.survived = new int[models];
    this.wholeBatches = new boolean[models];
    this.dropped = new boolean[models];
    this.ended = new boolean[models];
    this.waiting = new SharedEngine.Seat[models];
    this.onTheirWay = models;
    Arrays.fill(scores, Double.POSITIVE_INFINITY);
  }

  /**
   * Rungs of which each has η times the passes of the one before and 1/η of its models, so that all
   * cost about the same; one model is left after the last.
   *
   * @param models at least 1
   * @param eta η, at least 2
   * @param maxPasses that the model has in all which is left; rungs have fewer
   */
  public static List<Rung> plan(int models, int eta, int maxPasses) {
    int count = 0;
    for (long reach = 1; reach < models; reach *= eta) {
      count++;
    }
    count = Math.min(count, Math.max(0, maxPasses - 1));
    List<Rung> plan = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      long share = Math.round(maxPasses / Math.pow(eta, count - k));
      int passes = (int) Math.min(maxPasses - (count - k), Math.max(k + 1L, share));
      int left = k == count - 1 ? 1 : (int) Math.ceil(models / Math.pow(eta, k + 1.0));
      plan.add(new Rung(passes, left));
    }
    return plan;
  }

  /** Whether a model went on after every rung. */
  public synchronized boolean isLeft(int model) {
    return !dropped[model];
  }

  /** How many rungs a model has come through. */
  public synchronized int survived(int model) {
    return survived[model];
  }

  /** The best validation metric that a model had, in the user's units; NaN if it had none. */
  public synchronized double best(int model) {
    return metricOf(scores[model]);
  }

  void requireAllAtOnce(List<MultiTrainer.Model> models) {
    if (models.size() != scores.length || models.size() > MultiTrainer.MOST_AT_ONCE) {
      throw new IllegalArgumentException(
          "rungs are for "
              + scores.length
              + " models, and for "
              + MultiTrainer.MOST_AT_ONCE
              + " at most, but there are "
              + models.size());
    }
    for (int m = 0; m < models.size(); m++) {
      MultiTrainer.Model model = models.get(m);
      if (model.after() != null || model.data().stats().validationRows() == 0) {
        throw new IllegalArgumentException(
            "model " + m + " must begin by itself and have validation rows, for there are rungs");
      }
      wholeBatches[m] = Trainer.takesWholeBatches(model.options());
    }
  }

  /** Of a model, at its seat: whether it goes on. */
  TrainingListener listener(int model, SharedEngine.Seat seat) {
    return new TrainingListener() {
      @Override
      public boolean onPass(PassRecord pass) {
        return goesOn(model, seat, pass);
      }

      /** As if it came to the rungs now, so that all are judged as they were. */
      @Override
      public boolean onResume(List<PassRecord> passes) {
        return passes.stream().allMatch(this::onPass);
      }
    };
  }

  /** A model has made a pass: whether it goes on, which may be known only when others have come. */
  private synchronized boolean goesOn(int model, SharedEngine.Seat seat, PassRecord pass) {
    double value = pass.validationMetric();
    double score = metric.isLargerBetter() ? -value : value;
    if (score < scores[model]) {
      scores[model] = score;
    }
    while (!givenUp
        && !dropped[model]
        && !wholeBatches[model]
        && rung < rungs.size()
        && pass.pass() >= rungs.get(rung).passes) {
      onTheirWay--;
      if (onTheirWay == 0) {
        climb();
      } else {
        await(model, seat);
      }
    }
    return !givenUp && !dropped[model];
  }

  private void await(int model, SharedEngine.Seat seat) {
    waiting[model] = seat;
    seat.pause();
    try {
      while (waiting[model] != null && !givenUp) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a model waits for others", e);
    } finally {
      if (waiting[model] != null) {
        waiting[model] = null;
        seat.goOn();
      }
    }
  }

  /** A model has come to an end, or was told to. */
  synchronized void ended(int model) {
    ended[model] = true;
    if (!dropped[model]) {
      onTheirWay--;
      if (onTheirWay == 0) {
        climb();
      }
    }
  }

  /** Nobody waits any more: training fails. */
  synchronized void giveUp() {
    givenUp = true;
    notifyAll();
  }

  /** All have come: the worse ones are dropped, and if the others have all ended, so on. */
  private void climb() {
    List<Runnable> told = new ArrayList<>();
    while (rung < rungs.size() && onTheirWay == 0) {
      Rung at = rungs.get(rung);
      List<Integer> came = new ArrayList<>();
      for (int m = 0; m < scores.length; m++) {
        if (!dropped[m]) {
          came.add(m);
        }
      }
      came.sort(Comparator.comparingDouble(m -> scores[m])); // stable: of equals, the first
      for (int place = 0; place < came.size(); place++) {
        int m = came.get(place);
        if (place >= at.left) {
          dropped[m] = true;
        } else {
          survived[m]++;
          onTheirWay += ended[m] ? 0 : 1;
        }
      }
      rung++;
      double best = metricOf(scores[came.get(0)]);
      told.add(() -> watcher.climbed(at, came.size(), best));
    }
    for (int m = 0; m < waiting.length; m++) {
      SharedEngine.Seat seat = waiting[m];
      if (seat != null) {
        waiting[m] = null;
        seat.goOn();
      }
    }
    notifyAll();
    told.forEach(Runnable::run); // last: what it throws is one model's
  }

  private double metricOf(double score) {
    return score == Double.POSITIVE_INFINITY
        ? Double.NaN
        : metric.isLargerBetter() ? -score : score;
  }
}
