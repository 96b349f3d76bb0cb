package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MessageTest {
  private static final long[] HEAD = {Protocol.ORDER, Long.MAX_VALUE, -1};
  private static final double[] FIRST = {-0.0, Double.MIN_VALUE, Double.NaN, 1e300};
  private static final double[] SECOND = {7};
  private static final Protocol.Sender SENDER =
      new Protocol.Sender(new Protocol.Key(-77, 77), 1, 20, 3);

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
    SparseSlice slice = SparseSlice.of(3, 2, 9, new int[] {5, 1});
    Message pull = Message.of(Protocol.pull(SENDER, 17, FIRST, 5, slice).remote());
    assertThat(Protocol.pushedStep(pull)).isEqualTo(17);
    assertThat(pull.first(null)).containsExactly(FIRST);
    SparseSlice back = Protocol.slice(pull, 10);
    assertThat(back).isNotNull();
    assertThat(SparseSlice.is(back, 3, 2, 9)).isTrue();
    assertThat(SparseSlice.is(back, 3, 1, 9)).isFalse();
    assertThat(back.features()).containsExactly(5, 1);
    assertThat(Protocol.pushedStep(Protocol.touch(SENDER, slice))).isEqualTo(-1);
    assertThat(Protocol.slice(Protocol.hello(SENDER), 10)).isNull();
    assertThat(Protocol.slice(Protocol.push(SENDER, 17, FIRST), 10)).isNull();
  }

  @Test
  void push_mostlyZeros_leavesThemOut() {
    double[] sum = {0, 0, 0, 1.5, 0, 0, -2, 0, 0, /* and the tail */ 0, 0, 0.5, 4, 0.25};
    int[] places = PartialSum.places(sum);
    assertThat(places).containsExactly(3, 6);
    Message push = Message.of(Protocol.push(SENDER, 2, sum, places).remote());
    double[] total = PartialSum.create(9);
    total[3] = 1;
    PartialSum.fold(total, push.indices(), push.first(null));
    assertThat(total).containsExactly(0, 0, 0, 2.5, 0, 0, -2, 0, 0, 0, 0, 0.5, 4, 0.25);
    assertThat(PartialSum.places(new double[] {1, 1, 0, 0, 0, 0, 0, 0})).as("no shorter").isNull();
  }

  /** Twenty bytes that claim a head of two billion numbers must not allocate 16 GB. */
  @Test
  void of_lengthsThatAreNotThere_isRefused() {
    byte[] small = new byte[20];
    for (int at = 0; at < 16; at += 4) {
      byte[] lying = small.clone();
      java.nio.ByteBuffer.wrap(lying)
          .order(java.nio.ByteOrder.LITTLE_ENDIAN)
          .putInt(at, Integer.MAX_VALUE);
      assertThatThrownBy(() -> Message.of(lying))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("A message of 20 bytes does not have the lengths it claims.");
    }
  }

  @Test
  void of_anyBytesOrObjects_isAMessageOrRefused() {
    SplittableRandom random = new SplittableRandom(3);
    byte[] good = Protocol.pull(SENDER, 17, FIRST, 5, SparseSlice.of(3, 2, 9, new int[3])).remote();
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      int length = i % 2 == 0 ? good.length : random.nextInt(good.length + 9);
      byte[] bytes = Arrays.copyOf(good, length);
      for (int change = random.nextInt(3); change >= 0 && bytes.length > 0; change--) {
        bytes[random.nextInt(Math.min(100, bytes.length))] = (byte) random.nextInt(256);
      }
      read += isRead(bytes) ? 1 : 0;
    }
    assertThat(read).as("messages whose lengths were spared").isBetween(100, 19_000);
    for (Object strange :
        new Object[] {
          new Object[0],
          new Object[] {null, null, null, null},
          new Object[] {new long[0], new int[0], null, null},
          new Object[] {new long[0], null, null, null, null},
          "hello"
        }) {
      assertThat(isRead(strange)).isFalse();
    }
  }

  private static boolean isRead(Object sent) {
    try {
      Message message = Message.of(sent);
      message.first(null);
      message.second(null);
      message.indices();
      Protocol.sender(message);
      Protocol.slice(message, 100);
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }
}
