package ravine.rows;

import java.util.Iterator;
import org.apache.spark.api.java.JavaRDD;
import ravine.engine.TrainingData;

/** Packs rows that are objects, for tests and benchmarks. */
public final class Examples {
  private Examples() {}

  /**
   * Packs and caches them, values stored as they came.
   *
   * @param features number of features d, at least 0
   */
  public static TrainingData pack(JavaRDD<Example> rows, int features, long seed) {
    return TrainingData.pack(rows, ExampleReader::new, Packing.of(features, seed, Storage.DOUBLE));
  }

  /** The same, dealt into so many shards by content. */
  public static TrainingData deal(JavaRDD<Example> rows, int features, long seed, int shards) {
    Packing packing = Packing.of(features, seed, Storage.DOUBLE).with(new Determinism(shards));
    return TrainingData.pack(rows, ExampleReader::new, packing);
  }

  /** The sums of their products, the rows themselves only where these would not do. */
  public static TrainingData sum(JavaRDD<Example> rows, int features, long seed) {
    Packing packing = Packing.of(features, seed, Storage.DOUBLE).withSums(true);
    return TrainingData.sum(rows, ExampleReader::new, packing);
  }

  /** Packs those of one partition. */
  public static PackedPartition pack(
      int partition, Iterator<Example> rows, int features, long seed, Storage storage) {
    return Packer.pack(
        partition, rows, new ExampleReader(), Packing.of(features, seed, storage), 1);
  }
}
