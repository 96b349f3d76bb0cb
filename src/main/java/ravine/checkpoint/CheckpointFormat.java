package ravine.checkpoint;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The file format of checkpoints, version 1. Big-endian throughout.
 *
 * <pre>
 *  byte  bytes
 *     0      8  magic: the letters RAVINECP
 *     8      4  version: 1
 *    12      8  n, length of the body
 *    20      n  body, see below
 *  20+n      4  CRC-32C (Castagnoli) of bytes 0 to 19+n
 *
 *  body:
 *    numbers    weights
 *    text       rule
 *    text       schedule
 *    int64      the rule's step
 *    int32      s, the number of slots, then s times numbers
 *    int64      steps
 *    int32      epoch
 *    int32      step in the epoch
 *    int64      seed
 *    float64    best value
 *    int32      best pass
 *    numbers    best weights, none if there is no best yet
 *    numbers    history
 *    int64      data fingerprint
 *    int32      m, the number of notes, then m times text key, text value, ascending by key
 *
 *  numbers:  int32 k, then k times float64 (IEEE 754 bits, NaN payloads kept)
 *  text:     int32 k, then k bytes of UTF-8
 * </pre>
 *
 * <p>Equal states give equal bytes. The checksum is verified before the body is read, and every
 * length against the bytes that are left before anything is allocated. A later version gets a new
 * number and a reader beside this one: files once written stay readable.
 */
public final class CheckpointFormat {
  /** The version written. */
  public static final int VERSION = 1;

  private static final long MAGIC = 0x524156494E454350L;
  private static final int HEADER_BYTES = 20;
  private static final int CHECKSUM_BYTES = 4;

  private CheckpointFormat() {}

  /**
   * The state as bytes.
   *
   * @throws IllegalArgumentException if they would be more than an array can hold (2 GiB), or a
   *     text has no UTF-8 form (half of a surrogate pair)
   */
  public static byte[] encode(TrainingState state) {
    Fields fields = new Fields(state);
    long body = fields.length();
    long total = HEADER_BYTES + body + CHECKSUM_BYTES;
    if (total > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a checkpoint must fit into 2 GiB, but would take " + total + " bytes");
    }
    ByteBuffer out = ByteBuffer.allocate((int) total);
    out.putLong(MAGIC).putInt(VERSION).putLong(body);
    fields.write(out);
    out.putInt(checksum(out.array(), out.position()));
    return out.array();
  }

  /**
   * The state back from its bytes.
   *
   * @throws CheckpointException if the bytes are truncated, changed, followed by others, of an
   *     unknown version, or not a checkpoint at all
   */
  public static TrainingState decode(byte[] bytes) {
    if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES) {
      throw new CheckpointException(
          "truncated: a checkpoint has at least "
              + (HEADER_BYTES + CHECKSUM_BYTES)
              + " bytes, these are "
              + bytes.length,
          bytes.length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getLong() != MAGIC) {
      throw new CheckpointException("not a checkpoint: it does not begin with RAVINECP", 0);
    }
    int version = in.getInt();
    if (version != VERSION) {
      throw new CheckpointException(
          "version " + version + " is unknown; this program reads version " + VERSION, 8);
    }
    requireLength(in.getLong(), bytes.length);
    int end = bytes.length - CHECKSUM_BYTES;
    int stored = in.getInt(end);
    int actual = checksum(bytes, end);
    if (stored != actual) {
      throw new CheckpointException(
          String.format("corrupted: checksum %08x, but the bytes have %08x", stored, actual), end);
    }
    in.limit(end);
    return new Reader(in).state();
  }

