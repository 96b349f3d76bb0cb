package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CholeskyTest {

  @Test
  void solve_anySize_invertsTheMatrix() {
    for (int d = 1; d <= 23; d++) {
      QuadraticCase problem = QuadraticCase.random(d, 3 * d, d);
      SymmetricMatrix matrix = SymmetricMatrix.of(d, problem.hessian);
      Cholesky factor = new Cholesky(matrix);
      assertThat(factor.append(upTo(d), d, new int[d])).isZero();
      assertSolves(matrix, factor);
    }
  }

  @Test
  void append_dependentColumns_refusesThemAndTellsTheRank() {
    QuadraticCase problem = QuadraticCase.random(2, 7, 18);
    Cholesky factor = new Cholesky(SymmetricMatrix.of(18, problem.hessian));
    int[] refused = new int[18];
    assertThat(factor.append(upTo(18), 18, refused)).isEqualTo(11);
    assertThat(factor.size()).isEqualTo(7);
    assertThat(refused[0]).isEqualTo(7);
    assertThat(refused[10]).isEqualTo(17);
  }

  @Test
  void append_almostEqualColumns_tellsThemApartUntilRounding() {
    assertThat(rank(1e-4)).isEqualTo(2);
    assertThat(rank(1e-6)).isEqualTo(2);
    assertThat(rank(1e-9)).isEqualTo(1);
    assertThat(rank(0.0)).isEqualTo(1);
  }

  private static int rank(double distance) {
    QuadraticCase problem = QuadraticCase.twins(1, 100, 2, distance);
    Cholesky factor = new Cholesky(SymmetricMatrix.of(2, problem.hessian));
    factor.append(upTo(2), 2, new int[2]);
    return factor.size();
  }

  @Test
  void remove_andAppend_keepTheFactorOfWhatIsLeft() {
    int d = 30;
    SymmetricMatrix matrix = SymmetricMatrix.of(d, QuadraticCase.random(5, 90, d).hessian);
    Cholesky factor = new Cholesky(matrix);
    factor.append(upTo(d), d, new int[d]);
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      int place = random.nextInt(factor.size());
      int gone = factor.member(place);
      factor.remove(place);
      assertSolves(matrix, factor);
      if (round % 10 != 0 || factor.size() < 5) {
        factor.append(new int[] {gone}, 1, new int[1]);
        assertSolves(matrix, factor);
      }
    }
  }

  @Test
  void residual_largeTerms_isRightToTheLastDigits() {
    SymmetricMatrix matrix =
        SymmetricMatrix.of(2, new double[] {1.0, 1.0 - 0x1p-40, 1.0 - 0x1p-40, 1.0});
    double[] residual = new double[2];
    matrix.residual(new double[] {0x1p-20, 0.0}, new double[] {1e10, -1e10}, residual);
    assertThat(residual[0]).isEqualTo(0x1p-20 - 1e10 * 0x1p-40);
    assertThat(residual[1]).isEqualTo(1e10 * 0x1p-40);
  }

  private static void assertSolves(SymmetricMatrix matrix, Cholesky factor) {
    int size = factor.size();
    double[] x = new double[size];
    for (int i = 0; i < size; i++) {
      x[i] = 1.0 + i;
    }
    factor.solve(x);
    for (int i = 0; i < size; i++) {
      double sum = 0.0;
      for (int k = 0; k < size; k++) {
        sum += matrix.at(factor.member(i), factor.member(k)) * x[k];
      }
      assertThat(sum).isCloseTo(1.0 + i, within(1e-9));
    }
  }

  private static int[] upTo(int count) {
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = i;
    }
    return indices;
  }
}
