package ravine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CheckpointFormatTest {
  private static final TrainingState STATE =
      new TrainingState(
          new double[] {1.5, -2.25, 0.1},
          new TrainingState.Memory(
              "adam(beta1=0.9)",
              "cosine(0.1,5000,0.0)",
              41,
              new double[][] {
                {0.5, 0.25, -0.125}, {1e-300, Double.POSITIVE_INFINITY, -0.0}, {7.0}
              }),
          new TrainingState.Progress(42, 3, 12, -7),
          new TrainingState.Best(0.3125, 2, new double[] {1.0, 2.0, 3.0}),
          new double[] {0.7, 0.5, Double.NaN},
          0xCAFEBABEDEADBEEFL,
          Map.of("größe", "θ", "engine", "jobs"));

  private static byte[] golden() throws IOException {
    try (InputStream in = CheckpointFormatTest.class.getResourceAsStream("version-1.bin")) {
      return in.readAllBytes();
    }
  }

  @Test
  void decode_goldenFileOfVersion1_stillLoads() throws IOException {
    assertThat(CheckpointFormat.decode(golden())).isEqualTo(STATE);
  }

  @Test
  void encode_sameState_writesTheGoldenFile() throws IOException {
    assertThat(CheckpointFormat.encode(STATE)).isEqualTo(golden());
  }

  @Property(tries = 300)
  void decode_encoded_isEqual(@ForAll("states") TrainingState state) {
    byte[] bytes = CheckpointFormat.encode(state);
    TrainingState decoded = CheckpointFormat.decode(bytes);
    assertThat(decoded).isEqualTo(state).hasSameHashCodeAs(state);
    assertThat(CheckpointFormat.encode(decoded)).isEqualTo(bytes);
  }

  @Provide
  Arbitrary<TrainingState> states() {
    Arbitrary<Double> number =
        Arbitraries.oneOf(
            Arbitraries.doubles(),
            Arbitraries.of(
                Double.NaN, Double.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE, Double.MAX_VALUE));
    Arbitrary<double[]> numbers = number.array(double[].class).ofMinSize(0).ofMaxSize(9);
    Arbitrary<String> text =
        Arbitraries.strings()
            .ofMaxLength(12)
            .filter(s -> StandardCharsets.UTF_8.newEncoder().canEncode(s));
    Arbitrary<Long> count = Arbitraries.longs().greaterOrEqual(0);
    Arbitrary<Integer> small = Arbitraries.integers().greaterOrEqual(0);
    Arbitrary<TrainingState.Memory> memory =
        Combinators.combine(
                text, text, count, numbers.array(double[][].class).ofMinSize(0).ofMaxSize(4))
            .as(TrainingState.Memory::new);
    Arbitrary<TrainingState.Progress> progress =
        Combinators.combine(count, small, small, Arbitraries.longs())
            .as(TrainingState.Progress::new);
    Arbitrary<TrainingState.Best> best =
        Combinators.combine(number, small, numbers).as(TrainingState.Best::new);
    return Combinators.combine(
            numbers,
            memory,
            progress,
            best,
            numbers,
            Arbitraries.longs(),
            Arbitraries.maps(text, text).ofMaxSize(4))
        .as(TrainingState::new);
  }

  @Test
  void decode_anySingleByteChanged_isDetected() throws IOException {
    byte[] bytes = golden();
    for (int at = 0; at < bytes.length; at++) {
      byte original = bytes[at];
      for (int change = 1; change < 256; change++) {
        bytes[at] = (byte) (original ^ change);
        byte[] changed = bytes;
        assertThatThrownBy(() -> CheckpointFormat.decode(changed))
            .as("byte %s xor %s", at, change)
            .isInstanceOf(CheckpointException.class);
      }
      bytes[at] = original;
    }
  }

  @Test
  void decode_anyTruncation_isDetected() throws IOException {
    byte[] bytes = golden();
    for (int length = 0; length < bytes.length; length++) {
      byte[] shorter = Arrays.copyOf(bytes, length);
      CheckpointException thrown =
          catchThrowableOfType(CheckpointException.class, () -> CheckpointFormat.decode(shorter));
      assertThat(thrown).hasMessageStartingWith("truncated: ");
      assertThat(thrown.offset()).isEqualTo(length);
    }
  }

  @Test
  void decode_trailingBytes_areRefused() throws IOException {
    byte[] bytes = golden();
    assertThatThrownBy(() -> CheckpointFormat.decode(Arrays.copyOf(bytes, bytes.length + 3)))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("corrupted: 3 bytes too many (at byte " + bytes.length + ")");
  }

  @Test
  void decode_laterVersion_isNamed() throws IOException {
    byte[] bytes = golden();
    bytes[11] = 2;
    assertThatThrownBy(() -> CheckpointFormat.decode(bytes))
        .hasMessage("version 2 is unknown; this program reads version 1 (at byte 8)");
  }

  @Test
  void decode_otherFile_isNotACheckpoint() {
    byte[] text = "a text that has nothing to do with training".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> CheckpointFormat.decode(text))
        .hasMessage("not a checkpoint: it does not begin with RAVINECP (at byte 0)");
  }

  @Test
  void decode_changedNumber_namesTheChecksum() throws IOException {
    byte[] bytes = golden();
    bytes[30] ^= 1;
    assertThatThrownBy(() -> CheckpointFormat.decode(bytes))
        .hasMessageMatching(
            "corrupted: checksum [0-9a-f]{8}, but the bytes have [0-9a-f]{8} \\(at byte "
                + (bytes.length - 4)
                + "\\)");
  }

  /**
   * Files made on purpose, with a correct checksum, must not make the reader allocate gigabytes.
   */
  @Test
  void decode_absurdSizes_areRefusedBeforeAllocation() throws IOException {
    for (int size : new int[] {Integer.MAX_VALUE, 1 << 28, -1, Integer.MIN_VALUE, 1000}) {
      byte[] bytes = golden();
      ByteBuffer.wrap(bytes).putInt(20, size);
      CheckpointException thrown =
          catchThrowableOfType(
              CheckpointException.class, () -> CheckpointFormat.decode(sealed(bytes)));
      assertThat(thrown).hasMessageStartingWith("corrupted: ").hasMessageContaining("weights");
      assertThat(thrown.offset()).isEqualTo(20);
    }
    for (long length : new long[] {-1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40}) {
      byte[] bytes = golden();
      ByteBuffer.wrap(bytes).putLong(12, length);
      assertThatThrownBy(() -> CheckpointFormat.decode(sealed(bytes)))
          .isInstanceOf(CheckpointException.class);
    }
  }

  /** With the checksum made right again, damage anywhere may change values but never crash. */
  @Test
  void decode_resealedDamage_eitherLoadsOrIsNamed() throws IOException {
    byte[] whole = golden();
    for (int at = 20; at < whole.length - 4; at++) {
      for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
        byte[] bytes = whole.clone();
        bytes[at] = (byte) value;
        try {
          CheckpointFormat.decode(sealed(bytes));
        } catch (CheckpointException expected) {
          assertThat(expected.offset()).isBetween(0L, (long) bytes.length);
        }
      }
    }
  }

  private static byte[] sealed(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) crc.getValue());
    return bytes;
  }

  @Test
  void encode_halfASurrogatePair_isRefused() {
    TrainingState state =
        new TrainingState(
            new double[0],
            new TrainingState.Memory("\ud800", "", 0, new double[0][]),
            new TrainingState.Progress(0, 0, 0, 0),
            TrainingState.Best.none(),
            new double[0],
            0,
            Map.of());
    assertThatThrownBy(() -> CheckpointFormat.encode(state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("text without a UTF-8 form");
  }

  @Test
  void trainingState_callerChangesItsArrays_stateKeepsIts() {
    double[] weights = {1.0};
    double[][] slots = {{2.0}};
    TrainingState state =
        new TrainingState(
            weights,
            new TrainingState.Memory("sgd", "constant(1.0)", 0, slots),
            new TrainingState.Progress(0, 0, 0, 0),
            new TrainingState.Best(0.0, 0, weights),
            weights,
            0,
            Map.of());
    weights[0] = 9.0;
    slots[0][0] = 9.0;
    state.weights()[0] = 9.0;
    state.memory().slots()[0][0] = 9.0;
    state.best().weights()[0] = 9.0;
    state.history()[0] = 9.0;

    assertThat(state.weights()).containsExactly(1.0);
    assertThat(state.memory().slots()[0]).containsExactly(2.0);
    assertThat(state.best().weights()).containsExactly(1.0);
    assertThat(state.history()).containsExactly(1.0);
  }

  @Test
  void trainingState_negativeCounts_areNamed() {
    assertThatThrownBy(() -> new TrainingState.Progress(-1, 0, 0, 0))
        .hasMessage("steps must be at least 0, but was -1");
    assertThatThrownBy(() -> new TrainingState.Progress(0, -1, 0, 0))
        .hasMessage("epoch must be at least 0, but was -1");
    assertThatThrownBy(() -> new TrainingState.Memory("", "", -1, new double[0][]))
        .hasMessage("step must be at least 0, but was -1");
    assertThatThrownBy(() -> new TrainingState.Best(0.0, -1, new double[0]))
        .hasMessage("pass must be at least 0, but was -1");
  }
}
