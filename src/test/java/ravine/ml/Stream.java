package ravine.ml;

import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import ravine.ml.classification.MiniBatchLogisticRegression;

/** A stream of rows whose micro-batches are the same in every query, and a learner for it. */
final class Stream {
  private Stream() {}

  /** Micro-batches of so many rows in two partitions; two classes, five features. */
  static Dataset<Row> rows(SparkSession session, int perBatch) {
    Dataset<Row> numbers =
        session
            .readStream()
            .format("rate-micro-batch")
            .option("rowsPerBatch", perBatch)
            .option("numPartitions", 2)
            .option("startTimestamp", 1_000)
            .load();
    Dataset<Row> columns =
        numbers.selectExpr(
            "sin(value) as a",
            "cos(value * 1.7) as b",
            "sin(value * value % 1000) as c",
            "100 + 10 * cos(value * 0.3) as d",
            "if(value % 17 = 0, 1.0, 0.0) as e",
            "if(sin(value) + cos(value * 1.7) + sin(value * 31) > 0, 1.0, 0.0) as label");
    return new VectorAssembler()
        .setInputCols(new String[] {"a", "b", "c", "d", "e"})
        .setOutputCol("features")
        .transform(columns);
  }

  static MiniBatchLogisticRegression learner() {
    return new MiniBatchLogisticRegression()
        .setOptimizer("adam")
        .setStepSize(0.01)
        .setBatchSize(20);
  }

  static StreamingQuery start(
      Dataset<Row> rows, String checkpoint, VoidFunction2<Dataset<Row>, Long> function)
      throws Exception {
    return rows.writeStream()
        .option("checkpointLocation", checkpoint)
        .foreachBatch(function)
        .start();
  }
}
