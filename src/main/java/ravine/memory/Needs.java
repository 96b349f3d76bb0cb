package ravine.memory;

import ravine.curvature.LimitedMemoryMetric;
import ravine.engine.NoiseReduction;
import ravine.engine.SparseMode;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.rows.BlockMoments;
import ravine.rows.SampleDraw;
import ravine.rule.Lbfgs;

/**
 * What a training takes in memory besides the rows, in bytes: what must be there at once at its
 * peak, held against measured peaks by {@code MemoryMain} in the tests. Sums beyond 2⁶³ are that.
 *
 * <p>Counted are vectors of a weight or of a feature each, and squares of the weights. By way of
 * training, with D weights of d features, T tasks and a rule that remembers s vectors:
 *
 * <table>
 *   <caption>Vectors at the peak</caption>
 *   <tr><th>where</th><th>what</th></tr>
 *   <tr><td>driver, all ways</td><td>moments, scales and centres of the features (d each); θ at the
 *       start, the best so far, penalty factors, raw points, the sum (D each), and of each task a
 *       sum in flight</td></tr>
 *   <tr><td>mini-batches</td><td>θ, gradient, where the pass began, s and its copy; two more with an
 *       L1 part, one with a snapshot; squares of D where they begin on a sample</td></tr>
 *   <tr><td>local steps</td><td>besides, coordinates, penalty, weights, gradient and raw point in
 *       each task</td></tr>
 *   <tr><td>Newton</td><td>squares of D, and a triangle in each task and from each</td></tr>
 *   <tr><td>recent steps</td><td>two vectors a pair (four with an L1 part), and the iterates</td></tr>
 *   <tr><td>packing</td><td>moments in each task, then a report of them from each</td></tr>
 * </table>
 */
final class Needs {
  private static final int DRIVER_FEATURES = 5;
  private static final int DRIVER_WEIGHTS = 8;
  private static final int BATCH_WEIGHTS = 3;
  private static final int WHOLE_WEIGHTS = 19;
  private static final int TASK_WEIGHTS = 1;

  /** Of an L1 part: the weights before a proximal step, and its rates. */
  private static final int BATCH_PROXIMAL = 2;

  /** Of an L1 part in a metric of pairs, besides a copy of them. */
  private static final int PAIRS_PROXIMAL = 13;

  /** When each weight was last touched, and by what. */
  private static final int LAZY = 3;

  private static final int SNAPSHOT = 1;

  /** Of local steps: coordinates and penalty on their way to the tasks. */
  private static final int LOCAL_DRIVER = 3;

  /** And there, with weights, gradient and raw point. */
  private static final int LOCAL_TASK = 7;

  private static final int LOCAL_SNAPSHOT = 3;

  /**
   * Square matrices of the weights on the driver: the Hessian kept, the one just read, the model's,
   * and factors and parts of that.
   */
  private static final int DRIVER_MATRICES = 6;

  /** The Hessian of a sample, its factor and the coordinates made of it. */
  private static final int SAMPLE_MATRICES = 3;

  /**
   * Of one of several models, in halves, since some are triangles: of Newton's the Hessian, as it
   * is and scaled, its factor and the sum it came as; while it is asked for, the Hessian and the
   * sum. A start that a sample gave is its Hessian; with coordinates made of it, two.
   */
  private static final int HALVES_SOLVING = 6;

  private static final int HALVES_ASKING = 3;
  private static final int HALVES_OF_START = 2;
  private static final int HALVES_OF_COORDINATES = 4;

  /** Centres and scales: moments are those of all models. */
  private static final int MANY_FEATURES = 2;

  /** Beside those of the way and the rule; the sum is counted with the question. */
  private static final int MANY_WEIGHTS = 8;

  /** Slots of margins that whole batches keep of a row. */
  private static final int SLOTS = 2;

  private final long features;
  private final long weights;
  private final int stateVectors;
  private final int tasks;
  private final boolean isWhole;
  private final boolean isNewton;
  private final int matrices;
  private final long pairs;
  private final long margins;
  private final boolean isLocal;
  private final int extra;
  private final int outputs;
  private final long sample;

  /** The same without an L1 part. */
  Needs(long features, int outputs, TrainerOptions options, int tasks, long rows) {
    this(features, outputs, options, false, tasks, rows);
  }

  /**
   * Needs of a training; see {@link Preflight}.
   *
   * @param proximal whether the penalty has an L1 part
   */
  Needs(
      long features, int outputs, TrainerOptions options, boolean proximal, int tasks, long rows) {
    this.features = features;
    this.weights = product(features + 1, outputs);
    this.stateVectors = stateVectors(options);
    this.tasks = tasks;
    this.isWhole = Trainer.takesWholeBatches(options);
    this.isNewton = Trainer.takesNewtonSteps(options, weights);
    boolean isSampled = Trainer.beginsOnSample(options, weights);
    this.outputs = outputs;
    this.sample = isNewton || isSampled ? sampleBytes(rows) : 0;
    this.matrices = isNewton ? DRIVER_MATRICES : isSampled ? SAMPLE_MATRICES : 0;
    this.pairs = isNewton ? 0 : pairs(options, proximal);
    this.isLocal = options.localSteps() > 1;
    this.extra = extra(options, proximal);
    long perTask = rows / tasks + (rows % tasks == 0 ? 0 : 1);
    this.margins = isNewton ? product(perTask, (long) Double.BYTES * SLOTS * outputs) : 0;
  }

