package ravine.ml.tuning;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.attribute.NumericAttribute;
import org.apache.spark.ml.attribute.UnresolvedAttribute$;
import org.apache.spark.ml.classification.ClassificationModel;
import org.apache.spark.ml.classification.Classifier;
import org.apache.spark.ml.classification.LinearSVC;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.ml.util.MetadataUtils;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import ravine.engine.TrainingData;
import ravine.ml.MiniBatchFit;
import ravine.ml.MiniBatchParams;
import ravine.rows.ColumnStats;
import ravine.rows.RowView;
import scala.Option;

/**
 * Spark's {@link OneVsRest} of one of our classifiers, its K models in one training: rows are read
 * and packed once, and model k sees label 1 where the label is k and else 0. It has the params of
 * that class, which is final, and gives its model, of Spark's binary models.
 *
 * <p>Each is the one that the classifier's own fit of that label gives, to its certificate. A label
 * that is null or no class index is refused, where Spark's class takes its row for one of the rest.
 * {@code classWeight} weighs the two classes of each model. With any other classifier, or one that
 * trains alone, it is Spark's own loop, and a line of the log says why.
 *
 * <pre>{@code
 * OneVsRestModel model =
 *     new RavineOneVsRest().setClassifier(new MiniBatchLinearSVC().setRegParam(0.01)).fit(rows);
 * }</pre>
 */
public class RavineOneVsRest extends Estimator<OneVsRestModel> implements MLWritable {
  private static final long serialVersionUID = 1L;

  /** Of a model's own label column, its class behind it: as Spark's class has it. */
  private static final String OWN_LABEL = "mc2b$";

  private static final Metadata BINARY =
      BinaryAttribute.defaultAttr().withName("label").toMetadata();

  /** Whose params these are, which have the same owner: it has the same uid. */
  private final OneVsRest params;

  /** One with a random uid. */
  public RavineOneVsRest() {
    this(Identifiable.randomUID("ravineOneVsRest"));
  }

  /** One with the given uid. */
  @SuppressWarnings("this-escape")
  public RavineOneVsRest(String uid) {
    this.params = new OneVsRest(uid);
    for (Param<?> param : params.params()) {
      setDefaultOf(param.name());
    }
  }

  private void setDefaultOf(String name) {
    Param<Object> param = params.getParam(name);
    if (params.hasDefault(param)) {
      setDefault(param, params.getOrDefault(param));
    }
  }

  /** One with the uid of Spark's, and all that is set there. */
  public static RavineOneVsRest of(OneVsRest stock) {
    return SavedRule.copied(stock, new RavineOneVsRest(stock.uid()));
  }

  /** Reads a saved one, or a saved OneVsRest of Spark's. */
  public static RavineOneVsRest load(String path) {
    return of(OneVsRest.load(path));
  }

