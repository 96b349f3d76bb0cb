"""The estimators in the places where pyspark's own stand."""

import json
from pathlib import Path

import pytest
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import (
    LinearSVCModel,
    LogisticRegression,
    LogisticRegressionModel,
)
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import StandardScaler
from pyspark.ml.regression import LinearRegressionModel
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder, TrainValidationSplit

import ravine
from ravine.ml.classification import MiniBatchLinearSVC, MiniBatchLogisticRegression
from ravine.ml.regression import MiniBatchLinearRegression

KINDS = [
    (MiniBatchLogisticRegression, LogisticRegressionModel),
    (MiniBatchLinearSVC, LinearSVCModel),
    (MiniBatchLinearRegression, LinearRegressionModel),
]


@pytest.mark.short
@pytest.mark.parametrize("estimator, model", KINDS)
def test_fit_givesPysparksModel_withSummary(rows, estimator, model):
    fitted = estimator(regParam=0.1, maxIter=20).fit(rows)
    assert type(fitted) is model
    assert fitted.numFeatures == 3
    summary = fitted.summary if model is not LinearSVCModel else fitted.summary()
    assert len(summary.objectiveHistory) >= 2
    assert fitted.transform(rows).where("prediction is null").count() == 0


def test_fit_paramMaps_givesOneModelEach(rows):
    estimator = MiniBatchLogisticRegression()
    weak, strong = estimator.fit(rows, [{estimator.regParam: 0.0}, {estimator.regParam: 1.0}])
    assert strong.coefficients.norm(2) < 0.5 * weak.coefficients.norm(2)
    assert estimator.getRegParam() == 0.0


def test_fit_ownParams_reachJava(rows):
    estimator = MiniBatchLogisticRegression(optimizer="adam", batchSize=50, seed=3, maxIter=2)
    result = ravine.training_result(estimator.fit(rows))
    assert result.rule.startswith("adam")
    assert result.passes[-1].step == 2 * 8


@pytest.mark.short
@pytest.mark.parametrize("estimator, model", KINDS)
def test_saveAndLoad_unfitted_givesTheSameEstimator(spark, tmp_path, estimator, model):
    path = str(tmp_path / "estimator")
    saved = estimator(regParam=0.25, optimizer="momentum(0.8)", seed=5, miniBatchFraction=0.5)
    saved.save(path)
    metadata = json.loads(next(Path(path, "metadata").glob("part-*")).read_text())
    assert metadata["class"] == f"{estimator.__module__}.{estimator.__name__}"
    loaded = estimator.load(path)
    assert type(loaded) is estimator
    assert loaded.uid == saved.uid
    assert loaded.explainParams() == saved.explainParams()


@pytest.mark.parametrize("estimator, model", KINDS)
def test_saveAndLoad_fitted_byPyspark(rows, tmp_path, estimator, model):
    fitted = estimator(regParam=0.1, maxIter=10).fit(rows)
    fitted.save(str(tmp_path / "model"))
    loaded = model.load(str(tmp_path / "model"))
    assert loaded.coefficients == fitted.coefficients
    assert loaded.intercept == fitted.intercept


@pytest.mark.short
def test_pipeline_fitsSavesAndLoads(rows, tmp_path):
    scaler = StandardScaler(inputCol="features", outputCol="scaled")
    estimator = MiniBatchLogisticRegression(featuresCol="scaled", engine="jobs", maxIter=5)
    pipeline = Pipeline(stages=[scaler, estimator])
    pipeline.save(str(tmp_path / "pipeline"))
    stages = Pipeline.load(str(tmp_path / "pipeline")).getStages()
    assert type(stages[1]) is MiniBatchLogisticRegression
    assert stages[1].getEngine() == "jobs"
    fitted = pipeline.fit(rows)
    fitted.save(str(tmp_path / "fitted"))
    loaded = PipelineModel.load(str(tmp_path / "fitted"))
    assert type(loaded.stages[1]) is LogisticRegressionModel
    assert loaded.stages[1].coefficients == fitted.stages[1].coefficients
    assert ravine.training_result(fitted.stages[1]).passes


