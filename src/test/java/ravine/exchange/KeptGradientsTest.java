package ravine.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.loss.ConcomitantHuber;
import ravine.loss.Hinge;
import ravine.loss.Huber;
import ravine.loss.Logistic;
import ravine.loss.Loss;
import ravine.loss.SmoothHinge;
import ravine.loss.Softmax;
import ravine.loss.Squared;
import ravine.loss.SquaredHinge;
import ravine.objective.Coordinates;
import ravine.objective.Problem;
import ravine.penalty.None;
import ravine.rows.Block;
import ravine.rows.Example;
import ravine.rows.Examples;
import ravine.rows.PackedPartition;
import ravine.rows.Storage;

/** Questions about all rows and kept margins, against sums a textbook would write. */
class KeptGradientsTest {
  private static final int FEATURES = 6;

  private static Loss loss(String name) {
    return switch (name) {
      case "softmax" -> new Softmax(3);
      case "squared" -> new Squared();
      case "hinge" -> new Hinge();
      case "smooth" -> new SmoothHinge(0.5);
      case "squaredHinge" -> new SquaredHinge();
      case "huber" -> new Huber(0.7);
      case "concomitant" -> new ConcomitantHuber(1.35);
      default -> new Logistic();
    };
  }

  /** Column 4 is nearly constant and far from 0; columns 1 and 3 are mostly 0. */
  private static PackedPartition rows(boolean sparse, Loss loss, int count) {
    Random random = new Random(3);
    List<Example> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = random.doubles(FEATURES, -2.0, 2.0).toArray();
      x[1] = i % 5 == 0 ? x[1] : 0.0;
      x[3] = i % 7 == 0 ? 1.0 : 0.0;
      x[4] = 500.0 + x[4];
      double label =
          loss.classes() > 0 ? random.nextInt(loss.classes()) : x[0] + random.nextGaussian();
      Vector vector = sparse ? widened(x) : Vectors.dense(x);
      rows.add(new Example(label, 1 + i % 3, vector, i % 10 == 0));
    }
    return Examples.pack(0, rows.iterator(), sparse ? WIDE : FEATURES, 5, Storage.DOUBLE);
  }

  /** Enough columns without anything in them for the rows to be stored and multiplied sparse. */
  private static final int WIDE = 40;

  private static Vector widened(double[] x) {
    return Vectors.dense(Arrays.copyOf(x, WIDE)).toSparse();
  }

  private static Problem problem(Loss loss, int features, boolean intercept) {
    double[] inverse = new double[features];
    double[] centre = new double[features];
    for (int j = 0; j < FEATURES; j++) {
      inverse[j] = 1.0 / (1.0 + 0.1 * j);
      centre[j] = j == 4 ? 500.0 : 0.1 * j;
    }
    if (!intercept) {
      Arrays.fill(centre, 0.0);
    }
    double unit = loss.classes() > 0 ? 1.0 : 2.0;
    Coordinates coordinates =
        Coordinates.scaledBy(inverse)
            .centredAt(centre)
            .outputs(loss.outputs())
            .intercept(intercept)
            .extras(loss.extraParameters())
            .outputScale(unit)
            .outputShift(intercept && unit != 1.0 ? 0.3 : 0.0)
            .build();
    double[] initial = new double[coordinates.dimension()];
    return new Problem(loss, coordinates, new None(), initial, unit * unit, 1.0);
  }

  private static double[] theta(Problem problem, int seed) {
    Coordinates coordinates = problem.coordinates();
    double[] theta = new double[coordinates.dimension()];
    Random random = new Random(seed);
    int own = theta.length - coordinates.features() * coordinates.outputs();
    for (int j = 0; j < FEATURES * coordinates.outputs(); j++) {
      theta[j] = 0.4 * random.nextGaussian() * (coordinates.hasIntercept() ? 1.0 : 1e-3);
    }
    for (int j = theta.length - own; j < theta.length; j++) {
      theta[j] = 0.4 * random.nextGaussian();
    }
    return theta;
  }

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
    Loss loss = loss(name);
    PackedPartition data = rows(false, loss, 203);
    Problem problem = problem(loss, FEATURES, true);
    double[] theta = theta(problem, 1);
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
    Loss loss = loss(name);
    PackedPartition data = rows(false, loss, 150);
    Problem problem = problem(loss, FEATURES, true);
    double[] theta = theta(problem, 1);
    double[] other = theta(problem, 2);
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
    Loss loss = loss(name);
    PackedPartition data = rows(false, loss, 150);
    Problem problem = problem(loss, FEATURES, true);
    double[] from = theta(problem, 1);
    double[] to = theta(problem, 2);
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
        Loss loss = loss(name);
        PackedPartition data = rows(false, loss, 150);
        Problem problem = problem(loss, FEATURES, intercept);
        double[] theta = theta(problem, 1);
        double[] hessian = new double[theta.length * theta.length];

        double share = KeptGradients.of(data, problem).hessian(theta, 1, 0, 1, majorised, hessian);

        assertThat(share).isEqualTo(1.0);
        assertClose(hessian, plain(data, problem, theta, majorised), 1e-10);
      }
    }
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

  @ParameterizedTest
  @ValueSource(strings = {"logistic", "softmax", "concomitant"})
  void hessian_sparseRows_isThatOfTheSameDenseRows(String name) {
    Loss loss = loss(name);
    PackedPartition data = rows(true, loss, 150);
    assertThat(data.training[0].fill()).as("multiplied by non-zeros").isLessThan(0.3);
    Problem problem = problem(loss, WIDE, true);
    double[] theta = theta(problem, 1);
    double[] hessian = new double[theta.length * theta.length];

    KeptGradients.of(data, problem).hessian(theta, 0, 0, 1, false, hessian);

    assertClose(hessian, plain(data, problem, theta, false), 1e-10);
  }

  @Test
  void hessian_slices_addUpToAllRows() {
    Loss loss = new Logistic();
    PackedPartition data = rows(false, loss, 400);
    Problem problem = problem(loss, FEATURES, true);
    double[] theta = theta(problem, 1);
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
    Loss loss = loss(name);
    PackedPartition data = rows(false, loss, 150);
    Problem problem = problem(loss, FEATURES, true);
    double[] theta = theta(problem, 1);
    double[] direction = theta(problem, 2);
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
  void scales_severalValues_isTheLossAtEach() {
    Loss loss = new ConcomitantHuber(1.35);
    PackedPartition data = rows(false, loss, 150);
    Problem problem = problem(loss, FEATURES, true);
    double[] theta = theta(problem, 1);
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
                KeptGradients.of(data, problem(new Squared(), FEATURES, true))
                    .scales(theta, 0, values))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  /** What a retried task does: it has no margins, and only the points of the message. */
  @ParameterizedTest
  @ValueSource(strings = {"logistic", "softmax", "concomitant"})
  void anyQuestion_marginsLost_sameBits(String name) {
    Loss loss = loss(name);
    PackedPartition data = rows(false, loss, 203);
    Problem problem = problem(loss, FEATURES, true);
    assertThat(answers(data, problem, true)).containsExactly(answers(data, problem, false));
  }

  private static double[] answers(PackedPartition data, Problem problem, boolean forget) {
    double[] from = theta(problem, 1);
    double[] to = theta(problem, 2);
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

  @Test
  void hessian_tooManyNumbers_isRefusedInASentence() {
    Problem problem =
        Problem.of(
            new Logistic(), Coordinates.identity(5000, 1, true), new None(), new double[5001]);
    GradientEngine engine =
        new Engines.Local(rows(false, new Logistic(), 9), Work.of(problem, false), 5000);
    assertThatThrownBy(
            () ->
                new KeptGradients(engine, problem)
                    .hessian(new double[5001], 0, 0, 1, false, new double[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a Hessian of 5000 features and 1 outputs has 12507501 numbers, and at most 8388608 are sent");
  }
}
