package ravine.engine;

import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Deals rows out to more partitions in an order that does not depend on which shuffle block arrives
 * first: rows carry their place in the input through the shuffle and are sorted by it.
 */
final class Spread {
  private Spread() {}

  static JavaRDD<Example> over(JavaRDD<Example> rows, int partitions) {
    return rows.mapPartitionsWithIndex((index, iterator) -> new Numbered(index, iterator), true)
        .mapToPair(pair -> pair)
        .repartitionAndSortWithinPartitions(new RoundRobin(partitions))
        .values();
  }

  /**
   * Pairs each row with its place: the partition in the upper bits, the row within it in the lower.
   */
  private static final class Numbered implements java.util.Iterator<Tuple2<Long, Example>> {
    private final java.util.Iterator<Example> rows;
    private long next;

    Numbered(int partition, java.util.Iterator<Example> rows) {
      this.rows = rows;
      this.next = (long) partition << 40;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Tuple2<Long, Example> next() {
      return new Tuple2<>(next++, rows.next());
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
