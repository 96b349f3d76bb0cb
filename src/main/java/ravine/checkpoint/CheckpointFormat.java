package ravine.checkpoint;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The file format of checkpoints, version 2. Big-endian throughout.
 *
 * <pre>
 *  byte  bytes
 *     0      8  magic: the letters RAVINECP
 *     8      4  version: 2
 *    12      8  n, length of the body
 *    20      n  body, see below
 *  20+n      4  CRC-32C (Castagnoli) of bytes 0 to 19+n
 *
 *  body:
 *    int32      s, the number of sections, then s times, ascending by name:
 *      int32    k, then k bytes of UTF-8: the name
 *      int8     kind: 1 numbers, 2 integers, 3 text
 *      int64    k
 *      …        k times float64 (IEEE 754 bits, NaN payloads kept), k times int64, or k bytes of UTF-8
 * </pre>
 *
 * <p>Equal sections give equal bytes. Every length is compared with the bytes that are left before
 * anything is allocated, and nothing is given back before the checksum was found right. Nothing is
 * read by Java serialization. Files once written stay readable: version 1 is read by {@link
 * VersionOne}.
 */
public final class CheckpointFormat {
  /** The version written. */
  public static final int VERSION = 2;

  static final byte NUMBERS = 1;
  static final byte INTEGERS = 2;
  static final byte TEXT = 3;

  private static final long MAGIC = 0x524156494E454350L;
  private static final int HEADER_BYTES = 20;
  private static final int CHECKSUM_BYTES = 4;
  private static final int BUFFER_BYTES = 1 << 16;

  private CheckpointFormat() {}

  /**
   * The sections as bytes.
   *
   * @throws IllegalArgumentException if a text has no UTF-8 form (half of a surrogate pair)
   */
  public static byte[] encode(Sections sections) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(sections, bytes);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /**
   * Writes the sections; does not close.
   *
   * @throws IllegalArgumentException if a text has no UTF-8 form (half of a surrogate pair)
   */
  public static void write(Sections sections, OutputStream to) throws IOException {
    long body = 4;
    for (String name : sections.names()) {
      body += 4 + utf8(name).length + 1 + 8 + bytes(sections.value(name));
    }
    Writer out = new Writer(to);
    out.int64(MAGIC);
    out.int32(VERSION);
    out.int64(body);
    out.int32(sections.names().size());
    for (String name : sections.names()) {
      byte[] encoded = utf8(name);
      out.int32(encoded.length);
      out.bytes(encoded);
      out.value(sections.value(name));
    }
    out.checksum();
  }

  private static long bytes(Object value) {
    if (value instanceof double[] numbers) {
      return 8L * numbers.length;
    }
    return value instanceof long[] integers ? 8L * integers.length : utf8((String) value).length;
  }

  private static byte[] utf8(String text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("text without a UTF-8 form: " + text, e);
    }
  }

  /**
   * The sections back from their bytes.
   *
   * @throws CheckpointException if the bytes are truncated, changed, followed by others, of an
   *     unknown version, or not a checkpoint at all
   */
  public static Sections decode(byte[] bytes) {
    try {
      return read(new ByteArrayInputStream(bytes), bytes.length);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /**
   * Reads sections; does not close.
   *
   * @param length bytes that there are
   * @throws CheckpointException if the bytes are truncated, changed, followed by others, of an
   *     unknown version, or not a checkpoint at all
   */
  public static Sections read(InputStream from, long length) throws IOException {
    if (length < HEADER_BYTES + CHECKSUM_BYTES) {
      throw new CheckpointException(
          "truncated: a checkpoint has at least "
              + (HEADER_BYTES + CHECKSUM_BYTES)
              + " bytes, these are "
              + length,
          length);
    }
    CheckpointReader in = new CheckpointReader(from, length - CHECKSUM_BYTES);
    if (in.int64("magic") != MAGIC) {
      throw new CheckpointException("not a checkpoint: it does not begin with RAVINECP", 0);
    }
    int version = in.int32("version");
    if (version < 1 || version > VERSION) {
      throw new CheckpointException(
          "version " + version + " is unknown; this program reads versions 1 to " + VERSION, 8);
    }
    requireLength(in.int64("length"), length);
    Sections sections = version == 1 ? VersionOne.read(in) : sections(in);
    in.requireEnd();
    return sections;
  }

  private static void requireLength(long body, long length) {
    long expected = HEADER_BYTES + body + CHECKSUM_BYTES;
    if (body < 0 || expected < 0) {
      throw new CheckpointException("corrupted: the body's length is " + body, 12);
    }
    if (length < expected) {
      throw new CheckpointException(
          "truncated: " + expected + " bytes announced, " + length + " there", length);
    }
    if (length > expected) {
      throw new CheckpointException(
          "corrupted: " + (length - expected) + " bytes too many", expected);
    }
  }

  private static Sections sections(CheckpointReader in) throws IOException {
    Sections sections = new Sections();
    int many = in.count("sections", 13);
    for (int i = 0; i < many; i++) {
      long at = in.position();
      String name = in.text("a name", in.count("name", 1));
      if (sections.has(name)) {
        throw new CheckpointException("corrupted: " + name + " appears twice", at);
      }
      byte kind = in.int8(name);
      switch (kind) {
        case NUMBERS -> sections.putNumbers(name, in.numbers(in.length(name, 8)));
        case INTEGERS -> sections.putIntegers(name, in.integers(in.length(name, 8)));
        case TEXT -> sections.putText(name, in.text(name, in.length(name, 1)));
        default ->
            throw new CheckpointException(
                "corrupted: " + name + " is of the unknown kind " + kind, in.position() - 1);
      }
    }
    return sections;
  }

  /** Writes through a buffer and keeps the checksum. */
  private static final class Writer {
    private final OutputStream to;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

    Writer(OutputStream to) {
      this.to = to;
    }

    private ByteBuffer room(int bytes) throws IOException {
      if (buffer.remaining() < bytes) {
        flush();
      }
      return buffer;
    }

    private void flush() throws IOException {
      crc.update(buffer.array(), 0, buffer.position());
      to.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }

    void int32(int value) throws IOException {
      room(4).putInt(value);
    }

    void int64(long value) throws IOException {
      room(8).putLong(value);
    }

    void bytes(byte[] bytes) throws IOException {
      flush();
      crc.update(bytes, 0, bytes.length);
      to.write(bytes);
    }

    void value(Object value) throws IOException {
      if (value instanceof double[] numbers) {
        room(1).put(NUMBERS);
        int64(numbers.length);
        for (double number : numbers) {
          room(8).putDouble(number);
        }
      } else if (value instanceof long[] integers) {
        room(1).put(INTEGERS);
        int64(integers.length);
        for (long integer : integers) {
          room(8).putLong(integer);
        }
      } else {
        byte[] text = utf8((String) value);
        room(1).put(TEXT);
        int64(text.length);
        bytes(text);
      }
    }

    void checksum() throws IOException {
      flush();
      buffer.putInt((int) crc.getValue());
      to.write(buffer.array(), 0, buffer.position());
      to.flush();
    }
  }
}
