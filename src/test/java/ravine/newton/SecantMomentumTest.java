package ravine.newton;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import ravine.curvature.DenseWholeBatch;
import ravine.loss.Logistic;

/** What a momentum rule adds inside a metric that is kept. */
class SecantMomentumTest {
  private static final int PROBLEMS = 20;
  private static final int MOST = 120;
  private static final double GAP = 1e-5;

  /** 0/1 features, some of which a sample hardly meets, standardised. */
  private static DenseWholeBatch problem(long seed) {
    Random random = new Random(seed);
    int n = 2_000;
    int d = 20;
    double[][] rows = new double[n][d];
    double[] labels = new double[n];
    double[] margins = new double[n];
    for (int j = 0; j < d; j++) {
      double share = Math.max(20.0 / n, 0.5 * Math.pow(10.0, -2.5 * random.nextDouble()));
      double deviation = Math.sqrt(share * (1.0 - share));
      double weight = 0.5 * random.nextGaussian();
      for (int i = 0; i < n; i++) {
        rows[i][j] = ((random.nextDouble() < share ? 1.0 : 0.0) - share) / deviation;
        margins[i] += weight * rows[i][j];
      }
    }
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextDouble() < 1.0 / (1.0 + Math.exp(1.0 - margins[i])) ? 1.0 : 0.0;
    }
    return DenseWholeBatch.of(rows, labels, new Logistic(), 1e-4, 0.0);
  }

  /**
   * Passes to the gap, {@link #MOST} if it is not reached, in the metric of 300 rows at the null
   * model, which is never made anew.
   */
  private static int passes(DenseWholeBatch all, double best, double most) {
    double[] initial = all.nullModel();
    int d = initial.length;
    PenaltyTerms terms = PenaltyTerms.of(all.problem(initial).penalty(), d);
    DenseWholeBatch few = all.sample(300, 7L);
    CountedRows sample = new CountedRows(few, terms, Double.POSITIVE_INFINITY);
    Iterate there = sample.read(initial, 0);
    double[] hessian = sample.hessian(there, 0, 1, false);
    assertThat(hessian).isNotNull();
    NewtonMetric.raise(hessian, d, 0.1 * there.sums().meanCurvature());
    CountedRows rows = new CountedRows(all, terms, Double.POSITIVE_INFINITY);
    NewtonWalk walk = new NewtonWalk(all, rows, terms, new Logistic(), initial);
    walk.jump(initial, false);
    rows.beginCounting();
    NewtonModel model = new NewtonModel(new Logistic(), hessian, walk.current(), terms);
    SecantMomentum momentum = new SecantMomentum(terms, most);
    Iterate before = null;
    while (walk.current().objective() > best * (1.0 + GAP) && rows.passes() < MOST) {
      NewtonModel.Step step = model.step(walk.current(), 0.0);
      double[] trial = momentum.trial(model, step, walk.current(), before);
      if (!walk.advance(trial)) {
        return MOST;
      }
      before = walk.previous();
    }
    return (int) Math.min(MOST, Math.round(rows.passes()));
  }

  @Test
  void trial_inAKeptMetric_needsFewerPassesThanWithoutMomentum() {
    int plain = 0;
    int heavy = 0;
    int open = 0;
    for (int seed = 1; seed <= PROBLEMS; seed++) {
      DenseWholeBatch all = problem(seed);
      double best = all.objective(all.optimum());
      int without = passes(all, best, 0.0);
      int limited = passes(all, best, 0.9);
      int accelerated = passes(all, best, Double.POSITIVE_INFINITY);
      assertThat(limited).as("seed %d", seed).isLessThanOrEqualTo(without);
      assertThat(accelerated).as("seed %d", seed).isLessThanOrEqualTo(without);
      plain += without;
      heavy += limited;
      open += accelerated;
    }
    assertThat(3 * heavy).isLessThanOrEqualTo(2 * plain);
    assertThat(3 * open).isLessThanOrEqualTo(2 * plain);
  }
}
