package ravine.ml.segments;

import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import ravine.rows.RowReader;

/** Reads label, features, weight and validation mark behind the keys of a row. */
final class SegmentReader extends RowReader<Row> {
  private static final int[] NONE = {};

  /** Bytes of a stored number with its index. */
  private static final long STORED = 12;

  private final int labelField;
  private final boolean weighted;
  private final int validationField;
  private double[] values = new double[0];
  private int[] indices = NONE;
  private long bytes;

  /**
   * For rows of some keys.
   *
   * @param weighted whether a weight follows label and features
   * @param validated whether a validation mark follows
   */
  SegmentReader(int keys, boolean weighted, boolean validated) {
    this.labelField = keys;
    this.weighted = weighted;
    this.validationField = validated ? keys + (weighted ? 3 : 2) : -1;
    this.weight = 1.0;
  }

  /** Bytes of the numbers read since the last call, about. */
  long takeBytes() {
    long taken = bytes;
    bytes = 0;
    return taken;
  }

  @Override
  protected void read(Row row) {
    label = number(row, labelField);
    if (weighted) {
      weight = number(row, labelField + 2);
    }
    if (validationField >= 0) {
      validation = !row.isNullAt(validationField) && row.getBoolean(validationField);
    }
    take((Vector) row.get(labelField + 1));
    bytes += STORED * stored;
  }

  private void take(@Nullable Vector features) {
    if (features instanceof DenseVector vector) {
      values = vector.values();
      dense = true;
      size = values.length;
      stored = size;
    } else if (features instanceof SparseVector vector) {
      values = vector.values();
      indices = vector.indices();
      dense = false;
      size = vector.size();
      stored = values.length;
    } else {
      size = 0;
      stored = 0;
    }
  }

  private static double number(Row row, int field) {
    return row.isNullAt(field) ? Double.NaN : row.getDouble(field);
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
