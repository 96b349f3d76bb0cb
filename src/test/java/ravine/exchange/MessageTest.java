package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageTest {
  private static final long[] HEAD = {Protocol.ORDER, Long.MAX_VALUE, -1};
  private static final double[] FIRST = {-0.0, Double.MIN_VALUE, Double.NaN, 1e300};
  private static final double[] SECOND = {7};

  @Test
  void remote_allParts_comeBackBitForBit() {
    Message back = Message.of(new Message(HEAD, FIRST, SECOND).remote());
    assertThat(back.isEncoded()).isTrue();
    assertThat(new long[] {back.head(0), back.head(1), back.head(2)}).isEqualTo(HEAD);
    assertThat(back.first(null)).isEqualTo(FIRST);
    assertThat(back.second(null)).isEqualTo(SECOND);
  }

  @Test
  void remote_missingParts_areNull() {
    Message none = Message.of(new Message(HEAD, null, null).remote());
    assertThat(none.first(null)).isNull();
    assertThat(none.second(new double[1])).isNull();
    Message second = Message.of(new Message(HEAD, null, SECOND).remote());
    assertThat(second.first(null)).isNull();
    assertThat(second.second(null)).isEqualTo(SECOND);
    assertThat(Message.of(new Message(HEAD, new double[0], null).remote()).first(null)).isEmpty();
  }

  @Test
  void first_reuseOfThatLength_isOverwritten() {
    Message back = Message.of(new Message(HEAD, FIRST, null).remote());
    double[] reuse = new double[FIRST.length];
    assertThat(back.first(reuse)).isSameAs(reuse).isEqualTo(FIRST);
    assertThat(back.first(new double[1])).isEqualTo(FIRST);
  }

  @Test
  void local_vectors_areShared() {
    Message back = Message.of(new Message(HEAD, FIRST, SECOND).local());
    assertThat(back.isEncoded()).isFalse();
    assertThat(back.first(new double[FIRST.length])).isSameAs(FIRST);
    assertThat(back.second(null)).isSameAs(SECOND);
  }

  @Test
  void encode_reuseOfThatLength_isOverwritten() {
    byte[] reuse = new byte[new Message(HEAD, SECOND, null).encode(null).length];
    assertThat(new Message(HEAD, new double[] {1}, null).encode(reuse)).isSameAs(reuse);
    assertThat(Message.of(reuse).first(null)).containsExactly(1);
  }

  @Test
  void request_everyKind_survivesTheWire() {
    for (StepRequest request : EngineFixtures.requests()) {
      Message order = Message.of(Protocol.order(17, request).remote());
      StepRequest back = Protocol.request(order, null);
      assertThat(Protocol.verb(order)).isEqualTo(Protocol.ORDER);
      assertThat(Protocol.orderedStep(order)).isEqualTo(17);
      assertThat(back).usingRecursiveComparison().isEqualTo(request);
    }
  }

  @Test
  void remote_indices_comeBackBehindTheVectors() {
    int[] indices = {7, 0, Integer.MAX_VALUE};
    Message back = Message.of(new Message(HEAD, FIRST, SECOND, indices).remote());
    assertThat(back.indices()).containsExactly(indices);
    assertThat(back.first(null)).containsExactly(FIRST);
    assertThat(back.second(null)).containsExactly(SECOND);
    assertThat(Message.of(new Message(HEAD, null, null, new int[0]).remote()).indices()).isEmpty();
    assertThat(Message.of(new Message(HEAD, FIRST, null).remote()).indices()).isNull();
    assertThat(Message.of(new Message(HEAD, null, null, indices).local()).indices())
        .isSameAs(indices);
  }

  @Test
  void pull_andTouch_tellTheSlice() {
    SparseSlice slice = new SparseSlice(3, 2, 9, new int[] {5, 1});
    Message pull = Message.of(Protocol.pull(1, 20, 17, FIRST, slice).remote());
    assertThat(Protocol.pushedStep(pull)).isEqualTo(17);
    assertThat(pull.first(null)).containsExactly(FIRST);
    SparseSlice back = Protocol.slice(pull);
    assertThat(back).isNotNull();
    assertThat(SparseSlice.is(back, 3, 2, 9)).isTrue();
    assertThat(SparseSlice.is(back, 3, 1, 9)).isFalse();
    assertThat(back.features()).containsExactly(5, 1);
    assertThat(Protocol.pushedStep(Protocol.touch(1, 20, slice))).isEqualTo(-1);
    assertThat(Protocol.slice(Protocol.hello(1, 20))).isNull();
    assertThat(Protocol.slice(Protocol.push(1, 20, 17, FIRST))).isNull();
  }

  @Test
  void push_mostlyZeros_leavesThemOut() {
    double[] sum = {0, 0, 0, 1.5, 0, 0, -2, 0, 0, /* and the tail */ 0, 0, 0.5, 4, 0.25};
    int[] places = PartialSum.places(sum);
    assertThat(places).containsExactly(3, 6);
    Message push = Message.of(Protocol.push(0, 1, 2, sum, places).remote());
    double[] total = PartialSum.create(9);
    total[3] = 1;
    PartialSum.fold(total, push.indices(), push.first(null));
    assertThat(total).containsExactly(0, 0, 0, 2.5, 0, 0, -2, 0, 0, 0, 0, 0.5, 4, 0.25);
    assertThat(PartialSum.places(new double[] {1, 1, 0, 0, 0, 0, 0, 0})).as("no shorter").isNull();
  }
}
