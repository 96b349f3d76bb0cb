package ravine.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.curvature.DenseWholeBatch;
import ravine.exchange.GradientEngine;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Logistic;
import ravine.loss.SoftHinge;
import ravine.loss.Softmax;
import ravine.loss.Squared;
import ravine.rule.Lbfgs;
import ravine.validation.Held;
import ravine.validation.ValidationMetric;

/** Where limited-memory steps end: at the optimum and with a proof, or with the bound. */
class QuasiNewtonProofTest {
  private static final double TOL = 1e-6;

  private record Run(
      QuasiNewtonLoop loop, StopReason reason, History history, DenseWholeBatch rows, double best) {

    double gap() {
      return rows.objective(loop.theta()) - best;
    }
  }

  private static Run run(DenseWholeBatch rows, double[] initial, int passes) {
    return run(rows, initial, TrainerOptions.builder(new Lbfgs()).maxPasses(passes).tol(TOL), null);
  }

  private static Run run(
      DenseWholeBatch rows,
      double[] initial,
      TrainerOptions.Builder options,
      @Nullable Function<double[], Held> validation) {
    TrainerOptions built = options.build();
    History history =
        new History(
            built.listeners(),
            1.0,
            initial,
            validation != null ? ValidationMetric.LOSS : null,
            () -> GradientEngine.Spent.NOTHING);
    QuasiNewtonLoop loop =
        new QuasiNewtonLoop(rows, rows.problem(initial), built, 20, history, validation);
    StopReason reason = loop.run();
    return new Run(loop, reason, history, rows, rows.objective(rows.optimum()));
  }

  private static void assertProven(Run run, double mostPasses) {
    assertThat(run.reason).as(run.loop.cause()).isEqualTo(StopReason.CONVERGED);
    assertThat(run.loop.certificate().isProven()).isTrue();
    assertSound(run);
    assertThat(run.gap()).isLessThanOrEqualTo(TOL * run.best);
    assertThat(run.loop.passes()).isLessThanOrEqualTo(mostPasses);
  }

  /** The bound is not below the gap, and all that was read has been counted. */
  private static void assertSound(Run run) {
    assertThat(run.gap()).isLessThanOrEqualTo(run.loop.certificate().bound() + 1e-9 * run.best);
    assertThat(run.loop.passes()).isCloseTo(run.rows.passes - 1.0, within(1e-6));
  }

  private static double last(History history) {
    return history.passes().get(history.passes().size() - 1).objective();
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

  /** Two nearly equal columns beside others. */
  private static double[][] collinear(int n, int d, Random random) {
    double[][] rows = gaussian(n, d, random);
    for (double[] row : rows) {
      row[1] = row[0] + 1e-2 * row[1];
    }
    return rows;
  }

  private static double score(double[] row) {
    double sum = 0.0;
    for (int j = 0; j < row.length; j++) {
      sum += row[j] * (j % 3 - 1.0) / Math.sqrt(row.length);
    }
    return sum;
  }

  private static double[] classes(double[][] rows, double shift, Random random) {
    double[] labels = new double[rows.length];
    for (int i = 0; i < labels.length; i++) {
      double margin = 2.0 * score(rows[i]) + shift;
      labels[i] = random.nextDouble() < 1.0 / (1.0 + Math.exp(-margin)) ? 1.0 : 0.0;
    }
    return labels;
  }

  private static double[] threeClasses(double[][] rows, Random random) {
    double[] labels = new double[rows.length];
    for (int i = 0; i < labels.length; i++) {
      double a = rows[i][0] + random.nextGaussian();
      double b = rows[i][1] - rows[i][2] + random.nextGaussian();
      labels[i] = a > b ? 0.0 : a + b > 0.0 ? 1.0 : 2.0;
    }
    return labels;
  }

  @ParameterizedTest
  @CsvSource({"1e-2, 0", "1e-3, 0", "1e-5, 0", "1e-3, 0.5", "1e-2, 1"})
  void run_logistic_collinear_provesTheEnd(double lambda, double alpha) {
    Random random = new Random(1);
    double[][] rows = collinear(600, 15, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, -1.0, random), new Logistic(), lambda, alpha);

    assertProven(run(whole, whole.nullModel(), 150), 150.0);
  }

  @ParameterizedTest
  @CsvSource({"1e-1, 0", "1e-2, 0.5", "1e-2, 1"})
  void run_fewerRowsThanFeatures_provesTheEnd(double lambda, double alpha) {
    Random random = new Random(2);
    double[][] rows = gaussian(60, 200, random);
    for (int i = 0; i < 2; i++) {
      double[] labels = classes(rows, 0.0, random);
      DenseWholeBatch whole =
          DenseWholeBatch.of(rows, labels, i == 0 ? new Logistic() : new Squared(), lambda, alpha);

      assertProven(run(whole, whole.nullModel(), 200), 200.0);
    }
  }

