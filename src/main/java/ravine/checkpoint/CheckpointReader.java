package ravine.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Reads the fields of a checkpoint and keeps its checksum. Refuses every length that the bytes left
 * cannot hold before it allocates for it.
 */
final class CheckpointReader {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MOST = Integer.MAX_VALUE - 8;

  private final InputStream from;
  private final long end;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long position;

  /**
   * At byte 0.
   *
   * @param end bytes before the checksum
   */
  CheckpointReader(InputStream from, long end) {
    this.from = from;
    this.end = end;
  }

  /** Bytes read. */
  long position() {
    return position;
  }

  private void readInto(byte[] bytes, int count) throws IOException {
    int read = from.readNBytes(bytes, 0, count);
    if (read < count) {
      throw new CheckpointException("truncated: the file ends early", position + read);
    }
    crc.update(bytes, 0, count);
    position += count;
  }

  /** So many bytes, up to the buffer's size, to be taken out of it. */
  private ByteBuffer next(int bytes, String name) throws IOException {
    if (end - position < bytes) {
      throw new CheckpointException("corrupted: the body ends before " + name, position);
    }
    readInto(buffer.array(), bytes);
    return buffer.clear().limit(bytes);
  }

  byte int8(String name) throws IOException {
    return next(1, name).get();
  }

  int int32(String name) throws IOException {
    return next(4, name).getInt();
  }

  long int64(String name) throws IOException {
    return next(8, name).getLong();
  }

  /** A length of 8 bytes, of things of {@code bytesEach} bytes that must still be there. */
  int length(String name, int bytesEach) throws IOException {
    long at = position;
    return require(int64("the length of " + name), name, bytesEach, at);
  }

  /** A length of 4 bytes, of things of at least {@code bytesEach} bytes. */
  int count(String name, int bytesEach) throws IOException {
    long at = position;
    return require(int32("number of " + name), name, bytesEach, at);
  }

  private int require(long count, String name, int bytesEach, long at) {
    long left = end - position;
    if (count < 0 || count > MOST || count * bytesEach > left) {
      throw new CheckpointException(
          "corrupted: " + name + " of length " + count + " in the last " + left + " bytes", at);
    }
    return (int) count;
  }

  double[] numbers(int count) throws IOException {
    double[] numbers = new double[count];
    for (int done = 0; done < count; ) {
      int now = Math.min(count - done, BUFFER_BYTES / 8);
      next(8 * now, "numbers").asDoubleBuffer().get(numbers, done, now);
      done += now;
    }
    return numbers;
  }

  long[] integers(int count) throws IOException {
    long[] integers = new long[count];
    for (int done = 0; done < count; ) {
      int now = Math.min(count - done, BUFFER_BYTES / 8);
      next(8 * now, "integers").asLongBuffer().get(integers, done, now);
      done += now;
    }
    return integers;
  }

  String text(String name, int length) throws IOException {
    long at = position;
    byte[] bytes = new byte[length];
    readInto(bytes, length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException("corrupted: " + name + " is not UTF-8", at);
    }
  }

  /** Nothing must be left but the checksum, and it must be right. */
  void requireEnd() throws IOException {
    if (position != end) {
      throw new CheckpointException(
          "corrupted: " + (end - position) + " bytes left after the last field", position);
    }
    int actual = (int) crc.getValue();
    readInto(buffer.array(), 4);
    int stored = buffer.clear().getInt();
    if (stored != actual) {
      throw new CheckpointException(
          String.format("corrupted: checksum %08x, but the bytes have %08x", stored, actual), end);
    }
  }
}
