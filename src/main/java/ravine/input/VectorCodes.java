package ravine.input;

import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/** What can be asked of a vector column in an expression: its width, and whether it is finite. */
public final class VectorCodes {
  private VectorCodes() {}

  /** Number of elements; null for null. */
  public static Column size(String column) {
    return functions.udf(new Size(), DataTypes.IntegerType).apply(Columns.column(column));
  }

  /** Number of elements that are stored: of a sparse vector those that are given. */
  static Column stored(String column) {
    return functions.udf(new Stored(), DataTypes.IntegerType).apply(Columns.column(column));
  }

  /** Whether an element is NaN, infinite or too large to be squared; false for null. */
  static Column odd(String column) {
    return functions.udf(new Odd(), DataTypes.BooleanType).apply(Columns.column(column));
  }

  /** One element, from 0; null for null. */
  public static Column element(String column, int index) {
    return functions.udf(new Element(index), DataTypes.DoubleType).apply(Columns.column(column));
  }

  /** The vector as text, for formats that hold only plain values. */
  public static Column text(String column) {
    return functions.udf(new Text(), DataTypes.StringType).apply(Columns.column(column));
  }

  /** "NaN at index 3". */
  static String describe(Vector vector) {
    double[] values = values(vector);
    int at = firstOdd(values);
    if (at < 0) {
      return "only finite values";
    }
    int index = vector instanceof SparseVector sparse ? sparse.indices()[at] : at;
    return DataCheck.text(values[at]) + " at index " + index + " (from 0)";
  }

  private static double[] values(Vector vector) {
    return vector instanceof SparseVector sparse ? sparse.values() : vector.toArray();
  }

  private static int firstOdd(double[] values) {
    for (int i = 0; i < values.length; i++) {
      // False for NaN too.
      if (!(Math.abs(values[i]) < DataCheck.HUGE)) {
        return i;
      }
    }
    return -1;
  }

  private static final class Size implements UDF1<@Nullable Vector, @Nullable Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Integer call(@Nullable Vector vector) {
      return vector == null ? null : vector.size();
    }
  }

  private static final class Element implements UDF1<@Nullable Vector, @Nullable Double> {
    private static final long serialVersionUID = 1L;

    private final int index;

    Element(int index) {
      this.index = index;
    }

    @Override
    public @Nullable Double call(@Nullable Vector vector) {
      return vector == null ? null : vector.apply(index);
    }
  }

  private static final class Stored implements UDF1<@Nullable Vector, @Nullable Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Integer call(@Nullable Vector vector) {
      return vector == null ? null : vector.numActives();
    }
  }

  private static final class Odd implements UDF1<@Nullable Vector, Boolean> {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean call(@Nullable Vector vector) {
      return vector != null && firstOdd(values(vector)) >= 0;
    }
  }

  private static final class Text implements UDF1<@Nullable Vector, @Nullable String> {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable String call(@Nullable Vector vector) {
      return vector == null ? null : vector.toString();
    }
  }
}
