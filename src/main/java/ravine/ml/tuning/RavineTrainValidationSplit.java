package ravine.ml.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import ravine.ml.MiniBatchParams;
import ravine.rows.RowView;

/**
 * Spark's train-validation split of one of our estimators, all models in one training: as {@link
 * RavineCrossValidator}, with one share of the rows held out.
 *
 * <p>{@code trainRatio} is rounded to a hundredth. With {@code idCol} all rows of a value train or
 * none does; then it cannot be Spark's own loop, which knows no ids.
 */
public class RavineTrainValidationSplit extends TrainValidationSplit {
  private static final long serialVersionUID = 1L;

  private final Param<String> idCol;

  /** One with a random uid. */
  public RavineTrainValidationSplit() {
    this(Identifiable.randomUID("ravineTrainValidationSplit"));
  }

  /** One with the given uid. */
  @SuppressWarnings("this-escape")
  public RavineTrainValidationSplit(String uid) {
    super(uid);
    this.idCol = Folding.idParam(this);
    setDefault(idCol, "");
  }

  /** One with the uid of Spark's, and all that is set there. */
  public static RavineTrainValidationSplit of(TrainValidationSplit stock) {
    return SavedRule.copied(stock, new RavineTrainValidationSplit(stock.uid()));
  }

  /** Reads a saved one, or a saved TrainValidationSplit of Spark's. */
  public static RavineTrainValidationSplit load(String path) {
    return of(TrainValidationSplit.load(path))
        .setIdCol(SavedRule.at(path, SparkSession.active()).idCol());
  }

  @Override
  public TrainValidationSplitModel fit(Dataset<?> dataset) {
    String obstacle = obstacle();
    if (obstacle != null && getIdCol().isEmpty()) {
      Search.sayStock(obstacle);
      return super.fit(dataset);
    }
    Search found = search(dataset);
    TrainValidationSplitModel model =
        new TrainValidationSplitModel(uid(), found.model(), found.means());
    return copyValues(model.setParent(this), ParamMap.empty());
  }

  /**
   * What {@link #fit} makes its model of; the split is the only fold.
   *
   * @throws IllegalStateException if models cannot train together
   */
  public Search search(Dataset<?> dataset) {
    Search.requireNone(obstacle());
    transformSchema(dataset.schema());
    List<RowView> views = new ArrayList<>();
    views.add(RowView.share(getTrainRatio(), getSeed()));
    return Search.run(
        (MiniBatchParams<?>) getEstimator(),
        Arrays.asList(getEstimatorParamMaps()),
        getEvaluator(),
        getIdCol().isEmpty()
            ? Folding.byPlace(dataset)
            : Folding.byId(dataset, getIdCol(), views.get(0).folds(), getSeed()),
        views,
        false);
  }

  /** Why {@link #fit} is Spark's own loop, in a clause; null where models train together. */
  public @Nullable String obstacle() {
    return getCollectSubModels()
        ? "collectSubModels is true"
        : Search.obstacle(getEstimator(), maps(), getEvaluator());
  }

  /**
   * Column whose values tell which rows are held out: all of a value or none, whatever partition
   * they stand in. Default: empty, a hash of a row's place.
   */
  public Param<String> idCol() {
    return idCol;
  }

  /** Gets {@link #idCol}. */
  public String getIdCol() {
    return getOrDefault(idCol);
  }

  /** Sets {@link #idCol}. */
  public RavineTrainValidationSplit setIdCol(String value) {
    set(idCol, value);
    return this;
  }

  @Override
  public MLWriter write() {
    MLWriter stock = SavedRule.copied(this, new TrainValidationSplit(uid())).write();
    return new SavedRule(false, getIdCol()).writer(stock);
  }

  @Override
  public RavineTrainValidationSplit copy(ParamMap extra) {
    return (RavineTrainValidationSplit) super.copy(extra);
  }

  @Override
  public RavineTrainValidationSplit setEstimator(Estimator<?> value) {
    super.setEstimator(value);
    return this;
  }

  @Override
  public RavineTrainValidationSplit setEvaluator(Evaluator value) {
    super.setEvaluator(value);
    return this;
  }

  @Override
  public RavineTrainValidationSplit setEstimatorParamMaps(ParamMap[] value) {
    super.setEstimatorParamMaps(value);
    return this;
  }

  @Override
  public RavineTrainValidationSplit setSeed(long value) {
    super.setSeed(value);
    return this;
  }

  @Override
  public RavineTrainValidationSplit setTrainRatio(double value) {
    super.setTrainRatio(value);
    return this;
  }

  private ParamMap[] maps() {
    return isDefined(estimatorParamMaps()) ? getEstimatorParamMaps() : new ParamMap[0];
  }
}
