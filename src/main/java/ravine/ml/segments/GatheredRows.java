package ravine.ml.segments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.unsafe.Platform;

/**
 * The rows of one segment: copied as they come, and given back in the order of a hash of their
 * bytes, so that it matters to nobody in which order they came. Rows of one hash come in the order
 * of the bytes themselves; those that are equal are not told apart. One object serves all segments
 * of a task, one after the other.
 */
final class GatheredRows {
  private static final int PAGE = 1 << 18;
  private static final int ROOM = 128;
  private static final long SEED = 42L;

  /** The first is kept from segment to segment, the others are not. */
  private final List<byte[]> pages = new ArrayList<>(List.of(new byte[PAGE]));

  /** Free bytes of the last page begin here. */
  private int end;

  /** Of each row its page, its place in that and its length, in the order they came. */
  private int[] places = new int[3 * ROOM];

  private long[] hashes = new long[ROOM];
  private int count;
  private long bytes;

  /** Forgets all rows. */
  void clear() {
    if (pages.size() > 1) {
      pages.subList(1, pages.size()).clear();
      places = new int[3 * ROOM];
      hashes = new long[ROOM];
    }
    end = 0;
    count = 0;
    bytes = 0;
  }

  /** Bytes of all rows. */
  long bytes() {
    return bytes;
  }

  /** Copies a row. */
  void add(UnsafeRow row) {
    int length = row.getSizeInBytes();
    byte[] page = pages.get(pages.size() - 1);
    if (length > page.length - end) {
      page = new byte[Math.max(PAGE, length)];
      pages.add(page);
      end = 0;
    }
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * count);
      places = Arrays.copyOf(places, 6 * count);
    }
    long at = Platform.BYTE_ARRAY_OFFSET + (long) end;
    Platform.copyMemory(row.getBaseObject(), row.getBaseOffset(), page, at, length);
    hashes[count] = XXH64.hashUnsafeWords(page, at, length, SEED); // rows are whole words
    places[3 * count] = pages.size() - 1;
    places[3 * count + 1] = end;
    places[3 * count + 2] = length;
    count++;
    end += length;
    bytes += length;
  }

  /**
   * The rows in their order; each is valid until the next.
   *
   * @param fields of each
   */
  Iterator<InternalRow> inOrder(int fields) {
    int[] order = order();
    return new Iterator<>() {
      private final UnsafeRow row = new UnsafeRow(fields);
      private int next;

      @Override
      public boolean hasNext() {
        return next < order.length;
      }

      @Override
      public InternalRow next() {
        if (next == order.length) {
          throw new NoSuchElementException();
        }
        int i = 3 * order[next++];
        row.pointTo(
            pages.get(places[i]), Platform.BYTE_ARRAY_OFFSET + (long) places[i + 1], places[i + 2]);
        return row;
      }
    };
  }

  /** Sorts numbers of which the upper bits are the hash's and the lower ones the row's number. */
  private int[] order() {
    long mask = (1L << (Integer.SIZE - Integer.numberOfLeadingZeros(count))) - 1L;
    long[] sorted = new long[count];
    for (int i = 0; i < count; i++) {
      sorted[i] = (hashes[i] & ~mask) | i;
    }
    Arrays.sort(sorted);
    int[] order = new int[count];
    int same = 0;
    for (int i = 0; i < count; i++) {
      order[i] = (int) (sorted[i] & mask);
      same = ((sorted[i] ^ sorted[same]) & ~mask) == 0 ? same : i;
      insert(order, same, i);
    }
    return order;
  }

  /** Moves the row at {@code last} to its place among those before it, which are in order. */
  private void insert(int[] order, int first, int last) {
    int row = order[last];
    int at = last;
    while (at > first && compare(order[at - 1], row) > 0) {
      order[at] = order[at - 1];
      at--;
    }
    order[at] = row;
  }

  private int compare(int a, int b) {
    int i = 3 * a;
    int j = 3 * b;
    int order = Long.compare(hashes[a], hashes[b]);
    return order != 0
        ? order
        : Arrays.compare(
            pages.get(places[i]),
            places[i + 1],
            places[i + 1] + places[i + 2],
            pages.get(places[j]),
            places[j + 1],
            places[j + 1] + places[j + 2]);
  }
}
