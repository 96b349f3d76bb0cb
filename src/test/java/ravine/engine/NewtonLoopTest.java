package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.curvature.DenseWholeBatch;
import ravine.exchange.GradientEngine;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.SoftHinge;
import ravine.loss.Softmax;
import ravine.loss.Squared;
import ravine.rule.Momentum;
import ravine.rule.Sgd;
import ravine.rule.UpdateRule;
import ravine.validation.Held;
import ravine.validation.ValidationMetric;

/** The kinds of problems that full-batch training once got stuck on, each to its optimum. */
class NewtonLoopTest {
  private static final double TOL = 1e-6;

  /** What came out of a run. */
  private record Run(
      NewtonLoop loop, StopReason reason, History history, DenseWholeBatch rows, double best) {

    double relativeGap(double reference) {
      double found = rows.objective(loop.theta());
      return (found - best) / Math.max(Math.abs(best), 1e-6 * reference);
    }
  }

  private static Run run(DenseWholeBatch rows, double[] initial, int sampled, UpdateRule rule) {
    return run(rows, initial, sampled, rule, TOL, 100);
  }

  private static Run run(
      DenseWholeBatch rows,
      double[] initial,
      int sampled,
      UpdateRule rule,
      double tol,
      int passes) {
    TrainerOptions options = TrainerOptions.builder(rule).tol(tol).maxPasses(passes).build();
    NewtonPlan plan =
        NewtonPlan.of(
            options,
            rows.nullModel(),
            Double.NaN,
            NewtonPlan.hessianWork(rows.dimension(), rows.dimension()));
    History history = new History(List.of(), 1.0, initial);
    NewtonPlan.Start start =
        sampled == 0
            ? null
            : NewtonStart.solve(
                sampled >= rows.size() ? rows : rows.sample(sampled, 5),
                rows.problem(initial),
                plan,
                sampled,
                rows.size(),
                false);
    rows.passes = 0.0;
    NewtonLoop loop = new NewtonLoop(rows, rows.problem(initial), plan, history, null);
    StopReason reason = loop.run(start);
    double best = rows.objective(rows.optimum());
    return new Run(loop, reason, history, rows, best);
  }

  private static void assertArrived(Run run, double mostPasses) {
    double reference = run.history.passes().get(0).objective();
    assertThat(run.reason).isEqualTo(StopReason.CONVERGED);
    assertThat(run.relativeGap(reference)).isLessThanOrEqualTo(TOL);
    assertThat(run.rows.objective(run.loop.theta()) - run.best)
        .isLessThanOrEqualTo(run.loop.certificate().bound() * (1.0 + 1e-6) + 1e-9 * run.best);
    assertThat(run.loop.passes()).isLessThanOrEqualTo(mostPasses);
    assertThat(run.loop.passes()).isCloseTo(run.rows.passes - 1.0, within(1e-9));
    assertThat(run.history.steps())
        .hasSize((int) run.history.passes().get(run.history.passes().size() - 1).step());
    double before = Double.POSITIVE_INFINITY;
    for (PassRecord pass : run.history.passes()) {
      assertThat(pass.objective()).isLessThanOrEqualTo(before * (1.0 + 1e-9));
      before = pass.objective();
    }
    double returned = run.rows.objective(run.history.bestWeights());
    assertThat(returned).isLessThanOrEqualTo(run.rows.objective(run.loop.theta()) * (1.0 + 1e-9));
  }

  private static double[][] gaussian(int n, int d, Random random) {
    double[][] rows = new double[n][d];
    for (double[] row : rows) {
      for (int j = 0; j < d; j++) {
        row[j] = random.nextGaussian();
      }
    }
    return rows;
  }

