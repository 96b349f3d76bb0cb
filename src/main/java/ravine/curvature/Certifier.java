package ravine.curvature;

import java.util.Arrays;
import ravine.curvature.Certificate.Kind;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Hinge;
import ravine.loss.Loss;
import ravine.loss.Squared;
import ravine.loss.SquaredHinge;
import ravine.penalty.Penalty;

/**
 * Gathers lower bounds of the optimum F* of F(w) = f(w) + R(w), f(w) = (1/W) Σ wᵢ ℓ(mᵢ, yᵢ), from
 * points that training visits, and certifies any objective against the best of them: F* does not
 * move, so a bound once proven stays. Margins are affine in w.
 *
 * <p><b>Without curvature</b> ({@link #observe(double[], double, double[])}; O(d) on the driver,
 * nothing on the executors). Take as dual variables the derivatives aᵢ of the loss at w: Fenchel's
 * inequality ℓ(m) ≥ am − ℓ*(a) is then an equality at mᵢ and X'a/W is the gradient g of f
 * (Rockafellar 1970, theorem 31.1; Johnson and Guestrin 2015, "Blitz", section 3), so that for
 * every scale s in [0, 1] with −sg in the domain of R*
 *
 * <pre>
 * F* ≥ s·(f(w) − ⟨g, w⟩) + (1 − s)·inf ℓ − R*(−s·g)
 * </pre>
 *
 * because ℓ*(sa) ≤ sℓ*(a) + (1 − s)ℓ*(0), and inf ℓ = 0. At s = 1 the gap is R(w) + R*(−g) + ⟨g,
 * w⟩. Where ℓ*(sa) is quadratic in s and its square sums to f (squared loss, squared hinge) the
 * exact s(2f − ⟨g, w⟩) − s²f stands in place of the first two terms; {@link DualSums} asks the
 * partitions for the exact term elsewhere. A proven bound for every loss and penalty. For the hinge
 * g is a subgradient: still a bound, but hardly a good one. Slopes aᵢ of its smooth twin of width μ
 * are in the hinge's dual domain, too, so give a certifier of {@link Hinge} the twin's gradient
 * and, as mean loss, what Fenchel's equality makes of them: (1/W) Σ wᵢ|aᵢ| + ⟨g, w⟩, which is the
 * twin's mean loss + ½μ · mean a². For the hinge scaling costs nothing more: ℓ*(sa) = sℓ*(a).
 *
 * <p><b>{@link ConcomitantHuber}</b> is jointly convex in (w, σ), positively homogeneous in
 * (residual, σ). With c = ∂f/∂σ = (∂f/∂ln σ)/σ its dual constraint is mean a² ≤ 1, and mean a² is 1
 * − 2c whatever the zone of a row, so that s ≤ 1/√(1 − 2c) makes it feasible and, by Euler's
 * identity, F* ≥ s(f − cσ − ⟨g, w⟩) − R*(−sg): proven, no sum needed. The last coordinate must be
 * ln σ in the unit of the loss.
 *
 * <p><b>With curvature</b> ({@link #observe(double[], double, double[], double[], double[],
 * double)}): a step δ and the product v = Hδ with the true Hessian of f at w. Let M be the constant
 * of {@link Loss#selfConcordance}, ρ the reach of the rows, |xᵢδ| ≤ ρ‖δ‖ for all rows and δ in the
 * norm of H. Then (Bach 2010, proposition 1; Sun and Tran-Dinh 2019, proposition 10, order 2)
 *
 * <pre>
 * f(w + δ) ≥ f(w) + ⟨g, δ⟩ + (e^−x + x − 1)/(Mρ)²,   x = Mρ‖δ‖
 * </pre>
 *
 * and the conjugate of the last term in δ, at v = Hδ̂ and with λ = ‖δ̂‖, is Ω = (x + (1 − x)·log(1
 * − x))/(Mρ)² for x = Mρλ below 1. So g + v may take the place of g:
 *
 * <pre>
 * F* ≥ f(w) − Ω − ⟨g + v, w⟩ − R*(−(g + v))
 * </pre>
 *
 * scaled by s as above. Without a penalty and with δ̂ = −H⁻¹g this is F − F* ≤ Ω = ½λ²(1 + x/3 +
 * …), the Newton decrement; with one, a step that solves the quadratic model makes g + v feasible
 * to second order, which scaling alone cannot. Half of an L2 part is counted with f and H, where it
 * bounds ρ, half stays in R, where it absorbs an inexact step. For the squared loss M = 0, w + δ̂
 * is just another point, and the bound is that point's own. Where ρ is not known or x not below 1,
 * Ω is taken as its value λ² at x = 1, which is also the gap of a loss that falls exponentially, as
 * it does on separable classes; for losses without such a constant as ½λ². Both are estimates.
 *
 * <p><b>Free coordinates</b> (intercepts, all where no penalty acts) must have (g + v)ⱼ = 0. A
 * residual at the rounding level of a mean over rows (2⁻⁵⁰ of what a derivative can be at this
 * loss) is taken for 0 and |residual|·(1 + |wⱼ|) added. A larger one gives no bound, with curvature
 * an estimate: fit intercepts exactly, or let a step remove it.
 *
 * <p>Everything is in the units of the loop: the loss divided by its unit. Not thread-safe.
 */
