package ravine.ml;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;
import ravine.ml.weighting.ClassWeighting;
import ravine.rows.RowReader;

/**
 * Reads label, features, weight and validation mark from the rows of a query as Spark's own
 * operators hand them on. A vector there is a struct of type (0 sparse, 1 dense), size, indices and
 * values; in the binary form that nearly every query ends with, the two arrays are copied out as
 * they lie, without the row, vector and array objects that a Dataset would make of them.
 *
 * <p>A null label or weight reads as NaN and a null vector as one of length 0, which packing
 * reports with its place.
 */
public final class InternalRowReader extends RowReader<InternalRow> {
  private static final int ABSENT = -1;

  private static final int TYPE = 0;
  private static final int SIZE = 1;
  private static final int INDICES = 2;
  private static final int VALUES = 3;
  private static final int VECTOR_FIELDS = 4;
  private static final byte SPARSE = 0;

  private final int labelField;
  private final int featuresField;
  private final int weightField;
  private final int validationField;
  private final int besideField;
  private final double[] classWeights;
  private final UnsafeRow binaryVector = new UnsafeRow(VECTOR_FIELDS);
  private final UnsafeArrayData binaryIndices = new UnsafeArrayData();
  private final UnsafeArrayData binaryValues = new UnsafeArrayData();
  private ArrayData indices = binaryIndices;
  private ArrayData values = binaryValues;

  /**
   * A reader of rows of label and features, and behind them what else there is.
   *
   * @param weighted whether a weight follows; without, every row weighs 1
   * @param validated whether a validation mark follows; without, no row has it
   * @param columns how many numbers follow that stand beside the label
   * @param classWeights what weights are multiplied by, by class index; a class beyond the end
   *     keeps its weights
   */
  InternalRowReader(boolean weighted, boolean validated, int columns, double[] classWeights) {
    this(0, weighted, validated, columns, classWeights);
  }

  /**
   * The same of rows in which other fields come before the label, and none after the others.
   *
   * @param before number of those
   */
  public InternalRowReader(int before, boolean weighted, boolean validated, double[] classWeights) {
    this(before, weighted, validated, 0, classWeights);
  }

  private InternalRowReader(
      int before, boolean weighted, boolean validated, int columns, double[] classWeights) {
    this.labelField = before;
    this.featuresField = before + 1;
    this.weightField = weighted ? featuresField + 1 : ABSENT;
    this.validationField = !validated ? ABSENT : featuresField + (weighted ? 2 : 1);
    this.besideField = featuresField + 1 + (weighted ? 1 : 0) + (validated ? 1 : 0);
    this.beside = new double[columns];
    this.classWeights = classWeights;
    this.weight = 1.0;
  }

  @Override
  protected void read(InternalRow row) {
    label = row.isNullAt(labelField) ? Double.NaN : row.getDouble(labelField);
    if (weightField != ABSENT) {
      weight = row.isNullAt(weightField) ? Double.NaN : row.getDouble(weightField);
    }
    if (classWeights.length > 0) {
      weight = (weightField == ABSENT ? 1.0 : weight) * ClassWeighting.of(classWeights, label);
    }
    if (validationField != ABSENT) {
      validation = !row.isNullAt(validationField) && row.getBoolean(validationField);
    }
    for (int c = 0; c < beside.length; c++) {
      int field = besideField + c;
      beside[c] = row.isNullAt(field) ? Double.NaN : row.getDouble(field);
    }
    if (row.isNullAt(featuresField)) {
      size = 0;
      stored = 0;
      return;
    }
    InternalRow vector = vector(row);
    dense = vector.getByte(TYPE) != SPARSE;
    values = array(vector, VALUES, binaryValues);
    stored = values.numElements();
    if (dense) {
      size = stored;
      return;
    }
    size = vector.getInt(SIZE);
    indices = array(vector, INDICES, binaryIndices);
    if (indices.numElements() != stored) {
      throw new IllegalArgumentException(
          "A sparse vector has " + indices.numElements() + " indices for " + stored + " values.");
    }
  }

  private InternalRow vector(InternalRow row) {
    if (row instanceof UnsafeRow binary) {
      long place = binary.getLong(featuresField);
      binaryVector.pointTo(
          binary.getBaseObject(), binary.getBaseOffset() + (place >>> 32), (int) place);
      return binaryVector;
    }
    return row.getStruct(featuresField, VECTOR_FIELDS);
  }

  /** In a binary row the fixed part of a field holds where in the row it is, and how many bytes. */
  private static ArrayData array(InternalRow vector, int field, UnsafeArrayData reused) {
    if (vector instanceof UnsafeRow binary) {
      long place = binary.getLong(field);
      reused.pointTo(binary.getBaseObject(), binary.getBaseOffset() + (place >>> 32), (int) place);
      return reused;
    }
    return vector.getArray(field);
  }

  @Override
  protected void copyValues(double[] to, int at) {
    if (values instanceof UnsafeArrayData binary) {
      copy(binary, to, Platform.DOUBLE_ARRAY_OFFSET + (long) Double.BYTES * at, Double.BYTES);
    } else {
      System.arraycopy(values.toDoubleArray(), 0, to, at, stored);
    }
  }

  @Override
  protected void copyIndices(int[] to, int at) {
    if (indices instanceof UnsafeArrayData binary) {
      copy(binary, to, Platform.INT_ARRAY_OFFSET + (long) Integer.BYTES * at, Integer.BYTES);
    } else {
      System.arraycopy(indices.toIntArray(), 0, to, at, stored);
    }
  }

  private void copy(UnsafeArrayData from, Object to, long toOffset, int bytes) {
    if (stored == 0) {
      return;
    }
    long header = UnsafeArrayData.calculateHeaderPortionInBytes(stored);
    Platform.copyMemory(
        from.getBaseObject(), from.getBaseOffset() + header, to, toOffset, (long) bytes * stored);
  }
}
