package ravine.step;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import ravine.loss.Logistic;
import ravine.penalty.L2;
import ravine.penalty.Penalty;
import ravine.rule.UpdateRule;
import ravine.schedule.Constant;
import ravine.spec.Specs;

/**
 * Where the starting rates of the rules that normalise come from ({@link UpdateRule#startingRate}):
 * what the objective is after 7 and after 31 passes at that rate and at others around it, as the
 * relative gap to the optimum. Passes are those of the automatic mode: mini-batches of 1/256 of the
 * rows, rates that fall to 0 in cycles of 1, 2, 4, 8 and 16 passes from a peak that is halved each
 * time. Printed for three logistic problems of 10,000 rows with an L2 penalty of 1/rows:
 *
 * <ul>
 *   <li>independent features of unit deviation;
 *   <li>features of which neighbours correlate by 0.95;
 *   <li>features that are 0 or 1 and mostly 0, the rarest in 1 row of 200, in the coordinates that
 *       the rule starts in: their deviation, or its geometric mean with the size of the non-zeros.
 * </ul>
 *
 * <p>The last line of a rule is the largest over the problems of the gap at this rate over the
 * least gap at any: what choosing one rate for all problems costs. Run by hand, takes a minute:
 *
 * <pre>
 *   mvn -q test-compile
 *   java -cp target/classes:target/test-classes ravine.step.StartingRatesMain
 * </pre>
 */
final class StartingRatesMain {
  private static final int ROWS = 10_000;
  private static final int BATCHES = 256;
  private static final int[] REPORTED = {7, 31};
  private static final double[] FACTORS = {0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0};
  private static final String[] RULES = {
    "adagrad", "adam", "adamw(weightDecay=0)", "amsgrad", "nadam", "adamax", "rmsprop", "adadelta"
  };

  private StartingRatesMain() {}

  /** Rows without intercept, and the optimum of their objective. */
  private record Data(
      String name, double[][] rows, double[] labels, Penalty penalty, double optimum) {

    double objective(double[] weights) {
      return objective(rows, labels, penalty, weights);
    }

    static double objective(double[][] rows, double[] labels, Penalty penalty, double[] weights) {
      double[] margins = new double[rows.length];
      Arrays.setAll(margins, i -> dot(rows[i], weights));
      return new Logistic().value(rows.length, margins, labels, null, 0) / rows.length
          + penalty.value(weights);
    }

    /** Mean gradient of rows {@code from..to-1}. */
    void gradient(double[] weights, int from, int to, double[] gradient) {
      double[] margins = new double[to - from];
      Arrays.setAll(margins, i -> dot(rows[from + i], weights));
      new Logistic().derivatives(to - from, margins, labels, null, from);
      Arrays.fill(gradient, 0.0);
      for (int i = from; i < to; i++) {
        double factor = margins[i - from] / (to - from);
        for (int j = 0; j < gradient.length; j++) {
          gradient[j] += factor * rows[i][j];
        }
      }
    }
  }

  public static void main(String[] arguments) {
    for (String name : RULES) {
      UpdateRule rule = Specs.rule(name);
      double starting = rule.startingRate(1.0, true, BATCHES);
      System.out.printf(Locale.ROOT, "%n%s, starting rate %s%n%18s", name, starting, "rate");
      for (double factor : FACTORS) {
        System.out.printf(Locale.ROOT, " %9.4g", factor * starting);
      }
      System.out.println();
      double[] worst = new double[FACTORS.length];
      for (Data data :
          new Data[] {
            dense("independent", 28, 0.0),
            dense("correlated", 50, 0.95),
            rare(rule.startsByNonZeros())
          }) {
        double[][] gaps = new double[FACTORS.length][];
        Arrays.setAll(gaps, f -> gaps(rule, data, FACTORS[f] * starting));
        for (int r = 0; r < REPORTED.length; r++) {
          System.out.printf(Locale.ROOT, "%15s %2d", data.name(), REPORTED[r]);
          double least = Double.POSITIVE_INFINITY;
          for (double[] gap : gaps) {
            System.out.printf(Locale.ROOT, " %9.1e", gap[r]);
            least = Math.min(least, gap[r]);
          }
          System.out.println();
          for (int f = 0; f < FACTORS.length; f++) {
            worst[f] = Math.max(worst[f], gaps[f][r] / least);
          }
        }
      }
      System.out.printf("%18s", "worst ratio");
      for (double ratio : worst) {
        System.out.printf(Locale.ROOT, " %9.3g", ratio);
      }
      System.out.println();
    }
  }

