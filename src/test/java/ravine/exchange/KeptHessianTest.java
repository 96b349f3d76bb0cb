package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.None;
import ravine.rows.Block;
import ravine.rows.PackedPartition;

/** Hessians over kept margins, and their products, against sums of the rows' outer products. */
class KeptHessianTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "logistic",
        "softmax",
        "squared",
        "smooth",
        "squaredHinge",
        "huber",
        "concomitant",
        "hinge"
      })
  void hessian_allRows_isTheSumOverRows(String name) {
    for (boolean majorised : new boolean[] {false, true}) {
      for (boolean intercept : new boolean[] {true, false}) {
        Loss loss = KeptFixtures.loss(name);
        PackedPartition data = KeptFixtures.rows(false, loss, 150);
        Problem problem = KeptFixtures.problem(loss, KeptFixtures.FEATURES, intercept);
        double[] theta = KeptFixtures.theta(problem, 1);
        double[] hessian = new double[theta.length * theta.length];

        double share = KeptGradients.of(data, problem).hessian(theta, 1, 0, 1, majorised, hessian);

        assertThat(share).isEqualTo(1.0);
        assertClose(hessian, plain(data, problem, theta, majorised), 1e-10);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"logistic", "softmax", "concomitant"})
  void hessian_sparseRows_isThatOfTheSameDenseRows(String name) {
    Loss loss = KeptFixtures.loss(name);
    PackedPartition data = KeptFixtures.rows(true, loss, 150);
    assertThat(data.training.get(0).fill()).as("multiplied by non-zeros").isLessThan(0.3);
    Problem problem = KeptFixtures.problem(loss, KeptFixtures.WIDE, true);
    double[] theta = KeptFixtures.theta(problem, 1);
    double[] hessian = new double[theta.length * theta.length];

    KeptGradients.of(data, problem).hessian(theta, 0, 0, 1, false, hessian);

    assertClose(hessian, plain(data, problem, theta, false), 1e-10);
  }

  @Test
  void hessian_slices_addUpToAllRows() {
    Loss loss = new Logistic();
    PackedPartition data = KeptFixtures.rows(false, loss, 400);
    Problem problem = KeptFixtures.problem(loss, KeptFixtures.FEATURES, true);
    double[] theta = KeptFixtures.theta(problem, 1);
    KeptGradients kept = KeptGradients.of(data, problem);
    double[] hessian = new double[theta.length * theta.length];
    assertThatThrownBy(() -> kept.hessian(theta, 0, 0, 4, false, hessian))
        .isInstanceOf(IllegalStateException.class);
    kept.gradient(theta, 0, new double[theta.length]);
    double share = kept.hessian(theta, 0, 3, 4, false, hessian);
    assertThat(share).isBetween(0.1, 0.4);
    double[] other = new double[hessian.length];
    assertThat(kept.hessian(theta, 0, 4, 4, false, other)).isBetween(0.1, 0.4);
    assertThat(other).as("another permutation").isNotEqualTo(hessian);
    kept.hessian(theta, 0, 3, 4, false, other);
    assertThat(other).containsExactly(hessian);
  }

  @ParameterizedTest
  @ValueSource(strings = {"logistic", "softmax", "concomitant"})
  void product_direction_isTheHessianTimesIt(String name) {
    Loss loss = KeptFixtures.loss(name);
    PackedPartition data = KeptFixtures.rows(false, loss, 150);
    Problem problem = KeptFixtures.problem(loss, KeptFixtures.FEATURES, true);
    double[] theta = KeptFixtures.theta(problem, 1);
    double[] direction = KeptFixtures.theta(problem, 2);
    KeptGradients kept = KeptGradients.of(data, problem);
    int d = theta.length;
    double[] hessian = new double[d * d];
    kept.hessian(theta, 0, 0, 1, false, hessian);
    double[] product = new double[d];

    kept.product(theta, 0, direction, product);

    double[] expected = new double[d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        expected[i] += hessian[i * d + j] * direction[j];
      }
    }
    assertClose(product, expected, 1e-9);
  }

  @Test
  void hessian_tooManyNumbers_isRefusedInASentence() {
    Problem problem =
        Problem.of(
            new Logistic(), Coordinates.identity(5000, 1, true), new None(), new double[5001]);
    GradientEngine engine =
        new Engines.Local(
            KeptFixtures.rows(false, new Logistic(), 9), Work.of(problem, false), 5000);
    assertThatThrownBy(
            () ->
                new KeptGradients(engine, problem)
                    .hessian(new double[5001], 0, 0, 1, false, new double[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a Hessian of 5000 features and 1 outputs has 12507501 numbers, and at most 8388608 are"
                + " sent");
  }

  /** Σ of each row's outer product, in θ. */
  private static double[] plain(
      PackedPartition data, Problem problem, double[] theta, boolean majorised) {
    Loss loss = problem.loss();
    Coordinates coordinates = problem.coordinates();
    int k = loss.outputs();
    int extras = loss.extraParameters();
    int d = coordinates.dimension();
    int features = coordinates.features();
    int inputs = features + (coordinates.hasIntercept() ? 1 : 0);
    double unit = coordinates.outputScale();
    double[] raw = new double[coordinates.rawDimension()];
    coordinates.toRaw(theta, raw);
    double[] extra = Arrays.copyOfRange(raw, raw.length - extras, raw.length);
    double[] sum = new double[d * d];
    double total = 0.0;
    for (Block block : data.training) {
      for (int i = 0; i < block.rows; i++) {
        double[] x = new double[features + 1];
        block.copyRow(i, 0, x);
        for (int j = 0; j < features; j++) {
          x[j] = (x[j] - coordinates.centre()[j]) * coordinates.inverse()[j];
        }
        x[features] = 1.0;
        double[] margins = new double[k];
        double[] label = {block.label(i)};
        double[] weight = {block.weight(i)};
        total += weight[0];
        block.margins(i, 1, raw, k, margins);
        double[] second = new double[k * k];
        double[] mixed = new double[k * extras];
        double[] own = new double[extras * extras];
        if (majorised) {
          loss.majorisers(1, margins, label, weight, 0, extra, second);
        } else {
          loss.secondDerivatives(1, margins, label, weight, 0, extra, second);
        }
        loss.ownSecondDerivatives(1, margins, label, weight, 0, extra, mixed, own);
        for (int a = 0; a < inputs * k; a++) {
          for (int b = 0; b < inputs * k; b++) {
            sum[a * d + b] += unit * unit * second[a % k * k + b % k] * x[a / k] * x[b / k];
          }
          for (int e = 0; e < extras; e++) {
            double value = unit * mixed[a % k * extras + e] * x[a / k];
            sum[a * d + inputs * k + e] += value;
            sum[(inputs * k + e) * d + a] += value;
          }
        }
        for (int e = 0; e < extras; e++) {
          sum[(inputs * k + e) * d + inputs * k + e] += own[e * extras + e];
        }
      }
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= total * problem.lossUnit();
    }
    return sum;
  }

  private static void assertClose(double[] actual, double[] expected, double relative) {
    double largest = 1.0;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual).containsExactly(expected, within(relative * largest));
  }
}
