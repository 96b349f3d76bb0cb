package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Loss;
import ravine.loss.Squared;
import ravine.objective.Problem;
import ravine.rows.Block;
import ravine.rows.PackedPartition;

/** Questions about all rows and kept margins, against sums a textbook would write. */
class KeptGradientsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "logistic",
        "softmax",
        "squared",
        "smooth",
        "squaredHinge",
        "huber",
        "concomitant"
      })
  void gradient_anyLoss_hasTheBitsOfAnOrdinaryOne(String name) {
    Loss loss = KeptFixtures.loss(name);
    PackedPartition data = KeptFixtures.rows(false, loss, 203);
    Problem problem = KeptFixtures.problem(loss, KeptFixtures.FEATURES, true);
    double[] theta = KeptFixtures.theta(problem, 1);
    double[] expected = new double[theta.length];
    double[] gradient = new double[theta.length];
    Answer full = Gradients.of(data, problem).full(theta, expected);

    WholeBatch.Sums sums = KeptGradients.of(data, problem).gradient(theta, 0, gradient);

    assertThat(gradient).containsExactly(expected);
    assertThat(sums.loss()).isEqualTo(full.loss());
    assertThat(sums.weight()).isEqualTo(full.weight());
    assertThat(sums.marginChange()).isInfinite();
  }

  @ParameterizedTest
  @ValueSource(strings = {"logistic", "softmax", "squared", "huber", "concomitant"})
  void gradient_sumsBesideIt_areThoseOfTheRows(String name) {
    Loss loss = KeptFixtures.loss(name);
    PackedPartition data = KeptFixtures.rows(false, loss, 150);
    Problem problem = KeptFixtures.problem(loss, KeptFixtures.FEATURES, true);
    double[] theta = KeptFixtures.theta(problem, 1);
    double[] other = KeptFixtures.theta(problem, 2);
    double[] gradient = new double[theta.length];
    KeptGradients kept = KeptGradients.of(data, problem);
    kept.gradient(other, 1, gradient);

    WholeBatch.Sums sums = kept.gradient(theta, 0, gradient);

    int k = loss.outputs();
    double unit = problem.coordinates().outputScale();
    double scale = unit * unit / problem.lossUnit();
    double[] raw = new double[problem.coordinates().rawDimension()];
    double[] otherRaw = raw.clone();
    problem.coordinates().toRaw(theta, raw);
    problem.coordinates().toRaw(other, otherRaw);
    double[] extra = Arrays.copyOfRange(raw, raw.length - loss.extraParameters(), raw.length);
    double curved = 0.0;
    double slopes = 0.0;
    double least = Double.POSITIVE_INFINITY;
    double moved = 0.0;
    for (Block block : data.training) {
      double[] margins = new double[k];
      double[] others = new double[k];
      double[] second = new double[k * k];
      for (int i = 0; i < block.rows; i++) {
        double[] label = {block.label(i)};
        double[] weight = {block.weight(i)};
        block.margins(i, 1, raw, k, margins);
        block.margins(i, 1, otherRaw, k, others);
        loss.secondDerivatives(1, margins, label, weight, 0, extra, second);
        double smallest = Double.POSITIVE_INFINITY;
        double total = 0.0;
        for (int a = 0; a < k; a++) {
          moved = Math.max(moved, Math.abs(margins[a] - others[a]) / unit);
          curved += second[a * k + a] / k;
          total += Math.exp(margins[a]);
        }
        for (int a = 0; a < k; a++) {
          smallest =
              Math.min(
                  smallest, k == 1 ? second[0] : 0.5 * weight[0] * Math.exp(margins[a]) / total);
        }
        least = Math.min(least, smallest);
        loss.derivatives(1, margins, label, weight, 0, extra, new double[extra.length]);
        for (int a = 0; a < k; a++) {
          slopes += Math.abs(margins[a]);
        }
      }
    }
    assertThat(sums.meanCurvature()).isCloseTo(scale * curved / sums.weight(), within(1e-12));
    assertThat(sums.leastCurvature()).isCloseTo(scale * least, within(1e-12));
    assertThat(sums.slopes())
        .isCloseTo(unit / problem.lossUnit() * slopes / sums.weight(), within(1e-12));
    assertThat(sums.marginChange()).isCloseTo(moved, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(strings = {"logistic", "softmax", "squared", "smooth", "concomitant"})
  void along_severalLengths_isTheLossThereAndItsDerivatives(String name) {
    Loss loss = KeptFixtures.loss(name);
    PackedPartition data = KeptFixtures.rows(false, loss, 150);
    Problem problem = KeptFixtures.problem(loss, KeptFixtures.FEATURES, true);
    double[] from = KeptFixtures.theta(problem, 1);
    double[] to = KeptFixtures.theta(problem, 2);
    KeptGradients kept = KeptGradients.of(data, problem);
    kept.gradient(from, 1, new double[from.length]);
    kept.gradient(to, 0, new double[from.length]);
    double[] lengths = {0.0, 1.0, 0.3, -0.5, 2.0};

    double[] answer = kept.along(from, to, 1, lengths);

    Gradients plain = Gradients.of(data, problem);
    double[] direction = new double[from.length];
    Arrays.setAll(direction, j -> to[j] - from[j]);
    double[] gradient = new double[from.length];
    double[] hessian = new double[from.length * from.length];
    for (int l = 0; l < lengths.length; l++) {
      double t = lengths[l];
      double[] at = new double[from.length];
      Arrays.setAll(at, j -> from[j] + t * direction[j]);
      double value = plain.full(at, gradient).loss();
      kept.hessian(at, 0, 0, 1, false, hessian);
      double slope = 0.0;
      double curved = 0.0;
      for (int i = 0; i < at.length; i++) {
        slope += gradient[i] * direction[i];
        for (int j = 0; j < at.length; j++) {
          curved += direction[i] * hessian[i * at.length + j] * direction[j];
        }
      }
      assertThat(answer[3 * l]).isCloseTo(value, within(1e-11 * Math.max(1.0, value)));
      assertThat(answer[3 * l + 1]).isCloseTo(slope, within(1e-10 * Math.max(1.0, value)));
      assertThat(answer[3 * l + 2]).isCloseTo(curved, within(1e-9 * Math.max(1.0, curved)));
    }
  }

  @Test
  void scales_severalValues_isTheLossAtEach() {
    Loss loss = new ConcomitantHuber(1.35);
    PackedPartition data = KeptFixtures.rows(false, loss, 150);
    Problem problem = KeptFixtures.problem(loss, KeptFixtures.FEATURES, true);
    double[] theta = KeptFixtures.theta(problem, 1);
    double[] gradient = new double[theta.length];
    KeptGradients kept = KeptGradients.of(data, problem);
    double[] values = {-1.0, 0.0, 0.7};

    double[] answer = kept.scales(theta, 1, values);

    for (int v = 0; v < values.length; v++) {
      double[] at = theta.clone();
      at[at.length - 1] = values[v];
      double expected = Gradients.of(data, problem).full(at, gradient).loss();
      assertThat(answer[2 * v]).isCloseTo(expected, within(1e-12));
      assertThat(answer[2 * v + 1]).isCloseTo(gradient[at.length - 1], within(1e-12));
    }
    assertThatThrownBy(
            () ->
                KeptGradients.of(
                        data, KeptFixtures.problem(new Squared(), KeptFixtures.FEATURES, true))
                    .scales(theta, 0, values))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  /** What a retried task does: it has no margins, and only the points of the message. */
  @ParameterizedTest
  @ValueSource(strings = {"logistic", "softmax", "concomitant"})
  void anyQuestion_marginsLost_sameBits(String name) {
    Loss loss = KeptFixtures.loss(name);
    PackedPartition data = KeptFixtures.rows(false, loss, 203);
    Problem problem = KeptFixtures.problem(loss, KeptFixtures.FEATURES, true);
    assertThat(answers(data, problem, true)).containsExactly(answers(data, problem, false));
  }

  private static double[] answers(PackedPartition data, Problem problem, boolean forget) {
    double[] from = KeptFixtures.theta(problem, 1);
    double[] to = KeptFixtures.theta(problem, 2);
    int d = from.length;
    KeptGradients kept = KeptGradients.of(data, problem);
    double[] all = new double[4 * d + d * d + 6 + 1];
    double[] gradient = new double[d];
    double[] hessian = new double[d * d];
    kept.gradient(from, 0, gradient);
    lose(data, forget);
    all[0] = kept.gradient(to, 1, gradient).marginChange();
    System.arraycopy(gradient, 0, all, 1, d);
    lose(data, forget);
    System.arraycopy(kept.along(from, to, 0, new double[] {0.3, 1.7}), 0, all, 1 + d, 6);
    lose(data, forget);
    kept.product(to, 1, from, gradient);
    System.arraycopy(gradient, 0, all, 7 + d, d);
    lose(data, forget);
    kept.hessian(to, 1, 2, 3, false, hessian);
    System.arraycopy(hessian, 0, all, 7 + 2 * d, d * d);
    return all;
  }

  private static void lose(PackedPartition data, boolean forget) {
    if (forget) {
      data.keptMargins().forget();
    }
  }
}
