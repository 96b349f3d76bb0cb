package ravine.engine;

import ravine.curvature.LimitedMemoryMetric;
import ravine.exchange.Answer;
import ravine.exchange.Gradients;
import ravine.objective.Problem;
import ravine.penalty.Penalty;

/**
 * The loop for full-batch gradients where there are too many weights for a metric made from a
 * sample: momentum whose coefficients are chosen by the curvature met on the way, that is, a step
 * in a {@link LimitedMemoryMetric}. With weights θ, gradient g of the smooth part and the metric P
 * of the last steps, the next point is
 *
 * <pre>
 *   z = argmin_z gᵀ(z − θ) + ½ (z − θ)ᵀP(z − θ) + L1(z)        θ⁺ = θ + t (z − θ)
 * </pre>
 *
 * (without L1 part z = θ − P⁻¹g: limited-memory BFGS, Liu and Nocedal 1989; with one: the proximal
 * quasi-Newton method of Scheinberg and Tang 2016, "Practical inexact proximal quasi-Newton
 * method"). One pass gives the objective and the gradient of a point, and t = 1 is tried first, so
 * that a step costs one pass nearly always. A point that is not good enough (Armijo's test with
 * 10⁻⁴) is not lost: where the objective is convex, what the gradient did on the way there is true
 * curvature, and the next direction from the old θ knows it.
 *
 * <p>Why not NAG here: its passes grow with the square root of the condition number, whatever the
 * spectrum; these grow with the number of clusters in it. Warm starts by mini-batches, growing
 * samples and a dense block of the most frequent features were simulated beside it and saved few
 * passes or none; the diagonal of the Hessian saved some on one problem and diverged on another.
 *
 * <p>Training has converged when half of gᵀP⁻¹g, the decrease the metric predicts, is below tol
 * times the objective, and the objective has fallen by no more than that over five passes. The
 * prediction alone would be too hopeful: the metric knows only the directions it has been in.
 */
final class QuasiNewtonLoop {
  private static final int MOST_REJECTIONS = 25;

  /** Rejections after which the pairs are taken to be rounding. */
  private static final int SUSPICIOUS = 8;

  private static final double ARMIJO = 1e-4;

  private final Gradients gradients;
  private final Penalty penalty;
  private final TrainerOptions options;
  private final History history;
  private final StopRule stop;
  private final boolean validates;
  private final LimitedMemoryMetric metric;

  /** θ, the best point so far, and the gradient of the smooth part there. */
  private final double[] weights;

  private final double[] gradient;
  private final double[] trial;
  private final double[] trialGradient;
  private final double[] direction;
  private Answer answer = Answer.NONE;
  private double best;
  private double validation = Double.NaN;

  /** t of the next trial, and of the last. */
  private double nextLength = 1.0;

  private double stepLength;
  private double velocityNorm;
  private double gradientNorm;
  private long steps;

  QuasiNewtonLoop(Run run, int memory) {
    Problem problem = run.problem();
    int d = problem.initial().length;
    this.gradients = run.gradients();
    this.penalty = problem.penalty();
    this.options = run.options();
    this.history = run.history();
    this.stop = run.stop();
    this.validates = run.validates();
    this.metric = new LimitedMemoryMetric(d, memory);
    this.weights = problem.initial().clone();
    this.gradient = new double[d];
    this.trial = new double[d];
    this.trialGradient = new double[d];
    this.direction = new double[d];
  }

  /**
   * Runs until one of the reasons to stop.
   *
   * @param bound of the loss's second derivative in the margin; infinite if there is none
   * @param slices into how many the rows are cut to measure the curvature along the first gradient
   */
  StopReason run(double bound, int slices) {
    best = evaluate(weights, gradient);
    if (!Double.isFinite(best) || !Double.isFinite(gradientNorm)) {
      return stop.neverBegan(best);
    }
    stop.judgeBy(best);
    validate();
    record(0);
    if (options.maxPasses() > 0) {
      metric.startAt(firstCurvature(bound, slices));
    }
    int rejections = 0;
    for (int pass = 1; ; pass++) {
      StopReason reason = stop.outside(pass - 1, steps);
      if (reason != null) {
        return reason;
      }
      long start = System.nanoTime();
      double predicted = direction();
      boolean calm = stop.isCalm(best);
      if (predicted == 0.0
          || rejections > MOST_REJECTIONS
          || (calm && stop.isSmall(0.5 * predicted, best))) {
        return StopReason.CONVERGED;
      }
      double driver = (System.nanoTime() - start) / 1e9;
      rejections = step(predicted, rejections) ? 0 : rejections + 1;
      steps++;
      recordStep(pass, driver);
      record(pass);
    }
  }

