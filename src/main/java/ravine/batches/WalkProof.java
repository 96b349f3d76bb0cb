package ravine.batches;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import ravine.checkpoint.Sections;
import ravine.curvature.Certificate;
import ravine.curvature.Certifier;
import ravine.exchange.Gradients;
import ravine.objective.Problem;

/**
 * What is proven of the weights that a walk through mini-batches gave: the best lower bound of the
 * objective that any read of all rows has found, and what was read last.
 */
public final class WalkProof {
  private final Gradients gradients;
  private final Problem problem;
  private final double curvature;
  private final Certifier certifier;

  /** Weights of the last read, and the gradient of the mean loss there. */
  private double @Nullable [] read;

  private double[] gradient = {};

  /**
   * Nothing yet.
   *
   * @param curvature L of the mean loss in θ
   */
  public WalkProof(Gradients gradients, Problem problem, double curvature) {
    this.gradients = gradients;
    this.problem = problem;
    this.curvature = curvature;
    this.certifier = new Certifier(problem.loss(), problem.penalty());
  }

  /** Whether the last read was about these weights. */
  public boolean isAbout(double[] weights) {
    return Arrays.equals(weights, read);
  }

  /**
   * Reads all rows at these weights, and for the intercept some times more.
   *
   * @param mostPasses for the intercept
   */
  public void look(double[] weights, int mostPasses) {
    gradient = new double[weights.length];
    double loss = gradients.full(weights, gradient).loss();
    Intercept.settle(
        gradients, problem, curvature, mostPasses, weights.clone(), loss, gradient, certifier);
    read = weights.clone();
  }

  /** What weights of this objective are worth by all that was read. */
  public Certificate certify(double objective) {
    return certifier.certify(objective);
  }

  /**
   * What one plain proximal gradient step of length 1/L from the weights of the last read gains at
   * least: a small change of the objective alone may only mean a small learning rate.
   */
  public double gainOfStep() {
    double[] from = read;
    if (from == null) {
      return Double.POSITIVE_INFINITY;
    }
    double[] slope = gradient.clone();
    problem.penalty().addGradient(from, slope);
    double[] moved = from.clone();
    double[] rates = new double[from.length];
    Arrays.fill(rates, 1.0 / curvature);
    for (int j = 0; j < moved.length; j++) {
      moved[j] -= slope[j] / curvature;
    }
    problem.penalty().proximal(moved, rates);
    double sum = 0.0;
    for (int j = 0; j < moved.length; j++) {
      double step = moved[j] - from[j];
      sum += step * step;
    }
    return 0.5 * curvature * sum;
  }

  /** Writes copies of what later certificates depend on. */
  public void save(Sections to) {
    Certificate known = certifier.certify(0.0);
    to.putNumbers("bound", certifier.lowerBound(), known.worstCoordinate(), known.worstViolation());
    to.putText("bound.kind", known.kind().name());
    double[] last = read;
    if (last != null) {
      to.putNumbers("certified", last);
    }
  }

  /** Goes on from what was saved. */
  public void restore(Sections from) {
    double[] known = from.numbers("bound", 3);
    Certificate.Kind kind = Certificate.Kind.valueOf(from.text("bound.kind"));
    certifier.goOn(known[0], new Certificate(0.0, true, kind, (int) known[1], known[2]));
    read = from.has("certified") ? from.numbers("certified") : null;
  }
}
