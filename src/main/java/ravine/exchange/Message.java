package ravine.exchange;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A message between driver and worker: some whole numbers, up to two vectors and a list of indices.
 *
 * <p>On the way it consists of the JDK's types only. Why not a class of our own: Spark deserializes
 * what arrives at an endpoint, or as its reply, with the class loader the process was started with.
 * Jars that come by {@code --jars}, {@code spark-submit app.jar} or {@code addArtifact} are not in
 * it, so on executors a class of ours would be a ClassNotFoundException, and with a loader per
 * session, even in local mode, a ClassCastException.
 *
 * <p>Within a process it is {@code Object[] {long[] head, double[] first, double[] second, int[]
 * indices}}, by reference and without a copy. Between processes it is one {@code byte[]}, because
 * Java serialization copies bytes in bulk and {@code double[]} 128 at a time through native code:
 * with 50,000 numbers 0.15 against 0.7 ms there and back. All little-endian:
 *
 * <pre>
 *   int length of head | int length of first or −1 | of second or −1 | of indices or −1 | longs | doubles | doubles | ints
 * </pre>
 */
final class Message {
  private static final int LENGTHS = 4 * Integer.BYTES;

  /** No head is longer. */
  private static final int MOST_HEAD = 16;

  private final long[] head;
  private final double @Nullable [] first;
  private final double @Nullable [] second;
  private final int @Nullable [] indices;
  private byte @Nullable [] bytes;

  Message(long[] head, double @Nullable [] first, double @Nullable [] second) {
    this(head, first, second, null);
  }

  Message(
      long[] head,
      double @Nullable [] first,
      double @Nullable [] second,
      int @Nullable [] indices) {
    this.head = head;
    this.first = first;
    this.second = second;
    this.indices = indices;
  }

  /**
   * A message that has come; vectors of one that is bytes are decoded when asked for.
   *
   * @throws IllegalArgumentException if it is none: nothing is allocated by the lengths that bytes
   *     claim before these add up to the bytes there are, and no head beyond what heads have
   */
  static Message of(Object message) {
    if (message instanceof byte[] encoded) {
      ByteBuffer buffer = buffer(encoded);
      requireLengths(buffer, encoded.length);
      long[] head = new long[buffer.getInt(0)];
      buffer.position(LENGTHS);
      buffer.asLongBuffer().get(head);
      Message frame = new Message(head, null, null);
      frame.bytes = encoded;
      return frame;
    }
    if (message instanceof Object[] parts
        && parts.length == 4
        && parts[0] instanceof long[] head
        && head.length <= MOST_HEAD
        && (parts[1] == null || parts[1] instanceof double[])
        && (parts[2] == null || parts[2] instanceof double[])
        && (parts[3] == null || parts[3] instanceof int[])) {
      return new Message(head, (double[]) parts[1], (double[]) parts[2], (int[]) parts[3]);
    }
    throw new IllegalArgumentException("This is no message of resident workers.");
  }

  private static void requireLengths(ByteBuffer buffer, int bytes) {
    if (bytes >= LENGTHS && buffer.getInt(0) >= 0 && buffer.getInt(0) <= MOST_HEAD) {
      long numbers = buffer.getInt(0);
      for (int part = 1; part < 3; part++) {
        numbers += Math.max(0, buffer.getInt(part * Integer.BYTES));
      }
      long indices = Math.max(0, buffer.getInt(3 * Integer.BYTES));
      if (LENGTHS + numbers * Long.BYTES + indices * Integer.BYTES == bytes) {
        return;
      }
    }
    throw new IllegalArgumentException(
        "A message of " + bytes + " bytes does not have the lengths it claims.");
  }

  /** Whether it came from another process, so that its vectors are copies. */
  boolean isEncoded() {
    return bytes != null;
  }

  long head(int index) {
    return head[index];
  }

  int headLength() {
    return head.length;
  }

  /** Length of the first vector, −1 if there is none; decodes nothing. */
  int firstLength() {
    byte[] encoded = bytes;
    return encoded != null
        ? Math.max(-1, buffer(encoded).getInt(Integer.BYTES))
        : first == null ? -1 : first.length;
  }