public final class Certifier {
  /** What is left of a mean over rows that is 0 but for rounding, relative to its terms. */
  private static final double ROUNDING = 0x1p-50;

  /** What an objective is off by in rounding; Huber's with its margins, which it may all meet. */
  private static final double OBJECTIVE_ROUNDING = 0x1p-47;

  private static final int SHORTER_STEPS = 30;

  private final Loss loss;
  private final Penalty penalty;
  private double proven;
  private Kind provenBy = Kind.LOSS_ALONE;
  private double estimated = Double.NEGATIVE_INFINITY;
  private double marginRounding;
  private Penalty.Violation worst = new Penalty.Violation(-1, Double.NaN);

  /**
   * A certifier that has seen nothing: its bound is the objective itself.
   *
   * @param loss whose gradients will be observed
   * @param penalty of the same weights
   */
  public Certifier(Loss loss, Penalty penalty) {
    this.loss = loss;
    this.penalty = penalty;
    this.proven = loss.infimum();
  }

  /** The same as below, without a question to the partitions. */
  public void observe(double[] weights, double meanLoss, double[] gradient) {
    observe(weights, meanLoss, gradient, DualSums.NOT_ASKED);
  }

  /**
   * Takes the lower bound that a gradient gives; O(d). Numbers that are not finite give none.
   *
   * @param weights w, length d
   * @param meanLoss f(w)
   * @param gradient of f at w, length d
   * @param sums asked at most once, where the dual has to be scaled
   */
  public void observe(double[] weights, double meanLoss, double[] gradient, DualSums sums) {
    worst = penalty.violation(weights, gradient);
    if (!isFinite(weights, meanLoss, gradient)) {
      return;
    }
    double linear = meanLoss - Cut.dot(gradient, weights);
    double magnitude = Math.abs(meanLoss) + Cut.magnitude(gradient, weights);
    double quadratic = 0.0;
    double most = 1.0;
    double[] dual = gradient.clone();
    DualSums asked = sums;
    if (loss instanceof Squared || loss instanceof SquaredHinge) {
      linear += meanLoss;
      quadratic = meanLoss;
      asked = DualSums.NOT_ASKED;
    } else if (loss instanceof ConcomitantHuber) {
      marginRounding = 0x1p-50 * Arrays.stream(weights).map(Math::abs).sum();
      int last = weights.length - 1;
      double logScale = gradient[last];
      double slope = logScale / Math.exp(weights[last]);
      linear = meanLoss - logScale - Cut.dot(gradient, weights) + logScale * weights[last];
      magnitude += Math.abs(logScale);
      most = slope < 0.0 ? (1.0 - 0x1p-50) / Math.sqrt(1.0 - 2.0 * slope) : 1.0;
      dual[last] = 0.0;
      asked = DualSums.NOT_ASKED;
    }
    double lost = free(dual, weights, meanLoss);
    if (lost < Double.POSITIVE_INFINITY) {
      Cut cut = new Cut(penalty, dual, linear - lost, quadratic, 1.0, most, magnitude, asked);
      prove(cut.best(), Kind.DUALITY_GAP);
    }
  }

