package ravine.rows;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.util.TaskCompletionListener;
import ravine.kernel.Kernels;
import scala.Tuple2;

/**
 * Deals rows out to a fixed number of shards by nothing but what they are: a row's shard is a hash
 * of all its bits, and within a shard rows are ordered by it, those of one hash by their bits. So
 * neither the number of partitions nor the order in which rows come shows in what is packed, and
 * rows that are equal, whose order could, are equal.
 *
 * <p>The price is a shuffle of all rows, and that a shard is sorted in memory, in bytes of about
 * the length of its packed rows. Rows that are equal to the bit stand in one shard: data of a few
 * distinct rows fills a few shards.
 */
final class Shards {
  /** Bytes of the chunks that a task fills at once, about. */
  private static final int OPEN_BYTES = 8 * 1024 * 1024;

  private static final int LEAST_CHUNK = 4 * 1024;

  private Shards() {}

  static <T> JavaRDD<byte[]> deal(JavaRDD<T> rows, RowReader.Factory<T> readers, int shards) {
    return rows.mapPartitionsWithIndex(
            (index, iterator) -> new Hand<>(index, iterator, readers.reader(), shards), true)
        .mapToPair(pair -> pair)
        .partitionBy(new ByNumber(shards))
        .values();
  }

  /**
   * Keeps the task that runs to plain kernels, so that the width of a processor's vectors does not
   * show in sums either.
   */
  static <T> Iterator<T> plainly(Iterator<T> rows) {
    TaskContext task = TaskContext.get();
    if (task != null) {
      Kernels.Plain plain = Kernels.plain();
      TaskCompletionListener ending = ended -> plain.close();
      task.addTaskCompletionListener(ending);
    }
    return rows;
  }

  /** The shard of a row: by other bits of its hash than those that order it. */
  static int of(long hash, int shards) {
    return Integer.remainderUnsigned((int) hash, shards);
  }

  /** Fills a chunk for each shard; behind the rows of one stand their places in the source. */
  private static final class Hand<T> implements Iterator<Tuple2<Integer, byte[]>> {
    private final Iterator<T> rows;
    private final RowReader<T> reader;
    private final int chunkBytes;
    private final RowChunk row = new RowChunk();
    private final RowChunk.Numbers numbers = new RowChunk.Numbers();
    private final RowChunk[] chunks;
    private final Places[] places;
    private final Queue<Tuple2<Integer, byte[]>> ready = new ArrayDeque<>();
    private long place;

    Hand(int partition, Iterator<T> rows, RowReader<T> reader, int shards) {
      this.rows = rows;
      this.reader = reader;
      this.chunkBytes = Math.max(LEAST_CHUNK, Math.min(RowChunk.BYTES, OPEN_BYTES / shards));
      this.chunks = new RowChunk[shards];
      this.places = new Places[shards];
      Arrays.setAll(chunks, s -> new RowChunk());
      Arrays.setAll(places, s -> new Places());
      this.place = Dealer.place(partition, 0);
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && rows.hasNext()) {
        reader.read(rows.next());
        row.clear();
        row.add(reader, numbers);
        int shard = of(row.hash(), chunks.length);
        chunks[shard].append(row);
        places[shard].add(place++);
        if (chunks[shard].bytes() >= chunkBytes) {
          send(shard);
        }
      }
      for (int s = 0; s < chunks.length && ready.isEmpty() && !rows.hasNext(); s++) {
        if (!chunks[s].isEmpty()) {
          send(s);
        }
      }
      return !ready.isEmpty();
    }

    private void send(int shard) {
      ready.add(new Tuple2<>(shard, places[shard].takeBehind(chunks[shard].take(0, 0))));
    }

