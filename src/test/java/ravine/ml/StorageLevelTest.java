package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.StringTokenizer;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.LocalCluster;
import ravine.SparkTestBase;
import ravine.ml.classification.MiniBatchLogisticRegression;

/**
 * The param {@code storageLevel}: packed rows on disk are read again for every pass and give the
 * bits of those in memory, at every step.
 */
class StorageLevelTest extends SparkTestBase {
  /** Several stripes in each of two partitions. */
  private static final int DENSE_FEATURES = 160;

  private static final int ROWS = 16_000;
  private static final int SPARSE_FEATURES = 100_000;

  private Dataset<Row> dense() {
    return dense(spark(), ROWS);
  }

  static Dataset<Row> dense(SparkSession spark, int count) {
    SplittableRandom random = new SplittableRandom(4);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] values = new double[DENSE_FEATURES];
      for (int j = 0; j < values.length; j++) {
        values[j] = random.nextDouble(-1, 1);
      }
      double label = values[0] + values[7] + random.nextDouble(-1, 1) > 0 ? 1.0 : 0.0;
      rows.add(RowFactory.create(label, 1.0, i % 9 == 0, Vectors.dense(values)));
    }
    return MlRows.frame(spark, rows, 2);
  }

  private Dataset<Row> sparse() {
    SplittableRandom random = new SplittableRandom(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      int[] indices = random.ints(400, 0, SPARSE_FEATURES).sorted().distinct().toArray();
      double[] values = random.doubles(indices.length, -1, 1).toArray();
      double label = values[0] > 0 ? 1.0 : 0.0;
      rows.add(
          RowFactory.create(
              label, 1.0, i % 9 == 0, Vectors.sparse(SPARSE_FEATURES, indices, values)));
    }
    return MlRows.frame(spark(), rows, 2);
  }

  /** A fit by the text of its params, such as {@code optimizer=adam batchSize=100}. */
  private static MiniBatchLogisticRegression estimator(String params, String level) {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    estimator.setRegParam(1e-3).setMaxIter(3);
    StringTokenizer each = new StringTokenizer(params);
    while (each.hasMoreTokens()) {
      String param = each.nextToken();
      String name = param.substring(0, param.indexOf('='));
      String value = param.substring(param.indexOf('=') + 1);
      boolean isNumber = value.chars().allMatch(c -> Character.isDigit(c));
      Learner.set(estimator, name, isNumber ? (Object) Integer.valueOf(value) : value);
    }
    return estimator.setStorageLevel(level);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "engine=auto",
        "engine=jobs",
        "optimizer=lbfgs",
        "optimizer=adam batchSize=700 validationIndicatorCol=validation",
        "optimizer=momentum batchSize=900 engine=jobs",
        "optimizer=nesterov batchSize=500 noiseReduction=svrg",
        "optimizer=nesterov localSteps=8 storage=float",
      })
  void fit_denseOnDisk_givesTheBitsOfMemoryAtEveryStep(String params) {
    Dataset<Row> rows = dense();
    assertThat(FitBitsMain.hash(estimator(params, "DISK_ONLY"), rows))
        .isEqualTo(FitBitsMain.hash(estimator(params, "MEMORY_AND_DISK"), rows));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "engine=auto",
        "optimizer=momentum batchSize=300",
        "optimizer=adam batchSize=300 engine=jobs sparse=lazy",
      })
  void fit_sparseOnDisk_givesTheBitsOfMemoryAtEveryStep(String params) {
    Dataset<Row> rows = sparse();
    assertThat(FitBitsMain.hash(estimator(params, "DISK_ONLY"), rows))
        .isEqualTo(FitBitsMain.hash(estimator(params, "MEMORY_AND_DISK"), rows));
  }

  /** Bytes that were cached for one fit, in memory and on disk. */
  private static final class Cached extends SparkListener {
    private long memory;
    private long disk;
    private long largestOnDisk;

    @Override
    public synchronized void onBlockUpdated(SparkListenerBlockUpdated event) {
      if (event.blockUpdatedInfo().blockId() instanceof RDDBlockId) {
        memory += event.blockUpdatedInfo().memSize();
        disk += event.blockUpdatedInfo().diskSize();
        largestOnDisk = Math.max(largestOnDisk, event.blockUpdatedInfo().diskSize());
      }
    }

    synchronized long[] bytes() {
      return new long[] {memory, disk, largestOnDisk};
    }
  }

  private long[] cached(Dataset<Row> rows, String level) throws Exception {
    Cached cached = new Cached();
    sc().addSparkListener(cached);
    try {
      estimator("optimizer=momentum", level).fit(rows);
      sc().listenerBus().waitUntilEmpty();
    } finally {
      sc().removeSparkListener(cached);
    }
    return cached.bytes();
  }

  @Test
  void fit_level_isWhereRowsAreKeptInPiecesOfSomeMegabytes() throws Exception {
    Dataset<Row> rows = dense();
    long packed = 8L * ROWS * DENSE_FEATURES;
    long[] disk = cached(rows, "DISK_ONLY");
    assertThat(disk[0]).as("in memory, for rows on disk").isLessThan(packed / 50);
    assertThat(disk[1]).as("on disk").isGreaterThan(packed);
    assertThat(disk[2]).as("largest piece").isBetween(2L << 20, 6L << 20);
    long[] memory = cached(rows, "auto");
    assertThat(memory[0]).isGreaterThan(packed);
    assertThat(memory[1]).isZero();
  }

  @Test
  void fit_autoLevel_isThatOfThePersistedInput() throws Exception {
    Dataset<Row> rows = dense().persist(StorageLevel.DISK_ONLY());
    try {
      rows.count();
      assertThat(cached(rows, "auto")[1]).isGreaterThan(8L * ROWS * DENSE_FEATURES);
    } finally {
      rows.unpersist(true);
    }
  }

  /**
   * Some of the rows fit memory, the others do not; and then those that did have to leave it. Kryo
   * writes what is evicted, and files are encrypted.
   */
  @Test
  void fit_partInMemory_givesTheBitsOfDisk() {
    String output =
        LocalCluster.runOptimized(
            StorageLevelMain.class,
            Map.of(
                "spark.master",
                "local[2]",
                "spark.memory.fraction",
                "0.008",
                "spark.serializer",
                "org.apache.spark.serializer.KryoSerializer",
                "spark.io.encryption.enabled",
                "true"));
    Map<String, String> lines = new HashMap<>();
    output
        .lines()
        .forEach(line -> lines.put(line.replaceAll(": .*", ""), line.replaceAll(".*: ", "")));
    for (String engine : List.of("resident", "jobs")) {
      assertThat(lines.get("part, " + engine)).isNotNull().isEqualTo(lines.get("disk, " + engine));
      assertThat(Double.parseDouble(lines.get("part in memory, " + engine))).isBetween(0.2, 0.8);
    }
    assertThat(lines.get("evicted")).isNotNull().isEqualTo(lines.get("part, jobs"));
  }

  @Test
  void save_level_isLoadedAgain(@TempDir Path directory) throws Exception {
    String path = directory.resolve("estimator").toString();
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    estimator.setStorageLevel("DISK_ONLY");
    ((MLWritable) estimator).write().save(path);
    assertThat(MiniBatchLogisticRegression.load(path).getStorageLevel()).isEqualTo("DISK_ONLY");
  }
}
