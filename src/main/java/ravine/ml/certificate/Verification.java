package ravine.ml.certificate;

import java.util.Arrays;
import ravine.curvature.Certificate;
import ravine.curvature.Certifier;
import ravine.curvature.TrueHessian;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingResult;
import ravine.exchange.Gradients;
import ravine.exchange.StepJobs;
import ravine.exchange.Work;
import ravine.loss.Hinge;
import ravine.loss.Loss;
import ravine.loss.SmoothHinge;
import ravine.loss.Squared;
import ravine.objective.Problem;
import ravine.penalty.Penalty;
import ravine.spec.Specs;

/**
 * The search for a lower bound of the optimum that is near enough to the objective of the given
 * weights, or for weights that prove that there is none.
 *
 * <p>F* does not depend on the weights, so that a bound may be found anywhere: the dual point is
 * best where the optimality conditions hold best. The search begins at the given weights, whose own
 * gradient settles the case of a good model with a penalty in one pass; goes on by Newton steps,
 * which make the conditions of the intercepts hold to rounding; and trains from there where the
 * weights turn out to be far off.
 *
 * <p><b>Hinge.</b> Its subgradient makes a poor dual point, so that of its smooth twin of width μ
 * is taken, whose slopes aᵢ are in the hinge's dual domain too (see {@link Certifier}). The sum
 * (1/W) Σ wᵢ|aᵢ| that the bound needs is mean loss + ⟨…⟩ of the twin + ½μ·mean a², and because the
 * twin's loss is convex in μ with derivative −½a², ½h·mean a² ≥ f_μ − f_(μ+h): one more pass for
 * the loss of a slightly wider twin, and the bound stays proven.
 */
final class Verification {
  /**
   * Widths of the twins, one after the other: Newton steps on a narrow one need to begin where its
   * wider neighbour ends. The last leaves some 1e-4 · support vectors / rows to be proven.
   */
  private static final double[] TWIN_WIDTHS = {3e-3, 1e-3, 3e-4};

  private static final double WIDER = 1.0 / 64;

  /** Length of a difference of gradients that stands for a product with the Hessian. */
  private static final double DIFFERENCE = 1e-6;

  private static final int SHORTER_STEPS = 12;

  /** Newton steps before training, and products with the Hessian for each. */
  private static final int FIRST_STEPS = 3;

  private static final int FIRST_PRODUCTS = 12;
  private static final int LAST_STEPS = 10;
  private static final int LAST_PRODUCTS = 40;
  private static final int TRAINING_PASSES = 100;

  /** Directions outside of these sizes have no difference of gradients in double precision. */
  private static final double SMALLEST = 1e-100;

  private static final double LARGEST = 1e100;

  /** A proof is told unless the estimate is so many times as sharp. */
  private static final double WORTH_A_PROOF = 2.0;

  private static final double STANDSTILL = 1e-12;
  private static final int BRACKETS = 6;

  /** Training aims at this share of the tolerance, so that the bound can reach it. */
  private static final double MARGIN = 0.1;

  /** Of mini-batches, of which there are none here. */
  private static final long SEED = 0L;

  private final TrainingData data;
  private final Problem problem;
  private final double tol;
  private final double reference;
  private final Gradients own;
  private final boolean isKinked;
  private Loss loss;
  private Gradients gradients;
  private Gradients wider;
  private final Certifier certifier;
  private Certifier steps;
  private final Penalty penalty;
  private final double[] gradient;
  private double meanLoss;
  private double modelObjective = Double.NaN;
  private double best = Double.POSITIVE_INFINITY;
  private double estimatedBelow = Double.NEGATIVE_INFINITY;
  private Penalty.Violation worst = new Penalty.Violation(-1, Double.NaN);
  private int passes;

  /**
   * A search for the problem whose initial weights are those of the model.
   *
   * @param tol relative tolerance that the bound should reach
   * @param reference the objective of the null model, in units of the loop
   */
  Verification(TrainingData data, Problem problem, double tol, double reference) {
    this.data = data;
    this.problem = problem;
    this.tol = tol;
    this.reference = reference;
    this.penalty = problem.penalty();
    this.isKinked = problem.loss() instanceof Hinge;
    this.own = gradients(problem.loss());
    this.loss = problem.loss();
    this.gradients = own;
    this.wider = own;
    this.certifier = new Certifier(problem.loss(), penalty);
    this.steps = new Certifier(loss, penalty);
    this.gradient = new double[problem.coordinates().dimension()];
  }

