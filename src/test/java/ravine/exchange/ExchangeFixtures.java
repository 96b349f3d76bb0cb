package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import ravine.cluster.Waits;

/** Played workers for the tests of the driver's side of an exchange. */
final class ExchangeFixtures {
  static final long TEN_SECONDS = TimeUnit.SECONDS.toNanos(10);
  static final Protocol.Key KEY = new Protocol.Key(77, -7);
  static final Waits WAITS =
      new Waits(TEN_SECONDS, TEN_SECONDS, TEN_SECONDS, TEN_SECONDS, TEN_SECONDS, TEN_SECONDS);

  private ExchangeFixtures() {}

  static Protocol.Sender sender(int partition, long attempt) {
    return new Protocol.Sender(KEY, partition, attempt, 0);
  }

  static void hello(Exchange exchange, int partition, long attempt, Caller caller) {
    exchange.receive(Protocol.hello(sender(partition, attempt)), caller);
  }

  /** Workers of that attempt id say hello for two partitions, and are told to wait. */
  static void welcome(Exchange exchange, long attempt, Seats.Caller caller) {
    for (int p = 0; p < 2; p++) {
      exchange.receive(Protocol.hello(sender(p, attempt)), caller);
    }
    exchange.keepAlive(0);
  }

  /** A worker that is played: what the driver replies to it is kept until the test looks. */
  static final class Caller implements Seats.Caller {
    final BlockingQueue<Message> replies = new LinkedBlockingQueue<>();

    Message reply() throws InterruptedException {
      Message reply = replies.poll(10, TimeUnit.SECONDS);
      assertThat(reply).as("reply within 10 s").isNotNull();
      return reply;
    }

    long order() throws InterruptedException {
      Message order = reply();
      assertThat(Protocol.verb(order)).isEqualTo(Protocol.ORDER);
      return Protocol.orderedStep(order);
    }

    @Override
    public void reply(Message answer) {
      replies.add(answer);
    }
  }
}