  /**
   * Takes the lower bound of a gradient and one product with the true Hessian.
   *
   * @param weights w, length d
   * @param meanLoss f(w)
   * @param gradient of f at w, length d
   * @param step δ̂: the Newton step where nothing but an L2 part penalises, else one that solves
   *     the quadratic model; any step is valid
   * @param product H · step, H the Hessian of f at w over all rows, length d
   * @param reach ρ: an upper bound, over all rows i and directions δ, of the length of the interval
   *     that 0 (for one output) and the changes xᵢδ of the row's margins span, divided by √(δᵀ(H +
   *     ½L)δ), L being the curvature of the penalty; see {@link Reach}. Positive infinity where it
   *     is not known; not used for the squared loss
   */
  public void observe(
      double[] weights,
      double meanLoss,
      double[] gradient,
      double[] step,
      double[] product,
      double reach) {
    worst = penalty.violation(weights, gradient);
    if (!isFinite(weights, meanLoss, gradient) || !isFinite(step, 0.0, product)) {
      return;
    }
    estimated = Double.NEGATIVE_INFINITY;
    if (loss instanceof Squared) {
      observeParabola(weights, meanLoss, gradient, step, product);
      return;
    }
    double constant = loss.selfConcordance();
    double known = constant == 0.0 ? 0.0 : constant * reach;
    int steps = known < Double.POSITIVE_INFINITY ? SHORTER_STEPS : 1;
    double last = Double.NEGATIVE_INFINITY;
    double found = last;
    for (int i = 0; i < steps && found >= last; i++) { // concave in the share of the step
      last = found;
      found = decrement(weights, meanLoss, gradient, step, product, known, Math.scalb(1.0, -i));
    }
  }

  /**
   * The same with a step of its own: conjugate gradients on the Hessian.
   *
   * @param mostProducts with the Hessian, at least 2
   * @param reach as above
   * @return the step it found
   */
  public double[] observe(
      double[] weights,
      double meanLoss,
      double[] gradient,
      TrueHessian hessian,
      int mostProducts,
      double reach) {
    if (!isFinite(weights, meanLoss, gradient)) {
      worst = penalty.violation(weights, gradient);
      return new double[weights.length];
    }
    double target = 0.1 * ROUNDING * slopeSize(meanLoss);
    double[] step = NewtonStep.find(penalty, hessian, mostProducts - 1, target, weights, gradient);
    double[] product = new double[step.length];
    hessian.multiply(step, product);
    observe(weights, meanLoss, gradient, step, product, reach);
    return step;
  }

  /** Squared loss: f is its own quadratic model, and known at w + step. */
  private void observeParabola(
      double[] weights, double meanLoss, double[] gradient, double[] step, double[] product) {
    int d = weights.length;
    double[] point = new double[d];
    double[] dual = new double[d];
    for (int j = 0; j < d; j++) {
      point[j] = weights[j] + step[j];
      dual[j] = gradient[j] + product[j];
    }
    double along = Cut.dot(gradient, step);
    double curved = 0.5 * Cut.dot(step, product);
    double there = Math.max(0.0, meanLoss + along + curved);
    double magnitude =
        2.0 * (meanLoss + Cut.magnitude(gradient, step) + 0.5 * Cut.magnitude(step, product))
            + Cut.magnitude(dual, point);
    double linear = 2.0 * there - Cut.dot(dual, point);
    double lost = free(dual, point, meanLoss);
    if (lost < Double.POSITIVE_INFINITY) {
      prove(
          new Cut(penalty, dual, linear - lost, there, 1.0, 1.0, magnitude, DualSums.NOT_ASKED)
              .best(),
          Kind.NEWTON_DECREMENT);
    } else {
      suppose(
          new Cut(penalty, dual, linear, there, 1.0, 1.0, magnitude, DualSums.NOT_ASKED).best());
    }
  }

  private double decrement(
      double[] weights,
      double meanLoss,
      double[] gradient,
      double[] step,
      double[] product,
      double reach,
      double factor) {
    int d = weights.length;
    double[] dual = new double[d];
    double squared = 0.0;
    double ridge = 0.0;
    for (int j = 0; j < d; j++) {
      double half = 0.5 * penalty.curvature(j);
      double moved = product[j] + half * step[j];
      dual[j] = gradient[j] + half * weights[j] + factor * moved;
      squared += step[j] * moved;
      ridge += 0.5 * half * weights[j] * weights[j];
    }
    double decrement = factor * Math.sqrt(squared); // NaN where rounding left no square
    boolean bound = reach * decrement < 1.0;
    if (!(squared >= 0.0) || (!bound && factor < 1.0)) {
      return Double.NEGATIVE_INFINITY;
    }
    double supposed = loss.selfConcordance() < Double.POSITIVE_INFINITY ? 1.0 : 0.5;
    double cost = bound ? conjugate(decrement, reach) : supposed * decrement * decrement;
    double magnitude = meanLoss + ridge + cost + Cut.magnitude(dual, weights);
    double linear = meanLoss + ridge - cost - Cut.dot(dual, weights);
    double lost = free(dual, weights, meanLoss);
    boolean feasible = lost < Double.POSITIVE_INFINITY;
    Cut cut =
        new Cut(
            penalty,
            dual,
            feasible ? linear - lost : linear,
            0.0,
            0.5,
            1.0,
            magnitude,
            DualSums.NOT_ASKED);
    double best = feasible || factor == 1.0 ? cut.best() : Double.NEGATIVE_INFINITY;
    if (feasible && bound) {
      prove(best, Kind.NEWTON_DECREMENT);
      return best; // what the share of the step proves
    } else if (factor == 1.0) {
      suppose(best);
    }
    return Double.NEGATIVE_INFINITY;
  }

