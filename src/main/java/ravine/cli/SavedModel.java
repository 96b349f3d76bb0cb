package ravine.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.LinearSVCModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import ravine.input.Labels;
import ravine.input.Task;
import ravine.page.Numbers;
import ravine.terminal.Failure;
import ravine.terminal.Outputs;

/**
 * Stages of Spark's own, one of them a linear model: what {@code train} saves and the other
 * commands read. Plain Spark loads it without our jar, as a {@code PipelineModel}, or as the bare
 * model when no other stage was needed.
 */
final class SavedModel {
  /** Name of the prediction in what the commands write. */
  static final String PREDICTION = "prediction";

  private static final String THRESHOLD = "threshold";

  private final List<Transformer> stages;
  private final Transformer learner;

  private SavedModel(List<Transformer> stages, Transformer learner) {
    this.stages = stages;
    this.learner = learner;
  }

  static SavedModel of(List<Transformer> stages) {
    for (Transformer stage : stages) {
      if (stage instanceof LogisticRegressionModel
          || stage instanceof LinearSVCModel
          || stage instanceof LinearRegressionModel) {
        return new SavedModel(List.copyOf(stages), stage);
      }
    }
    throw Failure.usage(
        "The model holds no logistic regression, linear regression or linear SVM, the kinds this"
            + " command knows.");
  }

  /** Reads a model, or says what is wrong with its place. */
  static SavedModel load(SparkSession session, String path) {
    String type;
    try {
      List<String> lines = session.read().textFile(path + "/metadata").takeAsList(1);
      JsonNode metadata = new ObjectMapper().readTree(lines.isEmpty() ? "{}" : lines.get(0));
      type = metadata.path("class").asText();
      if (type.endsWith(".PipelineModel")) {
        return of(Arrays.asList(PipelineModel.load(path).stages()));
      } else if (type.endsWith(".LogisticRegressionModel")) {
        return of(List.of(LogisticRegressionModel.load(path)));
      } else if (type.endsWith(".LinearSVCModel")) {
        return of(List.of(LinearSVCModel.load(path)));
      } else if (type.endsWith(".LinearRegressionModel")) {
        return of(List.of(LinearRegressionModel.load(path)));
      }
    } catch (Failure e) {
      throw e;
    } catch (Exception e) {
      String aside = new Outputs(session).movedAside(path);
      throw Failure.usage(
              "There is no model of Spark at "
                  + path
                  + (aside == null
                      ? " (--model names the directory that train wrote)."
                      : ", but a train --overwrite that died has left the one before it in "
                          + aside
                          + ": move it back."))
          .because(e);
    }
    throw Failure.usage(
        "--model " + path + " holds a " + type + ", which this command does not know.");
  }

  /**
   * Saves to a directory that must not exist.
   *
   * @param inputs rows with the columns the first stage reads; only their schema is looked at
   */
  void save(String path, Dataset<Row> inputs) throws IOException {
    if (stages.size() == 1) {
      ((MLWritable) learner).save(path);
    } else {
      // Fitting a pipeline of fitted stages only wraps them.
      new Pipeline().setStages(stages.toArray(new PipelineStage[0])).fit(inputs).save(path);
    }
  }

  /** The class whose {@code load} reads what {@link #save} wrote. */
  String loader() {
    return stages.size() == 1 ? learner.getClass().getSimpleName() : "PipelineModel";
  }

  /**
   * Adds features and predictions to rows.
   *
   * @param labelled whether to map the label column too, which then must be there
   */
  Dataset<Row> score(Dataset<Row> rows, boolean labelled) {
    Dataset<Row> scored = rows;
    for (Transformer stage : stages) {
      boolean mapsLabel = labelIndexer().filter(indexer -> indexer == stage).isPresent();
      if (labelled || !mapsLabel) {
        scored = stage.transform(scored);
      }
    }
    return scored;
  }

  /** The linear model itself. */
  Transformer learner() {
    return learner;
  }

  /** Adds what the learner was trained on, and no prediction. */
  Dataset<Row> featured(Dataset<Row> rows) {
    Dataset<Row> featured = rows;
    for (Transformer stage : stages) {
      if (stage == learner) {
        return featured;
      }
      featured = stage.transform(featured);
    }
    return featured;
  }

  List<Transformer> stages() {
    return stages;
  }

  Task task() {
    return learner instanceof LogisticRegressionModel
        ? Task.LOGISTIC
        : learner instanceof LinearSVCModel ? Task.SVM : Task.LINEAR;
  }

  /** Number of classes; 0 for quantities. */
  int classes() {
    return learner instanceof LogisticRegressionModel model
        ? model.numClasses()
        : learner instanceof LinearSVCModel ? 2 : 0;
  }

  /** Width of the feature vector. */
  int features() {
    return coefficients()[0].length;
  }

  String featuresColumn() {
    return param("featuresCol").orElseThrow();
  }

  /** Where the model puts the class number or quantity that it predicts. */
  String predictionColumn() {
    return param("predictionCol").orElseThrow();
  }

  /** Where the model puts the margins of a classifier. */
  String rawPredictionColumn() {
    return param("rawPredictionCol").orElseThrow();
  }

