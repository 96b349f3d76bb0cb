package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ravine.cluster.TaskWatch;
import ravine.cluster.TaskWatchFixtures;
import ravine.cluster.Waits;
import ravine.exchange.ExchangeFixtures.Caller;

/** The driver's side alone: callers are played, so attempts come and go as the test says. */
class ExchangeTest {
  private static final long TEN_SECONDS = ExchangeFixtures.TEN_SECONDS;
  private static final StepRequest REQUEST =
      StepRequest.all(StepRequest.Kind.GRADIENT, new double[] {1, 2});

  private Exchange exchange =
      new Exchange(2, 2, request -> 2, ExchangeFixtures.WAITS, ExchangeFixtures.KEY);
  private TaskWatch tasks = TaskWatchFixtures.of(attempt -> true);
  private final Caller first = new Caller();
  private final Caller second = new Caller();

  @BeforeEach
  void admit() {
    exchange.admit(tasks);
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
    admit(waits(TEN_SECONDS, 1, TEN_SECONDS));
    hello(0, 10, first);
    hello(1, 11, second);
    assertThatThrownBy(() -> exchange.ask(REQUEST))
        .isInstanceOf(Patience.Refusal.class)
        .hasMessageContaining("nothing was heard of partitions 0, 1 within")
        .hasMessageContaining("spark.ravine.step.timeout");
  }

  /** A partition whose task has ended has no slot, however long answers may take. */
  @Test
  void ask_taskEndsAndNoneFollows_isRefused() throws Exception {
    admit(waits(1, TEN_SECONDS, TEN_SECONDS));
    hello(0, 10, first);
    hello(1, 11, second);
    TaskWatchFixtures.end(tasks, 1, 11);
    assertThatThrownBy(() -> exchange.ask(REQUEST))
        .isInstanceOf(Patience.Refusal.class)
        .hasMessageContaining("partition 1 had no slot within")
        .hasMessageContaining("spark.ravine.resident.timeout");
  }

  /** The timeout of a step does not bound the time in which lost rows are made again. */
  @Test
  void ask_successorRunsWithoutAHello_isWaitedFor() throws Exception {
    admit(waits(1, 1, TEN_SECONDS));
    hello(0, 10, first);
    hello(1, 11, second);
    TaskWatchFixtures.end(tasks, 1, 11);
    TaskWatchFixtures.start(tasks, 1, 12);
    CompletableFuture<double[]> asked = ask();
    long step = first.order();
    push(0, 10, step, 1, first);
    assertThatThrownBy(() -> asked.get(700, TimeUnit.MILLISECONDS))
        .as("several looks later")
        .isInstanceOf(TimeoutException.class);
    Caller retried = new Caller();
    hello(1, 12, retried);
    push(1, 12, retried.order(), 2, retried);
    assertThat(asked.get(10, TimeUnit.SECONDS)).startsWith(3.0);
  }

  @Test
  void ask_rowsAreNotMadeAgainInTime_isRefused() throws Exception {
    admit(waits(1, TEN_SECONDS, 1));
    hello(0, 10, first);
    hello(1, 11, second);
    TaskWatchFixtures.end(tasks, 1, 11);
    TaskWatchFixtures.start(tasks, 1, 12);
    assertThatThrownBy(() -> exchange.ask(REQUEST))
        .isInstanceOf(Patience.Refusal.class)
        .hasMessageContaining("spark.ravine.recompute.timeout");
  }