  private static double[] linear(double[][] rows, double noise, Random random) {
    double[] labels = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      labels[i] = noise * random.nextGaussian();
      for (int j = 0; j < rows[i].length; j++) {
        labels[i] += rows[i][j] * (j % 3 - 1.0 + 0.1 * j);
      }
    }
    return labels;
  }

  private static double[] classes(double[][] rows, double scale, double shift, Random random) {
    double[] labels = linear(rows, 0.0, random);
    for (int i = 0; i < labels.length; i++) {
      double margin = scale * labels[i] + shift;
      labels[i] = random.nextDouble() < 1.0 / (1.0 + Math.exp(-margin)) ? 1.0 : 0.0;
    }
    return labels;
  }

  /** Two nearly equal columns beside others, as in keggdirected and elevators. */
  private static double[][] collinear(int n, int d, double apart, Random random) {
    double[][] rows = gaussian(n, d, random);
    for (double[] row : rows) {
      row[1] = row[0] + apart * row[1];
      row[2] = row[0] - row[1] + apart * row[2];
    }
    return rows;
  }

  /** 0/1 features, some rare, standardised. */
  private static double[][] sparse(int n, int d, Random random) {
    double[][] rows = new double[n][d];
    for (int j = 0; j < d; j++) {
      double share = Math.max(3.0 / n, Math.pow(10.0, -3.0 * random.nextDouble()) / 2.0);
      double mean = 0.0;
      for (double[] row : rows) {
        row[j] = random.nextDouble() < share ? 1.0 : 0.0;
        mean += row[j] / n;
      }
      double deviation = Math.sqrt(Math.max(mean * (1.0 - mean), 1e-12));
      for (double[] row : rows) {
        row[j] = (row[j] - mean) / deviation;
      }
    }
    return rows;
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1e-3, 0", "1e-3, 0.5", "1e-3, 1", "1e-5, 1", "1e-2, 1"})
  void run_leastSquares_collinear_oneHessianAndDone(double lambda, double alpha) {
    Random random = new Random(1);
    double[][] rows = collinear(2000, 12, 1e-4, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, linear(rows, 0.5, random), new Squared(), lambda, alpha);

    Run run = run(whole, whole.nullModel(), 0, new Momentum());

    assertArrived(run, 3.0);
    assertThat(run.loop.certificate().isProven()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1e-3, 0", "1e-3, 0.5", "1e-3, 1", "1e-5, 1"})
  void run_logistic_collinear_arrives(double lambda, double alpha) {
    Random random = new Random(2);
    double[][] rows = collinear(2000, 12, 1e-3, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 1.0, -1.0, random), new Logistic(), lambda, alpha);

    assertArrived(run(whole, whole.nullModel(), 1000, new Momentum()), 10.0);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1e-5, 0", "1e-5, 0.5", "1e-5, 1", "1e-3, 0.5"})
  void run_logistic_rareBinaryFeatures_arrives(double lambda, double alpha) {
    Random random = new Random(3);
    double[][] rows = sparse(3000, 30, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.5, -1.0, random), new Logistic(), lambda, alpha);

    assertArrived(run(whole, whole.nullModel(), 800, new Momentum()), 25.0);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1e-3, 0", "1e-3, 1"})
  void run_logistic_fivePositives_arrives(double lambda, double alpha) {
    Random random = new Random(4);
    double[][] rows = gaussian(8000, 4, random);
    double[] labels = new double[rows.length];
    for (int i = 0; i < 5; i++) {
      labels[i * 1600 + 17] = 1.0;
      rows[i * 1600 + 17][0] += 1.0;
    }
    DenseWholeBatch whole = DenseWholeBatch.of(rows, labels, new Logistic(), lambda, alpha);

    assertArrived(run(whole, whole.nullModel(), 0, new Sgd()), 13.0);
  }

  @ParameterizedTest
  @CsvSource({"1e4", "-1e4", "1e2", "-1e6"})
  void run_logistic_saturatedStart_arrives(double factor) {
    Random random = new Random(5);
    double[][] rows = gaussian(2000, 8, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 1.0, 0.5, random), new Logistic(), 1e-4, 0.0);
    double[] start = whole.optimum();
    for (int j = 0; j < start.length; j++) {
      start[j] *= factor * (1.0 + 0.3 * random.nextGaussian());
    }

    assertArrived(run(whole, start, 0, new Momentum()), 30.0);
  }

  @Test
  void run_twice_givesTheSameBits() {
    Random random = new Random(11);
    double[][] rows = sparse(1000, 12, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.5, 0.0, random), new Logistic(), 1e-4, 0.5);

    Run first = run(whole, whole.nullModel(), 300, new Momentum());
    Run second = run(whole, whole.nullModel(), 300, new Momentum());

    assertThat(first.loop.theta()).isEqualTo(second.loop.theta());
    assertThat(first.loop.certificate()).isEqualTo(second.loop.certificate());
  }

  @Test
  void run_passesUsedUp_tellsTheBound() {
    Random random = new Random(12);
    double[][] rows = sparse(1000, 12, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.5, 0.0, random), new Logistic(), 1e-4, 0.0);

    Run run = run(whole, whole.nullModel(), 0, new Momentum(), TOL, 4);

    assertThat(run.reason).isEqualTo(StopReason.MAX_ITER);
    assertThat(run.loop.passes()).isLessThanOrEqualTo(4.0);
    assertThat(run.loop.cause()).startsWith("After 4.0 passes: The objective is a");
    assertThat(run.rows.objective(run.loop.theta()) - run.best)
        .isLessThanOrEqualTo(run.loop.certificate().bound());
  }

  /** The best pass by validation is the start here, and nothing near the optimum. */
  @ParameterizedTest
  @CsvSource({"1e-3", "0"})
  void run_validationPrefersAnEarlierPass_certificateIsOfThatPass(double lambda) {
    Random random = new Random(13);
    double[][] rows = gaussian(1000, 6, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 1.0, 0.3, random), new Logistic(), lambda, 0.0);
    double[] initial = whole.nullModel();
    TrainerOptions options =
        TrainerOptions.builder(new Momentum()).tol(TOL).patience(100).maxPasses(50).build();
    History history =
        new History(
            List.of(), 1.0, initial, ValidationMetric.LOSS, () -> GradientEngine.Spent.NOTHING);
    NewtonPlan plan = NewtonPlan.of(options, initial, Double.NaN, 1.0);
    NewtonLoop loop =
        new NewtonLoop(
            whole,
            whole.problem(initial),
            plan,
            history,
            theta -> Held.of(Math.abs(theta[0]) + 1.0));

    StopReason reason = loop.run(null);

    double best = whole.objective(whole.optimum());
    double gap = whole.objective(initial) - best;
    assertThat(history.bestPass()).isZero();
    assertThat(reason).isEqualTo(StopReason.EARLY_STOPPED);
    assertThat(loop.cause()).contains(String.format("%.2g above", loop.certificate().bound()));
    assertThat(loop.certificate().bound())
        .isBetween(gap * (1.0 - 1e-9), gap + 2.0 * TOL * Math.abs(best));
    assertThat(loop.certificate().isProven()).isTrue();
    assertThat(loop.objective()).isLessThan(whole.objective(initial) - 0.9 * gap);
  }

  @Test
  void run_listenerStops_certificateIsOfTheBestSoFar_andRecordsHaveBounds() {
    Random random = new Random(14);
    double[][] rows = sparse(2000, 20, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.5, 0.0, random), new Logistic(), 1e-4, 0.5);
    double[] initial = whole.nullModel();
    TrainingListener twoSteps =
        new TrainingListener() {
          @Override
          public boolean onStep(StepRecord step) {
            return step.step() < 2;
          }
        };
    History history = new History(List.of(twoSteps), 1.0, initial);
    TrainerOptions options = TrainerOptions.builder(new Momentum()).tol(1e-12).build();
    NewtonLoop loop =
        new NewtonLoop(
            whole,
            whole.problem(initial),
            NewtonPlan.of(options, initial, Double.NaN, 1.0),
            history,
            null);

    assertThat(loop.run(null)).isEqualTo(StopReason.STOPPED_BY_LISTENER);

    double best = whole.objective(whole.optimum());
    double gap = whole.objective(history.bestWeights()) - best;
    assertThat(loop.certificate().bound()).isGreaterThanOrEqualTo(gap * (1.0 - 1e-9));
    for (PassRecord pass : history.passes().subList(1, history.passes().size())) {
      assertThat(pass.gapBound()).isGreaterThanOrEqualTo((pass.objective() - best) * (1.0 - 1e-9));
    }
  }

  @Test
  void run_logistic_separableWithoutPenalty_endsWithinTheFloor() {
    Random random = new Random(6);
    double[][] rows = gaussian(500, 5, random);
    double[] labels = linear(rows, 0.0, random);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = labels[i] > 0.0 ? 1.0 : 0.0;
    }
    DenseWholeBatch whole = DenseWholeBatch.of(rows, labels, new Logistic(), 0.0, 0.0);

    Run run = run(whole, whole.nullModel(), 0, new Momentum());

    assertThat(run.reason).isIn(StopReason.CONVERGED, StopReason.MAX_ITER, StopReason.STALLED);
    assertThat(run.loop.objective()).isLessThanOrEqualTo(1e-5);
    assertThat(run.loop.certificate().bound()).isLessThanOrEqualTo(run.loop.objective() * 1.001);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1e-4, 0", "1e-3, 0.5", "1e-3, 1"})
  void run_softmax_arrives(double lambda, double alpha) {
    Random random = new Random(7);
    double[][] rows = gaussian(2000, 6, random);
    double[] labels = new double[rows.length];
    for (int i = 0; i < labels.length; i++) {
      double a = rows[i][0] + random.nextGaussian();
      double b = rows[i][1] - rows[i][2] + random.nextGaussian();
      labels[i] = a > b ? 0.0 : a + b > 0.0 ? 1.0 : 2.0;
    }
    DenseWholeBatch whole = DenseWholeBatch.of(rows, labels, new Softmax(3), lambda, alpha);

    assertArrived(run(whole, whole.nullModel(), 800, new Momentum()), 9.0);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1e2, 1", "1e4, 1", "1e6, 1", "1e4, 1e-5", "1e4, 1e7", "1e6, 1e7", "0, 1e3"})
  void run_huber_outliersAndUnits_arrives(double outliers, double unit) {
    Random random = new Random(8);
    double[][] rows = gaussian(3000, 4, random);
    double[] labels = linear(rows, 1.0, random);
    for (int i = 0; i < labels.length; i++) {
      if (random.nextInt(10) == 0) {
        labels[i] += outliers * random.nextGaussian();
      }
      labels[i] *= unit;
    }
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, labels.clone(), new ConcomitantHuber(1.35), 0.0, 0.0);

    Run run = run(whole, whole.nullModel(), 1000, new Momentum());

    // The trusted solver is not trusted with units: its answer for unit 1 is everyone's.
    for (int i = 0; i < labels.length; i++) {
      labels[i] /= unit;
    }
    DenseWholeBatch plain = DenseWholeBatch.of(rows, labels, new ConcomitantHuber(1.35), 0.0, 0.0);
    double best = unit * plain.objective(plain.optimum());
    assertArrived(new Run(run.loop, run.reason, run.history, whole, best), 20.0);
  }

  @ParameterizedTest
  @CsvSource({"1e-2, 0", "1e-3, 0", "1e-4, 0", "1e-2, 0.5", "0, 0"})
  void run_hinge_arrives(double lambda, double alpha) {
    Random random = new Random(9);
    double[][] rows = gaussian(2000, 8, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 1.0, 0.5, random), new SoftHinge(), lambda, alpha);

    Run run = run(whole, whole.nullModel(), 1000, new Momentum());

    assertArrived(run, 60.0);
    assertThat(run.loop.certificate().isProven()).isEqualTo(lambda > 0.0);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1e-3, 1"})
  void run_fewRows_solvedOnTheDriver_oneVerifyingPass(double lambda, double alpha) {
    Random random = new Random(10);
    double[][] rows = gaussian(400, 60, random);
    for (Loss loss : new Loss[] {new Squared(), new Logistic()}) {
      double[] labels =
          loss instanceof Squared ? linear(rows, 0.3, random) : classes(rows, 0.15, 0.0, random);
      DenseWholeBatch whole = DenseWholeBatch.of(rows, labels, loss, lambda, alpha);

      Run run = run(whole, whole.nullModel(), 400, new Momentum());

      assertArrived(run, 2.0);
    }
  }
}