  private static void requireLength(long body, int length) {
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

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /** The body to be written: its parts, its length, and its order. */
  private static final class Fields {
    private final TrainingState state;
    private final double[] weights;
    private final double[] bestWeights;
    private final double[] history;
    private final byte[] rule;
    private final byte[] schedule;
    private final byte[][] notes;

    Fields(TrainingState state) {
      this.state = state;
      this.weights = state.weights();
      this.bestWeights = state.best().weights();
      this.history = state.history();
      this.rule = utf8(state.memory().rule());
      this.schedule = utf8(state.memory().schedule());
      this.notes = new byte[2 * state.notes().size()][];
      int i = 0;
      for (Map.Entry<String, String> note : state.notes().entrySet()) {
        notes[i++] = utf8(note.getKey());
        notes[i++] = utf8(note.getValue());
      }
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

    long length() {
      long fixed = 8 + 4 + 8 + 4 + 4 + 8 + 8 + 4 + 8 + 4;
      long length = fixed + bytes(weights) + bytes(bestWeights) + bytes(history);
      length += 4L + rule.length + 4L + schedule.length;
      for (double[] slot : state.memory().liveSlots()) {
        length += bytes(slot);
      }
      for (byte[] text : notes) {
        length += 4L + text.length;
      }
      return length;
    }

    private static long bytes(double[] numbers) {
      return 4L + 8L * numbers.length;
    }

    void write(ByteBuffer out) {
      put(out, weights);
      put(out, rule);
      put(out, schedule);
      out.putLong(state.memory().step());
      double[][] slots = state.memory().liveSlots();
      out.putInt(slots.length);
      for (double[] slot : slots) {
        put(out, slot);
      }
      TrainingState.Progress progress = state.progress();
      out.putLong(progress.steps()).putInt(progress.epoch()).putInt(progress.stepInEpoch());
      out.putLong(progress.seed());
      out.putDouble(state.best().value()).putInt(state.best().pass());
      put(out, bestWeights);
      put(out, history);
      out.putLong(state.dataFingerprint());
      out.putInt(state.notes().size());
      for (byte[] text : notes) {
        put(out, text);
      }
    }

    private static void put(ByteBuffer out, double[] numbers) {
      out.putInt(numbers.length);
      out.asDoubleBuffer().put(numbers);
      out.position(out.position() + 8 * numbers.length);
    }

    private static void put(ByteBuffer out, byte[] text) {
      out.putInt(text.length).put(text);
    }
  }

  /** The body being read: refuses lengths that the rest cannot hold. */
  private static final class Reader {
    private final ByteBuffer in;

    Reader(ByteBuffer in) {
      this.in = in;
    }

    TrainingState state() {
      double[] weights = numbers("weights");
      String rule = text("rule");
      String schedule = text("schedule");
      long ruleStep = count64("rule's step");
      double[][] slots = new double[count("slots", 4)][];
      for (int i = 0; i < slots.length; i++) {
        slots[i] = numbers("slot " + i);
      }
      TrainingState.Progress progress =
          new TrainingState.Progress(
              count64("steps"), count32("epoch"), count32("step in the epoch"), int64("seed"));
      double bestValue = Double.longBitsToDouble(int64("best value"));
      int bestPass = count32("best pass");
      double[] bestWeights = numbers("best weights");
      double[] history = numbers("history");
      long fingerprint = int64("data fingerprint");
      Map<String, String> notes = notes();
      if (in.hasRemaining()) {
        throw new CheckpointException(
            "corrupted: " + in.remaining() + " bytes left after the last field", in.position());
      }
      return new TrainingState(
          weights,
          new TrainingState.Memory(rule, schedule, ruleStep, slots),
          progress,
          new TrainingState.Best(bestValue, bestPass, bestWeights),
          history,
          fingerprint,
          notes);
    }

    private Map<String, String> notes() {
      int size = count("notes", 8);
      Map<String, String> notes = new TreeMap<>();
      for (int i = 0; i < size; i++) {
        int at = in.position();
        if (notes.put(text("note's name"), text("note")) != null) {
          throw new CheckpointException("corrupted: a note appears twice", at);
        }
      }
      return notes;
    }

    private double[] numbers(String name) {
      double[] numbers = new double[count(name, 8)];
      in.asDoubleBuffer().get(numbers);
      in.position(in.position() + 8 * numbers.length);
      return numbers;
    }

    private String text(String name) {
      int length = count(name, 1);
      int at = in.position();
      ByteBuffer slice = in.slice(at, length);
      in.position(at + length);
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
      } catch (CharacterCodingException e) {
        throw new CheckpointException("corrupted: " + name + " is not UTF-8", at);
      }
    }

    /** A number of things of at least {@code bytesEach} bytes that must still be there. */
    private int count(String name, int bytesEach) {
      int at = in.position();
      int count = count32("number of " + name);
      if ((long) count * bytesEach > in.remaining()) {
        throw new CheckpointException(
            "corrupted: "
                + name
                + " of length "
                + count
                + " in the last "
                + in.remaining()
                + " bytes",
            at);
      }
      return count;
    }

    private int count32(String name) {
      require(4, name);
      int at = in.position();
      int count = in.getInt();
      if (count < 0) {
        throw new CheckpointException("corrupted: " + name + " is " + count, at);
      }
      return count;
    }

    private long count64(String name) {
      int at = in.position();
      long count = int64(name);
      if (count < 0) {
        throw new CheckpointException("corrupted: " + name + " is " + count, at);
      }
      return count;
    }

    private long int64(String name) {
      require(8, name);
      return in.getLong();
    }

    private void require(int bytes, String name) {
      if (in.remaining() < bytes) {
        throw new CheckpointException("corrupted: the body ends before " + name, in.position());
      }
    }
  }
}