  /**
   * Tries the point at {@link #nextLength} along the direction, and stays there if it is good
   * enough; whether the objective fell, by more than rounding makes of a step of no length.
   */
  private boolean step(double predicted, int rejections) {
    stepLength = nextLength;
    double norm = 0.0;
    for (int j = 0; j < trial.length; j++) {
      trial[j] = weights[j] + nextLength * direction[j];
      norm += direction[j] * direction[j];
    }
    double objective = evaluate(trial, trialGradient);
    boolean finite = Double.isFinite(objective) && Double.isFinite(gradientNorm);
    boolean learnt = finite && metric.add(weights, trial, gradient, trialGradient);
    double enough = best - ARMIJO * nextLength * predicted + 1e-15 * Math.abs(best);
    if (finite && objective <= enough) {
      boolean fell = objective < best;
      velocityNorm = nextLength * Math.sqrt(norm);
      System.arraycopy(trial, 0, weights, 0, trial.length);
      System.arraycopy(trialGradient, 0, gradient, 0, trial.length);
      best = Math.min(best, objective);
      nextLength = 1.0;
      validate();
      return fell;
    }
    if (rejections == SUSPICIOUS) {
      metric.clear();
    }
    // Once, what was learnt is trusted to shorten the step.
    nextLength = learnt && rejections == 0 ? nextLength : (finite ? 0.5 : 0.1) * nextLength;
    return false;
  }

  /**
   * Writes the direction z − θ; returns the decrease it promises to first order, gᵀ(θ − z) + L1(θ)
   * − L1(z), which is at least 0.
   */
  private double direction() {
    double promised = 0.0;
    if (!penalty.isProximal()) {
      System.arraycopy(gradient, 0, direction, 0, direction.length);
      metric.solve(direction);
      for (int j = 0; j < direction.length; j++) {
        direction[j] = -direction[j];
        promised -= gradient[j] * direction[j];
      }
      return Math.max(0.0, promised);
    }
    double[] target = weights.clone();
    metric.minimise(target, gradient, penalty);
    for (int j = 0; j < target.length; j++) {
      direction[j] = target[j] - weights[j];
      promised -=
          gradient[j] * direction[j]
              + penalty.threshold(j) * (Math.abs(target[j]) - Math.abs(weights[j]));
    }
    return Math.max(0.0, promised);
  }

  /** The objective at a point, and the gradient of its smooth part. */
  private double evaluate(double[] at, double[] to) {
    answer = gradients.full(at, to);
    double objective = answer.loss() + penalty.value(at);
    double sum = 0.0;
    for (double value : to) {
      sum += value * value;
    }
    gradientNorm = Math.sqrt(sum);
    penalty.addGradient(at, to);
    return objective;
  }

  /** gᵀHg / gᵀg, with the loss's curvature at its bound. */
  private double firstCurvature(double bound, int slices) {
    double squared = 0.0;
    for (double value : gradient) {
      squared += value * value;
    }
    if (squared == 0.0) {
      return 1.0;
    }
    gradients.curvature(gradient, Double.isFinite(bound) ? bound : 1.0, slices, direction);
    penalty.addGradient(gradient, direction);
    double curved = 0.0;
    for (int j = 0; j < gradient.length; j++) {
      curved += gradient[j] * direction[j];
    }
    double found = curved / squared;
    return found > 0.0 && found < Double.POSITIVE_INFINITY ? found : 1.0;
  }

  private void validate() {
    if (validates) {
      validation = gradients.validationLoss(weights);
    }
  }

  private void record(int pass) {
    double unit = history.reportUnit();
    history.pass(
        new PassRecord(
            pass,
            steps,
            best * unit,
            validation * unit,
            stepLength,
            gradientNorm,
            velocityNorm,
            history.seconds()),
        weights,
        best,
        validation,
        options.validationTol());
  }

  private void recordStep(int pass, double driver) {
    history.step(
        new StepRecord(
            steps,
            pass,
            best,
            stepLength,
            gradientNorm,
            velocityNorm,
            answer.computeSeconds(),
            answer.exchangeSeconds(),
            driver));
  }
}
