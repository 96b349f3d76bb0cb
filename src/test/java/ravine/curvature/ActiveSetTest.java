package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ActiveSetTest {

  @Test
  void run_tooFewSolves_givesTheBestPointAndItsGap() {
    QuadraticCase problem = QuadraticCase.twins(1, 120, 40, 1e-4).withL1(1e-3);
    double[] best = problem.solve().point();
    double last = Double.POSITIVE_INFINITY;
    for (int solves : new int[] {0, 1, 3, 9, 27}) {
      ActiveSet search =
          new ActiveSet(SymmetricMatrix.of(40, problem.hessian.clone()), new double[40]);
      double[] x = new double[40];
      search.run(x, problem.right, problem.l1, 0.0, solves);
      double truth = problem.difference(x, best);
      assertThat(search.solves()).isLessThanOrEqualTo(solves + 1);
      assertThat(search.gap()).isFinite().isGreaterThanOrEqualTo(truth - 1e-14);
      assertThat(truth).isLessThanOrEqualTo(last + 1e-14);
      last = truth;
    }
  }
}
