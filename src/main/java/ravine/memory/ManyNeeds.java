package ravine.memory;

import ravine.exchange.SharedEngine;

/**
 * What models alike take that train together, besides the rows, in bytes: at once at the peak, held
 * against measured peaks by {@code bench --sections memory}.
 *
 * <p>Each model has its own vectors, matrices and kept margins. What is in flight belongs to one
 * question, which is of as many models as {@link SharedEngine#mostNumbers} allows; and no more
 * samples are on the driver than it has processors.
 */
final class ManyNeeds {
  /** Of a question's sums in a task: those of each model while they are made. */
  private static final int MADE = 1;

  /** All of them, until a question of another length comes. */
  private static final int KEPT = 1;

  /** The same as bytes, where the driver is another process: ours, and those of Spark's message. */
  private static final int SENT = 2;

  /** Of a question's points in a task: as bytes, as numbers, and those of each model. */
  private static final int RECEIVED = 3;

  /** And on the driver: as numbers, and as bytes. */
  private static final int ASKED = 2;

  private final Needs one;
  private final int models;
  private final int tasks;
  private final long question;
  private final long points;
  private final long samples;

  /**
   * Needs of several models.
   *
   * @param one of each
   * @param models at work at once, at least 1
   * @param tasks in all
   * @param processors of the driver
   * @param mostNumbers that all tasks may send for a question of several models
   */
  ManyNeeds(Needs one, int models, int tasks, int processors, long mostNumbers) {
    this.one = one;
    this.models = models;
    this.tasks = tasks;
    long numbers =
        Math.min(
            Needs.product(models, one.longestSum()),
            Math.max(one.longestSum(), mostNumbers / tasks));
    this.question = Needs.product(numbers, Double.BYTES);
    this.points = Needs.product(numbers / Math.max(1, one.longestSum()), one.points());
    this.samples = Needs.product(Math.min(models, processors), one.sample());
  }

  /** On the driver, where tasks run elsewhere. */
  long driver() {
    long sums = Needs.product(question, 1L + tasks);
    long asked = Needs.sum(sums, Needs.product(points, ASKED));
    return Math.max(beginning(), Needs.sum(of(one.solving()), asked));
  }

  /** In each task of an executor. */
  long task() {
    long sums = Needs.product(question, MADE + KEPT + SENT);
    return Needs.sum(of(one.kept()), Needs.sum(sums, Needs.product(points, RECEIVED)));
  }

  /** In a process that is driver and all tasks. */
  long process() {
    long solving = Needs.sum(of(one.solving()), Needs.product(question, 1L + (long) KEPT * tasks));
    long sums = Needs.product(question, 1L + (long) (MADE + KEPT) * tasks);
    long asking = Needs.sum(of(one.asking()), sums);
    long margins = Needs.product(of(one.kept()), tasks);
    return Math.max(beginning(), Needs.sum(margins, Math.max(solving, asking)));
  }

  /** While models begin: those that have been through their sample wait for the others. */
  private long beginning() {
    return samples == 0 ? 0 : Needs.sum(of(one.beginning()), samples);
  }

  private long of(long each) {
    return Needs.product(models, each);
  }
}
