package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ravine.cluster.TaskWatchFixtures;
import ravine.exchange.ExchangeFixtures.Caller;

/** The driver's side of a sparse round: whose features are known, and whose sums are taken. */
class SparseExchangeTest {
  private final Exchange exchange =
      new Exchange(2, 10, request -> 2, ExchangeFixtures.WAITS, ExchangeFixtures.KEY);
  private final Caller first = new Caller();
  private final Caller second = new Caller();

  @BeforeEach
  void admit() {
    exchange.admit(TaskWatchFixtures.of(attempt -> true));
  }

  /** Rows that were lost may come back in another order: the slice then touches other features. */
  @Test
  void receive_sparseRound_asksANewAttemptForItsOwnFeatures() throws Exception {
    SparseSum sum = new SparseSum(10, 1, 0);
    CompletableFuture<Void> asked = askSparse(sum);
    Message unknown = first.reply();
    assertThat(Protocol.verb(unknown)).isEqualTo(Protocol.SPARSE);
    assertThat(unknown.first(null)).as("the driver does not know the features").isNull();
    second.reply();
    SparseSlice before = SparseSlice.of(1, 0, 3, new int[] {4, 7});
    exchange.receive(Protocol.touch(ExchangeFixtures.sender(0, 10), before), first);
    assertThat(first.reply().first(null)).containsExactly(104, 107, 0);
    Caller retried = new Caller();
    ExchangeFixtures.hello(exchange, 0, 12, retried);
    assertThat(retried.reply().first(null)).as("not its predecessor's features").isNull();
    SparseSlice own = SparseSlice.of(1, 0, 3, new int[] {4, 8});
    exchange.receive(Protocol.touch(ExchangeFixtures.sender(0, 12), own), retried);
    Message order = retried.reply();
    assertThat(order.first(null)).containsExactly(104, 108, 0);
    assertThat(Protocol.orderedIdentity(order)).isEqualTo(own.identity());
    long step = Protocol.orderedStep(order);
    SparseSlice next = SparseSlice.of(1, 1, 3, new int[] {2});
    double[] nines = {9, 9, 9, 9, 9, 9, 9, 9};
    exchange.receive(
        Protocol.pull(ExchangeFixtures.sender(0, 10), step, nines, before.identity(), next), first);
    double[] sums = {1, 2, 0.5, /* tail */ 3, 1, 0, 0, 0};
    exchange.receive(
        Protocol.pull(ExchangeFixtures.sender(0, 12), step, sums, own.identity(), next), retried);
    SparseSlice others = SparseSlice.of(1, 0, 3, new int[] {8});
    exchange.receive(Protocol.touch(ExchangeFixtures.sender(1, 11), others), second);
    assertThat(second.reply().first(null)).containsExactly(108, 0);
    double[] more = {10, 0.25, /* tail */ 4, 2, 0, 0, 0};
    exchange.receive(
        Protocol.pull(ExchangeFixtures.sender(1, 11), step, more, others.identity(), next), second);
    asked.get(10, TimeUnit.SECONDS);
    assertThat(sum.count()).isEqualTo(2);
    assertThat(sum.touched()).startsWith(4, 8);
    assertThat(sum.gradient()).startsWith(1, 12);
    assertThat(sum.tail()).as("intercept").containsExactly(0.75);
    assertThat(sum.loss()).isEqualTo(7);
    assertThat(sum.weight()).isEqualTo(3);
  }

  @Test
  void receive_sumsAtOtherFeatures_failTheStep() throws Exception {
    CompletableFuture<Void> asked = askSparse(new SparseSum(10, 1, 0));
    first.reply();
    SparseSlice told = SparseSlice.of(1, 0, 3, new int[] {4, 7});
    exchange.receive(Protocol.touch(ExchangeFixtures.sender(0, 10), told), first);
    long step = Protocol.orderedStep(first.reply());
    SparseSlice summed = SparseSlice.of(1, 0, 3, new int[] {4, 8});
    double[] sums = {1, 2, 0.5, /* tail */ 3, 1, 0, 0, 0};
    exchange.receive(
        Protocol.pull(ExchangeFixtures.sender(0, 10), step, sums, summed.identity(), summed),
        first);
    assertThatThrownBy(() -> asked.get(5, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Patience.Refusal.class)
        .hasMessageContaining("partition 0 are at other features");
  }

  private CompletableFuture<Void> askSparse(SparseSum sum) {
    SparseSlice.Request.Point point =
        (features, count) -> {
          double[] at = new double[count + 1];
          for (int i = 0; i < count; i++) {
            at[i] = 100 + features[i];
          }
          return at;
        };
    ExchangeFixtures.hello(exchange, 0, 10, first);
    ExchangeFixtures.hello(exchange, 1, 11, second);
    return CompletableFuture.runAsync(
        () -> {
          try {
            exchange.ask(new SparseSlice.Request(1, 0, 3, point), sum);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
