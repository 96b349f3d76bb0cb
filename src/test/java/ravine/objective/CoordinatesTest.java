package ravine.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.engine.TrainingData;
import ravine.rows.ColumnStats;
import ravine.rows.Example;
import ravine.rows.Examples;

class CoordinatesTest extends SparkTestBase {

  /** Squared deviations divide by n − 1, as Spark's do, and the mean of squares by n. */
  @Test
  void meanSquaredLength_ofRows_isThatOfWhatMarginsAreMadeOf() {
    double[][] rows = {{1, 10}, {2, -10}, {6, 30}};
    try (TrainingData data =
        Examples.pack(
            jsc()
                .parallelize(
                    List.of(
                        new Example(0, 1, Vectors.dense(rows[0]), false),
                        new Example(1, 1, Vectors.dense(rows[1]), false),
                        new Example(1, 1, Vectors.dense(rows[2]), false)),
                    2),
            2,
            5)) {
      ColumnStats stats = data.stats();
      double[] inverse = {0.5, 0.1};
      double[] centre = {3, 4};
      Coordinates coordinates =
          Coordinates.scaledBy(inverse).centredAt(centre).intercept(true).outputScale(2.0).build();
      double expected = 1.0;
      for (int j = 0; j < 2; j++) {
        double mean = (rows[0][j] + rows[1][j] + rows[2][j]) / 3;
        double variance = 0.0;
        for (double[] row : rows) {
          variance += (row[j] - mean) * (row[j] - mean) / 2;
        }
        double away = mean - centre[j];
        expected += inverse[j] * inverse[j] * (variance + away * away);
      }
      assertThat(coordinates.meanSquaredLength(stats)).isCloseTo(4 * expected, within(1e-9));
      double[] deviations = stats.deviations();
      double[] ones = {1 / deviations[0], 1 / deviations[1]};
      assertThat(
              Coordinates.scaledBy(ones)
                  .centredAt(stats.means())
                  .intercept(true)
                  .build()
                  .meanSquaredLength(stats))
          .as("standardised: one for each feature and the intercept")
          .isCloseTo(3.0, within(1e-12));
    }
  }

  @Test
  void plusExtra_holdsOneMoreLogarithmAtTheEnd() {
    Coordinates one =
        Coordinates.scaledBy(new double[] {2.0})
            .centredAt(new double[] {3.0})
            .intercept(true)
            .build();
    Coordinates more = one.plusExtra();
    double[] raw = new double[more.rawDimension()];
    more.toRaw(new double[] {1.0, 10.0, -0.5}, raw);
    assertThat(more.dimension()).isEqualTo(one.dimension() + 1);
    assertThat(raw).containsExactly(2.0, 4.0, -0.5);
  }

  @Test
  void inverseAndCentre_areCopies() {
    Coordinates coordinates =
        Coordinates.scaledBy(new double[] {2.0}).centredAt(new double[] {3.0}).build();
    coordinates.inverse()[0] = 0.0;
    coordinates.centre()[0] = 0.0;
    assertThat(coordinates.inverse()).containsExactly(2.0);
    assertThat(coordinates.centre()).containsExactly(3.0);
  }

  /** 1,000,000 features and 4,300 classes used to make 5,037,004 weights by overflow. */
  @Test
  void build_moreWeightsThanAnArrayHolds_isRefused() {
    assertThatThrownBy(() -> Coordinates.scaledBy(new double[1_000_000]).outputs(4300).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("make 4300004300 weights");
  }
}
