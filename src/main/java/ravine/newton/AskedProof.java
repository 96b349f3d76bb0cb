package ravine.newton;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.curvature.Certificate;
import ravine.curvature.Cut;
import ravine.curvature.LimitedMemoryMetric;
import ravine.curvature.TrueHessian;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Loss;
import ravine.loss.SoftHinge;

/**
 * What may still be asked of the rows where a gradient alone proves nothing of the optimum, as it
 * does not without a penalty: the Hessian where the driver can solve it, else a few products with
 * it, in conjugate gradients.
 *
 * <p>With an L2 part the duality gap falls as the square of the gradient and needs no question. A
 * few products do not help it, nor that of pure L1: both are as good as the gradient that is left,
 * and a step makes that smaller for the price of one product.
 */
public final class AskedProof {
  /** A Hessian of so many weights takes the driver about 0.1 s to factor. */
  private static final int MOST_WEIGHTS = 1024;

  private static final int MOST_PRODUCTS = 10;
  private static final int LEAST_PRODUCTS = 2;

  /**
   * What conjugate gradients may leave of the decrease that they find, by the metric: of that
   * decrease, and of the tolerance. The metric knows little of the directions that are left.
   */
  private static final double LEFT = 1e-2;

  private final CountedRows rows;
  private final PenaltyTerms terms;
  private final Loss loss;
  private final IterateCertificate proof;

  public AskedProof(CountedRows rows, PenaltyTerms terms, Loss loss, IterateCertificate proof) {
    this.rows = rows;
    this.terms = terms;
    this.loss = loss;
    this.proof = proof;
  }

  /** Whether the rows can be asked for more than the gradient, of so many weights. */
  public boolean isAble(int dimension) {
    boolean products =
        !terms.isPenalised()
            && !(loss instanceof SoftHinge)
            && !(loss instanceof ConcomitantHuber)
            && rows.affords(LEAST_PRODUCTS);
    return dimension <= MOST_WEIGHTS ? rows.affords(1.0) : products;
  }

  /**
   * The certificate of a point: proven, or an estimate that is believed because little was left of
   * the gradient after the products.
   *
   * @param slot that holds its margins
   * @param metric of the last steps, with which products are preconditioned; null for none
   * @param enough the bound that is small enough
   */
  public Certificate of(Iterate at, int slot, @Nullable LimitedMemoryMetric metric, double enough) {
    if (at.theta().length > MOST_WEIGHTS) {
      int most = Math.min(MOST_PRODUCTS, rows.left());
      Products products = new Products(at, slot, metric, enough);
      Certificate proven = proof.byProducts(at, products, most + 1);
      double supposed = products.isResolved ? products.decrease() : Double.POSITIVE_INFINITY;
      return supposed < proven.bound() ? proven.supposing(supposed) : proven;
    }
    MetricKeeper keeper = new MetricKeeper(rows, terms, loss, 1.0, 0.0, true);
    if (!keeper.remake(at, slot, 1.0, false)) {
      return proof.byGradient(at, enough);
    }
    NewtonModel.Step step = keeper.metric().model().step(at, 1e-3 * enough);
    return proof.at(at, keeper.metric(), step, enough);
  }

  /** Products at one point. The zero vector and the last one asked for are not asked for again. */
  private final class Products implements TrueHessian {
    private final Iterate at;
    private final int slot;
    private final @Nullable LimitedMemoryMetric metric;
    private final double enough;
    private final double[] asked;
    private final double[] answer;
    private double first = Double.NaN;
    private double left;
    private boolean isResolved;

    Products(Iterate at, int slot, @Nullable LimitedMemoryMetric metric, double enough) {
      this.at = at;
      this.slot = slot;
      this.metric = metric;
      this.enough = enough;
      this.asked = new double[at.theta().length];
      this.answer = new double[asked.length];
    }

    @Override
    public void multiply(double[] direction, double[] product) {
      if (!Arrays.equals(direction, asked)) {
        rows.product(at, slot, direction, answer);
        System.arraycopy(direction, 0, asked, 0, asked.length);
      }
      System.arraycopy(answer, 0, product, 0, answer.length);
    }

    /**
     * The decrement of the step asked for last, twice over for losses that may fall exponentially
     * as on separable classes (see {@link ravine.curvature.Certifier}), and what it left.
     */
    double decrease() {
      double factor = loss.selfConcordance() < Double.POSITIVE_INFINITY ? 1.0 : 0.5;
      return factor * Cut.dot(asked, answer) + left;
    }

    @Override
    public void precondition(boolean[] active, double[] residual, double[] solution) {
      System.arraycopy(residual, 0, solution, 0, residual.length);
      if (metric != null) {
        metric.solve(solution);
      }
      for (int j = 0; j < solution.length; j++) {
        solution[j] = active[j] ? solution[j] : 0.0;
      }
      left = Cut.dot(residual, solution);
      first = Double.isNaN(first) ? left : first;
      isResolved = left <= LEFT * first && 0.5 * left <= LEFT * enough;
      if (isResolved) {
        Arrays.fill(solution, 0.0);
      }
    }
  }
}
