package ravine.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.ml.regression.LinearRegressionSummary;
import org.apache.spark.ml.regression.LinearRegressionTrainingSummary;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ravine.SparkTestBase;
import ravine.ml.classification.MiniBatchLinearSVC;
import ravine.ml.classification.MiniBatchLogisticRegression;
import ravine.ml.regression.MiniBatchLinearRegression;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

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
  void get_severalTimes_makesItOnceAndOnlyThen() {
    AtomicInteger made = new AtomicInteger();
    Deferred<Integer> deferred = new Deferred<>(made::incrementAndGet);

    assertThat(made).hasValue(0);
    assertThat(deferred.get()).isEqualTo(1);
    assertThat(deferred.get()).isEqualTo(1);
  }

  /** A model may be broadcast, under Kryo too, and is captured by its own transformations. */
  @ParameterizedTest
  @ValueSource(classes = {KryoSerializer.class, JavaSerializer.class})
  void summary_ofAModelThatTravelled_saysWhereToAsk(Class<? extends Serializer> type)
      throws ReflectiveOperationException {
    LogisticRegressionModel model = new MiniBatchLogisticRegression().fit(rows());
    SerializerInstance serializer =
        type.getConstructor(SparkConf.class).newInstance(jsc().getConf()).newInstance();
    ClassTag<LogisticRegressionModel> tag = ClassTag$.MODULE$.apply(LogisticRegressionModel.class);

    LogisticRegressionModel copy = serializer.deserialize(serializer.serialize(model, tag), tag);

    assertThat(copy.coefficients()).isEqualTo(model.coefficients());
    assertThat(copy.summary().objectiveHistory()).isEqualTo(model.summary().objectiveHistory());
    assertThatThrownBy(() -> copy.summary().accuracy())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The training summary stayed behind when the model was serialized: ask for it where the"
                + " model was trained.");
  }

  @ParameterizedTest
  @ValueSource(classes = {KryoSerializer.class, JavaSerializer.class})
  void summary_ofALinearModelThatTravelled_saysWhereToAsk(Class<? extends Serializer> type)
      throws ReflectiveOperationException {
    LinearRegressionModel model = new MiniBatchLinearRegression().fit(rows());
    SerializerInstance serializer =
        type.getConstructor(SparkConf.class).newInstance(jsc().getConf()).newInstance();
    ClassTag<LinearRegressionModel> tag = ClassTag$.MODULE$.apply(LinearRegressionModel.class);

    LinearRegressionModel copy = serializer.deserialize(serializer.serialize(model, tag), tag);

    assertThat(copy.coefficients()).isEqualTo(model.coefficients());
    assertThat(copy.summary().objectiveHistory()).isEqualTo(model.summary().objectiveHistory());
    assertThatThrownBy(() -> copy.summary().r2())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("stayed behind");
  }

  @Test
  void summary_ofEveryClassifier_tellsWhatSparksOwnTells() {
    MiniBatchLinearSVC machine = new MiniBatchLinearSVC();
    var svc = machine.fit(rows());
    assertThat(svc.summary().accuracy()).isEqualTo(svc.evaluate(rows()).accuracy());
    assertThat(svc.summary().areaUnderROC()).isEqualTo(svc.evaluate(rows()).areaUnderROC());
    assertThat(svc.summary().totalIterations()).isPositive();
    LogisticRegressionModel multinomial =
        new MiniBatchLogisticRegression()
            .setFamily("multinomial")
            .fit(rows().union(rows().withColumn("label", org.apache.spark.sql.functions.lit(2.0))));
    assertThat(multinomial.summary().fMeasureByLabel()).hasSize(3);
    assertThat(multinomial.summary().weightCol()).isNotEmpty();
    assertThatThrownBy(multinomial::binarySummary).isInstanceOf(RuntimeException.class);
  }

  /** Spark's class has no trait to implement, so every method of it has to be one of ours. */
  @Test
  void summary_ofLinearRegression_tellsWhatSparksOwnTells() throws ReflectiveOperationException {
    LinearRegressionModel model = new MiniBatchLinearRegression().fit(rows());
    LinearRegressionTrainingSummary summary = model.summary();
    LinearRegressionSummary expected = model.evaluate(rows());
    assertThat(summary.objectiveHistory()).hasSize(summary.totalIterations() + 1);
    for (Method method : LinearRegressionSummary.class.getMethods()) {
      boolean own = method.getDeclaringClass() == LinearRegressionSummary.class;
      if (!own || Modifier.isStatic(method.getModifiers()) || method.getParameterCount() > 0) {
        continue;
      }
      assertThat(summary.getClass().getDeclaredMethod(method.getName())).isNotNull();
      if (method.getReturnType() == double.class || method.getReturnType() == long.class) {
        assertThat(method.invoke(summary)).as(method.getName()).isEqualTo(method.invoke(expected));
      }
    }
    assertThat(summary.predictions().count()).isEqualTo(40);
    assertThat(summary.residuals().count()).isEqualTo(40);
    assertThat(summary.devianceResiduals()).isEqualTo(expected.devianceResiduals());
    assertThat(summary.labelCol()).isEqualTo("label");
    LinearRegressionModel copy = model.copy(org.apache.spark.ml.param.ParamMap.empty());
    assertThat(copy.summary().r2()).isEqualTo(expected.r2());
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