@pytest.mark.short
def test_crossValidator_choosesAmongOwnParams(rows, tmp_path):
    estimator = MiniBatchLogisticRegression(maxIter=5)
    grid = (
        ParamGridBuilder()
        .addGrid(estimator.regParam, [0.01, 100.0])
        .addGrid(estimator.optimizer, ["adam", "nesterov(accelerated)"])
        .build()
    )
    # The penalty of 100 leaves no weights, so that its area under the curve is that of chance.
    tuning = CrossValidator(
        estimator=estimator,
        estimatorParamMaps=grid,
        evaluator=BinaryClassificationEvaluator(metricName="areaUnderPR"),
        numFolds=2,
        seed=1,
        parallelism=2,
    )
    tuned = tuning.fit(rows)
    assert len(tuned.avgMetrics) == 4
    assert ravine.training_result(tuned.bestModel).passes
    tuning.save(str(tmp_path / "tuning"))
    loaded = CrossValidator.load(str(tmp_path / "tuning"))
    assert type(loaded.getEstimator()) is MiniBatchLogisticRegression
    assert len(loaded.getEstimatorParamMaps()) == 4


@pytest.mark.short
def test_storageLevel_ofDisk_givesTheSameModel(rows):
    """Spark 4.3 stores bytes by another method than those before it."""
    kinds = {"optimizer": "momentum(0.9)", "batchSize": 50, "maxIter": 3, "seed": 1}
    memory = MiniBatchLogisticRegression(**kinds).fit(rows)
    disk = MiniBatchLogisticRegression(storageLevel="DISK_ONLY", **kinds).fit(rows)
    assert list(disk.coefficients) == list(memory.coefficients)


def test_trainValidationSplit_fits(rows):
    estimator = MiniBatchLinearSVC(maxIter=5)
    grid = ParamGridBuilder().addGrid(estimator.regParam, [0.01, 0.1]).build()
    split = TrainValidationSplit(
        estimator=estimator,
        estimatorParamMaps=grid,
        evaluator=BinaryClassificationEvaluator(),
        seed=1,
    )
    assert type(split.fit(rows).bestModel) is LinearSVCModel


def test_copy_hasParamsOfItsOwn(rows):
    estimator = MiniBatchLogisticRegression(regParam=0.5)
    copy = estimator.copy({estimator.regParam: 0.0})
    assert (copy.uid, copy.getRegParam(), estimator.getRegParam()) == (estimator.uid, 0.0, 0.5)
    assert type(copy) is MiniBatchLogisticRegression


def test_clear_ofAnOwnParam_returnsToTheDefault(spark):
    estimator = MiniBatchLogisticRegression(engine="jobs")
    estimator.clear(estimator.engine)
    assert estimator.getEngine() == "auto"


def test_subclass_ofAUser_trains(rows):
    class Mine(MiniBatchLogisticRegression):
        pass

    assert Mine(maxIter=2).fit(rows).numFeatures == 3


def test_initialModelPath_ofPysparksModel_isContinued(rows, tmp_path):
    start = LogisticRegression(regParam=0.01, tol=1e-12).fit(rows)
    start.save(str(tmp_path / "start"))
    estimator = MiniBatchLogisticRegression(
        regParam=0.01, initialModelPath=str(tmp_path / "start"), maxIter=1
    )
    first = ravine.training_result(estimator.fit(rows)).passes[0].objective
    assert first == pytest.approx(start.summary.objectiveHistory[-1], rel=1e-9)


def test_initialModel_isWhereItsEstimatorAndCopiesBegin(rows, tmp_path):
    start = LogisticRegression(regParam=0.01, tol=1e-12).fit(rows)
    estimator = MiniBatchLogisticRegression(regParam=0.01, maxIter=1)
    assert estimator.setInitialModel(start) is estimator
    estimator.save(str(tmp_path / "estimator"))
    read = MiniBatchLogisticRegression.load(str(tmp_path / "estimator"))
    first = [
        ravine.training_result(fitted).passes[0].objective
        for fitted in (
            estimator.fit(rows),
            estimator.copy().fit(rows),
            estimator.fit(rows, {estimator.seed: 7}),
            read.fit(rows),
        )
    ]
    optimum = start.summary.objectiveHistory[-1]
    assert first[:3] == pytest.approx([optimum] * 3, rel=1e-9)
    assert first[3] > 1.2 * optimum


def test_initialModel_ofAnotherKind_isRefused(rows):
    with pytest.raises(TypeError, match="LogisticRegressionModel, but was LinearSVCModel"):
        MiniBatchLogisticRegression().setInitialModel(MiniBatchLinearSVC(maxIter=1).fit(rows))


def test_thresholds_thatDisagree_areRefused(spark):
    with pytest.raises(ValueError, match="thresholds"):
        MiniBatchLogisticRegression(threshold=0.4, thresholds=[0.5, 0.5])
