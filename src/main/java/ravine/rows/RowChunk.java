package ravine.rows;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Some rows as one array of bytes, for the way through a shuffle: serializers copy such an array in
 * bulk, where a row object costs them a hundred times as much. The place of the first row in the
 * source, how much further each next one stood, and then each row, little-endian:
 *
 * <pre>
 *   long place | int stride
 *   double label | double weight | int size | int stored, inverted if dense
 *   | byte validation, and above its lowest bit how many numbers are beside the label
 *   | those doubles | doubles | ints if sparse
 * </pre>
 */
final class RowChunk {
  /** A chunk is sent off when it is longer than this, or earlier where there are many. */
  static final int BYTES = 256 * 1024;

  /** Bytes before the first row. */
  static final int FRONT = Long.BYTES + Integer.BYTES;

  private static final int HEAD = 2 * Double.BYTES + 2 * Integer.BYTES + 1;

  private static final VarHandle DOUBLES =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[FRONT];
  private int length = FRONT;

  /** The numbers of a row on their way into a chunk; those of many chunks share them. */
  static final class Numbers {
    private double[] values = {};
    private int[] indices = {};

    private void reserve(int stored) {
      if (values.length < stored) {
        values = new double[stored];
        indices = new int[stored];
      }
    }
  }

  /** Appends the row that was read last. */
  void add(RowReader<?> row, Numbers numbers) {
    int stored = row.stored;
    int needed =
        Math.addExact(
            length + HEAD + Double.BYTES * row.beside.length,
            Math.multiplyExact(stored, row.dense ? Double.BYTES : Double.BYTES + Integer.BYTES));
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * bytes.length, 1 << 30)));
    }
    numbers.reserve(stored);
    double[] values = numbers.values;
    int[] indices = numbers.indices;
    DOUBLES.set(bytes, length, row.label);
    DOUBLES.set(bytes, length + 8, row.weight);
    INTS.set(bytes, length + 16, row.size);
    INTS.set(bytes, length + 20, row.dense ? ~stored : stored);
    bytes[length + 24] = (byte) (row.beside.length << 1 | (row.validation ? 1 : 0));
    row.copyValues(values, 0);
    int at = length + HEAD;
    for (double number : row.beside) {
      DOUBLES.set(bytes, at, number);
      at += Double.BYTES;
    }
    for (int s = 0; s < stored; s++, at += Double.BYTES) {
      DOUBLES.set(bytes, at, values[s]);
    }
    if (!row.dense) {
      row.copyIndices(indices, 0);
      for (int s = 0; s < stored; s++, at += Integer.BYTES) {
        INTS.set(bytes, at, indices[s]);
      }
    }
    length = at;
  }

  /** Bytes so far. */
  int length() {
    return length;
  }

  /** Appends the rows of another chunk. */
  void append(RowChunk other) {
    int more = other.length - FRONT;
    int needed = Math.addExact(length, more);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(2L * bytes.length, 1 << 30)));
    }
    System.arraycopy(other.bytes, FRONT, bytes, length, more);
    length = needed;
  }

  /** Forgets all rows. */
  void clear() {
    length = FRONT;
  }

  /** Of the rows so far. */
  int bytes() {
    return length - FRONT;
  }

  /** The same for equal rows. */
  long hash() {
    return hash(bytes, FRONT, length);
  }

  /**
   * Of some bytes, eight at a time; every bit of the result depends on all of theirs, by the
   * finaliser of MurmurHash3.
   */
  static long hash(byte[] bytes, int from, int to) {
    long hash = (long) to - from;
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      hash = stir(hash, (long) LONGS.get(bytes, at));
    }
    long rest = 0;
    for (; at < to; at++) {
      rest = rest << Byte.SIZE | (bytes[at] & 0xFF);
    }
    hash = stir(hash, rest);
    hash = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
    hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return hash ^ (hash >>> 33);
  }

  private static long stir(long hash, long word) {
    long mixed = Long.rotateLeft(word * 0x87C37B91114253D5L, 31) * 0x4CF5AD432745937FL;
    return Long.rotateLeft(hash ^ mixed, 27) * 5 + 0x52DCE729L;
  }

  private static int columns(byte[] bytes, int row) {
    return (bytes[row + 24] & 0xFF) >> 1;
  }

  /** Where the row that begins at a place of a chunk ends. */
  static int after(byte[] bytes, int row) {
    int stored = getInt(bytes, row + 20);
    return row
        + HEAD
        + Double.BYTES * columns(bytes, row)
        + (stored < 0 ? ~stored * Double.BYTES : stored * (Double.BYTES + Integer.BYTES));
  }

  static long getLong(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  static void setLong(byte[] bytes, int at, long value) {
    LONGS.set(bytes, at, value);
  }

  static int getInt(byte[] bytes, int at) {
    return (int) INTS.get(bytes, at);
  }

  static void setInt(byte[] bytes, int at, int value) {
    INTS.set(bytes, at, value);
  }

  boolean isEmpty() {
    return length == FRONT;
  }

  /**
   * The rows so far; the chunk is empty afterwards.
   *
   * @param place of the first row
   * @param stride from one row's place to the next one's
   */
  byte[] take(long place, int stride) {
    LONGS.set(bytes, 0, place);
    INTS.set(bytes, Long.BYTES, stride);
    byte[] taken = Arrays.copyOf(bytes, length);
    length = FRONT;
    return taken;
  }

  /** A place in a chunk where a row begins; the same object at every step. */
  static final class Place {
    private byte[] bytes = {};
    private int at;
    private long inSource;
    private int stride;

    void set(byte[] chunk, int row, long source) {
      bytes = chunk;
      at = row;
      inSource = source;
    }
  }

  /** Goes through chunks row by row. */
  static final class Walk implements Iterator<Place> {
    private final Iterator<byte[]> chunks;
    private final Place place = new Place();
    private int next;

    Walk(Iterator<byte[]> chunks) {
      this.chunks = chunks;
    }

    @Override
    public boolean hasNext() {
      return next < place.bytes.length || chunks.hasNext();
    }

    @Override
    public Place next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (next >= place.bytes.length) {
        place.bytes = chunks.next();
        place.inSource = (long) LONGS.get(place.bytes, 0);
        place.stride = (int) INTS.get(place.bytes, Long.BYTES);
        next = FRONT;
      } else {
        place.inSource += place.stride;
      }
      place.at = next;
      next = after(place.bytes, next);
      return place;
    }
  }

  /** Reads the row at a place. */
  static final class Reader extends RowReader<Place> {
    private byte[] bytes = {};
    private int from;

    @Override
    protected void read(Place row) {
      bytes = row.bytes;
      place = row.inSource;
      label = (double) DOUBLES.get(bytes, row.at);
      weight = (double) DOUBLES.get(bytes, row.at + 8);
      size = (int) INTS.get(bytes, row.at + 16);
      int count = (int) INTS.get(bytes, row.at + 20);
      dense = count < 0;
      stored = dense ? ~count : count;
      validation = (bytes[row.at + 24] & 1) != 0;
      from = row.at + HEAD;
      int columns = columns(bytes, row.at);
      if (beside.length != columns) {
        beside = new double[columns];
      }
      for (int c = 0; c < columns; c++, from += Double.BYTES) {
        beside[c] = (double) DOUBLES.get(bytes, from);
      }
    }

    @Override
    protected void copyValues(double[] to, int at) {
      for (int s = 0; s < stored; s++) {
        to[at + s] = (double) DOUBLES.get(bytes, from + s * Double.BYTES);
      }
    }

    @Override
    protected void copyIndices(int[] to, int at) {
      int start = from + stored * Double.BYTES;
      for (int s = 0; s < stored; s++) {
        to[at + s] = (int) INTS.get(bytes, start + s * Integer.BYTES);
      }
    }
  }
}
