package ravine.exchange;

import org.apache.spark.rpc.IsolatedThreadSafeRpcEndpoint;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.PartialFunction;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * The driver's door in Spark's RPC: hands every message to an {@link Exchange}. Isolated, that is
 * with a thread of its own, so that folding long gradients delays none of Spark's own endpoints.
 * What is no message, or not from a worker of the crew, is refused and changes nothing.
 */
final class ResidentEndpoint implements IsolatedThreadSafeRpcEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(ResidentEndpoint.class);

  private final RpcEnv env;
  private final Exchange exchange;

  ResidentEndpoint(RpcEnv env, Exchange exchange) {
    this.env = env;
    this.exchange = exchange;
  }

  @Override
  public RpcEnv rpcEnv() {
    return env;
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext caller) {
    return new Receiver(exchange, caller);
  }

  private static final class Receiver extends AbstractPartialFunction<Object, BoxedUnit> {
    private static final long serialVersionUID = 1L;

    private final transient Exchange exchange;
    private final transient RpcCallContext caller;

    Receiver(Exchange exchange, RpcCallContext caller) {
      this.exchange = exchange;
      this.caller = caller;
    }

    @Override
    public boolean isDefinedAt(Object message) {
      return message instanceof Object[] || message instanceof byte[];
    }

    @Override
    public <A, B> B applyOrElse(A message, scala.Function1<A, B> otherwise) {
      try {
        Message frame = Message.of(message);
        boolean remote = frame.isEncoded();
        exchange.receive(frame, answer -> caller.reply(remote ? answer.remote() : answer.local()));
      } catch (RuntimeException refused) {
        LOG.debug("A message to the resident workers' driver was refused", refused);
        caller.sendFailure(refused);
      }
      @SuppressWarnings("unchecked")
      B done = (B) BoxedUnit.UNIT;
      return done;
    }
  }
}
