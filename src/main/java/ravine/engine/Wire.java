package ravine.engine;

import org.jspecify.annotations.Nullable;

/**
 * The messages of the resident workers, laid out in arrays of the JDK and nothing else.
 *
 * <p>Why not classes of our own: Spark deserializes what arrives at an endpoint, or as its reply,
 * with the class loader the process was started with. Jars that come by {@code --jars}, {@code
 * spark-submit app.jar} or {@code addArtifact} are not in it, so on executors a class of ours would
 * be a ClassNotFoundException, and with a loader per session even in local mode a
 * ClassCastException. Primitive arrays also travel in bulk: Java serialization copies a {@code
 * double[]} chunk by chunk, with no reflection or boxing per element.
 *
 * <pre>
 * worker to driver   Object[] { long[] { partition, attempt, step or −1 }, double[] sum or null }
 * driver to worker   Object[] { long[] { WAIT } }
 *                    Object[] { long[] { STOP } }
 *                    Object[] { long[] { ORDER, step, epoch, batch, batches },
 *                               double[] point, double[] other or null, String kind }
 * </pre>
 *
 * <p>Within one process messages pass by reference: a worker writes to its sum array only between
 * an order and the push that answers it, and the driver does not write to the point until every
 * partition has pushed.
 */
final class Wire {
  /** Nothing to do yet: say hello again. */
  static final int WAIT = 0;

  /** No more to do: end the task. */
  static final int STOP = 1;

  /** Compute and push. */
  static final int ORDER = 2;

  private Wire() {}

  static Object[] hello(int partition, long attempt) {
    return new Object[] {new long[] {partition, attempt, -1}, null};
  }

  static Object[] push(int partition, long attempt, long step, double[] sum) {
    return new Object[] {new long[] {partition, attempt, step}, sum};
  }

  static int partition(Object[] message) {
    return (int) head(message)[0];
  }

  static long attempt(Object[] message) {
    return head(message)[1];
  }

  /** The step a push answers, −1 for a hello. */
  static long pushedStep(Object[] message) {
    return head(message)[2];
  }

  static double @Nullable [] sum(Object[] message) {
    return (double[]) message[1];
  }

  static Object[] waitMore() {
    return new Object[] {new long[] {WAIT}};
  }

  static Object[] stop() {
    return new Object[] {new long[] {STOP}};
  }

  static Object[] order(long step, StepRequest request) {
    long[] head = {ORDER, step, request.epoch(), request.batch(), request.batches()};
    return new Object[] {head, request.point(), request.other(), request.kind().name()};
  }

  /** {@link #WAIT}, {@link #STOP} or {@link #ORDER}. */
  static int verb(Object[] reply) {
    return (int) head(reply)[0];
  }

  static long orderedStep(Object[] order) {
    return head(order)[1];
  }

  static StepRequest request(Object[] order) {
    long[] head = head(order);
    return new StepRequest(
        StepRequest.Kind.valueOf((String) order[3]),
        head[2],
        (int) head[3],
        (int) head[4],
        (double[]) order[1],
        (double[]) order[2]);
  }

  private static long[] head(Object[] message) {
    return (long[]) message[0];
  }
}