  /**
   * Ω: (x + (1 − x) log(1 − x))/ρ² for x = ρλ below 1, which is λ²·Σ xᵏ/((k + 1)(k + 2)) and ½λ²
   * for ρ = 0.
   */
  static double conjugate(double decrement, double reach) {
    double x = reach * decrement;
    if (x < 0.1) {
      double sum = 0.0;
      double power = 1.0;
      for (int k = 0; k < 18; k++, power *= x) {
        sum += power / ((k + 1.0) * (k + 2.0));
      }
      return decrement * decrement * sum;
    }
    return (x + (1.0 - x) * Math.log1p(-x)) / (reach * reach);
  }

  /**
   * Sets the dual of free coordinates to 0 where rounding alone keeps it from being that.
   *
   * @return what to subtract for it; infinity where it is more than rounding, in which case they
   *     are set to 0, too
   */
  private double free(double[] dual, double[] weights, double meanLoss) {
    double size = slopeSize(meanLoss);
    double lost = 0.0;
    for (int j = 0; j < dual.length; j++) {
      if (dual[j] != 0.0 && penalty.isFree(j, -dual[j], weights[j], ROUNDING * size)) {
        lost +=
            Math.abs(dual[j]) <= ROUNDING * size
                ? Math.abs(dual[j]) * (1.0 + Math.abs(weights[j]))
                : Double.POSITIVE_INFINITY;
        dual[j] = 0.0;
      }
    }
    return lost;
  }

  /**
   * A bound of the mean size of the loss's derivatives: |ℓ'| ≤ 2√ℓ for every loss here but the
   * hinge's 1 and what σ ≤ 2ℓ leaves of the concomitant Huber's, whose derivative has no unit.
   */
  private double slopeSize(double meanLoss) {
    boolean unitless = loss instanceof Hinge || loss instanceof ConcomitantHuber;
    return unitless ? 1.0 : 2.0 * Math.sqrt(Math.abs(meanLoss));
  }

  /** Goes on from a proven lower bound of F*, and from the kind and violation of a certificate. */
  public void goOn(double bound, Certificate found) {
    prove(bound, found.kind());
    worst = new Penalty.Violation(found.worstCoordinate(), found.worstViolation());
  }

  private void prove(double bound, Kind kind) {
    if (bound > proven && bound < Double.POSITIVE_INFINITY) {
      proven = bound;
      provenBy = kind;
    }
  }

  private void suppose(double bound) {
    estimated = bound;
  }

  /** The best proven lower bound of F* so far, at least 0. */
  public double lowerBound() {
    return proven;
  }

  /**
   * The proven certificate of an objective, with the violation at the point observed last.
   *
   * @param objective F(w) at any weights, in the units of the observations
   */
  public Certificate certify(double objective) {
    return certificate(objective, proven, true, provenBy);
  }

  /**
   * The estimated certificate of an objective by the last observation with curvature; {@link
   * #certify} where that one proves as much or gave no estimate.
   *
   * @param objective F(w) at the weights observed last
   */
  public Certificate estimate(double objective) {
    return estimated > proven
        ? certificate(objective, estimated, false, Kind.NEWTON_DECREMENT)
        : certify(objective);
  }

  private Certificate certificate(double objective, double lower, boolean isProven, Kind kind) {
    if (!(Math.abs(objective) < Double.POSITIVE_INFINITY)) {
      return Certificate.none();
    }
    double rounding = OBJECTIVE_ROUNDING * Math.abs(objective) + marginRounding;
    double gap = Math.max(0.0, objective - lower) + rounding;
    return new Certificate(gap, isProven, kind, worst.coordinate(), worst.size());
  }

  private static boolean isFinite(double[] a, double number, double[] b) {
    double sum = number * 0.0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * 0.0 + b[j] * 0.0;
    }
    return sum == 0.0;
  }
}
