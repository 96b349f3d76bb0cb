package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The driver's side alone: callers are played, so attempts come and go as the test says. */
class ExchangeTest {
  private static final long TEN_SECONDS = TimeUnit.SECONDS.toNanos(10);
  private static final StepRequest REQUEST =
      StepRequest.all(StepRequest.Kind.GRADIENT, new double[] {1, 2});

  private final Exchange exchange = new Exchange(2, request -> 2);
  private final Caller first = new Caller();
  private final Caller second = new Caller();

  @BeforeEach
  void admit() {
    exchange.admit();
  }

  @Test
  void ask_twoPartitions_foldsInPartitionOrder() throws Exception {
    hello(0, 10, first);
    hello(1, 11, second);
    CompletableFuture<double[]> asked = ask();
    long step = first.order();
    assertThat(second.order()).isEqualTo(step);
    push(1, 11, step, 0.1, second);
    push(0, 10, step, 1e17, first);
    assertThat(asked.get(10, TimeUnit.SECONDS)).startsWith(0.0 + 1e17 + 0.1);
  }

  @Test
  void receive_newAttemptInOpenStep_getsTheOpenOrder() throws Exception {
    hello(0, 10, first);
    hello(1, 11, second);
    CompletableFuture<double[]> asked = ask();
    long step = first.order();
    push(0, 10, step, 1, first);
    second.order();
    Caller retried = new Caller();
    hello(1, 12, retried);
    assertThat(retried.order()).isEqualTo(step);
    push(1, 12, step, 2, retried);
    assertThat(asked.get(10, TimeUnit.SECONDS)).startsWith(3.0);
  }

  @Test
  void receive_staleAttempt_isIgnoredAndKeptUntilTheEnd() throws Exception {
    hello(0, 10, first);
    hello(1, 11, second);
    CompletableFuture<double[]> asked = ask();
    long step = first.order();
    Caller retried = new Caller();
    hello(1, 12, retried);
    push(1, 11, step, 1000, second);
    push(0, 10, step, 1, first);
    push(1, 12, step, 2, retried);
    assertThat(asked.get(10, TimeUnit.SECONDS)).startsWith(3.0);
    assertThat(second.replies).hasSize(1);
    exchange.stop(null);
    second.order();
    assertThat(Protocol.verb(second.reply())).isEqualTo(Protocol.STOP);
  }

  @Test
  void receive_samePushTwice_countsOnce() throws Exception {
    hello(0, 10, first);
    hello(1, 11, second);
    CompletableFuture<double[]> asked = ask();
    long step = first.order();
    push(0, 10, step, 1, first);
    push(0, 10, step, 1, first);
    push(1, 11, step, 2, second);
    assertThat(asked.get(10, TimeUnit.SECONDS)).startsWith(3.0);
  }

  @Test
  void receive_pushToAnEarlierStep_isAnsweredWithTheOpenOrder() throws Exception {
    hello(0, 10, first);
    hello(1, 11, second);
    CompletableFuture<double[]> asked = ask();
    long step = first.order();
    push(0, 10, step - 1, 1000, first);
    assertThat(first.order()).isEqualTo(step);
    push(0, 10, step, 1, first);
    push(1, 11, step, 2, second);
    assertThat(asked.get(10, TimeUnit.SECONDS)).startsWith(3.0);
  }

  @Test
  void keepAlive_parkedCallers_areToldToWait() throws Exception {
    hello(0, 10, first);
    hello(0, 9, second);
    exchange.keepAlive(TEN_SECONDS);
    assertThat(first.replies).isEmpty();
    exchange.keepAlive(0);
    assertThat(Protocol.verb(first.reply())).isEqualTo(Protocol.WAIT);
    assertThat(Protocol.verb(second.reply())).isEqualTo(Protocol.WAIT);
    hello(0, 10, first);
    hello(1, 11, second);
    CompletableFuture<double[]> asked = ask();
    long step = first.order();
    push(0, 10, step, 1, first);
    push(1, 11, step, 2, second);
    assertThat(asked.get(10, TimeUnit.SECONDS)).startsWith(3.0);
  }

