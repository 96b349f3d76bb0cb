package ravine.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Narrow layouts of the same rows: fewer bytes, and the same bits of everything. */
class SparseBlockTest {
  private static final int FEATURES = 300;
  private static final int ROWS = 37;
  private static final int NON_ZEROS = 11;

  private final int[] starts = new int[ROWS + 1];
  private final int[] wide = new int[ROWS * NON_ZEROS];
  private final char[] narrow = new char[ROWS * NON_ZEROS];
  private final double[] labels = new double[ROWS];

  SparseBlockTest() {
    Random random = new Random(3);
    for (int i = 0; i < ROWS; i++) {
      starts[i + 1] = starts[i] + NON_ZEROS;
      int[] row = random.ints(0, FEATURES).distinct().limit(NON_ZEROS).sorted().toArray();
      System.arraycopy(row, 0, wide, starts[i], NON_ZEROS);
      labels[i] = i % 2;
    }
    for (int s = 0; s < wide.length; s++) {
      narrow[s] = (char) wide[s];
    }
  }

  private SparseBlock block(Object indices, @Nullable Object values) {
    return new SparseBlock(FEATURES, starts, indices, values, labels, null, Storage.DOUBLE);
  }

  private void assertSame(SparseBlock expected, SparseBlock actual, int outputs) {
    Random random = new Random(4);
    double[] point = random.doubles((FEATURES + 1L) * outputs, -1.0, 1.0).toArray();
    double[] derivatives = random.doubles((long) ROWS * outputs, -1.0, 1.0).toArray();
    assertThat(margins(actual, point, outputs)).isEqualTo(margins(expected, point, outputs));
    double[] one = new double[point.length];
    double[] other = new double[point.length];
    expected.accumulate(1, ROWS - 1, derivatives, outputs, one);
    actual.accumulate(1, ROWS - 1, derivatives, outputs, other);
    assertThat(other).isEqualTo(one);
    assertThat(moments(actual)).isEqualTo(moments(expected));
    for (int i = 0; i < ROWS; i++) {
      assertThat(row(actual, i)).isEqualTo(row(expected, i));
    }
  }

  private static double[] margins(SparseBlock block, double[] point, int outputs) {
    double[] margins = new double[(ROWS - 1) * outputs];
    block.margins(1, ROWS - 1, point, outputs, margins);
    return margins;
  }

  private static double[] moments(SparseBlock block) {
    Moments moments = new Moments(FEATURES);
    double[] rowWeights = new double[ROWS];
    Arrays.fill(rowWeights, 1.0);
    block.addMoments(rowWeights, moments);
    double[] both = new double[2 * FEATURES];
    double[] squares = new double[FEATURES];
    moments.finish(ROWS, both, squares);
    System.arraycopy(squares, 0, both, FEATURES, FEATURES);
    return both;
  }

  private static double[] row(SparseBlock block, int i) {
    double[] row = new double[FEATURES + 1];
    block.copyRow(i, 1, row);
    return row;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9})
  void kernels_ofEveryLayout_giveTheSameBits(int outputs) {
    double[] ones = new double[wide.length];
    Arrays.fill(ones, 1.0);
    assertSame(block(wide, ones), block(wide, null), outputs);
    assertSame(block(wide, ones), block(narrow, null), outputs);
    float[] floats = new float[wide.length];
    double[] widened = new double[wide.length];
    for (int s = 0; s < floats.length; s++) {
      floats[s] = 1.0f / (s + 3);
      widened[s] = floats[s];
    }
    assertSame(block(wide, widened), block(narrow, widened), outputs);
    assertSame(block(wide, widened), block(wide, floats), outputs);
    assertSame(block(wide, widened), block(narrow, floats), outputs);
  }

  @Test
  void bytes_ofEveryLayout_countWhatIsStored() {
    long rest = 4L * (ROWS + 1) + ROWS;
    int nonZeros = wide.length;
    assertThat(block(wide, new double[nonZeros]).bytes()).isEqualTo(12L * nonZeros + rest);
    assertThat(block(narrow, new double[nonZeros]).bytes()).isEqualTo(10L * nonZeros + rest);
    assertThat(block(narrow, new float[nonZeros]).bytes()).isEqualTo(6L * nonZeros + rest);
    assertThat(block(wide, null).bytes()).isEqualTo(4L * nonZeros + rest);
    assertThat(block(narrow, null).bytes()).isEqualTo(2L * nonZeros + rest);
    assertThat(block(narrow, null).plainBytes()).isEqualTo(12L * nonZeros + rest + 7L * ROWS);
  }

  @Test
  void squaredLengths_sparseOrDense_areThoseOfTheStandardisedRows() {
    Random random = new Random(5);
    double[] inverse = random.doubles(FEATURES, 0.5, 2.0).toArray();
    double[] centre = random.doubles(FEATURES, -1.0, 1.0).toArray();
    double ofZeros =
        1.0 + IntStream.range(0, FEATURES).mapToDouble(j -> square(centre[j] * inverse[j])).sum();
    SparseBlock block = block(narrow, random.doubles(wide.length, -3.0, 3.0).toArray());
    double[] expected = new double[ROWS];
    double[] values = new double[ROWS * FEATURES];
    for (int i = 0; i < ROWS; i++) {
      double[] row = row(block, i);
      expected[i] = 1.0;
      for (int j = 0; j < FEATURES; j++) {
        expected[i] += square((row[j + 1] - centre[j]) * inverse[j]);
      }
      block.copyRow(i, i * FEATURES, values);
    }
    Block dense = new DenseBlock(FEATURES, values, new double[ROWS], null);
    double[] lengths = new double[ROWS];
    for (int first = 0; first < ROWS; first++) {
      for (int count = 1; first + count <= ROWS; count++) {
        for (Block either : new Block[] {block, dense}) {
          either.squaredLengths(first, count, inverse, centre, ofZeros, lengths);
          assertThat(Arrays.copyOf(lengths, count))
              .containsExactly(
                  Arrays.copyOfRange(expected, first, first + count),
                  org.assertj.core.api.Assertions.within(1e-9));
        }
      }
    }
  }

  private static double square(double x) {
    return x * x;
  }
}
