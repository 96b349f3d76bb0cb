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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFormatTest {
  private static final Sections FIRST =
      new Sections()
          .putNumbers("weights", 1.5, -2.25, 0.1)
          .putText("rule", "adam(beta1=0.9)")
          .putText("schedule", "cosine(0.1,5000,0.0)")
          .putIntegers("rule.step", 41)
          .putIntegers("rule.slots", 3)
          .putNumbers("rule.slot.0", 0.5, 0.25, -0.125)
          .putNumbers("rule.slot.1", 1e-300, Double.POSITIVE_INFINITY, -0.0)
          .putNumbers("rule.slot.2", 7.0)
          .putIntegers("steps", 42)
          .putIntegers("epoch", 3)
          .putIntegers("epoch.step", 12)
          .putIntegers("seed", -7)
          .putNumbers("best.value", 0.3125)
          .putIntegers("best.pass", 2)
          .putNumbers("best.weights", 1.0, 2.0, 3.0)
          .putNumbers("history", 0.7, 0.5, Double.NaN)
          .putIntegers("data", 0xCAFEBABEDEADBEEFL)
          .putText("note.größe", "θ")
          .putText("note.engine", "jobs");

  private static final Sections SECOND =
      new Sections()
          .putText("größe", "θ = 1")
          .putIntegers("loop", -1, Long.MAX_VALUE)
          .putNumbers("none")
          .putText("rule", "adam(beta1=0.9)")
          .putNumbers("weights", 1.5, -2.25, 0.1, Double.POSITIVE_INFINITY, -0.0, Double.NaN);

  private static byte[] golden(int version) throws IOException {
    String name = "version-" + version + ".bin";
    try (InputStream in = CheckpointFormatTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void decode_goldenFileOfVersion1_stillLoads() throws IOException {
    assertThat(CheckpointFormat.decode(golden(1))).isEqualTo(FIRST);
  }

  @Test
  void decode_goldenFileOfVersion2_stillLoads() throws IOException {
    assertThat(CheckpointFormat.decode(golden(2))).isEqualTo(SECOND);
  }

  /** Names are written ascending by their characters, whatever the order they were put in. */
  @Test
  void encode_sections_areThoseOfTheGoldenFileInAscendingOrder() throws IOException {
    byte[] bytes = CheckpointFormat.encode(SECOND);
    byte[] golden = golden(2);
    assertThat(bytes).hasSameSizeAs(golden);
    assertThat(Arrays.copyOf(bytes, 24)).isEqualTo(Arrays.copyOf(golden, 24));
    assertThat(new String(bytes, 28, 6, StandardCharsets.UTF_8)).isEqualTo("größ");
    assertThat(CheckpointFormat.decode(bytes)).isEqualTo(SECOND);
  }

  @Property(tries = 300)
  void decode_encoded_isEqual(@ForAll("sections") Sections sections) {
    byte[] bytes = CheckpointFormat.encode(sections);
    Sections decoded = CheckpointFormat.decode(bytes);
    assertThat(decoded).isEqualTo(sections).hasSameHashCodeAs(sections);
    assertThat(CheckpointFormat.encode(decoded)).isEqualTo(bytes);
  }

  @Provide
  Arbitrary<Sections> sections() {
    Arbitrary<Double> number =
        Arbitraries.oneOf(
            Arbitraries.doubles(),
            Arbitraries.of(
                Double.NaN, Double.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE, Double.MAX_VALUE));
    Arbitrary<double[]> numbers = number.array(double[].class).ofMinSize(0).ofMaxSize(9);
    Arbitrary<long[]> integers = Arbitraries.longs().array(long[].class).ofMaxSize(5);
    Arbitrary<String> text =
        Arbitraries.strings()
            .ofMaxLength(12)
            .filter(s -> StandardCharsets.UTF_8.newEncoder().canEncode(s));
    return Combinators.combine(
            Arbitraries.maps(text, numbers).ofMaxSize(4),
            Arbitraries.maps(text, integers).ofMaxSize(4),
            Arbitraries.maps(text, text).ofMaxSize(4))
        .as(CheckpointFormatTest::of);
  }

  private static Sections of(
      Map<String, double[]> numbers, Map<String, long[]> integers, Map<String, String> texts) {
    Sections sections = new Sections();
    numbers.forEach(sections::putNumbers);
    integers.forEach(sections::putIntegers);
    texts.forEach(sections::putText);
    return sections;
  }

  /** Longer than the buffers of reader and writer. */
  @Test
  void decode_longSections_areEqual() {
    double[] numbers = new double[50_001];
    long[] integers = new long[20_003];
    Arrays.setAll(numbers, i -> Math.sin(i));
    Arrays.setAll(integers, i -> 31L * i);
    Sections sections =
        new Sections()
            .putText("a", "x".repeat(70_000))
            .putNumbers("b", numbers)
            .putIntegers("c", integers);
    assertThat(CheckpointFormat.decode(CheckpointFormat.encode(sections))).isEqualTo(sections);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void decode_anySingleByteChanged_isDetected(int version) throws IOException {
    byte[] bytes = golden(version);
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

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void decode_anyTruncation_isDetected(int version) throws IOException {
    byte[] bytes = golden(version);
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
    byte[] bytes = golden(2);
    assertThatThrownBy(() -> CheckpointFormat.decode(Arrays.copyOf(bytes, bytes.length + 3)))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("corrupted: 3 bytes too many (at byte " + bytes.length + ")");
  }

  @Test
  void decode_laterVersion_isNamed() throws IOException {
    byte[] bytes = golden(2);
    bytes[11] = 3;
    assertThatThrownBy(() -> CheckpointFormat.decode(bytes))
        .hasMessage("version 3 is unknown; this program reads versions 1 to 2 (at byte 8)");
  }

  @Test
  void decode_otherFile_isNotACheckpoint() {
    byte[] text = "a text that has nothing to do with training".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> CheckpointFormat.decode(text))
        .hasMessage("not a checkpoint: it does not begin with RAVINECP (at byte 0)");
  }

  @Test
  void decode_changedNumber_namesTheChecksum() throws IOException {
    byte[] bytes = golden(2);
    bytes[bytes.length - 6] ^= 1;
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
      byte[] bytes = golden(1);
      ByteBuffer.wrap(bytes).putInt(20, size);
      CheckpointException thrown =
          catchThrowableOfType(
              CheckpointException.class, () -> CheckpointFormat.decode(sealed(bytes)));
      assertThat(thrown).hasMessageStartingWith("corrupted: ").hasMessageContaining("weights");
      assertThat(thrown.offset()).isEqualTo(20);
    }
    Sections one = new Sections().putNumbers("w", 1.0, 2.0);
    int at = 20 + 4 + 4 + 1 + 1;
    for (long size : new long[] {Long.MAX_VALUE, 1L << 61, 1L << 31, -1, Long.MIN_VALUE, 3}) {
      byte[] bytes = CheckpointFormat.encode(one);
      ByteBuffer.wrap(bytes).putLong(at, size);
      CheckpointException thrown =
          catchThrowableOfType(
              CheckpointException.class, () -> CheckpointFormat.decode(sealed(bytes)));
      assertThat(thrown).hasMessageStartingWith("corrupted: w of length " + size);
      assertThat(thrown.offset()).isEqualTo(at);
    }
    for (long length : new long[] {-1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40}) {
      byte[] bytes = golden(2);
      ByteBuffer.wrap(bytes).putLong(12, length);
      assertThatThrownBy(() -> CheckpointFormat.decode(sealed(bytes)))
          .isInstanceOf(CheckpointException.class);
    }
  }

  /** With the checksum made right again, damage anywhere may change values but never crash. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void decode_resealedDamage_eitherLoadsOrIsNamed(int version) throws IOException {
    byte[] whole = golden(version);
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
    Sections sections = new Sections().putText("rule", "\ud800");
    assertThatThrownBy(() -> CheckpointFormat.encode(sections))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("text without a UTF-8 form");
  }
}
