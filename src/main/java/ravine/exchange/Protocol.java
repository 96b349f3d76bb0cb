package ravine.exchange;

import java.io.Serializable;
import java.security.SecureRandom;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the resident workers and the driver say to each other, as {@link Message}s.
 *
 * <pre>
 * worker to driver   hello   key, key, partition, attempt, retry, −1
 *                    push    key, key, partition, attempt, retry, step           first: the sums
 *                    touch   key, key, partition, attempt, retry, −1, slice, 0   indices: features of that slice
 *                    pull    key, key, partition, attempt, retry, step, slice, identity
 *                                        first: the sums, indices: features of the slice to come
 * driver to worker   WAIT
 *                    STOP
 *                    ORDER   step, kind, pass, batch, batches, slot          first: point, second: other
 *                    SPARSE  step, pass, batch, batches, identity            first: point at the slice's features
 * slice              pass, batch, batches, identity of its features
 * </pre>
 *
 * <p>The key is a random number of two words that only tasks of the crew are given; who does not
 * say it is not heard. The retry is how often Spark has begun the stage anew.
 *
 * <p>A sparse order to a partition of whose slice the driver does not know the features yet has no
 * point, and is answered by a touch; so is one whose point is at other features than the worker's,
 * whose rows may have come back in another order. Afterwards the features of the slice that is
 * likely next come with the sums of the one before, and an order costs one message each way.
 *
 * <p>Orders about kept margins carry the points these belong to, so that a worker that has lost
 * them makes them again. What is sent then is at most two points, or a point and 2d numbers; what
 * comes back at most {@link Work#MOST_NUMBERS}.
 *
 * <p>A push of sums that are mostly zeros carries the indices of the others.
 *
 * <p>Within one process vectors are shared: a worker writes to its sums only between an order and
 * the push that answers it, and the driver does not write to the point until every partition has
 * pushed.
 */
final class Protocol {
  /** Nothing to do yet: say hello again. */
  static final int WAIT = 0;

  /** No more to do: end the task. */
  static final int STOP = 1;

  /** Compute and push. */
  static final int ORDER = 2;

  /** Compute at the features that the slice touches, and push. */
  static final int SPARSE = 3;

  private static final int HELLO = 6;
  private static final int SLICED = HELLO + 5;

  private Protocol() {}

  /** A random number of 128 bits, made anew for each crew. */
  record Key(long high, long low) implements Serializable {
    static Key random() {
      SecureRandom random = new SecureRandom();
      return new Key(random.nextLong(), random.nextLong());
    }

    /** Looks at every bit whichever differs, so that the time it takes tells nothing of them. */
    boolean is(Key said) {
      return ((high ^ said.high) | (low ^ said.low)) == 0;
    }

    /** Not its bits, which are nobody's business. */
    @Override
    public String toString() {
      return "Key";
    }
  }

  /**
   * Who speaks.
   *
   * @param key of the crew
   * @param partition p
   * @param attempt Spark's id of the task attempt, which grows within an application
   * @param retry how often Spark has begun the stage anew
   */
  record Sender(Key key, int partition, long attempt, int retry) {}

  static Message hello(Sender sender) {
    return new Message(head(sender, -1), null, null);
  }

  static Message push(Sender sender, long step, double[] sums) {
    return new Message(head(sender, step), sums, null);
  }

  /** The same where {@code places}, if not null, are those of all entries but zeros. */
  static Message push(Sender sender, long step, double[] sums, int @Nullable [] places) {
    if (places == null) {
      return push(sender, step, sums);
    }
    return new Message(head(sender, step), PartialSum.gather(sums, places), null, places);
  }

  private static long[] head(Sender sender, long step) {
    Key key = sender.key;
    return new long[] {key.high, key.low, sender.partition, sender.attempt, sender.retry, step};
  }

  static Message touch(Sender sender, SparseSlice slice) {
    return pull(sender, -1, null, 0, slice);
  }

  /** The sums at the features of that identity, and the slice to come. */
  static Message pull(
      Sender sender, long step, double @Nullable [] sums, long identity, SparseSlice next) {
    long[] head = {
      sender.key.high,
      sender.key.low,
      sender.partition,
      sender.attempt,
      sender.retry,
      step,
      next.pass(),
      next.batch(),
      next.batches(),
      next.identity(),
      identity
    };
    return new Message(head, sums, null, next.features());
  }

  /**
   * The features of a slice that came with a message, or null.
   *
   * @param features how many there are at most
   * @throws IllegalArgumentException if there are more, which are not copied then, or others
   */
  static @Nullable SparseSlice slice(Message message, int features) {
    if (message.headLength() < SLICED) {
      return null;
    }
    if (message.indicesLength() > features) {
      throw new IllegalArgumentException(
          "A slice touches " + message.indicesLength() + " of " + features + " features.");
    }
    int[] touched = Objects.requireNonNull(message.indices());
    for (int feature : touched) {
      if (feature < 0 || feature >= features) {
        throw new IllegalArgumentException(
            "A slice touches feature " + feature + " of " + features + ".");
      }
    }
    return new SparseSlice(
        message.head(HELLO),
        (int) message.head(HELLO + 1),
        (int) message.head(HELLO + 2),
        message.head(HELLO + 3),
        touched);
  }

  /** Of the features whose sums came with a message. */
  static long identity(Message pull) {
    return pull.head(SLICED - 1);
  }

  /**
   * Who sent a message to the driver.
   *
   * @throws IllegalArgumentException if it is too short to say so
   */
  static Sender sender(Message message) {
    boolean isSliced = message.headLength() == SLICED && message.indicesLength() >= 0;
    if (message.headLength() != HELLO && !isSliced) {
      throw new IllegalArgumentException("This is no message of resident workers.");
    }
    long partition = message.head(2);
    long retry = message.head(4);
    if (partition != (int) partition || retry != (int) retry) {
      throw new IllegalArgumentException("This is no message of resident workers.");
    }
    return new Sender(
        new Key(message.head(0), message.head(1)), (int) partition, message.head(3), (int) retry);
  }

  /** The step a push answers, −1 for a hello. */
  static long pushedStep(Message message) {
    return message.head(HELLO - 1);
  }

  static Message waitMore() {
    return new Message(new long[] {WAIT}, null, null);
  }

  static Message stop() {
    return new Message(new long[] {STOP}, null, null);
  }

  static Message order(long step, StepRequest request) {
    long[] head = {
      ORDER,
      step,
      request.kind().code(),
      request.pass(),
      request.batch(),
      request.batches(),
      request.slot()
    };
    return new Message(head, request.point(), request.other());
  }

  /** For the features of that identity, or, without a point, for whatever the slice touches. */
  static Message sparseOrder(
      long step, SparseSlice.Request request, long identity, double @Nullable [] point) {
    long[] head = {SPARSE, step, request.pass(), request.batch(), request.batches(), identity};
    return new Message(head, point, null);
  }

  /** Of the features that the point of a sparse order is at. */
  static long orderedIdentity(Message order) {
    return order.head(5);
  }

  /** {@link #WAIT}, {@link #STOP}, {@link #ORDER} or {@link #SPARSE}. */
  static int verb(Message reply) {
    return (int) reply.head(0);
  }

  static long orderedStep(Message order) {
    return order.head(1);
  }

  /** The request, its vectors in the arrays of an earlier one where they fit and must be copied. */
  static StepRequest request(Message order, @Nullable StepRequest reuse) {
    return new StepRequest(
        StepRequest.Kind.of((int) order.head(2)),
        order.head(3),
        (int) order.head(4),
        (int) order.head(5),
        Objects.requireNonNull(order.first(reuse == null ? null : reuse.point())),
        order.second(reuse == null ? null : reuse.other()),
        (int) order.head(6));
  }
}
