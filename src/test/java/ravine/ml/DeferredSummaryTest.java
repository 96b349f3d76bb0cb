package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import ravine.SparkTestBase;
import ravine.ml.classification.MiniBatchLogisticRegression;

class DeferredSummaryTest extends SparkTestBase {

  private Dataset<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      double x = (i % 10 - 4.5) / 3.0;
      double label = (i * 7) % 10 < 3 + 4 * (i % 10) / 9 ? 0.0 : 1.0;
      rows.add(RowFactory.create(label, Vectors.dense(x, i % 3)));
    }
    StructType schema =
        new StructType()
            .add("label", DataTypes.DoubleType, false)
            .add("features", SQLDataTypes.VectorType(), false);
    return spark().createDataFrame(rows, schema);
  }

  @Test
  void of_severalQuestions_makesItOnceAndOnlyThen() {
    AtomicInteger made = new AtomicInteger();
    CharSequence text =
        (CharSequence)
            DeferredSummary.of(
                CharSequence.class,
                () -> {
                  made.incrementAndGet();
                  return "summary";
                });
    assertThat((Object) text).isEqualTo(text).isNotEqualTo("summary");
    assertThat(text.hashCode()).isEqualTo(text.hashCode());
    assertThat(made).hasValue(0);

    assertThat(text.length()).isEqualTo(7);
    assertThat(text).hasToString("summary");
    assertThat(made).hasValue(1);
  }

  @Test
  void of_failingQuestion_failsAsWhatItStandsFor() {
    CharSequence text = (CharSequence) DeferredSummary.of(CharSequence.class, () -> "summary");

    assertThatThrownBy(() -> text.charAt(10)).isInstanceOf(StringIndexOutOfBoundsException.class);
  }

  @Test
  void of_serializedUnasked_saysWhereToAsk() throws IOException, ClassNotFoundException {
    CharSequence text = (CharSequence) DeferredSummary.of(CharSequence.class, () -> "summary");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(text);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      CharSequence copy = (CharSequence) in.readObject();
      assertThatThrownBy(copy::length)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "The training summary stayed behind when the model was serialized: ask for it where"
                  + " the model was trained.");
    }
  }

  @Test
  void summary_modelChangedSince_isOfTheMomentOfTraining() {
    LogisticRegressionModel model = new MiniBatchLogisticRegression().fit(rows());
    double accuracy = model.evaluate(rows()).accuracy();
    model.setPredictionCol("later").setThreshold(0.999);

    assertThat(model.hasSummary()).isTrue();
    assertThat(model.summary().predictionCol()).isEqualTo("prediction");
    assertThat(model.summary().predictions().columns())
        .containsExactly("label", "features", "rawPrediction", "probability", "prediction");
    assertThat(model.summary().accuracy()).isEqualTo(accuracy);
    assertThat(model.binarySummary().areaUnderROC()).isBetween(0.5, 1.0);
    assertThat(model.summary().asBinary().pr().count()).isPositive();
    LogisticRegressionModel copy = model.copy(org.apache.spark.ml.param.ParamMap.empty());
    assertThat(copy.summary().objectiveHistory()).isEqualTo(model.summary().objectiveHistory());
  }
}