  @Override
  public OneVsRestModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    String obstacle = obstacle();
    if (obstacle == null) {
      Dataset<?> rows = ManyFits.labelled(getLabelCol(), dataset);
      MiniBatchFit packing = new MiniBatchFit(learner(getLabelCol()));
      try (TrainingData data = packing.packForMany(rows, List.of(), true)) {
        List<Grid.Candidate> all = candidates(classes(data.stats().label(), rows));
        String steps = Grid.obstacle(data, all.get(0).options(data));
        if (steps == null) {
          List<ParamMap> none = Collections.nCopies(all.size(), ParamMap.empty());
          GridCheckpoints.open(all, none, 0, rows.sparkSession()).begin();
          return model(train(all, data, rows), rows.schema().apply(getLabelCol()));
        }
        obstacle = "models take " + steps;
      }
    }
    Search.sayStock(obstacle);
    OneVsRestModel model = stock().fit(dataset);
    return copyValues(model.setParent(this), ParamMap.empty());
  }

  /** Why {@link #fit} is Spark's own loop, in a clause; null where models train together. */
  public @Nullable String obstacle() {
    Classifier<?, ?, ?> classifier = getClassifier();
    return classifier instanceof MiniBatchParams<?> ours
        ? Grid.statedObstacle(ours)
        : "the classifier is a " + classifier.getClass().getSimpleName();
  }

  /** As many as the label column's metadata says, or else as there are in the rows. */
  private int classes(ColumnStats.LabelStats labels, Dataset<?> rows) {
    if (labels.classes() == 0) {
      throw new IllegalArgumentException(
          "The labels in column "
              + getLabelCol()
              + " must be class indices 0, 1, 2, …, but range from "
              + labels.min()
              + " to "
              + labels.max()
              + ": map them first, for example with StringIndexer.");
    }
    Option<Object> declared = MetadataUtils.getNumClasses(rows.schema().apply(getLabelCol()));
    return declared.isDefined() ? (Integer) declared.get() : labels.classes();
  }

  /** The classifier, on a label column. */
  private MiniBatchParams<?> learner(String label) {
    Classifier<?, ?, ?> classifier = getClassifier();
    ParamMap map = new ParamMap();
    map.put(classifier.labelCol(), label);
    map.put(classifier.featuresCol(), getFeaturesCol());
    map.put(classifier.predictionCol(), getPredictionCol());
    if (!getWeightCol().isEmpty()) {
      map.put(classifier.getParam("weightCol"), getWeightCol());
    }
    return (MiniBatchParams<?>) classifier.copy(map);
  }

  private List<Grid.Candidate> candidates(int classes) {
    List<Grid.Candidate> all = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      MiniBatchParams<?> own = learner(OWN_LABEL + k);
      all.add(new Grid.Candidate(k, own, new MiniBatchFit(own)));
    }
    return all;
  }

  private ClassificationModel<?, ?>[] train(
      List<Grid.Candidate> all, TrainingData data, Dataset<?> rows) {
    List<Dataset<?>> own = new ArrayList<>();
    for (Grid.Candidate one : all) {
      own.add(rows.withColumn(one.label(), label(one.index()), BINARY));
    }
    Sight sight =
        Sight.ofLabels(
            all, data, one -> RowView.Labels.against(one.index()), one -> own.get(one.index()));
    ClassificationModel<?, ?>[] models = new ClassificationModel<?, ?>[all.size()];
    for (ManyFits.Fitted one : ManyFits.train(all, sight, ManyFits.Folds.NONE)) {
      int k = one.candidate().index();
      models[k] = (ClassificationModel<?, ?>) ManyFits.model(one, own.get(k));
    }
    return models;
  }

  private Column label(int theClass) {
    Column label = functions.col("`" + getLabelCol().replace("`", "``") + "`");
    return functions.when(label.equalTo((double) theClass), 1.0).otherwise(0.0);
  }

  /** Spark's, with metadata of the label as Spark's class leaves them. */
  private OneVsRestModel model(ClassificationModel<?, ?>[] models, StructField label) {
    Attribute attribute = Attribute.fromStructField(label);
    boolean known =
        !(attribute instanceof NumericAttribute) && attribute != UnresolvedAttribute$.MODULE$;
    Attribute classes =
        known
            ? attribute
            : NominalAttribute.defaultAttr().withName("label").withNumValues(models.length);
    OneVsRestModel model = new OneVsRestModel(uid(), classes.toMetadata(), models);
    copyValues(model.setParent(this), ParamMap.empty());
    Param<Object> classifier = model.getParam("classifier");
    model.set(classifier, plain(getClassifier()));
    return model;
  }

  /** Spark's own class with the same params: a saved model has it, and needs no jar of ours. */
  private static Classifier<?, ?, ?> plain(Classifier<?, ?, ?> ours) {
    return ours instanceof LinearSVC
        ? SavedRule.copied(ours, new LinearSVC(ours.uid()))
        : SavedRule.copied(ours, new LogisticRegression(ours.uid()));
  }

  /** Spark's class with the params that are set here. */
  private OneVsRest stock() {
    return SavedRule.copied(this, new OneVsRest(uid()));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    getClassifier();
    return stock().transformSchema(schema);
  }

  @Override
  public MLWriter write() {
    return stock().write();
  }

  @Override
  public RavineOneVsRest copy(ParamMap extra) {
    RavineOneVsRest copy = this.<RavineOneVsRest>defaultCopy(extra);
    return isDefined(classifier())
        ? copy.setClassifier((Classifier<?, ?, ?>) copy.getClassifier().copy(extra))
        : copy;
  }

  @Override
  public String uid() {
    return params.uid();
  }

  /** The classifier of two classes. No default. */
  public Param<?> classifier() {
    return params.classifier();
  }

  /** Column of class indices. Default: label. */
  public Param<String> labelCol() {
    return params.labelCol();
  }

  /** Column of vectors. Default: features. */
  public Param<String> featuresCol() {
    return params.featuresCol();
  }

  /** Column that the model writes the class to. Default: prediction. */
  public Param<String> predictionCol() {
    return params.predictionCol();
  }

  /** Column that the model writes the margins of all classes to. Default: rawPrediction. */
  public Param<String> rawPredictionCol() {
    return params.rawPredictionCol();
  }

  /** Column of row weights. No default: every row weighs 1. */
  public Param<String> weightCol() {
    return params.weightCol();
  }

  /** Models at a time where it is Spark's own loop. Default: 1. */
  public IntParam parallelism() {
    return params.parallelism();
  }

  /**
   * Gets {@link #classifier}.
   *
   * @throws IllegalArgumentException if none was set
   */
  public Classifier<?, ?, ?> getClassifier() {
    if (!isDefined(classifier())) {
      throw new IllegalArgumentException("RavineOneVsRest needs a classifier: set one");
    }
    return (Classifier<?, ?, ?>) getOrDefault(classifier());
  }

  /** Gets {@link #labelCol}. */
  public String getLabelCol() {
    return getOrDefault(labelCol());
  }

  /** Gets {@link #featuresCol}. */
  public String getFeaturesCol() {
    return getOrDefault(featuresCol());
  }

  /** Gets {@link #predictionCol}. */
  public String getPredictionCol() {
    return getOrDefault(predictionCol());
  }

  /** Gets {@link #weightCol}; empty where every row weighs 1. */
  public String getWeightCol() {
    return isDefined(weightCol()) ? getOrDefault(weightCol()) : "";
  }

  /** Sets {@link #classifier}. */
  public RavineOneVsRest setClassifier(Classifier<?, ?, ?> value) {
    Param<Object> param = params.getParam("classifier");
    set(param, value);
    return this;
  }

  /** Sets {@link #labelCol}. */
  public RavineOneVsRest setLabelCol(String value) {
    set(labelCol(), value);
    return this;
  }

  /** Sets {@link #featuresCol}. */
  public RavineOneVsRest setFeaturesCol(String value) {
    set(featuresCol(), value);
    return this;
  }

  /** Sets {@link #predictionCol}. */
  public RavineOneVsRest setPredictionCol(String value) {
    set(predictionCol(), value);
    return this;
  }

  /** Sets {@link #rawPredictionCol}. */
  public RavineOneVsRest setRawPredictionCol(String value) {
    set(rawPredictionCol(), value);
    return this;
  }

  /** Sets {@link #weightCol}. */
  public RavineOneVsRest setWeightCol(String value) {
    set(weightCol(), value);
    return this;
  }

  /** Sets {@link #parallelism}. */
  public RavineOneVsRest setParallelism(int value) {
    set(parallelism(), (Object) value);
    return this;
  }
}
