package ravine.exchange;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
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
  /** Who keeps the answers. */
  public interface Keeper {
    /** The partitions have answered: it may be time to {@link #takeFresh}. */
    void answered(RecordedEngine recorded);

    /** Only so many links of the chain are of use; what was of the next is given again. */
    void cut(long links);
  }

  private static final Logger LOG = LoggerFactory.getLogger(RecordedEngine.class);
  private static final String KEYS = "answers";
  private static final String ANSWER = "answer.";

  private final GradientEngine engine;
  private final Iterator<Sections> chain;
  private final Keeper keeper;
  private final Deque<Answered> known = new ArrayDeque<>();
  private final List<Answered> fresh = new ArrayList<>();

  /** The last questions that left margins behind, older first; by slot there is one at most. */
  private final List<Margins> margins = new ArrayList<>();

  /** Of the link that is being used, what has been asked again. */
  private final List<Answered> used = new ArrayList<>();

  /** Links of which everything has been. */
  private long usedLinks = -1;

  private boolean replaying;
  private long reads;
  private long freshBytes;

  /** What was answered to a question. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answered(long question, double[] sum) {}

  /** Margins that the partitions hold. */
  private record Margins(StepRequest request, Answered answered) {}

  /**
   * Over an engine.
   *
   * @param chain what {@link #takeFresh} gave in the run before, oldest first; asked when needed
   * @param keeper told of every answer of the partitions
   */
  public RecordedEngine(GradientEngine engine, Iterator<Sections> chain, Keeper keeper) {
    this.engine = engine;
    this.chain = chain;
    this.keeper = keeper;
    this.replaying = chain.hasNext();
  }

  /** The next answer that is known; null where there are no more. */
  private @Nullable Answered nextKnown() {
    while (known.isEmpty() && chain.hasNext()) {
      usedLinks++;
      used.clear();
      Sections link = chain.next();
      long[] keys = link.integers(KEYS);
      for (int i = 0; i < keys.length; i++) {
        known.add(new Answered(keys[i], link.numbers(ANSWER + i)));
      }
    }
    return known.peek();
  }

  /** The link of a run that has asked nothing: it says whose the chain is. */
  public static Sections noAnswers() {
    return new Sections().putIntegers(KEYS);
  }

  /** Reads of the rows that were really asked for: what a step is to checkpoints. */
  public long reads() {
    return reads;
  }

  /** Bytes of the answers since {@link #takeFresh} was called. */
  public long freshBytes() {
    return freshBytes;
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
    freshBytes = 0;
    return link.putIntegers(KEYS, keys);
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public double[] run(StepRequest request) {
    long question = hash(request);
    Answered next = replaying ? nextKnown() : null;
    if (next != null && next.question == question) {
      known.remove();
      used.add(next);
      remember(request, next);
      return next.sum;
    }
    if (replaying) {
      goLive(next != null);
    }
    Answered answered = new Answered(question, engine.run(request).clone());
    remember(request, answered);
    keep(answered);
    reads += request.kind().readsRows() ? 1 : 0;
    keeper.answered(this);
    return answered.sum;
  }

  @Override
  public void run(SparseSlice.Request request, SparseSum sum) {
    engine.run(request, sum);
  }

  @Override
  public Spent spent() {
    return engine.spent();
  }

  @Override
  public void close() {
    engine.close();
  }

  private void keep(Answered answered) {
    fresh.add(answered);
    freshBytes += 8L * answered.sum.length;
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
          "The answers that are left of the run before are of no use: it went another way from here");
      known.clear();
      for (Answered still : used) {
        keep(still);
      }
      keeper.cut(usedLinks);
    }
    used.clear();
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