  @Test
  void ask_noPushInTime_namesThePartitions() throws Exception {
    hello(0, 10, first);
    push(0, 10, 1, 1, first);
    assertThatThrownBy(() -> exchange.ask(REQUEST, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("spark.ravine.step.timeout")
        .hasMessageEndingWith("partitions 0, 1");
  }

  @Test
  void ask_jobFails_throwsItsCause() throws Exception {
    hello(0, 10, first);
    CompletableFuture<double[]> asked = ask();
    long step = first.order();
    push(0, 10, step, 1, first);
    exchange.stop(new RuntimeException("an executor is on fire"));
    assertThatThrownBy(() -> asked.get(10, TimeUnit.SECONDS))
        .hasRootCauseMessage("an executor is on fire")
        .hasMessageContaining("waited for partitions 1: an executor is on fire");
    assertThat(Protocol.verb(first.reply())).isEqualTo(Protocol.STOP);
  }

  @Test
  void receive_afterStop_isSentHome() throws Exception {
    exchange.stop(null);
    hello(0, 10, first);
    assertThat(Protocol.verb(first.reply())).isEqualTo(Protocol.STOP);
  }

  @Test
  void releaseIfIdle_openStep_refuses() throws Exception {
    hello(0, 10, first);
    hello(1, 11, second);
    CompletableFuture<double[]> asked = ask();
    long step = first.order();
    assertThat(exchange.releaseIfIdle()).isFalse();
    push(0, 10, step, 1, first);
    push(1, 11, step, 2, second);
    asked.get(10, TimeUnit.SECONDS);
    assertThat(exchange.releaseIfIdle()).isTrue();
    assertThat(exchange.failure()).isNull();
  }

  @Test
  void awaitWorkers_oneMissing_isFalse() throws Exception {
    hello(0, 10, first);
    hello(0, 12, second);
    assertThat(exchange.awaitWorkers(1)).isFalse();
    hello(1, 11, second);
    assertThat(exchange.awaitWorkers(1)).isTrue();
  }

  private CompletableFuture<double[]> ask() {
    CompletableFuture<double[]> asked = new CompletableFuture<>();
    Thread driver =
        new Thread(
            () -> {
              try {
                asked.complete(exchange.ask(REQUEST, TEN_SECONDS));
              } catch (InterruptedException | RuntimeException e) {
                asked.completeExceptionally(e);
              }
            });
    driver.setDaemon(true);
    driver.start();
    return asked;
  }

  /** A worker that dies between telling its features and pushing is replayed by its successor. */
  @Test
  void receive_sparseRound_asksForFeaturesOnceAndReplaysForANewAttempt() throws Exception {
    SparseSum sum = new SparseSum(10, 1, 0);
    SparseRequest.Point point =
        (features, count) -> {
          double[] at = new double[count + 1];
          for (int i = 0; i < count; i++) {
            at[i] = 100 + features[i];
          }
          return at;
        };
    hello(0, 10, first);
    hello(1, 11, second);
    CompletableFuture<Void> asked =
        CompletableFuture.runAsync(
            () -> {
              try {
                exchange.ask(new SparseRequest(1, 0, 3, point), sum, TEN_SECONDS);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Message unknown = first.reply();
    assertThat(Protocol.verb(unknown)).isEqualTo(Protocol.SPARSE);
    assertThat(unknown.first(null)).as("the driver does not know the features").isNull();
    second.reply();
    exchange.receive(Protocol.touch(0, 10, new SparseSlice(1, 0, 3, new int[] {4, 7})), first);
    assertThat(first.reply().first(null)).containsExactly(104, 107, 0);
    Caller retried = new Caller();
    hello(0, 12, retried);
    Message order = retried.reply();
    assertThat(order.first(null)).as("known already").containsExactly(104, 107, 0);
    long step = Protocol.orderedStep(order);
    SparseSlice next = new SparseSlice(1, 1, 3, new int[] {2});
    exchange.receive(
        Protocol.pull(0, 10, step, new double[] {9, 9, 9, 9, 9, 9, 9, 9}, next), first);
    exchange.receive(
        Protocol.pull(0, 12, step, new double[] {1, 2, 0.5, /* tail */ 3, 1, 0, 0, 0}, next),
        retried);
    exchange.receive(Protocol.touch(1, 11, new SparseSlice(1, 0, 3, new int[] {7})), second);
    assertThat(second.reply().first(null)).containsExactly(107, 0);
    exchange.receive(
        Protocol.pull(1, 11, step, new double[] {10, 0.25, /* tail */ 4, 2, 0, 0, 0}, next),
        second);
    asked.get(10, TimeUnit.SECONDS);
    assertThat(sum.count()).isEqualTo(2);
    assertThat(sum.touched()).startsWith(4, 7);
    assertThat(sum.gradient()).startsWith(1, 12);
    assertThat(sum.tail()).as("intercept").containsExactly(0.75);
    assertThat(sum.loss()).isEqualTo(7);
    assertThat(sum.weight()).isEqualTo(3);
  }

  private void hello(int partition, long attempt, Caller caller) {
    exchange.receive(Protocol.hello(partition, attempt), caller);
  }

  private void push(int partition, long attempt, long step, double value, Caller caller) {
    double[] sum = PartialSum.create(2);
    sum[0] = value;
    exchange.receive(Protocol.push(partition, attempt, step, sum), caller);
  }

  private static final class Caller implements Exchange.Caller {
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
