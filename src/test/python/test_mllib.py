"""Training on RDDs, beside pyspark.mllib."""

import pytest
from pyspark.mllib.classification import LogisticRegressionModel, SVMModel
from pyspark.mllib.common import _to_java_object_rdd
from pyspark.mllib.regression import LabeledPoint, LinearRegressionModel

import ravine
from ravine.ml.classification import MiniBatchLogisticRegression
from ravine.mllib._training import OPTIONS
from ravine.mllib.classification import LogisticRegressionWithMiniBatch, SVMWithMiniBatch
from ravine.mllib.regression import LinearRegressionWithMiniBatch


@pytest.fixture(scope="module")
def data(spark, points):
    return spark.sparkContext.parallelize([LabeledPoint(y, x) for y, x in points], 2).cache()


@pytest.mark.short
@pytest.mark.parametrize(
    "algorithm, model",
    [
        (LogisticRegressionWithMiniBatch, LogisticRegressionModel),
        (SVMWithMiniBatch, SVMModel),
        (LinearRegressionWithMiniBatch, LinearRegressionModel),
    ],
)
def test_train_givesPysparksModel(data, algorithm, model):
    trained = algorithm.train(data, iterations=60, rule="momentum(0.9)", step=0.1, regParam=0.01, regType="l2")
    assert type(trained) is model
    assert trained.weights[0] > 0 > trained.weights[1]
    assert ravine.training_result(trained).passes[-1].step == 60


@pytest.mark.short
def test_updater_inStockGradientDescent_trains(spark, data):
    """The JVM's own LinearRegressionWithSGD, whose GradientDescent takes our updaters."""
    jvm = spark.sparkContext._jvm
    points = _to_java_object_rdd(data.map(lambda p: LabeledPoint(p.features[0] - 2 * p.features[1], p.features)))
    # Twenty steps, each a Spark job: momentum has arrived then, and Adam has come near.
    for updater, near in ((jvm.ravine.mllib.MomentumUpdater(0.5), 0.02), (jvm.ravine.mllib.AdamUpdater(), 0.5)):
        stock = jvm.org.apache.spark.mllib.regression.LinearRegressionWithSGD(0.3, 20, 0.0, 1.0)
        stock.optimizer().setUpdater(updater).setConvergenceTol(0.0)
        weights = stock.run(points.rdd()).weights().toArray()
        assert list(weights) == pytest.approx([1.0, -2.0, 0.0], abs=near), updater.toString()


def test_logistic_isTheDataFramesModel(data, rows):
    trained = LogisticRegressionWithMiniBatch.train(data, iterations=500, convergenceTol=1e-9)
    model = MiniBatchLogisticRegression(tol=1e-9).fit(rows)
    assert list(trained.weights) == pytest.approx(list(model.coefficients), abs=1e-3)
    assert trained.intercept == pytest.approx(model.intercept, abs=1e-3)


def test_logistic_ofThreeClasses_predictsThem(spark):
    points = [LabeledPoint(c, [float(c == 0) + 0.01 * i, float(c == 1)]) for c in range(3) for i in range(20)]
    data = spark.sparkContext.parallelize(points, 2)
    trained = LogisticRegressionWithMiniBatch.train(data, numClasses=3, iterations=200, regParam=1e-3, regType="l2")
    assert trained.numClasses == 3
    assert [trained.predict(p.features) for p in points[::20]] == [0, 1, 2]


def test_train_initialWeightsAndOnPass_areUsed(data):
    seen = []
    LinearRegressionWithMiniBatch.train(
        data, initialWeights=[0.2, -0.3, 0.0], iterations=2, rule="sgd", step=0.1, on_pass=seen.append
    )
    assert [record.pass_ for record in seen] == [0, 1, 2]


def test_options_areSettersOfJavasOptimizer(spark):
    optimizer = spark.sparkContext._jvm.ravine.mllib.LinearRegressionWithMiniBatch().optimizer()
    setters = {method.getName() for method in optimizer.getClass().getMethods()}
    named = {setter for setter, _ in OPTIONS.values()}
    assert named <= setters
    given_otherwise = {"setLoss", "setGradient", "setInterceptExempt", "setListener"}
    assert {s for s in setters if s.startswith("set")} - named == given_otherwise


def test_train_unknownOption_isNamed(data):
    with pytest.raises(TypeError, match="SVMWithMiniBatch.train has no option momentun"):
        SVMWithMiniBatch.train(data, momentun=0.9)


def test_train_noLabeledPoints_isRefused(spark):
    with pytest.raises(TypeError, match="RDD of LabeledPoint, but begins with tuple"):
        SVMWithMiniBatch.train(spark.sparkContext.parallelize([(1.0, [1.0])]))
