package ravine.ml.segments;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import ravine.ml.Learner;
import ravine.ml.MiniBatchParams;

/** Rows of several segments, with columns key, label, weight, validation and features. */
final class SegmentRows {
  static final StructType SCHEMA =
      new StructType()
          .add("key", DataTypes.StringType, true)
          .add("label", DataTypes.DoubleType, true)
          .add("weight", DataTypes.DoubleType, true)
          .add("validation", DataTypes.BooleanType, true)
          .add("features", SQLDataTypes.VectorType(), true);

  private SegmentRows() {}

  /** The learner's rows, dealt to segments by turns: keys s0, s1, … */
  static List<Row> dealt(Learner learner, int segments, int rows) {
    List<Row> dealt = new ArrayList<>();
    int i = 0;
    for (Row row : learner.rows(segments * rows)) {
      dealt.add(
          RowFactory.create("s" + i++ % segments, row.get(0), row.get(1), row.get(2), row.get(3)));
    }
    return dealt;
  }

  /** An ordinary row. */
  static Row row(String key, Double label, double... features) {
    return RowFactory.create(key, label, 1.0, false, vector(features));
  }

  private static Vector vector(double[] features) {
    return Vectors.dense(features);
  }

  static Dataset<Row> frame(SparkSession session, List<Row> rows) {
    return session.createDataFrame(rows, SCHEMA);
  }

  /** The rows of one segment. */
  static Dataset<Row> of(Dataset<Row> rows, String key) {
    return rows.where(functions.col("key").eqNullSafe(functions.lit(key)));
  }

  /** An estimator with a penalty and a tolerance so small that its weights can be compared. */
  static SegmentedFitting<?, ?> exact(Learner learner) {
    MiniBatchParams<?> estimator = learner.create();
    Learner.set(estimator, "regParam", 0.05);
    Learner.set(estimator, "tol", learner == Learner.SVC ? 1e-6 : 1e-10);
    return (SegmentedFitting<?, ?>) estimator;
  }

  static double tol(SegmentedFitting<?, ?> estimator) {
    return (Double) estimator.getOrDefault(estimator.getParam("tol"));
  }
}