  @ParameterizedTest
  @CsvSource({"1e-2, 0, true", "1e-3, 0, false", "1e-2, 0.5, true"})
  void run_softmax_knowsTheEnd(double lambda, double alpha, boolean proven) {
    Random random = new Random(3);
    double[][] rows = gaussian(800, 6, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, threeClasses(rows, random), new Softmax(3), lambda, alpha);

    Run run = run(whole, whole.nullModel(), 100);
    if (proven) {
      assertProven(run, 100.0);
    } else {
      // Three intercepts whose derivatives are 0 but for rounding: an estimate, and it says so.
      assertThat(run.reason).isEqualTo(StopReason.CONVERGED);
      assertThat(run.gap()).isLessThanOrEqualTo(TOL * run.best);
      assertSound(run);
    }
  }

  /** One Hessian at the end; the decrement it gives is a bound where self-concordance is known. */
  @Test
  void run_withoutPenalty_asksForTheHessian() {
    Random random = new Random(4);
    double[][] rows = gaussian(800, 8, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.5, random), new Logistic(), 0.0, 0.0);

    assertProven(run(whole, whole.nullModel(), 60), 60.0);
  }

  /** Too many weights for a Hessian: products with it, and an estimate that they carry. */
  @Test
  void run_withoutPenalty_wide_asksForProducts() {
    Random random = new Random(5);
    double[][] rows = gaussian(3200, 1050, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.0, random), new Logistic(), 0.0, 0.0);
    double[] initial = whole.nullModel();
    TrainerOptions.Builder options = TrainerOptions.builder(new Lbfgs()).maxPasses(150);
    History history = new History(List.of(), 1.0, initial);
    QuasiNewtonLoop loop =
        new QuasiNewtonLoop(
            whole, whole.problem(initial), options.tol(TOL).build(), 20, history, null);

    assertThat(loop.run()).as(loop.cause()).isEqualTo(StopReason.CONVERGED);

    QuasiNewtonLoop on =
        new QuasiNewtonLoop(
            whole,
            whole.problem(loop.theta()),
            options.tol(0.0).maxPasses(40).build(),
            20,
            new History(List.of(), 1.0, loop.theta()),
            null);
    on.run();
    double found = whole.objective(loop.theta());
    assertThat(found - whole.objective(on.theta()))
        .isBetween(0.0, loop.certificate().bound())
        .isLessThanOrEqualTo(TOL * found);
  }

  @Test
  void run_separableWithoutPenalty_isNotFalse() {
    Random random = new Random(6);
    double[][] rows = gaussian(80, 5, random);
    double[] labels = new double[rows.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = score(rows[i]) > 0.0 ? 1.0 : 0.0;
    }
    DenseWholeBatch whole = DenseWholeBatch.of(rows, labels, new Logistic(), 0.0, 0.0);

    Run run = run(whole, whole.nullModel(), 100);

    double floor = 1e-6 * run.history.passes().get(0).objective();
    assertThat(run.loop.certificate().bound()).isGreaterThanOrEqualTo(0.5 * last(run.history));
    if (run.reason == StopReason.CONVERGED) {
      assertThat(last(run.history)).isLessThanOrEqualTo(TOL * floor * 1.001);
    } else {
      assertThat(last(run.history)).isLessThan(1e-4);
    }
  }

  @ParameterizedTest
  @CsvSource({"1e-1, 0", "1e-2, 0", "1e-2, 0.5"})
  void run_hinge_provesTheHingesOwnOptimum(double lambda, double alpha) {
    Random random = new Random(7);
    double[][] rows = gaussian(400, 40, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.5, random), new SoftHinge(), lambda, alpha);

    Run run =
        run(
            whole,
            whole.nullModel(),
            TrainerOptions.builder(new Lbfgs()).maxPasses(400).tol(1e-4),
            null);

    assertThat(run.reason).as(run.loop.cause()).isEqualTo(StopReason.CONVERGED);
    assertThat(run.loop.certificate().isProven()).isTrue();
    assertThat(run.gap()).isBetween(-1e-9, 1e-4 * run.best);
    assertSound(run);
  }

  /** ln μ is no weight: within a width it stays, and from one to the next it falls. */
  @Test
  void run_hinge_theWidthOnlyShrinksByFifths() {
    Random random = new Random(8);
    double[][] rows = gaussian(200, 5, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.0, random), new SoftHinge(), 1e-2, 0.0);

    Run run = run(whole, whole.nullModel(), 60);

    double steps = Math.log(0.3 / Math.exp(run.loop.theta()[6])) / Math.log(5.0);
    assertThat(steps).isCloseTo(Math.rint(steps), within(1e-9)).isGreaterThan(0.5);
  }

  @ParameterizedTest
  @CsvSource({"1e4", "-1e4", "1e2", "-1e6"})
  void run_saturatedStart_arrives(double factor) {
    Random random = new Random(9);
    double[][] rows = gaussian(800, 8, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.5, random), new Logistic(), 1e-3, 0.0);
    double[] start = whole.optimum();
    for (int j = 0; j < start.length; j++) {
      start[j] *= factor * (1.0 + 0.3 * random.nextGaussian());
    }

    assertProven(run(whole, start, 60), 60.0);
  }

  @ParameterizedTest
  @CsvSource({"0", "1e3", "1e6"})
  void run_huber_outliers_arrives(double outliers) {
    Random random = new Random(10);
    double[][] rows = gaussian(800, 4, random);
    double[] labels = new double[rows.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] =
          score(rows[i])
              + 0.5 * random.nextGaussian()
              + (i % 10 == 0 ? outliers * random.nextGaussian() : 0.0);
    }
    DenseWholeBatch whole = DenseWholeBatch.of(rows, labels, new ConcomitantHuber(1.35), 1e-3, 0.0);

    Run run = run(whole, whole.nullModel(), 150);

    assertThat(run.reason).as(run.loop.cause()).isEqualTo(StopReason.CONVERGED);
    assertSound(run);
  }

  @Test
  void run_passesUsedUp_tellsTheBound() {
    Random random = new Random(11);
    double[][] rows = collinear(600, 15, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.0, random), new Logistic(), 1e-4, 0.0);

    Run run = run(whole, whole.nullModel(), 6);

    assertThat(run.reason).isEqualTo(StopReason.MAX_ITER);
    assertThat(run.loop.passes()).isLessThanOrEqualTo(6.0);
    assertThat(run.loop.cause()).matches("After [56].0 passes: The objective is a.*");
    assertSound(run);
  }

  /** With tol 0 nothing is ever good enough, and the end is where no step gains anything. */
  @Test
  void run_tolZero_stallsWithTheBound() {
    Random random = new Random(12);
    double[][] rows = gaussian(400, 6, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.0, random), new Logistic(), 1e-2, 0.0);

    Run run =
        run(
            whole,
            whole.nullModel(),
            TrainerOptions.builder(new Lbfgs()).maxPasses(500).tol(0.0),
            null);

    assertThat(run.reason).isEqualTo(StopReason.STALLED);
    assertThat(run.gap()).isLessThanOrEqualTo(1e-13);
    assertThat(run.loop.cause()).contains("above the optimum");
  }

  @Test
  void run_validationGetsWorse_stopsAfterPatience() {
    Random random = new Random(13);
    double[][] rows = collinear(300, 20, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.0, random), new Logistic(), 1e-4, 0.0);

    Run run =
        run(
            whole,
            whole.nullModel(),
            TrainerOptions.builder(new Lbfgs()).maxPasses(100).tol(TOL).patience(3),
            theta -> Held.of(1.0 + Math.abs(theta[0] - 0.01)));

    assertThat(run.reason).isEqualTo(StopReason.EARLY_STOPPED);
    assertThat(run.history.bestPass()).isLessThan(run.history.passes().size() - 2);
  }

  @Test
  void run_listenerSaysStop_stops() {
    Random random = new Random(14);
    double[][] rows = collinear(300, 20, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.0, random), new Logistic(), 1e-4, 0.0);
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public boolean onPass(PassRecord pass) {
            return pass.pass() < 4;
          }
        };

    Run run =
        run(
            whole,
            whole.nullModel(),
            TrainerOptions.builder(new Lbfgs()).tol(TOL).listener(listener),
            null);

    assertThat(run.reason).isEqualTo(StopReason.STOPPED_BY_LISTENER);
    assertThat(run.loop.passes()).isBetween(4.0, 5.0);
  }

  @Test
  void run_startIsNoNumber_isDiverged() {
    Random random = new Random(15);
    double[][] rows = gaussian(50, 3, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.0, random), new Logistic(), 1e-4, 0.0);
    double[] start = {0.0, 0.0, 0.0, Double.NaN};

    Run run = run(whole, start, 10);

    assertThat(run.reason).isEqualTo(StopReason.DIVERGED);
    assertThat(run.loop.cause()).isEqualTo("The objective is NaN before the first step.");
  }

  @Test
  void run_twice_givesTheSameBits() {
    Random random = new Random(16);
    double[][] rows = collinear(300, 20, random);
    DenseWholeBatch whole =
        DenseWholeBatch.of(rows, classes(rows, 0.0, random), new Logistic(), 1e-3, 0.5);

    Run first = run(whole, whole.nullModel(), 100);
    Run second = run(whole, whole.nullModel(), 100);

    assertThat(first.loop.theta()).isEqualTo(second.loop.theta());
    assertThat(first.loop.certificate()).isEqualTo(second.loop.certificate());
  }
}