  /** Its older tasks keep their slots, so that those that Spark wants to run never get one. */
  @Test
  void ask_stageIsBegunAnew_isRefusedAtOnce() throws Exception {
    hello(0, 10, first);
    hello(1, 11, second);
    CompletableFuture<double[]> asked = ask();
    exchange.receive(
        Protocol.hello(new Protocol.Sender(ExchangeFixtures.KEY, 0, 12, 1)), new Caller());
    assertThatThrownBy(() -> asked.get(5, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Patience.Refusal.class)
        .hasMessageContaining("begun their stage anew");
  }

  @Test
  void ask_answerThatCannotBeTaken_failsTheStepNotTheWait() throws Exception {
    hello(0, 10, first);
    hello(1, 11, second);
    CompletableFuture<double[]> asked = ask();
    double[] tooLong = PartialSum.create(3);
    exchange.receive(Protocol.push(ExchangeFixtures.sender(0, 10), first.order(), tooLong), first);
    assertThatThrownBy(() -> asked.get(5, TimeUnit.SECONDS))
        .hasCauseInstanceOf(Patience.Refusal.class)
        .hasMessageContaining("an answer could not be taken");
  }

  @Test
  void receive_wrongKeyOrPartition_isRefusedAndChangesNothing() throws Exception {
    hello(0, 10, first);
    hello(1, 11, second);
    CompletableFuture<double[]> asked = ask();
    long step = first.order();
    for (Protocol.Sender stranger :
        List.of(
            new Protocol.Sender(new Protocol.Key(77, 7), 1, 99, 0),
            new Protocol.Sender(new Protocol.Key(78, -7), 1, 99, 0),
            new Protocol.Sender(ExchangeFixtures.KEY, 2, 99, 0),
            new Protocol.Sender(ExchangeFixtures.KEY, -1, 99, 0))) {
      assertThatThrownBy(() -> exchange.receive(Protocol.hello(stranger), new Caller()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not from a worker of this training");
    }
    push(0, 10, step, 1, first);
    push(1, 11, step, 2, second);
    assertThat(asked.get(10, TimeUnit.SECONDS)).startsWith(3.0);
  }

  /** Or whoever knows the key could take a partition from its worker and hold up the training. */
  @Test
  void receive_attemptThatSparkNeverStarted_isNotHeard() throws Exception {
    tasks = TaskWatchFixtures.of(attempt -> attempt == 12);
    exchange.admit(tasks);
    TaskWatchFixtures.start(tasks, 0, 10);
    TaskWatchFixtures.start(tasks, 1, 11);
    hello(0, 10, first);
    hello(1, 11, second);
    CompletableFuture<double[]> asked = ask();
    long step = first.order();
    Caller forger = new Caller();
    TaskWatchFixtures.start(tasks, 0, 98);
    for (long forged : new long[] {98, 99}) { // another partition's, and nobody's
      assertThatThrownBy(() -> hello(1, forged, forger))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Spark has started no task " + forged + " of this training.");
    }
    assertThat(forger.replies).isEmpty();
    push(0, 10, step, 1, first);
    hello(1, 12, forger);
    assertThat(forger.order()).as("one that was").isEqualTo(step);
    push(1, 12, step, 2, forger);
    assertThat(asked.get(10, TimeUnit.SECONDS)).startsWith(3.0);
  }

  /** Sums are as long as was asked for, and a list of places no longer than they are. */
  @Test
  void receive_otherLengths_failTheStep() throws Exception {
    for (Message forged :
        List.of(
            Protocol.push(ExchangeFixtures.sender(0, 10), 1, new double[PartialSum.TAIL]),
            Protocol.push(ExchangeFixtures.sender(0, 10), 1, new double[8], new int[3]),
            Protocol.hello(ExchangeFixtures.sender(0, 10)))) {
      Question.Dense question = new Question.Dense(1, REQUEST, 2, 2, null);
      assertThatThrownBy(() -> question.hold(0, forged))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("are not the sums that were asked for");
    }
    Message slices =
        Protocol.touch(
            ExchangeFixtures.sender(0, 10), SparseSlice.of(0, 0, 1, new int[] {0, 1, 2}));
    assertThatThrownBy(() -> exchange.receive(slices, first))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A slice touches 3 of 2 features.");
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
        .hasCauseInstanceOf(Patience.Refusal.class)
        .hasMessageContaining("waited for partitions 1: an executor is on fire");
    assertThat(Protocol.verb(first.reply())).isEqualTo(Protocol.STOP);
  }

  /** What the user has cancelled is not tried in another way. */
  @Test
  void ask_jobIsCancelled_isNoRefusal() throws Exception {
    hello(0, 10, first);
    CompletableFuture<double[]> asked = ask();
    first.order();
    exchange.stop(new RuntimeException("Job 7 cancelled part of cancelled job group mine"));
    assertThatThrownBy(() -> asked.get(10, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .isNotInstanceOf(Patience.Refusal.class)
        .hasMessageContaining("Job 7 cancelled part of");
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
  void awaitWorkers_oneMissing_saysSo() throws Exception {
    admit(waits(1, TEN_SECONDS, TEN_SECONDS));
    hello(0, 10, first);
    hello(0, 12, second);
    assertThat(exchange.awaitWorkers()).contains("partition 1 had no slot");
    hello(1, 11, second);
    assertThat(exchange.awaitWorkers()).isNull();
  }

  private CompletableFuture<double[]> ask() {
    CompletableFuture<double[]> asked = new CompletableFuture<>();
    Thread driver =
        new Thread(
            () -> {
              try {
                asked.complete(exchange.ask(REQUEST));
              } catch (InterruptedException | RuntimeException e) {
                asked.completeExceptionally(e);
              }
            });
    driver.setDaemon(true);
    driver.start();
    return asked;
  }

  /** With other waits than those of most tests. */
  private void admit(Waits waits) {
    exchange = new Exchange(2, 2, request -> 2, waits, ExchangeFixtures.KEY);
    admit();
  }

  private static Waits waits(long slot, long step, long recompute) {
    return new Waits(slot, step, recompute, TEN_SECONDS, TEN_SECONDS, TEN_SECONDS);
  }

  private void hello(int partition, long attempt, Caller caller) {
    ExchangeFixtures.hello(exchange, partition, attempt, caller);
  }

  private void push(int partition, long attempt, long step, double value, Caller caller) {
    double[] sum = PartialSum.create(2);
    sum[0] = value;
    exchange.receive(Protocol.push(ExchangeFixtures.sender(partition, attempt), step, sum), caller);
  }
}
