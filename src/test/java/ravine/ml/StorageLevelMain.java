package ravine.ml;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.BlockUpdatedInfo;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import ravine.engine.PassRecord;
import ravine.engine.TrainingListener;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** What {@link StorageLevelTest} runs where storage memory holds a part of the packed rows only. */
final class StorageLevelMain extends SparkListener {
  private long inMemory;
  private long onDisk;

  private StorageLevelMain() {}

  public static void main(String[] args) throws Exception {
    SparkSession spark = SparkSession.builder().config(new SparkConf()).getOrCreate();
    Dataset<Row> rows = StorageLevelTest.dense(spark, 24_000);
    for (String engine : List.of("resident", "jobs")) {
      System.out.println("disk, " + engine + ": " + hash(estimator(engine, "DISK_ONLY"), rows));
      StorageLevelMain blocks = new StorageLevelMain();
      spark.sparkContext().addSparkListener(blocks);
      System.out.println(
          "part, " + engine + ": " + hash(estimator(engine, "MEMORY_AND_DISK"), rows));
      spark.sparkContext().listenerBus().waitUntilEmpty();
      spark.sparkContext().removeSparkListener(blocks);
      System.out.println("part in memory, " + engine + ": " + blocks.share());
    }
    MiniBatchLogisticRegression evicted = estimator("jobs", "MEMORY_AND_DISK");
    evicted.addListener(evicting(new JavaSparkContext(spark.sparkContext())));
    System.out.println("evicted: " + hash(evicted, rows));
    spark.stop();
  }

  private static String hash(MiniBatchLogisticRegression estimator, Dataset<Row> rows) {
    return FitBitsMain.hash(estimator, rows);
  }

  private static MiniBatchLogisticRegression estimator(String engine, String level) {
    MiniBatchLogisticRegression estimator = new MiniBatchLogisticRegression();
    estimator.setRegParam(1e-3).setMaxIter(4);
    return estimator
        .setOptimizer("momentum")
        .setBatchSize(6000)
        .setEngine(engine)
        .setStorageLevel(level);
  }

  /** Caches rows of its own after the second pass, for which packed ones have to go. */
  private static TrainingListener evicting(JavaSparkContext context) {
    return new TrainingListener() {
      @Override
      public boolean onPass(PassRecord pass) {
        if (pass.pass() == 2) {
          List<Integer> numbers = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            numbers.add(i);
          }
          JavaRDD<double[]> large = context.parallelize(numbers, 20).map(i -> new double[1 << 17]);
          large.persist(StorageLevel.MEMORY_ONLY()).count();
        }
        return true;
      }
    };
  }

  @Override
  public synchronized void onBlockUpdated(SparkListenerBlockUpdated event) {
    BlockUpdatedInfo info = event.blockUpdatedInfo();
    if (info.blockId() instanceof RDDBlockId) {
      inMemory += info.memSize();
      onDisk += info.diskSize();
    }
  }

  private synchronized double share() {
    return (double) inMemory / (double) (inMemory + onDisk);
  }
}
