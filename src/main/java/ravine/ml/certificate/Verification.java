package ravine.ml.certificate;

import ravine.curvature.Certificate;
import ravine.curvature.Certifier;
import ravine.curvature.Reach;
import ravine.curvature.TrueHessian;
import ravine.engine.PassRecord;
import ravine.engine.Trainer;
import ravine.engine.TrainerOptions;
import ravine.engine.TrainingData;
import ravine.engine.TrainingListener;
import ravine.engine.TrainingResult;
import ravine.exchange.Gradients;
import ravine.exchange.KeptGradients;
import ravine.exchange.StepJobs;
import ravine.exchange.WholeBatch;
import ravine.exchange.Work;
import ravine.loss.Hinge;
import ravine.loss.Loss;
import ravine.loss.SmoothHinge;
import ravine.objective.Problem;
import ravine.penalty.Penalty;
import ravine.spec.Specs;

/**
 * The search for a lower bound of the optimum that is near enough to the objective of the given
 * weights, or for weights that prove that there is none.
 *
 * <p>F* does not depend on the weights, so that a bound may be found anywhere: the dual point is
 * best where the optimality conditions hold best. The gradient at the given weights settles the
 * case of a good model with a penalty and without an intercept, in one pass. Else training goes on
 * from there, the way the estimators train by default: the Newton step at a good model proves what
 * that is worth, and a bad one is left behind until enough is known of how far off it was. What
 * that way leaves open is asked by products with the Hessian at its last point: where a penalty
 * acts only the free coordinates keep a bound from being proven, and a few Newton steps in those
 * alone make their slopes 0 to rounding.
 *
 * <p><b>Hinge.</b> Its subgradient makes a poor dual point, and its own violation says nothing at a
 * kink. The violation told is that of its smooth twin of width {@value #TWIN_WIDTH}; the bound
 * comes from training alone.
 */
final class Verification {
  private static final double TWIN_WIDTH = 3e-3;
  private static final int TRAINING_PASSES = 100;

  /** Training aims at this share of the tolerance, so that the bound can reach it. */
  private static final double MARGIN = 0.1;

  /** Of a gap, the part that is enough to know of one that is too large. */
  private static final double KNOWN = 0.9;

  /** A proof is told unless the estimate is so many times as sharp. */
  private static final double WORTH_A_PROOF = 2.0;

  /** Products with the Hessian where training has left the bound open. */
  private static final int PRODUCTS = 40;

  /** Newton steps in the free coordinates, the last of which are exact. */
  private static final int ROUNDS = 4;

  /** Of the squared slopes, what a Newton step in the free coordinates may leave. */
  private static final double SOLVED = 1e-24;

  /** What an objective is off by in rounding. */
  private static final double ROUNDING = 0x1p-47;

  /** Of mini-batches, of which there are none here. */
  private static final long SEED = 0L;

