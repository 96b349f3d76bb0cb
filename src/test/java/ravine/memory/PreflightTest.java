package ravine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.engine.TrainerOptions;
import ravine.memory.Preflight.Limits;
import ravine.memory.Preflight.Together;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.spec.Specs;

class PreflightTest extends SparkTestBase {
  private static final long GIB = 1L << 30;

  private static TrainerOptions batches(String rule) {
    return TrainerOptions.builder(Specs.rule(rule)).batchSize(1000).build();
  }

  private static Preflight of(long features, String rule) {
    return new Preflight(features, 1, batches(rule), false, 2, 0);
  }

  private static Limits cluster(long driver, long executor, long results) {
    return new Limits(false, driver, executor, 1, results);
  }

  @Test
  void check_marginsOfManyRows_areRefusedWithAnotherWayOut() {
    TrainerOptions whole = TrainerOptions.builder(Specs.optimizer("sgd")).build();
    Preflight rows = new Preflight(9, 100, whole, false, 2, 4_000_000);
    Limits limits = new Limits(false, 4 * GIB, 2 * GIB, 2, 0);
    assertThatThrownBy(() -> rows.check(limits))
        .hasMessageStartingWith("Training 1000 weights takes about 6.0g in an executor")
        .hasMessageContaining("raise spark.executor.memory to ")
        .hasMessageEndingWith(", or train by mini-batches (batchSize).");
  }

  @Test
  void together_asManyAsFitHalfOfTheMemory() {
    Preflight one = of(1_000_000, "adam");
    long each = new Needs(1_000_000, 1, batches("adam"), 2, 0).solving();
    assertThat(each).as("17 vectors").isBetween(17 * 8_000_000L, 17 * 8_000_100L);
    // Points and directions of a question, as numbers and bytes, and its sums: 7 times 42 MB.
    assertThat(one.together(cluster(20 * each, 64 * GIB, 0), 64)).isEqualTo(7);
    assertThat(one.together(cluster(2 * each, 64 * GIB, 0), 64)).isEqualTo(1);
    assertThat(one.together(cluster(each / 2, 64 * GIB, 0), 64)).isEqualTo(1);
    assertThat(one.together(cluster(64 * GIB, 64 * GIB, 0), 3)).isEqualTo(3);
    assertThat(one.together(new Limits(true, 20 * each, GIB, 1, 0), 64)).isEqualTo(8);
  }

  /** 16 MB of margins a model: it is the executors that have no room for more. */
  @Test
  void together_marginsOfManyRows_areHeldAgainstTheExecutors() {
    TrainerOptions whole = TrainerOptions.builder(Specs.optimizer("sgd")).build();
    Preflight rows = new Preflight(9, 1, whole, false, 4, 4_000_000);
    assertThat(rows.together(new Limits(false, GIB, 64 * GIB, 2, 0), 64)).isEqualTo(64);
    assertThat(rows.together(new Limits(false, GIB, GIB, 2, 0), 64)).isEqualTo(16);
    assertThat(rows.together(new Limits(false, GIB, GIB, 1, 0), 64)).isEqualTo(33);
  }

  @Test
  void together_inASentence_saysHowManyAtATimeAndWhere() {
    assertThat(new Together(64, 64, false, 13 << 20, 55 << 20, 0).sentence())
        .isEqualTo(
            "64 models, up to 64 at a time, take about 55m in this process, besides 13m of packed"
                + " rows");
    assertThat(new Together(96, 10, true, 13 << 20, 5 << 20, 55 << 20).sentence())
        .isEqualTo(
            "96 models, of which there is room for 10 at a time, take about 5m on the driver and"
                + " 55m an executor, besides 13m of packed rows");
  }

  /** Of kinds of models all are taken for the one that takes most, or allows fewest at a time. */
  @Test
  void or_ofTwoKinds_isTheLarger() {
    Together small = new Together(8, 8, false, 0, 10, 10);
    Together large = new Together(8, 8, false, 0, 20, 5);
    Together few = new Together(8, 2, true, 0, 6, 0);
    assertThat(small.or(null)).isSameAs(small);
    assertThat(small.or(large)).isSameAs(large);
    assertThat(large.or(small)).isSameAs(large);
    assertThat(few.or(large)).isSameAs(few);
    assertThat(large.or(few)).isSameAs(few);
  }

