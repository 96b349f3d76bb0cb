package ravine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import ravine.rows.Block;
import ravine.rows.RowsFixtures;
import ravine.rows.Storage;

/** Every kernel against the loop that a textbook would write. */
class KernelsTest {
  private static final int[] DIMENSIONS = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 28, 31, 100};

  static Stream<DenseKernel> denseKernels() {
    return Stream.of(new ScalarDenseKernel(), new VectorDenseKernel());
  }

  static Stream<MultiKernel> multiKernels() {
    DenseKernel single = new ScalarDenseKernel();
    MultiKernel other = new ScalarMultiKernel();
    return Stream.of(other, new ColumnMultiKernel(single, other), new VectorMultiKernel());
  }

  @Test
  void plain_nestedAndClosed_isThisThreadsAlone() throws Exception {
    String before = Kernels.active();
    Kernels.Plain outer = Kernels.plain();
    try {
      Kernels.Plain inner = Kernels.plain();
      inner.close();
      assertThat(Kernels.active()).isEqualTo("scalar");
      String elsewhere = java.util.concurrent.CompletableFuture.supplyAsync(Kernels::active).get();
      assertThat(elsewhere).isEqualTo(before);
    } finally {
      outer.close();
    }
    outer.close();
    assertThat(Kernels.active()).isEqualTo(before);
  }

  @Test
  void active_withTheVectorModule_isTheVectorKernel() {
    assertThat(Kernels.active()).isEqualTo(new VectorDenseKernel().name()).startsWith("vector");
  }

  @Test
  void use_scalar_doesItsSumsUntilPutBack() {
    String usual = Kernels.active();
    assertThat(Kernels.available()).containsExactly(usual, "scalar");
    try {
      Kernels.use("scalar");

      assertThat(Kernels.active()).isEqualTo("scalar");
      assertThat(Kernels.dense()).isInstanceOf(ScalarDenseKernel.class);
      assertThat(Kernels.outputs()).isInstanceOf(ColumnMultiKernel.class);
    } finally {
      Kernels.use(usual);
    }
    assertThat(Kernels.outputs()).isInstanceOf(VectorMultiKernel.class);
  }

  /** Kept margins of one output are those of any other group that the row may be asked in. */
  @ParameterizedTest
  @MethodSource("denseKernels")
  void margins_ofARow_doNotDependOnItsGroup(DenseKernel kernel) {
    for (int d : DIMENSIONS) {
      double[] values = new Random(d).doubles(32L * d, -1.0, 1.0).toArray();
      double[] point = new Random(d + 1).doubles(d + 1, -1.0, 1.0).toArray();
      double[] all = new double[32];
      kernel.margins(values, d, 0, 32, point, all);
      double[] some = new double[3];
      for (int i = 0; i + 3 <= 32; i += 3) {
        kernel.margins(values, d, i, 3, point, some);
        assertThat(some).containsExactly(all[i], all[i + 1], all[i + 2]);
        kernel.margins(values, d, i, 1, point, some);
        assertThat(some[0]).isEqualTo(all[i]);
      }
    }
  }

  @Test
  void use_unknown_isRefused() {
    assertThatThrownBy(() -> Kernels.use("vector1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("kernels must be one of [vector")
        .hasMessageEndingWith("scalar], but was vector1");
  }

  @ParameterizedTest
  @MethodSource("denseKernels")
  void denseKernel_everyDimensionAndCount_equalsTheLoop(DenseKernel kernel) {
    for (int d : DIMENSIONS) {
      for (int count = 0; count <= 40; count++) {
        check(kernel, new Rows(d, count + 3, 1, 1.0), 2, count);
      }
    }
    for (int count : new int[] {1, 4, 7}) {
      check(kernel, new Rows(2000, count + 1, 1, 1.0), 1, count);
    }
  }

  private static void check(DenseKernel kernel, Rows rows, int first, int count) {
    double[] margins = new double[count];
    double[] gradient = rows.someGradient();
    kernel.margins(rows.values, rows.d, first, count, rows.point, margins);
    kernel.accumulate(rows.values, rows.d, first, count, rows.derivatives, gradient);
    rows.verify(rows.values, first, count, margins, gradient);

    // Float rows: not near the double rows' answer, but exactly that of their rounded values.
    double[] floatMargins = new double[count];
    double[] floatGradient = rows.someGradient();
    kernel.margins(rows.floats, rows.d, first, count, rows.point, floatMargins);
    kernel.accumulate(rows.floats, rows.d, first, count, rows.derivatives, floatGradient);
    rows.verify(rows.rounded, first, count, floatMargins, floatGradient);
    for (int i = 0; i < count; i++) {
      assertThat(floatMargins[i]).isCloseTo(margins[i], within(1e-6 * (1 + rows.d)));
    }
  }

  @ParameterizedTest
  @MethodSource("denseKernels")
  void denseKernel_again_givesTheSameBits(DenseKernel kernel) {
    Rows rows = new Rows(100, 32, 1, 1.0);
    double[] interpreted = answer(kernel, rows);
    for (int i = 0; i < 20_000; i++) {
      answer(kernel, rows);
    }
    assertThat(answer(kernel, rows)).isEqualTo(interpreted);
  }

  @ParameterizedTest
  @MethodSource("denseKernels")
  void addProducts_everyBand_equalsTheLoop(DenseKernel kernel) {
    Random random = new Random(9);
    for (int width : new int[] {8, 16, 104}) {
      double[] rows = random.doubles(5L * width, -1.0, 1.0).toArray();
      double[] scales = random.doubles(6, -1.0, 1.0).toArray();
      for (int from = 0; from < Math.min(width, 11); from++) {
        for (int to = from; to <= width; to += 1 + to / 5) {
          checkProducts(kernel, rows, width, scales, from, to);
        }
      }
    }
  }

  private static void checkProducts(
      DenseKernel kernel, double[] rows, int width, double[] scales, int from, int to) {
    for (boolean triangle : new boolean[] {true, false}) {
      double[] sums = new double[(to - from) * width];
      Arrays.setAll(sums, at -> at % 5);
      kernel.addProducts(rows, width, width, scales, 2, from, to, triangle, sums, from);
      for (int i = from; i < to; i++) {
        for (int j = 0; j < (triangle ? i + 1 : width); j++) {
          int at = (i - from) * width + j;
          double expected = at % 5;
          for (int r = 0; r < 4; r++) {
            int row = (r + 1) * width;
            expected += scales[2 + r] * rows[row + i] * rows[row + j];
          }
          assertThat(sums[at]).isCloseTo(expected, within(1e-14));
        }
      }
    }
  }

  private static double[] answer(DenseKernel kernel, Rows rows) {
    double[] margins = new double[32];
    double[] gradient = new double[rows.d + 1];
    kernel.margins(rows.values, rows.d, 0, 32, rows.point, margins);
    kernel.accumulate(rows.floats, rows.d, 0, 32, rows.derivatives, gradient);
    double[] both = Arrays.copyOf(margins, 32 + gradient.length);
    System.arraycopy(gradient, 0, both, 32, gradient.length);
    return both;
  }

  @ParameterizedTest
  @MethodSource("multiKernels")
  void multiKernel_denseRows_equalTheLoop(MultiKernel kernel) {
    for (int outputs : new int[] {2, 3, 4, 7, 8, 9, 16, 26, 33, 40, 100}) {
      for (int d : DIMENSIONS) {
        for (int count : new int[] {0, 1, 2, 3, 4, 5, 8, 13, 32, 40}) {
          Rows rows = new Rows(d, count + 1, outputs, 1.0);
          double[] margins = new double[count * outputs];
          double[] gradient = rows.someGradient();
          kernel.denseMargins(rows.values, d, 1, count, rows.point, outputs, margins);
          double[] derivatives = Arrays.copyOf(rows.derivatives, count * outputs);
          kernel.denseAccumulate(rows.values, d, 1, count, derivatives, outputs, gradient);
          rows.verify(rows.values, 1, count, margins, gradient);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("multiKernels")
  void multiKernel_sparseRows_equalTheLoop(MultiKernel kernel) {
    for (int outputs : new int[] {2, 3, 4, 7, 8, 9, 16, 26, 33, 40, 100}) {
      for (int d : DIMENSIONS) {
        Rows rows = new Rows(d, 9, outputs, 0.3);
        double[] margins = new double[9 * outputs];
        double[] gradient = rows.someGradient();
        double[] derivatives = Arrays.copyOf(rows.derivatives, 9 * outputs);
        for (int i = 0; i < 9; i++) {
          int[] columns = new int[d + 1];
          double[] values = new double[d + 1];
          int length = 0;
          for (int j = 0; j < d; j++) {
            if (rows.values[i * d + j] != 0.0) {
              columns[length] = j;
              values[1 + length++] = rows.values[i * d + j];
            }
          }
          int at = i * outputs;
          kernel.sparseMargins(columns, 0, values, 1, length, d, rows.point, outputs, margins, at);
          kernel.sparseAccumulate(
              columns, 0, values, 1, length, d, derivatives, at, outputs, gradient);
        }
        rows.verify(rows.values, 0, 9, margins, gradient);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Storage.class)
  void blocks_everyShape_equalTheLoop(Storage storage) {
    for (int outputs : new int[] {1, 2, 3, 26}) {
      for (int d : new int[] {1, 3, 8, 28, 100}) {
        for (double density : new double[] {0.1, 1.0}) {
          Rows rows = new Rows(d, 40, outputs, density);
          Block block = rows.block(storage);
          double[] data = storage == Storage.FLOAT ? rows.rounded : rows.values;
          for (int count : new int[] {1, 4, 31, 33}) {
            double[] margins = new double[count * outputs];
            double[] gradient = rows.someGradient();
            block.margins(5, count, rows.point, outputs, margins);
            block.accumulate(5, count, rows.derivatives, outputs, gradient);
            rows.verify(data, 5, count, margins, gradient);
          }
        }
      }
    }
  }

  /** Random rows, weights and derivatives, and the loop over them. */
  private static final class Rows {
    final int d;
    final int outputs;
    final double[] values;
    final float[] floats;
    final double[] rounded;
    final double[] point;
    final double[] derivatives;

    Rows(int d, int count, int outputs, double density) {
      this.d = d;
      this.outputs = outputs;
      Random random = new Random(31L * d + count + outputs);
      values = new double[count * d];
      floats = new float[count * d];
      rounded = new double[count * d];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextDouble() < density ? random.nextGaussian() : 0.0;
        floats[i] = (float) values[i];
        rounded[i] = floats[i];
      }
      point = random.doubles((long) (d + 1) * outputs, -1.0, 1.0).toArray();
      derivatives = random.doubles((long) count * outputs, -1.0, 1.0).toArray();
    }

    double[] someGradient() {
      double[] gradient = new double[(d + 1) * outputs];
      Arrays.setAll(gradient, i -> i % 7);
      return gradient;
    }

    Block block(Storage storage) {
      return RowsFixtures.packed(d, values, storage);
    }

    void verify(double[] data, int first, int count, double[] margins, double[] gradient) {
      double[] expected = someGradient();
      double[] size = someGradient();
      for (int i = 0; i < count; i++) {
        for (int k = 0; k < outputs; k++) {
          double sum = point[d * outputs + k];
          double total = Math.abs(sum);
          for (int j = 0; j < d; j++) {
            double term = data[(first + i) * d + j] * point[j * outputs + k];
            sum += term;
            total += Math.abs(term);
          }
          assertThat(margins[i * outputs + k]).isCloseTo(sum, within(1e-12 * total + 1e-300));
          for (int j = 0; j <= d; j++) {
            double x = j == d ? 1.0 : data[(first + i) * d + j];
            expected[j * outputs + k] += x * derivatives[i * outputs + k];
            size[j * outputs + k] += Math.abs(x * derivatives[i * outputs + k]);
          }
        }
      }
      for (int at = 0; at < expected.length; at++) {
        assertThat(gradient[at]).isCloseTo(expected[at], within(1e-12 * size[at] + 1e-300));
      }
    }
  }
}