  /** Length of the list of indices, −1 if there is none; decodes nothing. */
  int indicesLength() {
    byte[] encoded = bytes;
    return encoded != null
        ? Math.max(-1, buffer(encoded).getInt(3 * Integer.BYTES))
        : indices == null ? -1 : indices.length;
  }

  /** Bytes of its vectors and indices, whether it came by reference or not. */
  long vectorBytes() {
    byte[] encoded = bytes;
    if (encoded != null) {
      return encoded.length - LENGTHS - (long) head.length * Long.BYTES;
    }
    return Math.max(0, firstLength()) * (long) Double.BYTES
        + (second == null ? 0 : second.length) * (long) Double.BYTES
        + Math.max(0, indicesLength()) * (long) Integer.BYTES;
  }

  /**
   * The first vector.
   *
   * @param reuse overwritten and returned if the vector has to be decoded and has that length
   */
  double @Nullable [] first(double @Nullable [] reuse) {
    byte[] encoded = bytes;
    return first != null || encoded == null ? first : decode(encoded, 1, reuse);
  }

  /** The second vector, likewise. */
  double @Nullable [] second(double @Nullable [] reuse) {
    byte[] encoded = bytes;
    return second != null || encoded == null ? second : decode(encoded, 2, reuse);
  }

  /** The list of indices, or null. */
  int @Nullable [] indices() {
    byte[] encoded = bytes;
    if (indices != null || encoded == null) {
      return indices;
    }
    ByteBuffer buffer = buffer(encoded);
    int length = buffer.getInt(3 * Integer.BYTES);
    if (length < 0) {
      return null;
    }
    int numbers =
        buffer.getInt(0)
            + Math.max(0, buffer.getInt(Integer.BYTES))
            + Math.max(0, buffer.getInt(2 * Integer.BYTES));
    buffer.position(LENGTHS + numbers * Long.BYTES);
    int[] list = new int[length];
    buffer.asIntBuffer().get(list);
    return list;
  }

  private static double @Nullable [] decode(byte[] encoded, int which, double @Nullable [] reuse) {
    ByteBuffer buffer = buffer(encoded);
    int length = buffer.getInt(which * Integer.BYTES);
    if (length < 0) {
      return null;
    }
    int before = which == 1 ? 0 : Math.max(0, buffer.getInt(Integer.BYTES));
    buffer.position(LENGTHS + (buffer.getInt(0) + before) * Long.BYTES);
    double[] vector = reuse != null && reuse.length == length ? reuse : new double[length];
    buffer.asDoubleBuffer().get(vector);
    return vector;
  }

  /** For a receiver in this process. */
  Object local() {
    return new Object[] {head, first, second, indices};
  }

  /** For a receiver in another; encoded once, however many there are. */
  synchronized byte[] remote() {
    byte[] encoded = bytes;
    if (encoded == null) {
      encoded = encode(null);
      bytes = encoded;
    }
    return encoded;
  }

  /** The same into {@code reuse}, if that has the length. */
  byte[] encode(byte @Nullable [] reuse) {
    int firstLength = first == null ? -1 : first.length;
    int secondLength = second == null ? -1 : second.length;
    int indicesLength = indices == null ? -1 : indices.length;
    int numbers =
        Math.addExact(
            head.length, Math.addExact(Math.max(0, firstLength), Math.max(0, secondLength)));
    int length =
        Math.addExact(
            LENGTHS + Math.multiplyExact(Math.max(0, indicesLength), Integer.BYTES),
            Math.multiplyExact(numbers, Long.BYTES));
    byte[] encoded = reuse != null && reuse.length == length ? reuse : new byte[length];
    ByteBuffer buffer = buffer(encoded);
    buffer.putInt(head.length).putInt(firstLength).putInt(secondLength).putInt(indicesLength);
    buffer.asLongBuffer().put(head);
    buffer.position(LENGTHS + head.length * Long.BYTES);
    if (first != null) {
      buffer.asDoubleBuffer().put(first);
      buffer.position(buffer.position() + first.length * Double.BYTES);
    }
    if (second != null) {
      buffer.asDoubleBuffer().put(second);
      buffer.position(buffer.position() + second.length * Double.BYTES);
    }
    if (indices != null) {
      buffer.asIntBuffer().put(indices);
    }
    return encoded;
  }

  private static ByteBuffer buffer(byte[] encoded) {
    return ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
  }
}