  private final TrainingData data;
  private final Problem problem;
  private final double tol;
  private final double reference;
  private final Penalty penalty;
  private final boolean isKinked;
  private final Certifier certifier;
  private double objective = Double.NaN;
  private double best = Double.NaN;
  private double provenBelow = Double.NEGATIVE_INFINITY;
  private double estimatedBelow = Double.NEGATIVE_INFINITY;
  private Certificate.Kind provenBy = Certificate.Kind.LOSS_ALONE;
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
    this.certifier = new Certifier(problem.loss(), penalty);
  }

  /** What was found, in the units of the loop but for its penalty's violation. */
  record Finding(double objective, Certificate certificate, double leastGap, int passes) {}

  /** Searches. */
  Finding run() {
    Penalty.Violation worst = begin(problem.initial());
    if (Double.isFinite(objective) && !isSettled()) {
      TrainingResult trained = train();
      if (!(isSettled() && (told().isProven() || !isPenalised())) && !isKinked) {
        ask(trained.weights());
      }
    }
    Certificate told = told();
    return new Finding(
        objective,
        new Certificate(
            told.bound(), told.isProven(), told.kind(), worst.coordinate(), worst.size()),
        Math.max(0.0, objective - best),
        passes);
  }

  /** The model's own objective, and what its gradient proves. */
  private Penalty.Violation begin(double[] theta) {
    double[] gradient = new double[theta.length];
    double meanLoss = gradients(problem.loss()).full(theta, gradient).loss();
    passes++;
    objective = meanLoss + penalty.value(theta);
    best = objective;
    certifier.observe(theta, meanLoss, gradient);
    prove(certifier.lowerBound(), certifier.certify(objective).kind());
    if (isKinked) {
      gradients(new SmoothHinge(TWIN_WIDTH)).full(theta, gradient);
      passes++;
    }
    return penalty.violation(theta, gradient);
  }

  private Gradients gradients(Loss loss) {
    Problem asked =
        new Problem(
            loss,
            problem.coordinates(),
            penalty,
            problem.initial(),
            problem.lossUnit(),
            problem.reportUnit());
    return new Gradients(new StepJobs(data.packedRows(), Work.of(asked, false), SEED), asked);
  }

  /** Trains from the model on until what was asked is known. */
  private TrainingResult train() {
    TrainerOptions options =
        TrainerOptions.builder(Specs.rule(TrainerOptions.DEFAULT_RULE))
            .maxPasses(TRAINING_PASSES)
            .tol(MARGIN * tol)
            .listener(
                new TrainingListener() {
                  @Override
                  public boolean onPass(PassRecord pass) {
                    return !isEnough(pass);
                  }
                })
            .build();
    TrainingResult trained = Trainer.train(data, problem, options);
    passes += trained.passes().get(trained.passes().size() - 1).pass() + 1;
    double unit = problem.reportUnit();
    double reached = trained.objective() / unit;
    best = Math.min(best, reached);
    Certificate certificate = trained.certificate();
    if (certificate != null) {
      double below = reached - certificate.bound() / unit;
      if (certificate.isProven()) {
        prove(below, certificate.kind());
      } else {
        estimatedBelow = below;
      }
    }
    return trained;
  }

  /** Whether a point of training proves the model to be within tol, or tells how far it is off. */
  private boolean isEnough(PassRecord pass) {
    if (!pass.gapIsProven()) {
      return false;
    }
    double reached = pass.objective() / problem.reportUnit();
    double bound = objective - (reached - pass.gapBound() / problem.reportUnit());
    return isWithin(bound) || objective - reached > KNOWN * bound;
  }

  /** What the point where training ended says by products with the Hessian of all rows. */
  private void ask(double[] theta) {
    WholeBatch rows =
        new KeptGradients(new StepJobs(data.packedRows(), Work.of(problem, false), SEED), problem);
    double[] gradient = new double[theta.length];
    double[] at = theta.clone();
    for (int round = 0; round < ROUNDS; round++) {
      WholeBatch.Sums sums = rows.gradient(at, 0, gradient);
      passes++;
      double reached = sums.loss() + penalty.value(at);
      Products products = new Products(rows, at);
      if (isPenalised()) {
        certifier.observe(at, sums.loss(), gradient);
        prove(certifier.lowerBound(), certifier.certify(reached).kind());
        if (told().isProven()) {
          return;
        }
        at = products.balanced(gradient);
      } else {
        double reach = Reach.ofCurvature(sums.weight(), sums.leastCurvature());
        certifier.observe(at, sums.loss(), gradient, products, PRODUCTS, reach);
        prove(certifier.lowerBound(), certifier.certify(reached).kind());
        estimatedBelow = Math.max(estimatedBelow, reached - certifier.estimate(reached).bound());
        return;
      }
    }
  }

  private boolean isPenalised() {
    boolean penalised = false;
    for (int j = 0; j < problem.initial().length; j++) {
      penalised |= !penalty.isFree(j);
    }
    return penalised;
  }

  private void prove(double below, Certificate.Kind kind) {
    if (below > provenBelow) {
      provenBelow = below;
      provenBy = kind;
    }
  }

  private boolean isWithin(double bound) {
    return new Certificate(bound, true, provenBy, -1, Double.NaN)
        .isWithin(tol, objective, reference);
  }

  /** Whether the model is proven to be within the tolerance, or the gap is known to a tenth. */
  private boolean isSettled() {
    Certificate told = told();
    return isWithin(told.bound()) || objective - best > KNOWN * told.bound();
  }

  /** The proof, or the estimate where that is far sharper; no optimum is above the best seen. */
  private Certificate told() {
    if (!(Math.abs(objective) < Double.POSITIVE_INFINITY)) {
      return Certificate.none();
    }
    double proven = bound(provenBelow);
    double estimated = bound(Math.min(estimatedBelow, best));
    boolean isProof = isWithin(proven) || proven <= WORTH_A_PROOF * estimated;
    return new Certificate(
        isProof ? proven : estimated,
        isProof,
        isProof ? provenBy : Certificate.Kind.NEWTON_DECREMENT,
        -1,
        Double.NaN);
  }

  private double bound(double below) {
    return Math.max(0.0, objective - below) + ROUNDING * Math.abs(objective);
  }

  /** Products with the Hessian at a point whose margins are kept, one pass each. */
  private final class Products implements TrueHessian {
    private final WholeBatch rows;
    private final double[] theta;

    Products(WholeBatch rows, double[] theta) {
      this.rows = rows;
      this.theta = theta;
    }

    @Override
    public void multiply(double[] direction, double[] product) {
      rows.product(theta, 0, direction, product);
      passes++;
    }

    /** The point after a Newton step in the free coordinates alone, by conjugate gradients. */
    double[] balanced(double[] gradient) {
      int d = theta.length;
      double[] step = new double[d];
      double[] left = new double[d];
      double size = 0.0;
      for (int j = 0; j < d; j++) {
        left[j] = penalty.isFree(j) ? -gradient[j] : 0.0;
        size += left[j] * left[j];
      }
      double[] direction = left.clone();
      double[] product = new double[d];
      double enough = SOLVED * size;
      for (int i = 0; i < PRODUCTS && size > enough; i++) {
        multiply(direction, product);
        double curved = 0.0;
        for (int j = 0; j < d; j++) {
          curved += penalty.isFree(j) ? direction[j] * product[j] : 0.0;
        }
        if (!(curved > 0.0)) {
          break;
        }
        double length = size / curved;
        double before = size;
        size = 0.0;
        for (int j = 0; j < d; j++) {
          step[j] += length * direction[j];
          left[j] -= penalty.isFree(j) ? length * product[j] : 0.0;
          size += left[j] * left[j];
        }
        for (int j = 0; j < d; j++) {
          direction[j] = left[j] + size / before * direction[j];
        }
      }
      for (int j = 0; j < d; j++) {
        step[j] += theta[j];
      }
      return step;
    }

    /** By the curvature that a feature of unit deviation has at most. */
    @Override
    public void precondition(boolean[] active, double[] residual, double[] solution) {
      double curvature = Math.min(1.0, problem.loss().curvatureBound());
      for (int j = 0; j < residual.length; j++) {
        solution[j] = active[j] ? residual[j] / (curvature + penalty.curvature(j)) : 0.0;
      }
    }
  }
}
