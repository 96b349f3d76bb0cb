package ravine.batches;

import java.util.Arrays;
import ravine.checkpoint.Sections;
import ravine.curvature.OwnCoordinates;
import ravine.exchange.Answer;
import ravine.exchange.Gradients;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.rule.UpdateRule;
import ravine.step.StepPlan;
import ravine.step.Stepper;

/**
 * A step on the gradient of a mini-batch that the rule makes in {@link OwnCoordinates}. The smooth
 * penalty's gradient is taken in θ and turned with the data's; to the rule it is all one gradient,
 * and what it decays apart from it are its own weights. Gradient norms are those in its own
 * coordinates.
 *
 * <p>Of an L1 part the rule is shown a subgradient, that which the last {@linkplain
 * OwnCoordinates#proximal proximal step} found, so that the gradient it sees goes to 0 at the
 * optimum; the proximal step after it corrects what the subgradient was off.
 */
public final class OwnStep extends DenseStep {
  private final OwnCoordinates coordinates;
  private final boolean proximal;

  /** Where the gradient is taken, and after a proximal step its result, with exact zeros. */
  private final double[] theta;

  private final double[] before;
  private final double[] rates;
  private final double[] subgradient;
  private final boolean[] zero;
  private double penaltyThere;

  /**
   * Steps from θ on.
   *
   * @param plan in which the penalty is still that of θ
   * @param initial θ
   */
  public OwnStep(Gradients gradients, OwnCoordinates coordinates, StepPlan plan, double[] initial) {
    super(gradients, new Stepper(inOwn(plan), coordinates.own(initial)), plan.penalty());
    int d = initial.length;
    this.coordinates = coordinates;
    this.proximal = plan.penalty().isProximal();
    this.theta = initial.clone();
    this.before = new double[d];
    this.rates = new double[d];
    this.subgradient = new double[d];
    this.zero = new boolean[d];
    for (int j = 0; j < d; j++) {
      zero[j] = initial[j] == 0.0;
      subgradient[j] = Math.signum(initial[j]) * plan.penalty().threshold(j);
    }
  }

  private static StepPlan inOwn(StepPlan plan) {
    Penalty none = new None(plan.penalty().scale());
    return new StepPlan(plan.rule(), plan.learningRate(), none, plan.gradientClip());
  }

  @Override
  public double[] asks() {
    coordinates.theta(stepper().gradientPoint(), theta);
    return theta;
  }

  @Override
  public Done answered(Answer answer, int batch, int batches) {
    if (answer.hasRows()) {
      turn();
    }
    return super.answered(answer, batch, batches);
  }

  /** The gradient in θ becomes that of the rule's own coordinates. */
  private void turn() {
    penaltyThere = penalty().value(theta);
    penalty().addGradient(theta, gradient);
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] += subgradient[j];
    }
    coordinates.turn(gradient);
  }

  @Override
  void step(double[] gradient) {
    if (!proximal) {
      super.step(gradient);
      return;
    }
    Stepper stepper = stepper();
    double[] own = stepper.weights();
    System.arraycopy(own, 0, before, 0, before.length);
    super.step(gradient);
    UpdateRule rule = stepper.plan().rule();
    rule.effectiveRates(stepper.learningRate(), stepper.state(), rates);
    double rate = rate(gradient);
    if (rate > 0.0) {
      coordinates.proximal(own, rate, subgradient, theta);
      rule.absorb(before, own, stepper.state());
      for (int j = 0; j < zero.length; j++) {
        zero[j] = theta[j] == 0.0;
      }
    }
  }

  /**
   * One rate for all coordinates, the median: they differ little where P is the Hessian. Without
   * those that have no gradient, whose rates may be anything.
   */
  private double rate(double[] gradient) {
    int count = 0;
    for (int j = 0; j < rates.length; j++) {
      if (gradient[j] != 0.0) {
        rates[count++] = rates[j];
      }
    }
    Arrays.sort(rates, 0, count);
    return count == 0 ? 0.0 : rates[count / 2];
  }

  @Override
  double penaltyAt(double[] point) {
    return penaltyThere;
  }

  @Override
  public double[] theta(double[] stepped) {
    double[] there = new double[stepped.length];
    coordinates.theta(stepped, there);
    for (int j = 0; j < there.length; j++) {
      there[j] = proximal && zero[j] ? 0.0 : there[j];
    }
    return there;
  }

  /** From those weights on no subgradient is known, and no zero is exact. */
  @Override
  public void beginAgain(double[] weights) {
    Arrays.fill(subgradient, 0.0);
    Arrays.fill(zero, false);
  }

  @Override
  public void save(Sections to) {
    double[] zeros = new double[zero.length];
    for (int j = 0; j < zeros.length; j++) {
      zeros[j] = zero[j] ? 1.0 : 0.0;
    }
    to.putNumbers("own.zero", zeros);
    to.putNumbers("own.subgradient", subgradient.clone());
  }

  @Override
  public void restore(Sections from) {
    double[] zeros = from.numbers("own.zero", zero.length);
    for (int j = 0; j < zeros.length; j++) {
      zero[j] = zeros[j] == 1.0;
    }
    double[] saved = from.numbers("own.subgradient", subgradient.length);
    System.arraycopy(saved, 0, subgradient, 0, saved.length);
  }
}
