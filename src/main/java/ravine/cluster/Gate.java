package ravine.cluster;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.RpcTimeoutException;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import org.apache.spark.util.RpcUtils;
import scala.PartialFunction;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * Keeps tasks until they are let go: each asks at the driver's door, and is answered only then. The
 * door's name is random and all that an asker needs to know; there is nothing to learn there and
 * nothing to be changed.
 */
final class Gate implements ThreadSafeRpcEndpoint {
  private final RpcEnv env;
  private final String name = "ravine-gate-" + UUID.randomUUID();
  private final RpcEndpointRef door;

  /** Who waits, by number. */
  private final TreeMap<Long, RpcCallContext> waiting = new TreeMap<>();

  private long gone;

  /** Opens the door. */
  @SuppressWarnings("this-escape") // the last thing that is done
  Gate(RpcEnv env) {
    this.env = env;
    this.door = env.setupEndpoint(name, this);
  }

  @Override
  public RpcEnv rpcEnv() {
    return env;
  }

  /** A task that stays until that number is let go. */
  Keep task(long number) {
    return new Keep(name, number);
  }

  /** Lets all up to a number go, and whoever of them comes later. */
  synchronized void letGo(long number) {
    gone = Math.max(gone, number);
    Map<Long, RpcCallContext> free = waiting.headMap(gone, true);
    free.values().forEach(caller -> caller.reply(true));
    free.clear();
  }

  /** Lets everybody go and closes the door. */
  void close() {
    letGo(Long.MAX_VALUE);
    env.stop(door);
  }

  private synchronized void receive(long number, RpcCallContext caller) {
    if (number <= gone) {
      caller.reply(true);
    } else {
      waiting.put(number, caller);
    }
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext caller) {
    return new Receiver(this, caller);
  }

  private static final class Receiver extends AbstractPartialFunction<Object, BoxedUnit> {
    private static final long serialVersionUID = 1L;

    private final transient Gate gate;
    private final transient RpcCallContext caller;

    Receiver(Gate gate, RpcCallContext caller) {
      this.gate = gate;
      this.caller = caller;
    }

    @Override
    public boolean isDefinedAt(Object message) {
      return message instanceof Long;
    }

    @Override
    public <A, B> B applyOrElse(A message, scala.Function1<A, B> otherwise) {
      if (message instanceof Long number) {
        gate.receive(number, caller);
      } else {
        caller.sendFailure(new IllegalArgumentException("This is no number."));
      }
      @SuppressWarnings("unchecked")
      B done = (B) BoxedUnit.UNIT;
      return done;
    }
  }

  /** Asks at the door and waits. */
  static final class Keep implements VoidFunction<Iterator<Integer>> {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final long number;

    private Keep(String name, long number) {
      this.name = name;
      this.number = number;
    }

    @Override
    public void call(Iterator<Integer> nothing) throws Exception {
      SparkEnv spark = SparkEnv.get();
      SparkConf conf = spark.conf();
      ClassTag<Object> tag = ClassTag$.MODULE$.apply(Object.class);
      boolean kept = true;
      while (kept && !TaskContext.get().isInterrupted()) {
        try {
          RpcEndpointRef door = RpcUtils.makeDriverRef(name, conf, spark.rpcEnv());
          Object unused = door.askSync((Object) number, RpcUtils.askRpcTimeout(conf), tag);
          kept = false;
        } catch (Exception e) { // Scala declares none of them
          if (!(e instanceof RpcTimeoutException) && !(e instanceof SparkException)) {
            throw e;
          }
          // An ask lasts two minutes, a training may be silent for more; or there is no door any
          // more, because the training is over.
          kept = e instanceof RpcTimeoutException;
        }
      }
    }
  }
}