  /** Vectors on the driver beyond those of the way and the rule. */
  private int extra(TrainerOptions options, boolean proximal) {
    if (isWhole) {
      return proximal && pairs > 0 ? (int) (2 * pairs) + PAIRS_PROXIMAL : 0;
    }
    int vectors = proximal ? BATCH_PROXIMAL : 0;
    vectors += options.sparse() == SparseMode.LAZY && !options.rule().isLinear() ? LAZY : 0;
    boolean reduced = options.noiseReduction() != NoiseReduction.NONE;
    if (isLocal) {
      return vectors + LOCAL_DRIVER + (reduced ? LOCAL_SNAPSHOT : 0);
    }
    return vectors + (reduced ? SNAPSHOT : 0);
  }

  private static int stateVectors(TrainerOptions options) {
    int vectors = 0;
    for (double[] slot : options.rule().newState(2).slots()) {
      vectors += slot.length == 2 ? 1 : 0;
    }
    return vectors;
  }

  private long pairs(TrainerOptions options, boolean proximal) {
    Lbfgs lbfgs = options.lbfgs();
    if (!isWhole || (lbfgs == null && !options.rule().leavesMomentumOpen())) {
      return 0;
    }
    return lbfgs != null && lbfgs.memory() > 0
        ? lbfgs.memory()
        : LimitedMemoryMetric.memory((int) Math.min(weights, Integer.MAX_VALUE), proximal);
  }

  /** D. */
  long weights() {
    return weights;
  }

  /** On the driver: the reports of all tasks after packing, or training. */
  long driver() {
    return Math.max(results(), training());
  }

  /** In each task. */
  long task() {
    return Math.max(BlockMoments.bytes(features), trainingTask());
  }

  /** Sent to the driver by all tasks of the packing job. */
  long results() {
    return product(BlockMoments.reportBytes(features), tasks);
  }

  /** In a process that is driver and all tasks. */
  long process() {
    // Reports are read when the moments that they were made of are gone.
    long packing = product(BlockMoments.bytes(features), tasks);
    return Math.max(packing, sum(training(), product(trainingTask(), tasks)));
  }

  /** Of those, the margins that a task keeps of its rows. */
  long margins() {
    return margins;
  }

  /** On the driver while it trains. */
  long training() {
    long vectors = (long) DRIVER_WEIGHTS + tasks;
    vectors += extra + (isWhole ? WHOLE_WEIGHTS + 2 * pairs : BATCH_WEIGHTS + 2L * stateVectors);
    long bytes =
        sum(
            product(weights, Double.BYTES * vectors),
            product(features, (long) Double.BYTES * DRIVER_FEATURES));
    return matrices == 0
        ? bytes
        : sum(bytes, (long) Double.BYTES * matrices * weights * weights + tasks * triangle());
  }

  /** On the driver for one of several models while it works on what it was answered. */
  long solving() {
    return sum(own(), halves(isNewton ? HALVES_SOLVING + startHalves() : 2 * matrices));
  }

  /** The same while it waits for its answer. */
  long asking() {
    return isNewton ? sum(own(), halves(HALVES_ASKING + startHalves())) : solving();
  }

  /** The same while it waits for others to begin, who are at work on their samples. */
  long beginning() {
    return sum(product(weights, (long) Double.BYTES * MANY_WEIGHTS), halves(startHalves()));
  }

  private int startHalves() {
    return sample == 0 ? 0 : isNewton ? HALVES_OF_START : HALVES_OF_COORDINATES;
  }

  private long halves(int count) {
    return count == 0 ? 0 : product(product(weights, weights), (long) Double.BYTES / 2 * count);
  }

  /** The vectors of one of several models. */
  private long own() {
    long vectors = (long) MANY_WEIGHTS + extra;
    vectors += isWhole ? WHOLE_WEIGHTS + 2 * pairs : BATCH_WEIGHTS + 2L * stateVectors;
    return sum(
        product(weights, Double.BYTES * vectors),
        product(features, (long) Double.BYTES * MANY_FEATURES));
  }

  /** In a task for one of several models: margins, with the points they were made at. */
  long kept() {
    return margins == 0 ? 0 : sum(margins, product(weights, (long) Double.BYTES * SLOTS));
  }

  /** Sent to each task with the question of one of several models: a point and a direction. */
  long points() {
    return product(weights, 2L * Double.BYTES);
  }

  /** On the driver for a sample at work, besides what is kept of its solution; 0 for none. */
  long sample() {
    return sample;
  }

  private long sampleBytes(long rows) {
    double known = rows == 0 ? Double.POSITIVE_INFINITY : (double) rows;
    long size = SampleDraw.size(known, features + 1.0, (double) weights, Double.POSITIVE_INFINITY);
    long numbers = features + 2 + (long) SLOTS * outputs;
    return size == 0
        ? 0
        : sum(
            product(size, product(numbers, Double.BYTES)),
            SAMPLE_MATRICES * Double.BYTES * weights * weights);
  }

  /** Numbers of the longest sum that a task sends. */
  long longestSum() {
    return Math.max(weights, triangle() / Double.BYTES);
  }

  /** Of one triangle of the Hessian, the sum of a partition; 0 where none is made. */
  private long triangle() {
    long pairsOfOutputs = outputs * (outputs + 1L) / 2;
    return isNewton ? Double.BYTES * pairsOfOutputs * ((features + 1) * (features + 2) / 2) : 0;
  }

  /** In each task while it trains. */
  long trainingTask() {
    long vectors = TASK_WEIGHTS + (isLocal ? (long) LOCAL_TASK : 0);
    return sum(sum(product(weights, Double.BYTES * vectors), triangle()), margins);
  }

  /** Both are at least 0. */
  static long product(long count, long each) {
    return Math.multiplyHigh(count, each) == 0 && count * each >= 0 ? count * each : Long.MAX_VALUE;
  }

  /** Both are at least 0. */
  static long sum(long one, long other) {
    return one + other < 0 ? Long.MAX_VALUE : one + other;
  }
}
