package ravine.mllib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.apache.spark.mllib.classification.LogisticRegressionModel;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.optimization.Gradient;
import org.apache.spark.mllib.optimization.LeastSquaresGradient;
import org.apache.spark.mllib.optimization.LogisticGradient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Tuple2;

class GradientsTest {
  private static final int FEATURES = 4;

  static List<Arguments> gradients() {
    return List.of(
        Arguments.of(new HuberGradient(0.7), FEATURES, new double[] {-3.5, 0.2, 11.0}),
        Arguments.of(new SquaredHingeGradient(), FEATURES, new double[] {0.0, 1.0}),
        Arguments.of(new SoftmaxGradient(3), 3 * FEATURES, new double[] {0.0, 1.0, 2.0}),
        Arguments.of(new SoftmaxGradient(3), 2 * FEATURES, new double[] {0.0, 1.0, 2.0}));
  }

  private static double[] gaussian(Random random, int size) {
    double[] values = new double[size];
    for (int j = 0; j < size; j++) {
      values[j] = random.nextGaussian();
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("gradients")
  void compute_isTheDerivativeOfItsLoss_andAdds(Gradient gradient, int size, double[] labels) {
    Random random = new Random(3);
    for (double label : labels) {
      Vector row = Vectors.dense(gaussian(random, FEATURES));
      double[] weights = gaussian(random, size);
      double[] before = gaussian(random, size);
      Vector sum = Vectors.dense(before.clone());
      double loss = gradient.compute(row, label, Vectors.dense(weights), sum);
      Tuple2<Vector, Object> alone = gradient.compute(row, label, Vectors.dense(weights));
      assertThat(alone._2()).isEqualTo(loss);
      for (int j = 0; j < size; j++) {
        double derivative = sum.apply(j) - before[j];
        assertThat(alone._1().apply(j)).isCloseTo(derivative, within(1e-14));
        double h = 1e-6;
        double[] up = weights.clone();
        double[] down = weights.clone();
        up[j] += h;
        down[j] -= h;
        double numeric =
            ((Double) gradient.compute(row, label, Vectors.dense(up))._2()
                    - (Double) gradient.compute(row, label, Vectors.dense(down))._2())
                / (2 * h);
        assertThat(derivative).isCloseTo(numeric, within(1e-7));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("gradients")
  void compute_sparseRow_equalsTheDenseOne(Gradient gradient, int size, double[] labels) {
    Vector sparse = Vectors.sparse(FEATURES, new int[] {1, 3}, new double[] {0.5, -2.0});
    Vector weights = Vectors.dense(gaussian(new Random(5), size));
    for (double label : labels) {
      assertThat(gradient.compute(sparse, label, weights))
          .isEqualTo(gradient.compute(sparse.toDense(), label, weights));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void softmax_pivotLayout_equalsLogisticGradient(int classes) {
    Random random = new Random(7);
    Gradient ours = new SoftmaxGradient(classes);
    Gradient mllibs = new LogisticGradient(classes);
    for (int label = 0; label < classes; label++) {
      Vector row = Vectors.dense(gaussian(random, FEATURES));
      Vector weights = Vectors.dense(gaussian(random, (classes - 1) * FEATURES));
      Tuple2<Vector, Object> expected = mllibs.compute(row, label, weights);
      Tuple2<Vector, Object> actual = ours.compute(row, label, weights);
      assertThat((Double) actual._2()).isCloseTo((Double) expected._2(), within(1e-13));
      assertThat(actual._1().toArray()).containsExactly(expected._1().toArray(), within(1e-13));
    }
  }

  @Test
  void softmax_pivotedWeights_predictAlikeInMllibsModel() {
    int classes = 4;
    Random random = new Random(9);
    Vector full = Vectors.dense(gaussian(random, classes * FEATURES));
    Vector pivoted = SoftmaxGradient.pivoted(full, classes);
    LogisticRegressionModel model = new LogisticRegressionModel(pivoted, 0.0, FEATURES, classes);
    Gradient gradient = new SoftmaxGradient(classes);
    for (int i = 0; i < 50; i++) {
      Vector row = Vectors.dense(gaussian(random, FEATURES));
      int best = 0;
      for (int k = 0; k < classes; k++) {
        double loss = (Double) gradient.compute(row, k, full)._2();
        assertThat((Double) gradient.compute(row, k, pivoted)._2()).isCloseTo(loss, within(1e-12));
        if (loss < (Double) gradient.compute(row, best, full)._2()) {
          best = k;
        }
      }
      assertThat(model.predict(row)).isEqualTo(best);
    }
  }

  @Test
  void softmax_marginsOfAThousand_stayFinite() {
    Gradient gradient = new SoftmaxGradient(3);
    Vector row = Vectors.dense(1.0);
    Vector weights = Vectors.dense(1000.0, 0.0, -1000.0);
    assertThat(gradient.compute(row, 0.0, weights)._2()).isEqualTo(0.0);
    Tuple2<Vector, Object> wrong = gradient.compute(row, 2.0, weights);
    assertThat(wrong._2()).isEqualTo(2000.0);
    assertThat(wrong._1().toArray()).containsExactly(1.0, 0.0, -1.0);
  }

  @Test
  void softmax_badLabelsAndSizes_areRefused() {
    Gradient gradient = new SoftmaxGradient(3);
    Vector row = Vectors.dense(1.0, 2.0);
    for (double label : new double[] {-1.0, 3.0, 0.5, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> gradient.compute(row, label, Vectors.zeros(6)))
          .withMessageContaining("0 ... 2");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gradient.compute(row, 0.0, Vectors.zeros(5)))
        .withMessageContaining("6")
        .withMessageContaining("4");
    assertThatIllegalArgumentException().isThrownBy(() -> new SoftmaxGradient(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SoftmaxGradient.pivoted(Vectors.zeros(5), 3));
  }

  @Test
  void huber_wideThreshold_isLeastSquares() {
    Random random = new Random(11);
    Vector row = Vectors.dense(gaussian(random, FEATURES));
    Vector weights = Vectors.dense(gaussian(random, FEATURES));
    Tuple2<Vector, Object> expected = new LeastSquaresGradient().compute(row, 2.5, weights);
    Tuple2<Vector, Object> actual = new HuberGradient(1e6).compute(row, 2.5, weights);
    assertThat((Double) actual._2()).isCloseTo((Double) expected._2(), within(1e-13));
    assertThat(actual._1().toArray()).containsExactly(expected._1().toArray(), within(1e-13));
  }

  @Test
  void huber_outlier_pullsNoHarderThanDelta() {
    Tuple2<Vector, Object> result =
        new HuberGradient(2.0).compute(Vectors.dense(3.0), 1000.0, Vectors.dense(0.0));
    assertThat(result._1().toArray()).containsExactly(-6.0);
    assertThat(result._2()).isEqualTo(2.0 * (1000.0 - 1.0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HuberGradient(0.0))
        .withMessageContaining("delta");
  }

  @Test
  void squaredHinge_knownValues() {
    Gradient gradient = new SquaredHingeGradient();
    Vector row = Vectors.dense(1.0);
    assertThat(gradient.compute(row, 1.0, Vectors.dense(1000.0))._2()).isEqualTo(0.0);
    Tuple2<Vector, Object> wrong = gradient.compute(row, 0.0, Vectors.dense(3.0));
    assertThat(wrong._2()).isEqualTo(16.0);
    assertThat(wrong._1().toArray()).containsExactly(8.0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gradient.compute(row, -1.0, Vectors.dense(3.0)))
        .withMessageContaining("0 or 1");
  }

  @Test
  void compute_sizesThatDiffer_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new SquaredHingeGradient().compute(Vectors.zeros(2), 1.0, Vectors.zeros(3)))
        .withMessageContaining("2")
        .withMessageContaining("3");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new HuberGradient(1.0)
                    .compute(
                        Vectors.zeros(2),
                        1.0,
                        Vectors.zeros(2),
                        Vectors.sparse(2, new int[0], new double[0])))
        .withMessageContaining("DenseVector");
  }
}