  @Test
  void check_fits_saysNothing() {
    assertThatCode(() -> of(10_000_000, "momentum").check(new Limits(true, 4 * GIB, GIB, 1, GIB)))
        .doesNotThrowAnyException();
    assertThatCode(() -> of(10_000_000, "momentum").check(cluster(4 * GIB, 2 * GIB, 0)))
        .doesNotThrowAnyException();
  }

  @Test
  void check_tooWide_namesTheSettingAndASizeThatFits() {
    assertThatThrownBy(() -> of(100_000_000, "adam").check(new Limits(true, 4 * GIB, GIB, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Training 100000001 weights takes about ")
        .hasMessageContaining(
            "g in its process, besides the rows, but there is 4.0g: raise spark.driver.memory to ")
        .hasMessageEndingWith(", or hash the features into fewer columns.");
    Preflight wide = of(100_000_000, "adam");
    assertThatThrownBy(() -> wide.check(cluster(4 * GIB, GIB, 0)))
        .hasMessageContaining("g on the driver");
    assertThatThrownBy(() -> wide.check(cluster(99 * GIB, GIB, 0)))
        .hasMessageContaining("7.8g in an executor")
        .hasMessageContaining("spark.executor.memory to 11.7g");
    assertThatThrownBy(() -> wide.check(cluster(99 * GIB, 9 * GIB, GIB)))
        .hasMessageContaining("for the results of one job")
        .hasMessageContaining("spark.driver.maxResultSize to 6.7g");
  }

  @Test
  void check_moreThanAnArrayHolds_isRefusedWhateverTheMemory() {
    Limits endless = new Limits(true, Long.MAX_VALUE, Long.MAX_VALUE, 1, 0);
    assertThatThrownBy(
            () -> new Preflight(1_000_000, 4_300, batches("sgd"), false, 2, 0).check(endless))
        .hasMessage(
            "1000000 features make 4300004300 weights, but an array holds no more than 2147483639"
                + " numbers: hash the features into fewer columns.");
    assertThatThrownBy(() -> of(600_000_000, "sgd").check(endless))
        .hasMessageContaining("an array holds no more");
    assertThatThrownBy(() -> of(300_000_000, "sgd").check(cluster(99 * GIB, 99 * GIB, 0)))
        .hasMessageContaining("no more than 268435454 go from executors to the driver at once");
  }

  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.DoubleType, true)
          .add("features", SQLDataTypes.VectorType(), true);

  private Dataset<Row> wide(int features) {
    return spark()
        .createDataFrame(
            java.util.List.of(
                RowFactory.create(0.0, Vectors.sparse(features, new int[] {1}, new double[] {1})),
                RowFactory.create(1.0, Vectors.sparse(features, new int[] {2}, new double[] {1}))),
            SCHEMA);
  }

  /** Nothing tells how wide the rows are before the first of them. */
  @Test
  void fit_vectorTooWideWithoutMetadata_isRefusedAtTheFirstRowAndTheContextLives() {
    Dataset<Row> rows = wide(2_000_000_000);
    assertThatThrownBy(() -> new MiniBatchLogisticRegression().fit(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2000000000 features have moments of 8000000000 numbers");
    Dataset<Row> lessWide = wide(400_000_000);
    assertThatThrownBy(() -> new MiniBatchLogisticRegression().fit(lessWide))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Training 400000001 weights takes about ")
        .hasMessageContaining("raise spark.driver.memory to ");
    assertThat(spark().range(3).count()).isEqualTo(3);
  }

  @Test
  void mostFeatures_areThoseThatAreLetThrough() {
    TrainerOptions options = batches("adam");
    int most = Preflight.mostFeatures(sc(), options);
    assertThat(most).isBetween(100_000, 400_000_000);
    assertThatCode(() -> Preflight.before(sc(), most, 1, options).check(sc()))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Preflight.before(sc(), most + 1L, 1, options).check(sc()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
