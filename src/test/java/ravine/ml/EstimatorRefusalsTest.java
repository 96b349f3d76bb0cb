package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.classification.LinearSVC;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import ravine.SparkTestBase;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;

/** What cannot be honoured or understood is refused with a sentence that says what to do. */
class EstimatorRefusalsTest extends SparkTestBase {

  private void assertRefused(MiniBatchParams<?> estimator, List<Row> rows, String... words) {
    assertRefused(estimator, MlRows.frame(spark(), rows), words);
  }

  private static void assertRefused(
      MiniBatchParams<?> estimator, Dataset<Row> rows, String... words) {
    assertThatThrownBy(() -> Learner.fit(estimator, rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words);
  }

  private static MiniBatchParams<?> with(Learner learner, String name, Object value) {
    MiniBatchParams<?> estimator = learner.create();
    Learner.set(estimator, name, value);
    return estimator;
  }

  @ParameterizedTest
  @CsvSource({"normal", "l-bfgs"})
  void fit_solver_isRefused(String solver) {
    assertRefused(
        with(Learner.SQUARED, "solver", solver), MlRows.measured(10), "solver=" + solver, "auto");
  }

  @Test
  void fit_huberWithElasticNet_isRefused() {
    MiniBatchLinearRegression estimator =
        new MiniBatchLinearRegression().setLoss("huber").setRegParam(0.1).setElasticNetParam(0.5);
    assertRefused(estimator, MlRows.measured(10), "huber", "elasticNetParam");
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void fit_paramsThatSteerNothing_areRefusedUnlessDefault(Learner learner) {
    List<Row> rows = learner.rows(20);
    assertRefused(
        with(learner, "aggregationDepth", 3), rows, "aggregationDepth=3 has no meaning here");
    assertRefused(
        with(learner, "maxBlockSizeInMB", 4.0), rows, "maxBlockSizeInMB=4.0 has no meaning here");
    MiniBatchParams<?> defaults = with(learner, "aggregationDepth", 2);
    Learner.set(defaults, "maxBlockSizeInMB", 0.0);
    Learner.set(defaults, "maxIter", 1);
    assertThat(Learner.fit(defaults, MlRows.frame(spark(), rows))).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void set_valueOutOfRange_isRefusedAtOnce(Learner learner) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(learner, "regParam", -0.1))
        .withMessageContaining("regParam given invalid value -0.1");
    assertThatIllegalArgumentException().isThrownBy(() -> learner.create().setStepSize(-1.0));
    assertThatIllegalArgumentException().isThrownBy(() -> learner.create().setBatchSize(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> learner.create().setPatience(0));
    assertThatIllegalArgumentException().isThrownBy(() -> learner.create().setGradientClip(-1.0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> learner.create().setMiniBatchFraction(0.0));
    assertThatIllegalArgumentException().isThrownBy(() -> learner.create().setStepSize(Double.NaN));
  }

  @ParameterizedTest
  @CsvSource({
    "optimizer, adm, adam",
    "optimizer, adam(beta1=1), beta1",
    "optimizer, momentum(form=emma), ema",
    "schedule, cosin(10), cosine",
    "engine, barrier, engine must be",
    "storage, half, storage must be double or float",
    "storageLevel, MEMORY_ONLY, storageLevel must be auto",
  })
  void fit_unknownText_isRefusedWithTheAllowedValues(String param, String value, String word) {
    assertRefused(with(Learner.LOGISTIC, param, value), MlRows.classified(10, 2), word);
  }

  @Test
  void fit_batchSizeAndFraction_isRefused() {
    assertRefused(
        new MiniBatchLogisticRegression().setBatchSize(5).setMiniBatchFraction(0.5),
        MlRows.classified(10, 2),
        "batchSize",
        "miniBatchFraction");
  }

  private static List<Row> labelled(double... labels) {
    List<Row> rows = new ArrayList<>();
    for (double label : labels) {
      rows.add(MlRows.row(label, rows.size(), 1.0));
    }
    return rows;
  }

  @Test
  void fit_labelsOneAndTwo_saysHowToMapThem() {
    assertRefused(new MiniBatchLinearSVC(), labelled(1, 2, 1, 2), "label", "subtract 1");
    assertRefused(
        new MiniBatchLogisticRegression().setFamily("binomial"),
        labelled(1, 2, 1, 2),
        "label",
        "subtract 1");
  }

  @ParameterizedTest
  @EnumSource(
      value = Learner.class,
      names = {"LOGISTIC", "SVC"})
  void fit_labelsThatAreNoClasses_areRefused(Learner learner) {
    assertRefused(learner.create(), labelled(-1, 1, -1), "label", "-1.0", "StringIndexer");
    assertRefused(learner.create(), labelled(0, 0.5, 1), "label", "StringIndexer");
    assertRefused(learner.create(), labelled(1, 1, 1), "label", "at least two classes");
    assertRefused(learner.create(), labelled(0, 0), "label", "at least two classes");
  }

  @Test
  void fit_threeClassesForTheSvc_namesWhatToUse() {
    assertRefused(new MiniBatchLinearSVC(), labelled(0, 1, 2), "OneVsRest");
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void fit_labelNaN_namesTheRow(Learner learner) {
    List<Row> rows = new ArrayList<>(learner.rows(8));
    rows.add(MlRows.row(Double.NaN, new double[MlRows.FEATURES]));
    assertRefused(learner.create(), rows, "label is NaN", "row");
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void fit_featureNaN_namesTheRowAndTheFeature(Learner learner) {
    List<Row> rows = new ArrayList<>(learner.rows(8));
    double[] features = new double[MlRows.FEATURES];
    features[4] = Double.NaN;
    rows.add(MlRows.row(0.0, features));
    assertRefused(learner.create(), rows, "feature 4 is NaN", "row");
    features[4] = Double.NEGATIVE_INFINITY;
    rows.set(8, MlRows.row(0.0, features));
    assertRefused(learner.create(), rows, "feature 4 is -Infinity", "row");
  }

  @Test
  void fit_featureNaN_metadataHasNames_namesTheColumn() {
    Dataset<Row> rows =
        spark()
            .range(20)
            .selectExpr(
                "cast(id as double) as label",
                "cast(id * 2 as double) as height",
                "if(id = 13, double('NaN'), cast(id * 3 as double)) as width");
    Dataset<Row> assembled =
        new VectorAssembler()
            .setInputCols(new String[] {"height", "width"})
            .setOutputCol("features")
            .setHandleInvalid("keep")
            .transform(rows);
    assertThatThrownBy(() -> Learner.fit(Learner.SQUARED.create(), assembled))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("Bad row: feature width is NaN in row \\d+ of partition \\d+\\.");
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void fit_nulls_areRefused(Learner learner) {
    List<Row> rows = new ArrayList<>(learner.rows(8));
    rows.add(RowFactory.create(null, 1.0, false, Vectors.zeros(MlRows.FEATURES)));
    assertRefused(learner.create(), rows, "label is NaN or null", "row");
    rows.set(8, RowFactory.create(0.0, 1.0, false, null));
    assertRefused(learner.create(), rows, "vector of features is null", "row");
    rows.set(8, RowFactory.create(0.0, null, false, Vectors.zeros(MlRows.FEATURES)));
    assertRefused(with(learner, "weightCol", "weight"), rows, "weight", "row");
  }

  @Test
  void fit_nullInTheFirstRow_namesTheColumn() {
    List<Row> rows = new ArrayList<>(MlRows.measured(8));
    rows.set(0, RowFactory.create(0.0, 1.0, false, null));
    assertRefused(
        Learner.SQUARED.create(), rows, "The features in column features are null", "first row");
    rows.subList(1, 8).clear();
    assertRefused(
        Learner.SQUARED.create(), rows, "The features in column features are null", "first row");
  }

  @Test
  void fit_valueBeyondFloat_isRefusedOnlyWhereStorageIsFloat() {
    List<Row> rows = new ArrayList<>(MlRows.measured(8));
    rows.add(MlRows.row(0.0, 0.0, 0.0, 0.0, 1e39, 0.0, 0.0));
    assertRefused(
        with(Learner.SQUARED, "storage", "float"),
        rows,
        "feature 3 is 1.0E39",
        "storage=float",
        "row");
    MiniBatchParams<?> kept = with(Learner.SQUARED, "storage", "double");
    assertThat(Learner.fit(kept, MlRows.frame(spark(), rows))).isNotNull();
  }

  @Test
  void fit_negativeWeight_isRefused() {
    List<Row> rows = new ArrayList<>(MlRows.measured(8));
    rows.add(MlRows.row(0.0, -1.0, false, new double[MlRows.FEATURES]));
    assertRefused(with(Learner.SQUARED, "weightCol", "weight"), rows, "weight", "-1.0", "row");
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void fit_noRows_isRefused(Learner learner) {
    assertRefused(learner.create(), List.of(), "empty");
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void fit_noFeatures_isRefused(Learner learner) {
    assertRefused(learner.create(), List.of(MlRows.row(0.0), MlRows.row(1.0)), "no feature");
  }

  @Test
  void fit_onlyValidationRows_isRefused() {
    List<Row> rows =
        List.of(MlRows.row(0.0, 1.0, true, 1.0, 2.0), MlRows.row(1.0, 1.0, true, 2.0, 1.0));
    assertRefused(
        new MiniBatchLogisticRegression().setValidationIndicatorCol("validation"),
        rows,
        "no training row");
  }

  @ParameterizedTest
  @EnumSource(Learner.class)
  void fit_mixedVectorSizes_namesBoth(Learner learner) {
    List<Row> rows = new ArrayList<>(learner.rows(8));
    rows.add(MlRows.row(0.0, 1.0, 2.0));
    assertRefused(learner.create(), rows, "2 features", "" + MlRows.FEATURES, "row");
  }

  /** With no size in the column's metadata each partition goes by its own first row. */
  @Test
  void fit_mixedVectorSizesAcrossPartitions_namesTheFirstThatDiffers() {
    List<Row> rows =
        List.of(
            MlRows.row(0.0, 1.0, 2.0, 3.0),
            MlRows.row(1.0, 1.0, 2.0, 4.0),
            MlRows.row(0.0, 1.0, 2.0),
            MlRows.row(1.0, 1.0, 4.0));
    assertRefused(
        Learner.SQUARED.create(),
        MlRows.frame(spark(), rows, 2),
        "2 features (other rows have 3) in row 1 of partition 1");
    assertRefused(
        Learner.SQUARED.create(),
        MlRows.frame(spark(), List.of(rows.get(0), RowFactory.create(0.0, 1.0, false, null)), 2),
        "the vector of features is null or empty in row 1 of partition 1");
  }

  @Test
  void fit_validationColumnThatIsNotBoolean_isRefused() {
    assertRefused(
        new MiniBatchLogisticRegression().setValidationIndicatorCol("weight"),
        MlRows.classified(10, 2),
        "validationIndicatorCol",
        "boolean",
        "double");
  }

  @ParameterizedTest
  @EnumSource(
      value = Learner.class,
      names = {"LOGISTIC", "SVC", "SQUARED"})
  void fit_columnThatDoesNotFit_isRefused(Learner learner) {
    assertRefused(with(learner, "featuresCol", "nowhere"), learner.rows(5), "nowhere");
    assertRefused(with(learner, "featuresCol", "weight"), learner.rows(5), "weight");
    assertRefused(with(learner, "labelCol", "validation"), learner.rows(5), "validation");
  }

  @Test
  void load_anotherEstimator_namesBoth(@TempDir Path directory) throws Exception {
    String path = directory.resolve("svc").toString();
    new LinearSVC().write().save(path);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MiniBatchLinearSVC.load(path))
        .withMessageContaining("org.apache.spark.ml.classification.LinearSVC")
        .withMessageContaining("MiniBatchLinearSVC");
  }

  @Test
  void fit_initialModelOfOtherSize_isRefused(@TempDir Path directory) throws Exception {
    String path = directory.resolve("model").toString();
    new MiniBatchLogisticRegression()
        .fit(MlRows.frame(spark(), labelled(0, 1, 0, 1)))
        .write()
        .save(path);
    assertRefused(
        new MiniBatchLogisticRegression().setInitialModelPath(path),
        MlRows.classified(10, 2),
        "initial model",
        "1 x 2",
        "1 x 6");
  }

  @Test
  void fit_wordsNobodyKnows_areRefused() {
    List<Row> rows = MlRows.classified(10, 2);
    assertRefused(
        new MiniBatchLogisticRegression().setSparse("often"), rows, "sparse must be auto, lazy");
    assertRefused(
        new MiniBatchLogisticRegression().setNoiseReduction("ear plugs"),
        rows,
        "noiseReduction must be none, average or svrg, but was ear plugs");
  }

  @Test
  void fit_moreWeightsThanMemory_isRefusedBeforeTheFirstJob() {
    Row row = RowFactory.create(1.0, Vectors.sparse(500_000_000, new int[] {1}, new double[] {1}));
    MiniBatchLogisticRegression estimator =
        new MiniBatchLogisticRegression().setOptimizer("adam").setSparse("lazy");
    Dataset<Row> rows =
        spark()
            .createDataFrame(
                List.of(row, row),
                new org.apache.spark.sql.types.StructType()
                    .add("label", "double")
                    .add("features", org.apache.spark.ml.linalg.SQLDataTypes.VectorType()));
    assertRefused(estimator, rows, "500000001 weights", "spark.driver.memory", "hash the features");
  }
}
