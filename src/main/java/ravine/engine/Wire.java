package ravine.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the resident workers and the driver say to each other, as {@link Frame}s.
 *
 * <pre>
 * worker to driver   hello   partition, attempt, −1
 *                    push    partition, attempt, step                       first: the sums
 * driver to worker   WAIT
 *                    STOP
 *                    ORDER   step, kind, epoch, batch, batches              first: point, second: other
 * </pre>
 *
 * <p>Within one process vectors are shared: a worker writes to its sums only between an order and
 * the push that answers it, and the driver does not write to the point until every partition has
 * pushed.
 */
final class Wire {
  /** Nothing to do yet: say hello again. */
  static final int WAIT = 0;

  /** No more to do: end the task. */
  static final int STOP = 1;

  /** Compute and push. */
  static final int ORDER = 2;

  private Wire() {}

  static Frame hello(int partition, long attempt) {
    return new Frame(new long[] {partition, attempt, -1}, null, null);
  }

  static Frame push(int partition, long attempt, long step, double[] sums) {
    return new Frame(new long[] {partition, attempt, step}, sums, null);
  }

  static int partition(Frame message) {
    return (int) message.head(0);
  }

  static long attempt(Frame message) {
    return message.head(1);
  }

  /** The step a push answers, −1 for a hello. */
  static long pushedStep(Frame message) {
    return message.head(2);
  }

  static Frame waitMore() {
    return new Frame(new long[] {WAIT}, null, null);
  }

  static Frame stop() {
    return new Frame(new long[] {STOP}, null, null);
  }

  static Frame order(long step, StepRequest request) {
    long[] head = {
      ORDER, step, request.kind().code(), request.epoch(), request.batch(), request.batches()
    };
    return new Frame(head, request.point(), request.other());
  }

  /** {@link #WAIT}, {@link #STOP} or {@link #ORDER}. */
  static int verb(Frame reply) {
    return (int) reply.head(0);
  }

  static long orderedStep(Frame order) {
    return order.head(1);
  }

  /** The request, its vectors in the arrays of an earlier one where they fit and must be copied. */
  static StepRequest request(Frame order, @Nullable StepRequest reuse) {
    return new StepRequest(
        StepRequest.Kind.of((int) order.head(2)),
        order.head(3),
        (int) order.head(4),
        (int) order.head(5),
        Objects.requireNonNull(order.first(reuse == null ? null : reuse.point())),
        order.second(reuse == null ? null : reuse.other()));
  }
}
