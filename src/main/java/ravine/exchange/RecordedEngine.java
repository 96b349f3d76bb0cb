package ravine.exchange;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import ravine.checkpoint.Sections;

/**
 * An engine whose answers are kept, so that a run of whole batches can be resumed: all that such a
 * run does follows from the problem and from what the partitions have answered. A resumed run asks
 * the same questions, is given the answers that were kept, and so stands where it stood, to the
 * bit, with everything its way of training holds: metric, pairs of L-BFGS, iterates, patience,
 * certificate, history. It costs the driver's arithmetic once more, and no read of the rows.
 *
 * <p>A question is known by a hash of all that its answer depends on. Where one differs (because
 * {@code tol}, {@code maxIter} or the program is another) the answers that are left are dropped and
 * the partitions are asked from there on: then the run is the one that would have been with these
 * settings from the start.
 *
 * <p>Partitions keep margins from question to question. Before the first question that is really
 * asked the last two points whose margins were kept are asked again.
 *
 * <p>Steps of mini-batches are not for this: their answers are as many as steps.
 */
public final class RecordedEngine implements GradientEngine {
  private static final Logger LOG = LoggerFactory.getLogger(RecordedEngine.class);
  private static final String KEYS = "answers";
  private static final String ANSWER = "answer.";

  private final GradientEngine engine;
  private final Consumer<RecordedEngine> afterAnswer;
  private final Deque<Answered> known = new ArrayDeque<>();
  private final List<Answered> fresh = new ArrayList<>();

  /** The last questions that left margins behind, older first; by slot there is one at most. */
  private final List<Margins> margins = new ArrayList<>();

  private boolean replaying;
  private long reads;

  /** What was answered to a question. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answered(long question, double[] sum) {}

  /** Margins that the partitions hold. */
  private record Margins(StepRequest request, Answered answered) {}

  /**
   * Over an engine.
   *
   * @param chain what {@link #takeFresh} gave in the run before, oldest first
   * @param afterAnswer told after every answer of the partitions
   * @throws ravine.checkpoint.CheckpointException if the chain lacks something
   */
  public RecordedEngine(
      GradientEngine engine, List<Sections> chain, Consumer<RecordedEngine> afterAnswer) {
    this.engine = engine;
    this.afterAnswer = afterAnswer;
    for (Sections link : chain) {
      long[] keys = link.integers(KEYS);
      for (int i = 0; i < keys.length; i++) {
        known.add(new Answered(keys[i], link.numbers(ANSWER + i)));
      }
    }
    this.replaying = !known.isEmpty();
  }

  /** Reads of the rows that were really asked for: what a step is to checkpoints. */
  public long reads() {
    return reads;
  }

  /** The answers since the last call, and forgets them; null where there was none. */
  public @Nullable Sections takeFresh() {
    if (fresh.isEmpty()) {
      return null;
    }
    Sections link = new Sections();
    long[] keys = new long[fresh.size()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = fresh.get(i).question;
      link.putNumbers(ANSWER + i, fresh.get(i).sum);
    }
    fresh.clear();
    return link.putIntegers(KEYS, keys);
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public double[] run(StepRequest request) {
    long question = hash(request);
    Answered next = known.peek();
    if (next != null && next.question == question) {
      known.remove();
      remember(request, next);
      return next.sum;
    }
    if (replaying) {
      goLive(next != null);
    }
    Answered answered = new Answered(question, engine.run(request).clone());
    remember(request, answered);
    fresh.add(answered);
    reads += request.kind().readsRows() ? 1 : 0;
    afterAnswer.accept(this);
    return answered.sum;
  }

  @Override
  public void run(SparseRequest request, SparseSum sum) {
    engine.run(request, sum);
  }

  @Override
  public void close() {
    engine.close();
  }

  private void remember(StepRequest request, Answered answered) {
    if (request.kind() == StepRequest.Kind.KEEP) {
      margins.removeIf(kept -> kept.request.slot() == request.slot());
      margins.add(new Margins(request, answered));
    }
  }

  private void goLive(boolean another) {
    replaying = false;
    if (another) {
      LOG.info(
          "{} answers of the run before are of no use here: it went another way from this point",
          known.size());
      known.clear();
    }
    boolean same = true;
    for (Margins kept : margins) {
      StepRequest asked = kept.request;
      StepRequest again =
          new StepRequest(
              asked.kind(),
              asked.pass(),
              asked.batch(),
              asked.batches(),
              asked.point(),
              null,
              asked.slot());
      same &= isSame(engine.run(again), kept.answered.sum);
    }
    if (!same) {
      LOG.warn(
          "The rows do not answer to the bit as they did when the checkpoint was made: the run goes"
              + " on, but is not the undisturbed one to the bit");
    }
  }

  /** But for the change of margins, which was not asked, and the time it took. */
  private static boolean isSame(double[] now, double[] then) {
    int counted = PartialSum.dimension(now) + 2;
    return now.length == then.length && Arrays.equals(now, 0, counted, then, 0, counted);
  }

  private static long hash(StepRequest request) {
    long hash = request.kind().code();
    hash = mix(hash, request.pass());
    hash = mix(hash, request.batch());
    hash = mix(hash, request.batches());
    hash = mix(hash, request.slot());
    hash = mix(hash, request.point());
    double[] other = request.other();
    return other == null ? mix(hash, -1) : mix(hash, other);
  }

  private static long mix(long hash, double[] numbers) {
    long mixed = mix(hash, numbers.length);
    for (double number : numbers) {
      mixed = mix(mixed, Double.doubleToRawLongBits(number));
    }
    return mixed;
  }

  /** One round of SplitMix64's finaliser (Steele, Lea and Flood 2014, "Fast splittable…"). */
  private static long mix(long hash, long value) {
    long z = (hash ^ value) * 0xbf58476d1ce4e5b9L + 0x9e3779b97f4a7c15L;
    return z ^ (z >>> 31);
  }
}
