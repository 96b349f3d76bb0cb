package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DataFrameRows as Spark's operators hand them on: in binary form, and as objects. */
class InternalRowReaderTest {
  private static final DataType[] TYPES = {
    DataTypes.DoubleType, SQLDataTypes.VectorType(), DataTypes.DoubleType, DataTypes.BooleanType
  };

  private static InternalRow vector(Vector vector) {
    return new VectorUDT().serialize(vector);
  }

  /** What a reader makes of rows, one after the other. */
  private static String[] read(boolean binary, Object[]... rows) {
    UnsafeProjection projection = UnsafeProjection.create(TYPES);
    InternalRowReader reader = new InternalRowReader(true, true, 0, new double[0]);
    return Arrays.stream(rows)
        .map(
            fields -> {
              InternalRow row = new GenericInternalRow(fields);
              reader.read(binary ? projection.apply(row) : row);
              return reader.toString();
            })
        .toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void read_everyKindOfRow_givesItsNumbers(boolean binary) {
    assertThat(
            read(
                binary,
                new Object[] {1.0, vector(Vectors.dense(0.5, -2.0, 0.0)), 2.5, true},
                new Object[] {
                  0.0,
                  vector(Vectors.sparse(7, new int[] {2, 6}, new double[] {4.0, 5.0})),
                  1.0,
                  false
                },
                new Object[] {3.0, vector(Vectors.dense(new double[0])), 1.0, false},
                new Object[] {3.0, vector(Vectors.zeros(4).toSparse()), 1.0, false}))
        .containsExactly(
            "1.0 2.5 true 3 [0.5, -2.0, 0.0]",
            "0.0 1.0 false 7 [2, 6] [4.0, 5.0]",
            "3.0 1.0 false 0 []",
            "3.0 1.0 false 4 [] []");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void read_columnsThatAreNotThere_areOneAndFalse(boolean binary) {
    Object features = vector(Vectors.dense(0.5));
    Object[][] rows = {{2.0, features}, {2.0, features, 7.5}, {2.0, features, true}};
    String[] texts = new String[rows.length];
    for (int i = 0; i < rows.length; i++) {
      DataType[] types = {TYPES[0], TYPES[1], TYPES[i + 1]};
      InternalRow row = new GenericInternalRow(rows[i]);
      InternalRowReader reader = new InternalRowReader(i == 1, i == 2, 0, new double[0]);
      reader.read(
          binary ? UnsafeProjection.create(Arrays.copyOf(types, rows[i].length)).apply(row) : row);
      texts[i] = reader.toString();
    }
    assertThat(texts)
        .containsExactly("2.0 1.0 false 1 [0.5]", "2.0 7.5 false 1 [0.5]", "2.0 1.0 true 1 [0.5]");
  }

  /** The row before must not show through. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void read_nulls_areNaNAndLengthZero(boolean binary) {
    String[] texts =
        read(
            binary,
            new Object[] {1.0, vector(Vectors.dense(0.5, -2.0)), 2.5, true},
            new Object[] {null, null, null, null});
    assertThat(texts[1]).isEqualTo("NaN NaN false 0 []");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void read_sparseVectorWithFewerIndicesThanValues_isRefused(boolean binary) {
    InternalRow broken =
        new GenericInternalRow(
            new Object[] {
              (byte) 0,
              3,
              new GenericArrayData(new int[] {1}),
              new GenericArrayData(new double[] {1.0, 2.0})
            });
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(binary, new Object[] {1.0, broken, 1.0, false}))
        .withMessageContaining("1 indices for 2 values");
  }
}
