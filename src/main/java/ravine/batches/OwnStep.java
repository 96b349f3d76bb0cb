package ravine.batches;

import ravine.curvature.OwnCoordinates;
import ravine.exchange.Answer;
import ravine.exchange.Gradients;
import ravine.penalty.None;
import ravine.penalty.Penalty;
import ravine.step.StepPlan;
import ravine.step.Stepper;

/**
 * A step on the gradient of a mini-batch that the rule makes in {@link OwnCoordinates}. The smooth
 * penalty's gradient is taken in θ and turned with the data's; to the rule it is all one gradient,
 * and what it decays apart from it are its own weights. Gradient norms are those in its own
 * coordinates.
 */
public final class OwnStep extends DenseStep {
  private final OwnCoordinates coordinates;
  private final double[] theta;
  private double penaltyThere;

  /**
   * Steps from θ on.
   *
   * @param plan in which the penalty is still that of θ
   * @param initial θ
   */
  public OwnStep(Gradients gradients, OwnCoordinates coordinates, StepPlan plan, double[] initial) {
    super(gradients, new Stepper(inOwn(plan), coordinates.own(initial)), plan.penalty());
    this.coordinates = coordinates;
    this.theta = new double[initial.length];
  }

  private static StepPlan inOwn(StepPlan plan) {
    Penalty none = new None(plan.penalty().scale());
    return new StepPlan(plan.rule(), plan.learningRate(), none, plan.gradientClip());
  }

  @Override
  Answer ask(double[] point, int pass, int batch, int batches) {
    coordinates.theta(point, theta);
    Answer answer = super.ask(theta, pass, batch, batches);
    penaltyThere = penalty().value(theta);
    penalty().addGradient(theta, gradient);
    coordinates.turn(gradient);
    return answer;
  }

  @Override
  double penaltyAt(double[] point) {
    return penaltyThere;
  }

  @Override
  public double[] theta(double[] stepped) {
    double[] there = new double[stepped.length];
    coordinates.theta(stepped, there);
    return there;
  }
}
