package ravine.exchange;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcTimeout;
import org.apache.spark.util.RpcUtils;
import org.jspecify.annotations.Nullable;
import ravine.rows.PackedPartition;
import scala.concurrent.ExecutionContext;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/**
 * What a resident worker does: says hello, then answers one order after another until it is told to
 * stop. It holds no state that a later attempt would miss.
 *
 * <p>A task may host several workers, each with a partition and a seat of its own at the driver's,
 * and all in the task's one thread: it has one slot. Answers come to the task's inbox and are
 * worked off as they come.
 *
 * <p>An ask that is not answered within Spark's ask timeout fails the task. The driver answers well
 * before that, if only with "wait", so it happens only where the driver is dead or unreachable, and
 * is how the worker ends then.
 */
final class ResidentTask implements VoidFunction<Iterator<Iterator<PackedPartition>>> {
  private static final long serialVersionUID = 1L;

  private final String endpoint;
  private final Protocol.Key key;
  private final Work work;
  private final long seed;
  private final int dimension;

  /**
   * A worker that has not begun.
   *
   * @param endpoint name of the driver's door
   * @param key by which the driver knows its own
   */
  ResidentTask(String endpoint, Protocol.Key key, Work work, long seed, int dimension) {
    this.endpoint = endpoint;
    this.key = key;
    this.work = work;
    this.seed = seed;
    this.dimension = dimension;
  }

  @Override
  public void call(Iterator<Iterator<PackedPartition>> partitions) throws InterruptedException {
    TaskContext task = TaskContext.get();
    SparkConf conf = SparkEnv.get().conf();
    Line line = new Line(RpcUtils.makeDriverRef(endpoint, conf, SparkEnv.get().rpcEnv()), conf);
    PartitionSums sums = new PartitionSums(work.loss());
    Sums shared = new Sums();
    List<Worker> workers = new ArrayList<>();
    while (partitions.hasNext()) {
      PackedPartition data = partitions.next().next().open();
      Protocol.Sender self =
          new Protocol.Sender(key, data.index, task.taskAttemptId(), task.stageAttemptNumber());
      // What goes by reference is the driver's until the next order; what is copied is free again.
      workers.add(new Worker(data, self, sums, line.isLocal ? new Sums() : shared));
    }
    SparseSums scratch = null;
    for (Worker worker : workers) { // when all are there, or the first would wait for the last
      line.say(worker, Protocol.hello(worker.self));
    }
    while (!task.isInterrupted()) {
      Order order = order(line);
      Worker worker = order.by;
      StepRequest request = order.request;
      switch (order.verb) {
        case Protocol.ORDER -> {
          double[] sum = worker.answer(Objects.requireNonNull(request));
          boolean whole = line.isLocal || request.kind() == StepRequest.Kind.MANY;
          int[] places = whole ? null : PartialSum.places(sum);
          line.say(worker, Protocol.push(worker.self, order.step, sum, places));
        }
        case Protocol.SPARSE -> {
          scratch = worker.sparse(scratch);
          Message features = Objects.requireNonNull(order.message);
          line.say(worker, answer(scratch, features, worker.self));
        }
        case Protocol.WAIT -> line.say(worker, Protocol.hello(worker.self));
        default -> {
          return;
        }
      }
    }
  }

  /** The next of the driver's orders. */
  private static Order order(Line line) throws InterruptedException {
    Heard heard = line.listen();
    Message reply = heard.reply();
    int verb = Protocol.verb(reply);
    return verb == Protocol.ORDER
        ? new Order(heard.by, verb, Protocol.orderedStep(reply), line.request(reply), null)
        : new Order(heard.by, verb, -1, null, reply);
  }

  /**
   * What to do. Of a request, the message that it came as is gone before it is worked off: it may
   * be as large as the points of all models.
   */
  private record Order(
      Worker by, int verb, long step, @Nullable StepRequest request, @Nullable Message message) {}

  /** Where sums are made; grows with what is asked for. */
  private final class Sums {
    private double @Nullable [] gradient;