    @Override
    public Tuple2<Integer, byte[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove();
    }
  }

  /** Where the rows of a chunk stood: for the sentence that refuses one. */
  private static final class Places {
    private long[] places = new long[64];
    private int count;

    void add(long place) {
      if (count == places.length) {
        places = Arrays.copyOf(places, 2 * count);
      }
      places[count++] = place;
    }

    /** The bytes of the chunk, the places, and how many there are. */
    byte[] takeBehind(byte[] chunk) {
      byte[] bytes =
          Arrays.copyOf(chunk, Math.addExact(chunk.length, Long.BYTES * count + Integer.BYTES));
      for (int i = 0; i < count; i++) {
        RowChunk.setLong(bytes, chunk.length + i * Long.BYTES, places[i]);
      }
      RowChunk.setInt(bytes, bytes.length - Integer.BYTES, count);
      count = 0;
      return bytes;
    }
  }

  /** All rows of a shard in their order. */
  static final class Sorted implements Iterator<RowChunk.Place> {
    private static final long UPPER = 0xFFFFFFFF_00000000L;

    private final List<byte[]> chunks = new ArrayList<>();
    private long[] hashes = new long[1024];

    /** Of each row the chunk, above, and where in it the row begins. */
    private long[] starts = new long[1024];

    private long[] places = new long[1024];
    private int count;

    /** The upper half of a row's hash, and its number below. */
    private final long[] order;

    private final RowChunk.Place place = new RowChunk.Place();
    private int next;

    Sorted(Iterator<byte[]> shuffled) {
      while (shuffled.hasNext()) {
        take(shuffled.next());
      }
      order = new long[count];
      for (int i = 0; i < count; i++) {
        order[i] = (hashes[i] & UPPER) | i;
      }
      Arrays.sort(order);
      sortTies();
    }

    private void take(byte[] chunk) {
      int rows = RowChunk.getInt(chunk, chunk.length - Integer.BYTES);
      int end = chunk.length - Integer.BYTES - rows * Long.BYTES;
      int at = RowChunk.FRONT;
      for (int i = 0; i < rows; i++) {
        if (count == hashes.length) {
          grow();
        }
        int after = RowChunk.after(chunk, at);
        hashes[count] = RowChunk.hash(chunk, at, after);
        starts[count] = (long) chunks.size() << Integer.SIZE | at;
        places[count] = RowChunk.getLong(chunk, end + i * Long.BYTES);
        count++;
        at = after;
      }
      chunks.add(chunk);
    }

    private void grow() {
      int larger = Math.multiplyExact(2, count);
      hashes = Arrays.copyOf(hashes, larger);
      starts = Arrays.copyOf(starts, larger);
      places = Arrays.copyOf(places, larger);
    }

    /** Rows of equal upper halves, hardly any but equal rows, by the rest and by their bits. */
    private void sortTies() {
      for (int from = 0; from < count; ) {
        int to = from + 1;
        while (to < count && (order[to] & UPPER) == (order[from] & UPPER)) {
          to++;
        }
        if (to - from > 1) {
          Long[] tied = new Long[to - from];
          Arrays.setAll(tied, offset(from));
          Arrays.sort(tied, this::compare);
          for (int i = from; i < to; i++) {
            order[i] = tied[i - from];
          }
        }
        from = to;
      }
    }

    private java.util.function.IntFunction<Long> offset(int from) {
      return i -> order[from + i];
    }

    private int compare(Long one, Long other) {
      int i = one.intValue();
      int j = other.intValue();
      if (hashes[i] != hashes[j]) {
        return Long.compare(hashes[i], hashes[j]);
      }
      byte[] first = chunk(i);
      byte[] second = chunk(j);
      int from = (int) starts[i];
      int start = (int) starts[j];
      return Arrays.compare(
          first, from, RowChunk.after(first, from), second, start, RowChunk.after(second, start));
    }

    private byte[] chunk(int row) {
      return chunks.get((int) (starts[row] >>> Integer.SIZE));
    }

    @Override
    public boolean hasNext() {
      return next < count;
    }

    /** The same object at every step. */
    @Override
    public RowChunk.Place next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int row = (int) order[next++];
      place.set(chunk(row), (int) starts[row], places[row]);
      return place;
    }
  }

  private static final class ByNumber extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int shards;

    ByNumber(int shards) {
      this.shards = shards;
    }

    @Override
    public int numPartitions() {
      return shards;
    }

    @Override
    public int getPartition(Object shard) {
      return (Integer) shard;
    }
  }
}