  /** From now on the hinge's twin of that width is asked for gradients. */
  private void useTwin(double width) {
    loss = new SmoothHinge(width);
    gradients = gradients(loss);
    wider = gradients(new SmoothHinge(width * (1.0 + WIDER)));
    steps = new Certifier(loss, penalty);
  }

  private Gradients gradients(Loss asked) {
    Problem with =
        new Problem(
            asked,
            problem.coordinates(),
            penalty,
            problem.initial(),
            problem.lossUnit(),
            problem.reportUnit());
    return new Gradients(new StepJobs(data.packedRows(), Work.of(with, false), SEED), with);
  }

  /** What was found, in the units of the loop but for its penalty's violation. */
  record Finding(double objective, Certificate certificate, double leastGap, int passes) {}

  /** Searches. */
  Finding run() {
    double[] theta = problem.initial().clone();
    if (isKinked) {
      useTwin(TWIN_WIDTHS[0]);
    }
    double value = objective(theta);
    modelObjective = isKinked ? best : value;
    worst = penalty.violation(theta, gradient);
    if (!isSettled()) {
      balance(theta);
    }
    double[] reached = isSettled() ? theta : newton(theta, FIRST_STEPS, FIRST_PRODUCTS);
    if (!isSettled()) {
      TrainerOptions options =
          TrainerOptions.builder(Specs.rule(TrainerOptions.DEFAULT_RULE))
              .maxPasses(TRAINING_PASSES)
              .tol(MARGIN * tol)
              .build();
      TrainingResult trained = Trainer.train(data, startingAt(reached), options);
      passes += trained.passes().size();
      double[] last = newton(trained.weights(), LAST_STEPS, LAST_PRODUCTS);
      for (int i = 1; isKinked && i < TWIN_WIDTHS.length && !isSettled(); i++) {
        useTwin(TWIN_WIDTHS[i]);
        last = newton(last, LAST_STEPS, LAST_PRODUCTS);
      }
    }
    Certificate proven = certifier.certify(modelObjective);
    Certificate estimated = estimated();
    Certificate told =
        isWithin(proven) || proven.bound() <= WORTH_A_PROOF * estimated.bound()
            ? proven
            : estimated;
    return new Finding(
        modelObjective,
        new Certificate(
            told.bound(), told.isProven(), told.kind(), worst.coordinate(), worst.size()),
        Math.max(0.0, modelObjective - best),
        passes);
  }

  /** A hinge's twin is trained in the width that proves, not in one that suits training. */
  private Problem startingAt(double[] theta) {
    return new Problem(
        loss, problem.coordinates(), penalty, theta, problem.lossUnit(), problem.reportUnit());
  }

  private boolean isWithin(Certificate certificate) {
    return certificate.isWithin(tol, modelObjective, reference);
  }

  /** Whether the model is proven to be within the tolerance, or the gap is known to a tenth. */
  private boolean isSettled() {
    double bound = modelObjective - certifier.lowerBound();
    return isWithin(certifier.certify(modelObjective))
        || modelObjective - best > 0.9 * bound
        || (!penalty.isProximal() && !isPenalised() && isWithin(estimated()));
  }

  /** By the Newton step made last; no optimum is above the best objective seen. */
  private Certificate estimated() {
    return new Certificate(
        Math.max(0.0, modelObjective - Math.min(estimatedBelow, best)),
        false,
        Certificate.Kind.NEWTON_DECREMENT,
        -1,
        Double.NaN);
  }

  private boolean isPenalised() {
    for (int j = 0; j < gradient.length; j++) {
      if (penalty.curvature(j) > 0.0) {
        return true;
      }
    }
    return false;
  }

  /** Newton steps, each no longer than the objective falls; returns where they led. */
  private double[] newton(double[] from, int most, int products) {
    double[] theta = from.clone();
    double value = objective(theta);
    for (int i = 0; i < most && !isSettled(); i++) {
      double[] at = theta;
      double[] step =
          steps.observe(
              at,
              meanLoss,
              gradient.clone(),
              new Differences(at),
              products,
              Double.POSITIVE_INFINITY);
      estimatedBelow = value - steps.estimate(value).bound();
      double[] next = new double[theta.length];
      double reached = Double.POSITIVE_INFINITY;
      double length = 1.0;
      for (int shorter = 0; shorter < SHORTER_STEPS && !isSettled(); shorter++, length *= 0.5) {
        for (int j = 0; j < next.length; j++) {
          next[j] = theta[j] + length * step[j];
        }
        reached = objective(next);
        if (reached <= value + 1e-14 * Math.abs(value)) {
          break;
        }
      }
      if (!(reached <= value + 1e-14 * Math.abs(value))) {
        return theta;
      }
      boolean stands = isKinked && value - reached <= STANDSTILL * Math.abs(value);
      theta = next;
      value = reached;
      balance(theta);
      if (stands) {
        return theta;
      }
    }
    return theta;
  }