    // Losses alone come without a gradient: three numbers instead of d.
    private final double[] value = PartialSum.create(work.loss().extraParameters());

    double[] of(StepRequest request) {
      if (request.isLossAlone()) {
        return value;
      }
      int length = work.dimension(request, features());
      if (gradient != null && PartialSum.dimension(gradient) != length) {
        gradient = null; // or both were here at once
      }
      if (gradient == null) {
        gradient = PartialSum.create(length);
      }
      return gradient;
    }
  }

  /** One of those that share the task. */
  private final class Worker {
    private final PackedPartition data;
    private final Protocol.Sender self;
    private final PartitionSums scratch;
    private final Sums sums;
    private @Nullable SparseSums sparse;

    Worker(PackedPartition data, Protocol.Sender self, PartitionSums scratch, Sums sums) {
      this.data = data;
      this.self = self;
      this.scratch = scratch;
      this.sums = sums;
    }

    double[] answer(StepRequest request) {
      double[] sum = sums.of(request);
      work.answer(scratch, data, seed, request, sum);
      return sum;
    }

    /** Its own, with the arrays of another's of this task if there is any. */
    SparseSums sparse(@Nullable SparseSums others) {
      SparseSums own = sparse;
      if (own == null) {
        own =
            others == null ? new SparseSums(data, work.loss(), seed, features()) : others.of(data);
        sparse = own;
      }
      return own;
    }
  }

  /** What a worker hears from the driver: a reply, or that there will be none. */
  private record Heard(Worker by, @Nullable Object sent, @Nullable Throwable failure) {
    Message reply() {
      if (failure != null) {
        throw new IllegalStateException("The driver does not answer: " + failure, failure);
      }
      return Message.of(Objects.requireNonNull(sent));
    }
  }

  /** The way to the driver and back, for all workers of the task. */
  private static final class Line {
    private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);

    private final RpcEndpointRef driver;
    private final RpcTimeout timeout;
    private final BlockingQueue<Heard> inbox = new LinkedBlockingQueue<>();
    final boolean isLocal;
    private byte @Nullable [] bytes;
    private @Nullable StepRequest last;

    Line(RpcEndpointRef driver, SparkConf conf) {
      this.driver = driver;
      this.timeout = RpcUtils.askRpcTimeout(conf);
      this.isLocal = driver.address().equals(SparkEnv.get().rpcEnv().address());
    }

    void say(Worker worker, Message message) {
      Object sent = message.local();
      if (!isLocal) {
        bytes = message.encode(bytes); // written to the wire's own buffer before ask returns
        sent = bytes;
      }
      driver.ask(sent, timeout, ANY).onComplete(new Reply(worker, inbox), new AtOnce());
    }

    Heard listen() throws InterruptedException {
      return inbox.take();
    }

    /** Of a copy, in the arrays of the one before if they fit, which are gone first if not. */
    StepRequest request(Message order) {
      if (isLocal) {
        return Protocol.request(order, null);
      }
      if (last != null && last.point().length != order.firstLength()) {
        last = null;
      }
      last = Protocol.request(order, last);
      return last;
    }
  }

  private static final class Reply extends AbstractFunction1<Try<Object>, BoxedUnit> {
    private final Worker worker;
    private final BlockingQueue<Heard> inbox;

    Reply(Worker worker, BlockingQueue<Heard> inbox) {
      this.worker = worker;
      this.inbox = inbox;
    }

    @Override
    public BoxedUnit apply(Try<Object> reply) {
      inbox.add(
          reply.isSuccess()
              ? new Heard(worker, reply.get(), null)
              : new Heard(worker, null, reply.failed().get()));
      return BoxedUnit.UNIT;
    }
  }

  /** In whatever thread has the reply: it only puts it into the inbox. */
  private static final class AtOnce implements ExecutionContext {
    @Override
    public void execute(Runnable work) {
      work.run();
    }

    @Override
    public void reportFailure(Throwable thrown) {
      throw new IllegalStateException("A reply could not be taken in", thrown);
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
