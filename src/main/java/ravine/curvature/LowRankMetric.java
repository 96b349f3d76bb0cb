package ravine.curvature;

import dev.ludovic.netlib.lapack.LAPACK;
import java.util.Arrays;
import org.netlib.util.intW;
import ravine.penalty.Penalty;
import ravine.step.Metric;

/**
 * The metric of {@link DenseMetric} where there are far fewer rows than weights: P = D + AᵀCA with
 * a diagonal D and n rows a, kept as P = √D (I + BᵀB) √D, B = √C A √D⁻¹, which is n × d. By the
 * identity of Woodbury (Golub and Van Loan 2013, 2.1.4)
 *
 * <pre>
 * (I + BᵀB)⁻¹ = I − Bᵀ(I + BBᵀ)⁻¹B
 * </pre>
 *
 * so that n²d/2 + n³/3 multiplications make it, where the dense one takes nd²/2 + d³/3, and n·d
 * numbers keep it. D is far from 0: of so few rows the ridge is large.
 *
 * <p>It knows no L1 part, whose proximal step needs P itself.
 */
final class LowRankMetric implements Metric {
  private static final long serialVersionUID = 1L;

  /** √D, length d. */
  private final double[] root;

  /** B, row after row. */
  private final double[][] rows;

  /** Cholesky factor of I + BBᵀ, lower triangle in column-major order. */
  private final double[] factor;

  private LowRankMetric(double[] root, double[][] rows) {
    this.root = root;
    this.rows = rows;
    int n = rows.length;
    this.factor = LowRankRoot.gram(rows);
    for (int i = 0; i < n; i++) {
      factor[i * n + i] += 1.0;
    }
    intW info = new intW(0);
    LAPACK.getInstance().dpotrf("L", n, factor, Math.max(1, n), info);
    if (info.val != 0) {
      throw new IllegalStateException("The sample's Hessian could not be factored.");
    }
  }

  /**
   * The metric of H = AᵀCA + diag(L) plus {@code ridge} times its diagonal and a hundred times that
   * of the diagonal's mean: what {@link DenseMetric#of} makes of H.
   *
   * @param rows √C A, row after row, each of length d; overwritten and kept
   * @param diagonal L, at least 0; overwritten and kept
   * @param ridge above 0
   */
  static LowRankMetric of(double[][] rows, double[] diagonal, double ridge) {
    int d = diagonal.length;
    double[] whole = diagonal.clone();
    addSquares(rows, whole);
    double mean = 0.0;
    for (int j = 0; j < d; j++) {
      mean += whole[j] / d;
    }
    for (int j = 0; j < d; j++) {
      diagonal[j] =
          Math.sqrt(diagonal[j] + ridge * whole[j] + 1e2 * ridge * mean + Double.MIN_NORMAL);
    }
    for (double[] row : rows) {
      for (int j = 0; j < d; j++) {
        row[j] /= diagonal[j];
      }
    }
    return new LowRankMetric(diagonal, rows);
  }

  private static void addSquares(double[][] rows, double[] sums) {
    for (double[] row : rows) {
      for (int j = 0; j < sums.length; j++) {
        sums[j] += row[j] * row[j];
      }
    }
  }

  /** P's diagonal. */
  double[] diagonal() {
    double[] diagonal = new double[root.length];
    Arrays.fill(diagonal, 1.0);
    addSquares(rows, diagonal);
    for (int j = 0; j < diagonal.length; j++) {
      diagonal[j] *= root[j] * root[j];
    }
    return diagonal;
  }

  /**
   * A square root of P plus a diagonal.
   *
   * @param added at least 0, length d
   */
  LowRankRoot root(double[] added) {
    int d = root.length;
    double[] raised = new double[d];
    double[][] scaled = new double[rows.length][d];
    for (int j = 0; j < d; j++) {
      raised[j] = Math.sqrt(root[j] * root[j] + added[j]);
    }
    for (int i = 0; i < scaled.length; i++) {
      for (int j = 0; j < d; j++) {
        scaled[i][j] = rows[i][j] * (root[j] / raised[j]);
      }
    }
    return new LowRankRoot(raised, scaled);
  }

  @Override
  public void solve(double[] gradient) {
    int n = rows.length;
    for (int j = 0; j < root.length; j++) {
      gradient[j] /= root[j];
    }
    double[] along = new double[n];
    for (int i = 0; i < n; i++) {
      along[i] = Vectors.dot(rows[i], gradient);
    }
    LAPACK
        .getInstance()
        .dpotrs("L", n, 1, factor, Math.max(1, n), along, Math.max(1, n), new intW(0));
    for (int i = 0; i < n; i++) {
      Vectors.addTo(gradient, -along[i], rows[i]);
    }
    for (int j = 0; j < root.length; j++) {
      gradient[j] /= root[j];
    }
  }

  @Override
  public void proximal(double[] weights, Penalty penalty, double rate) {
    throw new IllegalStateException("A metric of few rows takes no proximal step.");
  }

  @Override
  public double squaredNorm(double[] direction) {
    double[] scaled = new double[root.length];
    for (int j = 0; j < scaled.length; j++) {
      scaled[j] = root[j] * direction[j];
    }
    double sum = Vectors.dot(scaled, scaled);
    for (double[] row : rows) {
      double along = Vectors.dot(row, scaled);
      sum += along * along;
    }
    return sum;
  }
}