  /** Relative gaps after the passes reported. */
  private static double[] gaps(UpdateRule rule, Data data, double rate) {
    int d = data.rows()[0].length;
    Stepper stepper =
        new Stepper(new StepPlan(rule, new Constant(rate), data.penalty(), 0.0), new double[d]);
    double[] gradient = new double[d];
    double[] gaps = new double[REPORTED.length];
    double peak = 1.0;
    int pass = 0;
    for (int length = 1; length <= 16; length *= 2, peak *= 0.5) {
      for (int step = 0; step < length * BATCHES; step++) {
        int batch = step % BATCHES;
        stepper.setRateFactor(peak * (1.0 - (double) step / (length * BATCHES)));
        int from = (int) ((long) ROWS * batch / BATCHES);
        int to = (int) ((long) ROWS * (batch + 1) / BATCHES);
        data.gradient(stepper.gradientPoint(), from, to, gradient);
        stepper.step(gradient);
      }
      pass += length;
      for (int r = 0; r < REPORTED.length; r++) {
        if (REPORTED[r] == pass) {
          gaps[r] = data.objective(stepper.weights()) / data.optimum() - 1.0;
        }
      }
    }
    return gaps;
  }

  private static Data dense(String name, int features, double correlation) {
    Random random = new Random(20_261_125L);
    double[][] rows = new double[ROWS][features];
    for (double[] row : rows) {
      row[0] = random.nextGaussian();
      for (int j = 1; j < features; j++) {
        double fresh = Math.sqrt(1.0 - correlation * correlation) * random.nextGaussian();
        row[j] = correlation * row[j - 1] + fresh;
      }
    }
    return labelled(name, rows, random);
  }

  /** Features that are 1 in shares of the rows that fall from ½ to 1/200, divided by their size. */
  private static Data rare(boolean byNonZeros) {
    int features = 100;
    Random random = new Random(20_261_125L);
    double[][] rows = new double[ROWS][features];
    for (int j = 0; j < features; j++) {
      double share = 0.5 * Math.pow(0.01, j / (features - 1.0));
      // Without intercept the deviation is that from 0, √share; that of the non-zeros is 1.
      double size = byNonZeros ? Math.sqrt(Math.sqrt(share)) : Math.sqrt(share);
      for (double[] row : rows) {
        row[j] = random.nextDouble() < share ? 1.0 / size : 0.0;
      }
    }
    return labelled(byNonZeros ? "rare, non-zeros" : "rare, deviation", rows, random);
  }

  /** Labels of a logistic model whose margins have about unit deviation. */
  private static Data labelled(String name, double[][] rows, Random random) {
    int features = rows[0].length;
    double[] truth = new double[features];
    Arrays.setAll(truth, j -> 2.0 * random.nextGaussian() / Math.sqrt(features));
    double[] labels = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      labels[i] = random.nextDouble() < 1.0 / (1.0 + Math.exp(-dot(rows[i], truth))) ? 1.0 : 0.0;
    }
    Penalty penalty = new L2(1.0 / ROWS);
    return new Data(name, rows, labels, penalty, optimum(rows, labels, penalty));
  }

  /** By accelerated full-batch steps with the velocity restarted. */
  private static double optimum(double[][] rows, double[] labels, Penalty penalty) {
    int d = rows[0].length;
    Data data = new Data("", rows, labels, penalty, 0.0);
    double largest = 0.0;
    for (double[] row : rows) {
      largest += dot(row, row) / rows.length;
    }
    // A quarter of the trace bounds the largest curvature.
    double curvature = 0.25 * largest + 1.0 / ROWS;
    Stepper stepper =
        new Stepper(
            new StepPlan(
                Specs.rule("nesterov(accelerated)"), new Constant(1.0 / curvature), penalty, 0.0),
            new double[d]);
    double[] gradient = new double[d];
    double best = Double.POSITIVE_INFINITY;
    double before = Double.POSITIVE_INFINITY;
    for (int t = 1; t <= 3_000; t++) {
      data.gradient(stepper.gradientPoint(), 0, rows.length, gradient);
      stepper.step(gradient);
      if (t % 10 == 0) {
        double objective = data.objective(stepper.weights());
        if (objective > before) {
          stepper.restart();
        }
        before = objective;
        best = Math.min(best, objective);
      }
    }
    return best;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0.0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }
}
