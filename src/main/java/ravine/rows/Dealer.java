package ravine.rows;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Deals rows out to more partitions in an order that does not depend on which shuffle block arrives
 * first: row i of a partition goes to the i-th target in turn, in chunks that carry the place of
 * their first row through the shuffle and are sorted by it.
 */
final class Dealer {
  /** Lower bits of a place, which hold the row in its partition; the partition is above them. */
  private static final int ROW_BITS = 40;

  /**
   * Bytes of all chunks of a task together, and half as many again while one of them grows, unless
   * a row for each target takes more.
   */
  private static final int TASK_BYTES = 32 * 1024 * 1024;

  private Dealer() {}

  /** At how many bytes the chunk for one of so many targets is sent off. */
  static int chunkBytes(int targets) {
    return Math.min(RowChunk.BYTES, TASK_BYTES / targets);
  }

  /** Of a row in its partition, from 0. */
  static long place(int partition, long row) {
    return (long) partition << ROW_BITS | row;
  }

  static long rowOf(long place) {
    return place & ((1L << ROW_BITS) - 1);
  }

  static long partitionOf(long place) {
    return place >>> ROW_BITS;
  }

  static <T> JavaRDD<byte[]> deal(JavaRDD<T> rows, RowReader.Factory<T> readers, int partitions) {
    return rows.mapPartitionsWithIndex(
            (index, iterator) -> new Hand<>(index, iterator, readers.reader(), partitions), true)
        .mapToPair(pair -> pair)
        .repartitionAndSortWithinPartitions(new RoundRobin(partitions))
        .values();
  }

  /**
   * Fills a chunk for each target. A row's place has the partition in the upper bits, the row
   * within it in the lower; its target is the place modulo the number of targets, and so is that of
   * a chunk, whose place is that of its first row.
   */
  private static final class Hand<T> implements Iterator<Tuple2<Long, byte[]>> {
    private final Iterator<T> rows;
    private final RowReader<T> reader;
    private final RowChunk[] chunks;
    private final long[] firstPlaces;
    private final RowChunk.Numbers numbers = new RowChunk.Numbers();
    private final int chunkBytes;
    private long place;

    /** The target whose chunk is full; none where negative. */
    private int full = -1;

    /** How many targets have got their last chunk. */
    private int ended;

    Hand(int partition, Iterator<T> rows, RowReader<T> reader, int targets) {
      this.rows = rows;
      this.reader = reader;
      this.chunks = new RowChunk[targets];
      this.chunkBytes = chunkBytes(targets);
      this.firstPlaces = new long[targets];
      for (int t = 0; t < targets; t++) {
        chunks[t] = new RowChunk();
      }
      this.place = place(partition, 0);
    }

    @Override
    public boolean hasNext() {
      while (full < 0 && rows.hasNext()) {
        reader.read(rows.next());
        int target = (int) Math.floorMod(place, (long) chunks.length);
        RowChunk chunk = chunks[target];
        if (chunk.isEmpty()) {
          firstPlaces[target] = place;
        }
        chunk.add(reader, numbers);
        place++;
        if (chunk.length() >= chunkBytes) {
          full = target;
        }
      }
      while (full < 0 && ended < chunks.length) {
        if (!chunks[ended].isEmpty()) {
          full = ended;
        }
        ended++;
      }
      return full >= 0;
    }

    @Override
    public Tuple2<Long, byte[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int target = full;
      full = -1;
      long first = firstPlaces[target];
      return new Tuple2<>(first, chunks[target].take(first, chunks.length));
    }
  }

  private static final class RoundRobin extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int partitions;

    RoundRobin(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object place) {
      return (int) Math.floorMod((Long) place, (long) partitions);
    }
  }
}
