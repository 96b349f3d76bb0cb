package ravine.mllib;

import org.apache.spark.mllib.linalg.DenseVector;
import org.apache.spark.mllib.linalg.SparseVector;
import org.apache.spark.mllib.linalg.Vector;
import ravine.rows.RowReader;
import scala.Tuple2;

/** Reads MLlib's pairs of label and features, every one of which weighs 1. */
final class PairReader extends RowReader<Tuple2<Object, Vector>> {
  private double[] values = {};
  private int[] indices = {};

  @Override
  protected void read(Tuple2<Object, Vector> row) {
    label = (Double) row._1();
    weight = 1.0;
    Vector features = row._2();
    size = features.size();
    if (features instanceof SparseVector sparse) {
      dense = false;
      values = sparse.values();
      indices = sparse.indices();
    } else {
      dense = true;
      values = ((DenseVector) features).values();
    }
    stored = values.length;
  }

  @Override
  protected void copyValues(double[] to, int at) {
    System.arraycopy(values, 0, to, at, stored);
  }

  @Override
  protected void copyIndices(int[] to, int at) {
    System.arraycopy(indices, 0, to, at, stored);
  }
}