  /** Where the model puts the probabilities of the classes. */
  String probabilityColumn() {
    return param("probabilityCol").orElseThrow();
  }

  /** Where the model puts the prediction as an original label, if labels were mapped. */
  Optional<String> predictedLabelColumn() {
    return restorer().map(IndexToString::getOutputCol);
  }

  /** The column of class numbers or quantities that scoring compares with. */
  String labelColumn() {
    return param("labelCol").orElseThrow();
  }

  /** The label column of the data, before it is mapped. */
  String originalLabelColumn() {
    return labelIndexer().map(StringIndexerModel::getInputCol).orElseGet(this::labelColumn);
  }

  Optional<String> weightColumn() {
    return param("weightCol").filter(name -> !name.isEmpty());
  }

  /** The stage that maps labels, if they are mapped. */
  Optional<StringIndexerModel> labelIndexer() {
    return stages.stream()
        .filter(StringIndexerModel.class::isInstance)
        .map(StringIndexerModel.class::cast)
        .filter(stage -> stage.isSet(stage.outputCol()))
        .filter(stage -> stage.getOutputCol().equals(labelColumn()))
        .findFirst();
  }

  /** The original labels by class number, if they are mapped. */
  Optional<String[]> labelNames() {
    return restorer().map(IndexToString::getLabels);
  }

  private Optional<IndexToString> restorer() {
    return stages.stream()
        .filter(IndexToString.class::isInstance)
        .map(IndexToString.class::cast)
        .findFirst();
  }

  /** The labels as the label column holds them as text, by class number; none for quantities. */
  String[] labelValues() {
    return labelIndexer()
        .map(indexer -> indexer.labelsArray()[0])
        .orElseGet(
            () -> IntStream.range(0, classes()).mapToObj(Integer::toString).toArray(String[]::new));
  }

  /** The classes of the label column. */
  Labels labels() {
    String[] values = labelValues();
    return new Labels(
        List.of(values), List.of(labelNames().orElse(values)), labelIndexer().isPresent());
  }

  /**
   * How classes are decided on, where that is not as by default: the one above which class 1 is
   * said, or one per class, the largest p_k / t_k being said.
   */
  double[] thresholds() {
    if (learner instanceof LogisticRegressionModel model && model.isSet(model.thresholds())) {
      return model.getThresholds();
    }
    if (!learner.hasParam(THRESHOLD)) {
      return new double[0];
    }
    Param<Object> one = learner.getParam(THRESHOLD);
    return learner.isSet(one) ? new double[] {(Double) learner.getOrDefault(one)} : new double[0];
  }

  /** The same in words; empty where it is as by default. */
  String decision() {
    double[] thresholds = thresholds();
    String[] names = labelNames().orElseGet(this::labelValues);
    if (thresholds.length == 1) {
      String score = task() == Task.LOGISTIC ? "probability" : "margin";
      return names[1] + " above a " + score + " of " + Numbers.of(thresholds[0], 4);
    }
    return thresholds.length == 0
        ? ""
        : IntStream.range(0, thresholds.length)
            .mapToObj(k -> names[k] + " " + Numbers.of(thresholds[k], 4))
            .collect(Collectors.joining(", ", "the largest probability over its threshold: ", ""));
  }

  /** SHA-256 of the big-endian bits of the coefficients, class by class, then the intercepts. */
  String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (double[] row : coefficients()) {
        digest.update(bits(row));
      }
      digest.update(bits(intercepts()));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-256", e);
    }
  }

  private static byte[] bits(double[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES);
    for (double value : values) {
      bytes.putDouble(value);
    }
    return bytes.array();
  }

  /** Whether a feature has no weight in any class. */
  boolean isWithoutWeight(int feature) {
    return Arrays.stream(coefficients()).allMatch(row -> row[feature] == 0);
  }

  /** One row for each class, or one for two classes and for quantities. */
  double[][] coefficients() {
    if (learner instanceof LogisticRegressionModel model) {
      Matrix matrix = model.coefficientMatrix();
      double[][] rows = new double[matrix.numRows()][matrix.numCols()];
      for (int i = 0; i < rows.length; i++) {
        for (int j = 0; j < rows[i].length; j++) {
          rows[i][j] = matrix.apply(i, j);
        }
      }
      return rows;
    }
    Vector coefficients =
        learner instanceof LinearSVCModel model
            ? model.coefficients()
            : ((LinearRegressionModel) learner).coefficients();
    return new double[][] {coefficients.toArray()};
  }

  /** One for each row of the coefficients. */
  double[] intercepts() {
    if (learner instanceof LogisticRegressionModel model) {
      return model.interceptVector().toArray();
    }
    return new double[] {
      learner instanceof LinearSVCModel model
          ? model.intercept()
          : ((LinearRegressionModel) learner).intercept()
    };
  }

  private Optional<String> param(String name) {
    Param<Object> param = learner.getParam(name);
    return learner.isDefined(param)
        ? Optional.of(String.valueOf(learner.getOrDefault(param)))
        : Optional.empty();
  }
}
