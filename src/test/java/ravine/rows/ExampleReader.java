package ravine.rows;

import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;

/** Reads rows that are objects. */
public final class ExampleReader extends RowReader<Example> {
  private double[] values = {};
  private int[] indices = {};

  @Override
  protected void read(Example row) {
    label = row.label;
    weight = row.weight;
    validation = row.validation;
    size = row.features.size();
    if (row.features instanceof SparseVector sparse) {
      dense = false;
      values = sparse.values();
      indices = sparse.indices();
    } else {
      dense = true;
      values = ((DenseVector) row.features).values();
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
