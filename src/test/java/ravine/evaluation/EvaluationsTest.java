package ravine.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;

class EvaluationsTest extends SparkTestBase {
  private Dataset<Row> rows(List<double[]> numbers) {
    List<Row> rows = new ArrayList<>();
    numbers.forEach(n -> rows.add(RowFactory.create(n[0], n[1], n[2])));
    StructType schema =
        new StructType()
            .add("y", DataTypes.DoubleType)
            .add("w", DataTypes.DoubleType)
            .add("s", DataTypes.DoubleType);
    return spark().createDataFrame(rows, schema).repartition(3);
  }

  /** Scores p with classes drawn so that p is right. */
  private static List<double[]> calibrated(int count) {
    Random random = new Random(5);
    List<double[]> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double p = 1 / (1 + Math.exp(-2 * random.nextGaussian() + 1));
      numbers.add(new double[] {random.nextDouble() < p ? 1 : 0, 1, p});
    }
    return numbers;
  }

  @Test
  void binary_manyScores_areaIsSparksWithinItsOwnBound() {
    Dataset<Row> rows = rows(calibrated(20_000)).cache();
    BinaryScores scores = Evaluations.binary(rows, true);

    BinaryClassificationEvaluator spark =
        new BinaryClassificationEvaluator().setLabelCol("y").setRawPredictionCol("s").setNumBins(0);
    assertThat(scores.areaIsWithin()).isLessThan(1e-3);
    assertThat(scores.areaUnderRoc())
        .isCloseTo(spark.evaluate(rows), within(scores.areaIsWithin()));
    assertThat(scores.averagePrecision())
        .isCloseTo(spark.setMetricName("areaUnderPR").evaluate(rows), within(3e-3));
  }

  @Test
  void binary_probabilitiesThatAreRight_lieOnTheDiagonal() {
    BinaryScores scores = Evaluations.binary(rows(calibrated(20_000)), true);

    double[][] groups = scores.calibration(10);
    assertThat(groups).hasNumberOfRows(10);
    for (double[] group : groups) {
      assertThat(group[1]).isCloseTo(group[0], within(0.04));
      assertThat(group[2]).isCloseTo(2000, within(60.0));
    }
  }

  @Test
  void binary_fewScores_isExactWithWeights() {
    BinaryScores scores =
        Evaluations.binary(
            rows(
                List.of(
                    new double[] {0, 2, -1.5},
                    new double[] {1, 1, -1.5},
                    new double[] {1, 3, 0.25},
                    new double[] {0, 0.5, 0.25},
                    new double[] {1, 4, 2})),
            false);

    assertThat(scores.lowest()).containsExactly(-1.5, 0.25, 2);
    assertThat(scores.negatives()).containsExactly(2, 0.5, 0);
    assertThat(scores.positives()).containsExactly(1, 3, 4);
    // Pairs in order, ties by halves, of 8 times 2.5 pairs of weight.
    assertThat(scores.areaUnderRoc())
        .isCloseTo((1 * 1 + 3 * (2 + 0.25) + 4 * 2.5) / (8 * 2.5), within(1e-12));
    assertThat(scores.brier()).isNaN();
  }

  @Test
  void binary_noRows_isRefused() {
    assertThatThrownBy(() -> Evaluations.binary(rows(List.of()), true))
        .hasMessage("There are no rows to evaluate.");
  }

  @Test
  void classes_countsByWeight() {
    ClassTable table =
        Evaluations.classes(
            rows(
                List.of(
                    new double[] {0, 1, 0},
                    new double[] {0, 2, 1},
                    new double[] {1, 5, 1},
                    new double[] {2, 1, 1})),
            List.of("a", "b", "c"));

    assertThat(table.weights()[0]).containsExactly(1, 2, 0);
    assertThat(table.precision(1)).isEqualTo(5.0 / 8);
    assertThat(table.recall(0)).isEqualTo(1.0 / 3);
    assertThat(table.f1(1)).isEqualTo(10.0 / 13);
    assertThat(table.precision(2)).isNaN();
  }

  @Test
  void residuals_ofACurve_showIt() {
    List<double[]> numbers = new ArrayList<>();
    for (int i = 0; i <= 4000; i++) {
      double x = -1 + i / 2000.0;
      numbers.add(new double[] {x * x, 1, 0.25 + x / 8});
    }
    Collections.shuffle(numbers, new Random(3));
    Residuals residuals = Evaluations.residuals(rows(numbers));

    double weight = 0;
    double sum = 0;
    for (int i = 0; i < residuals.cells().length; i++) {
      weight += residuals.weight(i);
      sum += residuals.sums()[i];
      double x = (residuals.prediction(i) - 0.25) * 8;
      assertThat(residuals.mean(i)).isCloseTo(x * x - 0.25 - x / 8, within(0.03));
      assertThat(residuals.quantile(i, 0.5)).isCloseTo(residuals.mean(i), within(0.05));
    }
    assertThat(weight).isEqualTo(4001);
    assertThat(sum).isCloseTo(numbers.stream().mapToDouble(n -> n[0] - n[2]).sum(), within(1e-9));
  }

  @Test
  void residuals_allTheSame_areOneCell() {
    Residuals residuals =
        Evaluations.residuals(rows(List.of(new double[] {2, 1, 2}, new double[] {2, 1, 2})));

    assertThat(residuals.residualLow()).isLessThan(0);
    assertThat(residuals.mean(20)).isZero();
  }
}
