package ravine.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ravine.exchange.Gradients;
import ravine.exchange.KeptGradients;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.Softmax;
import ravine.loss.Squared;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.L2;
import ravine.rows.Block;
import ravine.rows.PackedPartition;
import ravine.rows.RowsFixtures;

/** The Hessian against differences of the gradient, of which it knows nothing. */
class SampleHessianTest {
  private static final int FEATURES = 9;
  private static final double STEP = 1e-5;

  private static PackedPartition rows(int count, int classes) {
    Random random = new Random(5);
    double[] labels = random.ints(count, 0, classes).asDoubleStream().toArray();
    double[] weights = random.doubles(count, 0.5, 2.0).toArray();
    double[] values = random.doubles((long) count * FEATURES, -2.0, 2.0).toArray();
    return RowsFixtures.dense(FEATURES, values, labels, weights);
  }

  private static Loss loss(String name) {
    return switch (name) {
      case "softmax" -> new Softmax(3);
      case "squared" -> new Squared();
      default -> new Logistic();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "logistic, true, 101",
    "logistic, false, 100",
    "squared, true, 99",
    "softmax, true, 102",
    "softmax, false, 41"
  })
  void at_everyRow_isTheDerivativeOfTheGradient(String name, boolean intercept, int count) {
    Loss loss = loss(name);
    PackedPartition data = rows(count, name.equals("softmax") ? 3 : 2);
    Coordinates coordinates = Coordinates.identity(FEATURES, loss.outputs(), intercept);
    int d = coordinates.dimension();
    Problem problem = Problem.of(loss, coordinates, new L2(0.1), new double[d]);
    Gradients gradients = Gradients.of(data, problem);
    double[] theta = new Random(6).doubles(d, -0.3, 0.3).toArray();

    double[] hessian =
        new SampleHessian(data.training.get(0), loss, coordinates, problem.penalty(), 1.0)
            .at(theta, 1);

    double[] above = new double[d];
    double[] below = new double[d];
    for (int i = 0; i < d; i++) {
      double[] moved = theta.clone();
      moved[i] += STEP;
      gradients.full(moved, above);
      problem.penalty().addGradient(moved, above);
      moved[i] = theta[i] - STEP;
      gradients.full(moved, below);
      problem.penalty().addGradient(moved, below);
      for (int j = 0; j < d; j++) {
        double slope = (above[j] - below[j]) / (2.0 * STEP);
        assertThat(hessian[i * d + j]).as("(%d, %d)", i, j).isCloseTo(slope, within(1e-8));
      }
    }
  }

  /** The Hessian that the partitions sum is the one the driver makes of the same rows. */
  @ParameterizedTest
  @CsvSource({"logistic, true", "squared, false", "softmax, true"})
  void at_everyRow_isWhatThePartitionsSum(String name, boolean intercept) {
    Loss loss = loss(name);
    PackedPartition data = rows(101, name.equals("softmax") ? 3 : 2);
    Coordinates coordinates = Coordinates.identity(FEATURES, loss.outputs(), intercept);
    int d = coordinates.dimension();
    Problem problem = Problem.of(loss, coordinates, new L2(0.0), new double[d]);
    double[] theta = new Random(6).doubles(d, -0.3, 0.3).toArray();
    double[] summed = new double[d * d];

    KeptGradients.of(data, problem).hessian(theta, 0, 0, 1, false, summed);

    double[] made =
        new SampleHessian(data.training.get(0), loss, coordinates, problem.penalty(), 1.0)
            .at(theta, 1);
    assertThat(summed).containsExactly(made, within(1e-13));
  }

  @ParameterizedTest
  @CsvSource({"2", "4"})
  void at_someRows_isThatOfThoseRowsCountedSoOften(int stride) {
    PackedPartition data = rows(96, 2);
    Coordinates coordinates = Coordinates.identity(FEATURES, 1, true);
    double[] theta = new double[FEATURES + 1];
    Arrays.fill(theta, 0.2);
    Block all = data.training.get(0);
    double[] values = new double[96 / stride * FEATURES];
    double[] labels = new double[96 / stride];
    double[] weights = new double[96 / stride];
    double total = 0.0;
    double kept = 0.0;
    int row = 0;
    for (int i = 0; i < 96; i++) {
      total += all.weight(i);
      if (i / 4 % stride == 0) {
        all.copyRow(i, row * FEATURES, values);
        labels[row] = all.label(i);
        weights[row++] = all.weight(i);
        kept += all.weight(i);
      }
    }
    L2 penalty = new L2(0.0);
    double[] some =
        new SampleHessian(all, new Logistic(), coordinates, penalty, 1.0).at(theta, stride);
    double[] own =
        new SampleHessian(
                RowsFixtures.dense(FEATURES, values, labels, weights).training.get(0),
                new Logistic(),
                coordinates,
                penalty,
                1.0)
            .at(theta, 1);

    double share = stride * kept / total;
    for (int at = 0; at < own.length; at++) {
      assertThat(some[at]).isCloseTo(share * own[at], within(1e-13));
    }
  }
}
