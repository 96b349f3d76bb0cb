package ravine.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.ml.Model;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.checkpoint.CheckpointException;
import ravine.checkpoint.Sections;
import ravine.resume.CheckpointStore;

/**
 * Trains on the micro-batches of a streaming query, each exactly once: the function to give to
 * {@code foreachBatch}.
 *
 * <pre>{@code
 * StreamingTrainer trainer =
 *     new StreamingTrainer(new MiniBatchLogisticRegression().setOptimizer("adam"), "/state/clicks");
 * rows.writeStream()
 *     .option("checkpointLocation", "/checkpoints/clicks")
 *     .foreachBatch(trainer)
 *     .start();
 * }</pre>
 *
 * <p>After each micro-batch what was learnt is written together with the micro-batch's number, as
 * one file that is there whole or not at all. Spark gives a micro-batch again that it does not know
 * to be done: one whose number is known is skipped, any other is trained from the state before it.
 * So a query that is killed and started again, however often, has learnt the same as an undisturbed
 * one, to the bit, as long as its source gives the same rows again in the same order and
 * partitions.
 *
 * <p>One directory is for one query: the numbers of another mean nothing here, so it is refused.
 * Lives on the driver, and is not thread-safe.
 */
public final class StreamingTrainer implements VoidFunction2<Dataset<Row>, Long> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(StreamingTrainer.class);

  /** Spark's name for the identity of a query, which its checkpoint keeps. */
  private static final String QUERY_PROPERTY = "sql.streaming.queryId";

  private static final String BATCH = "stream.batch";
  private static final String QUERY = "stream.query";
  private static final int KEPT = 2;
  private static final long NONE = -1;

  private final transient MiniBatchParams<?> estimator;
  private final transient CheckpointStore store;
  private transient TrainingState state = TrainingState.fresh();
  private transient long batch = NONE;
  private transient String query = "";

  /** Number of the newest micro-batch whose file is damaged; {@link #NONE} for none. */
  private transient long torn = NONE;

  private transient @Nullable Model<?> model;
  private transient @Nullable BiConsumer<Long, Model<?>> listener;

  /**
   * Goes on from what the directory holds, if it holds anything.
   *
   * @param directory of any of Hadoop's file systems, of this query alone; made if it does not
   *     exist
   * @throws UncheckedIOException if it cannot be read
   */
  public StreamingTrainer(MiniBatchParams<?> estimator, String directory) {
    if (directory.isBlank()) {
      throw new IllegalArgumentException("directory must name a directory, but was empty");
    }
    this.estimator = Objects.requireNonNull(estimator, "estimator");
    try {
      this.store = new CheckpointStore(directory, SparkHadoopUtil.get().conf());
      store.removeUnfinished();
      goOn();
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be read", e);
    }
  }

  private void goOn() throws IOException {
    List<Long> numbers = store.numbers();
    for (int i = numbers.size() - 1; i >= 0; i--) {
      try {
        Sections read = store.read(numbers.get(i));
        state = TrainingState.of(read, store.toString());
        batch = read.integer(BATCH);
        query = read.text(QUERY);
        LOG.info("Training goes on after micro-batch {} in {}", batch, store);
        return;
      } catch (CheckpointException damaged) {
        torn = Math.max(torn, numbers.get(i) - 1);
        LOG.warn(
            "The state of micro-batch {} in {} is not whole and left out: {}",
            numbers.get(i) - 1,
            store,
            damaged.getMessage());
      }
    }
  }

  /**
   * Begins with what was learnt elsewhere, such as by an earlier query, or with a number of classes
   * ({@link TrainingState#ofClasses}). Does nothing where the directory has a state of its own.
   */
  public StreamingTrainer startingFrom(TrainingState given) {
    if (batch == NONE && torn == NONE) {
      state = Objects.requireNonNull(given, "given");
    }
    return this;
  }

  /**
   * Is told of every micro-batch's number and model once they are committed; may save the model. Of
   * a micro-batch that is skipped nobody is told.
   */
  public StreamingTrainer onModel(BiConsumer<Long, Model<?>> told) {
    listener = Objects.requireNonNull(told, "told");
    return this;
  }

  /**
   * Trains on one micro-batch, unless that was done before.
   *
   * @throws IllegalStateException if the state is another query's, or is lost
   */
  @Override
  public void call(Dataset<Row> rows, Long number) throws IOException {
    requireSameQuery(rows.sparkSession().sparkContext());
    if (number <= batch) {
      LOG.info("Micro-batch {} is known to {} and skipped", number, store);
      return;
    }
    if (number > torn && torn > batch) {
      throw new IllegalStateException(
          "What was learnt of micro-batch "
              + torn
              + " is lost, because its file in "
              + store
              + " is damaged, and the query is at "
              + number
              + " already: name another directory (startingFrom carries on an older state), or"
              + " begin the query anew.");
    }
    PartialFit<?> fit = fit(rows);
    TrainingState next = fit == null ? state : fit.state();
    Sections sections = next.copy().putIntegers(BATCH, number).putText(QUERY, query);
    store.write(number + 1, sections);
    store.keepLast(KEPT);
    state = next;
    batch = number;
    if (fit != null) {
      Model<?> made = fit.model();
      model = made;
      if (listener != null) {
        listener.accept(number, made);
      }
    }
  }

  /** Null where there was nothing to learn from yet. */
  private @Nullable PartialFit<?> fit(Dataset<Row> rows) {
    return state.isFresh() && rows.isEmpty() ? null : estimator.partialFit(rows, state);
  }

  private void requireSameQuery(SparkContext context) {
    String running = context.getLocalProperty(QUERY_PROPERTY);
    String now = running == null ? "" : running;
    if (batch == NONE) {
      query = now;
    } else if (!now.equals(query)) {
      throw new IllegalStateException(
          store
              + " holds the state of "
              + named(query)
              + ", but this is "
              + named(now)
              + ", whose micro-batches are others: start it with the checkpointLocation it had, or"
              + " name another directory (startingFrom carries on what was learnt).");
    }
  }

  private static String named(String query) {
    return query.isEmpty() ? "no streaming query" : "query " + query;
  }

  /** What was learnt up to the last micro-batch committed. */
  public TrainingState state() {
    return state;
  }

  /** Number of the last micro-batch committed; −1 before the first. */
  public long lastBatch() {
    return batch;
  }

  /** The model of the last micro-batch that this object has trained on; null before it has. */
  public @Nullable Model<?> model() {
    return model;
  }
}
