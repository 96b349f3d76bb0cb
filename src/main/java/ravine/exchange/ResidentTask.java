package ravine.exchange;

import java.util.Iterator;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcTimeout;
import org.apache.spark.util.RpcUtils;
import ravine.loss.Loss;
import ravine.rows.PackedPartition;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * What a resident worker does: says hello, then answers one order after another until it is told to
 * stop. It holds no state that a later attempt would miss.
 *
 * <p>An ask that is not answered within Spark's ask timeout fails the task. The driver answers well
 * before that, if only with "wait", so it happens only where the driver is dead or unreachable, and
 * is how the worker ends then.
 */
final class ResidentTask implements VoidFunction<Iterator<PackedPartition>> {
  private static final long serialVersionUID = 1L;

  private final String endpoint;
  private final long key;
  private final Work work;
  private final long seed;
  private final int dimension;

  /**
   * A worker that has not begun.
   *
   * @param endpoint name of the driver's door
   * @param key by which the driver knows its own
   */
  ResidentTask(String endpoint, long key, Work work, long seed, int dimension) {
    this.endpoint = endpoint;
    this.key = key;
    this.work = work;
    this.seed = seed;
    this.dimension = dimension;
  }

  @Override
  public void call(Iterator<PackedPartition> partitions) {
    PackedPartition data = partitions.next().open();
    TaskContext task = TaskContext.get();
    Protocol.Sender self =
        new Protocol.Sender(key, data.index, task.taskAttemptId(), task.stageAttemptNumber());
    SparkConf conf = SparkEnv.get().conf();
    RpcEndpointRef driver = RpcUtils.makeDriverRef(endpoint, conf, SparkEnv.get().rpcEnv());
    RpcTimeout timeout = RpcUtils.askRpcTimeout(conf);
    ClassTag<Object> tag = ClassTag$.MODULE$.apply(Object.class);
    boolean local = driver.address().equals(SparkEnv.get().rpcEnv().address());
    Loss loss = work.loss();
    PartitionSums sums = new PartitionSums(loss);
    double[] gradient = null;
    SparseSums sparse = null;
    // Losses alone come without a gradient: three numbers instead of d.
    double[] value = PartialSum.create(loss.extraParameters());
    Message message = Protocol.hello(self);
    StepRequest request = null;
    byte[] bytes = null;
    while (!task.isInterrupted()) {
      Object sent = message.local();
      if (!local) {
        bytes = message.encode(bytes);
        sent = bytes;
      }
      Message reply = Message.of(driver.askSync(sent, timeout, tag));
      switch (Protocol.verb(reply)) {
        case Protocol.ORDER -> {
          request = Protocol.request(reply, local ? null : request);
          double[] sum = value;
          if (request.kind().hasGradient()) {
            int length = work.dimension(request, features());
            if (gradient == null || PartialSum.dimension(gradient) != length) {
              gradient = PartialSum.create(length);
            }
            sum = gradient;
          }
          work.answer(sums, data, seed, request, sum);
          int[] places = local ? null : PartialSum.places(sum);
          message = Protocol.push(self, Protocol.orderedStep(reply), sum, places);
        }
        case Protocol.SPARSE -> {
          sparse = sparse == null ? new SparseSums(data, loss, seed, features()) : sparse;
          message = answer(sparse, reply, self);
        }
        case Protocol.WAIT -> message = Protocol.hello(self);
        default -> {
          return;
        }
      }
    }
  }

  /**
   * The sums at the features of the slice, or those features if the driver does not know them: it
   * may know those of an attempt before, whose rows stood in another order.
   */
  private static Message answer(SparseSums sparse, Message order, Protocol.Sender self) {
    SparseSlice slice = sparse.slice(order.head(2), (int) order.head(3), (int) order.head(4));
    double[] point = order.first(null);
    if (point == null || Protocol.orderedIdentity(order) != slice.identity()) {
      return Protocol.touch(self, slice);
    }
    double[] sum = sparse.compute(slice, point);
    return Protocol.pull(
        self, Protocol.orderedStep(order), sum, slice.identity(), sparse.after(slice));
  }

  private int features() {
    return (dimension - work.loss().extraParameters()) / work.loss().outputs() - 1;
  }
}
