package ravine.ml.tuning;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import ravine.ml.MiniBatchParams;
import ravine.rows.RowView;

/**
 * Spark's cross-validation of one of our estimators, all models of all folds in one training: rows
 * are read and packed once, a fold is no copy of them, and what the models ask of the rows is asked
 * together.
 *
 * <p>A row's fold is a hash of the seed and of its place, or of its value in {@code idCol}, so that
 * rows of one id are in one fold; both are others than the folds of {@link CrossValidator}, which
 * draws them from the input's partitions. Or {@code foldCol} states it, as there, a column of any
 * whole numbers. Metrics are computed where the rows are: areas under curves, rmse and mse,
 * logLoss. With any other evaluator or estimator, or {@code collectSubModels} it is Spark's own
 * loop over our fits, also by {@code idCol}, and a line of the log says why.
 *
 * <pre>{@code
 * CrossValidatorModel model =
 *     new RavineCrossValidator()
 *         .setEstimator(estimator)
 *         .setEvaluator(new BinaryClassificationEvaluator())
 *         .setEstimatorParamMaps(grid)
 *         .setNumFolds(5)
 *         .fit(rows);
 * }</pre>
 */
public class RavineCrossValidator extends CrossValidator {
  private static final long serialVersionUID = 1L;

  private final BooleanParam oneStandardError;
  private final Param<String> idCol;

  /** One with a random uid. */
  public RavineCrossValidator() {
    this(Identifiable.randomUID("ravineCrossValidator"));
  }

  /** One with the given uid. */
  @SuppressWarnings("this-escape")
  public RavineCrossValidator(String uid) {
    super(uid);
    this.oneStandardError =
        new BooleanParam(
            this,
            "oneStandardError",
            "whether the strongest penalty is taken whose mean metric is within one standard error"
                + " of the best");
    this.idCol = Folding.idParam(this);
    setDefault(oneStandardError, false);
    setDefault(idCol, "");
  }

  /** One with the uid of Spark's, and all that is set there. */
  public static RavineCrossValidator of(CrossValidator stock) {
    return SavedRule.copied(stock, new RavineCrossValidator(stock.uid()));
  }

  /** Reads a saved one, or a saved CrossValidator of Spark's. */
  public static RavineCrossValidator load(String path) {
    SavedRule saved = SavedRule.at(path, SparkSession.active());
    return of(CrossValidator.load(path))
        .setOneStandardError(saved.oneStandardError())
        .setIdCol(saved.idCol());
  }

  @Override
  public CrossValidatorModel fit(Dataset<?> dataset) {
    String obstacle = obstacle();
    if (obstacle != null) {
      Search.sayStock(obstacle + (getOneStandardError() ? ", and the best mean is taken" : ""));
      return getIdCol().isEmpty()
          ? super.fit(Folding.ofInts(dataset, getFoldCol()))
          : stockById(dataset);
    }
    Search found = search(dataset);
    CrossValidatorModel model = new CrossValidatorModel(uid(), found.model(), found.means());
    return copyValues(model.setParent(this), ParamMap.empty());
  }

  /** Folds may be of other whole numbers than Spark's int: those of Python are bigint. */
  @Override
  public StructType transformSchema(StructType schema) {
    return Folding.areOtherThanInts(schema, getFoldCol())
        ? copy(ParamMap.empty()).setFoldCol("").transformSchema(schema)
        : super.transformSchema(schema);
  }

  /** Spark's own loop knows no ids, but folds that a column states. */
  private CrossValidatorModel stockById(Dataset<?> dataset) {
    Folding folding = folding(dataset);
    CrossValidatorModel model =
        SavedRule.copied(this, new CrossValidator(uid()))
            .setFoldCol(folding.column())
            .fit(folding.rows());
    model.clear(model.foldCol());
    return model.setParent(this);
  }

  private Folding folding(Dataset<?> dataset) {
    if (getIdCol().isEmpty()) {
      return getFoldCol().isEmpty()
          ? Folding.byPlace(dataset)
          : Folding.stated(dataset, getFoldCol(), getNumFolds());
    }
    if (!getFoldCol().isEmpty()) {
      throw new IllegalArgumentException(
          "foldCol and idCol both tell which fold a row is in: set one of them.");
    }
    return Folding.byId(dataset, getIdCol(), getNumFolds(), getSeed());
  }

  /**
   * What {@link #fit} makes its model of: the metrics of each fold, too.
   *
   * @throws IllegalStateException if models cannot train together
   */
  public Search search(Dataset<?> dataset) {
    Search.requireNone(obstacle());
    transformSchema(dataset.schema());
    List<RowView> views = RowView.ofFolds(getNumFolds(), getSeed());
    return Search.run(
        (MiniBatchParams<?>) getEstimator(),
        Arrays.asList(getEstimatorParamMaps()),
        getEvaluator(),
        folding(dataset),
        views,
        getOneStandardError());
  }

  /** Why {@link #fit} is Spark's own loop, in a clause; null where models train together. */
  public @Nullable String obstacle() {
    if (getCollectSubModels()) {
      return "collectSubModels is true";
    }
    if (getNumFolds() > RowView.MOST_FOLDS) {
      return "there are more than " + RowView.MOST_FOLDS + " folds";
    }
    return Search.obstacle(getEstimator(), maps(), getEvaluator());
  }

  /**
   * Whether the strongest penalty within one standard error of the best is taken: not by default.
   */
  public BooleanParam oneStandardError() {
    return oneStandardError;
  }

  /** Gets {@link #oneStandardError}. */
  public boolean getOneStandardError() {
    return (Boolean) getOrDefault(oneStandardError);
  }

  /** Sets {@link #oneStandardError}. */
  public RavineCrossValidator setOneStandardError(boolean value) {
    set(oneStandardError, value);
    return this;
  }

  /**
   * Column whose values tell folds: rows of one value are in one fold, whatever partition they
   * stand in. Default: empty, a hash of a row's place.
   */
  public Param<String> idCol() {
    return idCol;
  }

  /** Gets {@link #idCol}. */
  public String getIdCol() {
    return getOrDefault(idCol);
  }

  /** Sets {@link #idCol}. */
  public RavineCrossValidator setIdCol(String value) {
    set(idCol, value);
    return this;
  }

  @Override
  public MLWriter write() {
    MLWriter stock = SavedRule.copied(this, new CrossValidator(uid())).write();
    return new SavedRule(getOneStandardError(), getIdCol()).writer(stock);
  }

  @Override
  public RavineCrossValidator setFoldCol(String value) {
    super.setFoldCol(value);
    return this;
  }

  @Override
  public RavineCrossValidator copy(ParamMap extra) {
    return (RavineCrossValidator) super.copy(extra);
  }

  @Override
  public RavineCrossValidator setEstimator(Estimator<?> value) {
    super.setEstimator(value);
    return this;
  }

  @Override
  public RavineCrossValidator setEvaluator(Evaluator value) {
    super.setEvaluator(value);
    return this;
  }

  @Override
  public RavineCrossValidator setEstimatorParamMaps(ParamMap[] value) {
    super.setEstimatorParamMaps(value);
    return this;
  }

  @Override
  public RavineCrossValidator setSeed(long value) {
    super.setSeed(value);
    return this;
  }

  @Override
  public RavineCrossValidator setNumFolds(int value) {
    super.setNumFolds(value);
    return this;
  }

  private ParamMap[] maps() {
    return isDefined(estimatorParamMaps()) ? getEstimatorParamMaps() : new ParamMap[0];
  }
}