  /**
   * A dual point whose derivatives sum to 0, as an intercept needs it: between those of two points
   * that differ in the intercept alone and whose sums have opposite signs. Dual points are a convex
   * set on which what they prove is concave, so the mixture proves at least the mixture of what the
   * two would. For one output and losses whose bound is taken from loss and gradient as they are.
   */
  private void balance(double[] theta) {
    int at = problem.coordinates().features();
    if (!problem.coordinates().hasIntercept()
        || problem.coordinates().outputs() > 1
        || problem.coordinates().extras() > 0
        || loss instanceof Squared) {
      return;
    }
    double[] here = gradient.clone();
    double meanHere = meanLoss;
    double linearHere = provenLoss(theta) - dot(here, theta);
    double[] moved = theta.clone();
    double length = 2.0 * here[at] / loss.curvatureBound();
    for (int i = 0; i < BRACKETS && here[at] != 0.0; i++, length *= 4.0) {
      moved[at] = theta[at] - length;
      meanLoss = gradients.full(moved, gradient).loss();
      passes++;
      if (gradient[at] * here[at] > 0.0) {
        continue;
      }
      double linear = provenLoss(moved) - dot(gradient, moved);
      double share = gradient[at] / (gradient[at] - here[at]);
      double[] mixed = new double[here.length];
      for (int j = 0; j < mixed.length; j++) {
        mixed[j] = share * here[j] + (1.0 - share) * gradient[j];
      }
      mixed[at] = 0.0;
      double mixedLinear = share * linearHere + (1.0 - share) * linear;
      certifier.observe(theta, mixedLinear + dot(mixed, theta), mixed);
      break;
    }
    System.arraycopy(here, 0, gradient, 0, here.length);
    meanLoss = meanHere;
  }

  /** What stands for the mean loss in a bound: of a hinge, more than its twin's. */
  private double provenLoss(double[] theta) {
    if (!isKinked) {
      return meanLoss;
    }
    passes++;
    return meanLoss + (meanLoss - wider.loss(theta)) / WIDER;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0.0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  /**
   * The objective (of a hinge, its twin's) at θ, with the gradient, for which the certifier takes
   * what it can.
   */
  private double objective(double[] theta) {
    meanLoss = gradients.full(theta, gradient).loss();
    passes++;
    double value = penalty.value(theta);
    certifier.observe(theta, provenLoss(theta), gradient);
    double reached = meanLoss + value;
    if (isKinked) {
      reached = own.loss(theta) + value;
      passes++;
    }
    best = reached < best ? reached : best;
    return meanLoss + value;
  }

  /** Products with the Hessian as differences of gradients, one pass each; exact for a parabola. */
  private final class Differences implements TrueHessian {
    private final double[] base;
    private final double[] here;
    private final double[] point;

    Differences(double[] base) {
      this.base = base;
      this.here = gradient.clone();
      this.point = new double[base.length];
    }

    @Override
    public void multiply(double[] direction, double[] product) {
      double size = largest(direction);
      if (!(size > SMALLEST && size < LARGEST)) {
        Arrays.fill(product, 0.0);
        return;
      }
      double length =
          loss instanceof Squared ? 1.0 : DIFFERENCE * Math.max(1.0, largest(base)) / size;
      for (int j = 0; j < point.length; j++) {
        point[j] = base[j] + length * direction[j];
      }
      gradients.full(point, product);
      passes++;
      for (int j = 0; j < product.length; j++) {
        product[j] = (product[j] - here[j]) / length;
      }
    }

    /** By the curvature that a feature of unit deviation has at most. */
    @Override
    public void precondition(boolean[] active, double[] residual, double[] solution) {
      double curvature = Math.min(1.0, loss.curvatureBound());
      for (int j = 0; j < residual.length; j++) {
        solution[j] = active[j] ? residual[j] / (curvature + penalty.curvature(j)) : 0.0;
      }
    }
  }

  private static double largest(double[] numbers) {
    double largest = 0.0;
    for (double number : numbers) {
      largest = Math.max(largest, Math.abs(number));
    }
    return largest;
  }
}
