"""Grids over pipelines whose last estimator is one of ours, or redirected."""

import logging

import numpy
import pytest
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import LogisticRegression, LogisticRegressionModel
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import SQLTransformer, StandardScaler, VectorAssembler
from pyspark.ml.tuning import CrossValidator, CrossValidatorModel, ParamGridBuilder

import ravine
from jobs import Nothing, jobs_of
from ravine.ml.classification import MiniBatchLogisticRegression
from ravine.ml.tuning import RavineCrossValidator, RavineTrainValidationSplit

STRENGTHS = [1.0, 0.1, 0.01, 1e-3]


@pytest.fixture
def enabled(spark):
    ravine.enable()
    yield
    ravine.disable()


def scaled(estimator, *after):
    scaler = StandardScaler(inputCol="features", outputCol="scaled")
    return Pipeline(stages=[scaler, estimator.copy({estimator.featuresCol: "scaled"}), *after])


def assembled(estimator):
    assembler = VectorAssembler(inputCols=["features"], outputCol="all")
    return Pipeline(stages=[assembler, estimator.copy({estimator.featuresCol: "all"})])


def params(pipeline, estimator, strengths=STRENGTHS, **others):
    grid = ParamGridBuilder().addGrid(estimator.regParam, strengths).build()
    return {
        "estimator": pipeline,
        "estimatorParamMaps": grid,
        "evaluator": BinaryClassificationEvaluator(),
        "numFolds": 2,
        "seed": 1,
        **others,
    }


@pytest.fixture
def estimator(spark):
    return MiniBatchLogisticRegression(tol=1e-9)


@pytest.mark.short
def test_pipeline_inCrossValidator_stillWorks(rows, estimator):
    given = params(scaled(estimator), estimator, [0.1, 10.0], parallelism=2)
    model = CrossValidator(**given).fit(rows)
    assert type(model.bestModel.stages[1]) is LogisticRegressionModel
    assert ravine.training_result(model.bestModel.stages[1]).passes


@pytest.mark.short
def test_pipelineOfTransformers_isOneTraining(spark, rows, estimator, caplog):
    given = params(assembled(estimator), estimator, numFolds=3)
    model = RavineCrossValidator(**given).fit(rows)
    assert not caplog.records
    alone = RavineCrossValidator(**{**given, "estimator": estimator}).fit(rows)
    assert model.avgMetrics == alone.avgMetrics
    assert model.stdMetrics == alone.stdMetrics
    assert type(model) is CrossValidatorModel
    assert type(model.bestModel) is PipelineModel
    best = model.bestModel.stages[1]
    assert list(best.coefficients) == list(alone.bestModel.coefficients)
    assert best.getFeaturesCol() == "all"
    assert model.bestModel.transform(rows).where("prediction = label").count() > 0.7 * rows.count()
    assert ravine.training_result(best).stop_reason == "CONVERGED"
    assert model.getEstimator() is given["estimator"]
    split = RavineTrainValidationSplit(
        estimator=given["estimator"],
        estimatorParamMaps=given["estimatorParamMaps"],
        evaluator=given["evaluator"],
    ).fit(rows)
    assert type(split.bestModel) is PipelineModel
    assert not caplog.records


@pytest.mark.short
def test_pipelineThatIsFittedToEachFold_hasPysparksFoldsAndMetrics(rows, estimator, caplog):
    given = params(scaled(estimator), estimator, parallelism=2)
    with caplog.at_level(logging.WARNING, "ravine"):
        tuning = RavineCrossValidator(**given)
        tuning._resetUid("tuning")  # whose folds hang on it
        model = tuning.fit(rows)
    assert caplog.messages == [
        "RavineCrossValidator is pyspark's own loop, because the pipeline's StandardScaler is fitted to each fold."
    ]
    stock = CrossValidator(**given)
    stock._resetUid("tuning")
    expected = stock.fit(rows)
    assert model.avgMetrics == pytest.approx(expected.avgMetrics, abs=1e-4)
    assert model.getEstimator() is given["estimator"]
    assert type(model.bestModel.stages[0]).__name__ == "StandardScalerModel"
    coefficients = [one.bestModel.stages[1].coefficients for one in (model, expected)]
    assert numpy.allclose(*coefficients, atol=1e-4)


def test_pipelineThatIsFittedToEachFold_trainsOnceAFold(spark, rows, estimator):
    def jobs(kind, strengths):
        given = params(scaled(estimator), estimator, strengths, evaluator=Nothing())
        return jobs_of(spark, lambda: kind(**given).fit(rows))

    eight = numpy.logspace(-3, 0, 8).tolist()
    assert jobs(RavineCrossValidator, eight) <= jobs(RavineCrossValidator, [1.0, 0.1]) + 4
    assert jobs(RavineCrossValidator, eight) < jobs(CrossValidator, eight) / 2


def test_pipeline_mapsOfItsOtherStages_areFittedByThese(rows, estimator):
    scaler = StandardScaler(inputCol="features", outputCol="scaled")
    last = estimator.copy({estimator.featuresCol: "scaled", estimator.standardization: False})
    pipeline = Pipeline(stages=[scaler, last, SQLTransformer(statement="SELECT * FROM __THIS__")])
    grid = ParamGridBuilder().addGrid(scaler.withMean, [False, True]).addGrid(last.regParam, [0.1, 1.0]).build()
    evaluator = BinaryClassificationEvaluator()
    tuning = RavineTrainValidationSplit(estimator=pipeline, estimatorParamMaps=grid, evaluator=evaluator)
    model = tuning.fit(rows)
    assert len(model.bestModel.stages) == 3
    ravine.enable()
    try:
        together = pipeline.fit(rows, grid)
    finally:
        ravine.disable()
    for one, given in zip(together, grid):
        alone = pipeline.fit(rows, given)
        assert one.stages[0].getWithMean() == given[scaler.withMean]
        assert one.stages[1].getRegParam() == given[last.regParam]
        assert numpy.allclose(one.stages[1].coefficients, alone.stages[1].coefficients, atol=1e-4)
        assert one.stages[1].intercept == pytest.approx(alone.stages[1].intercept, abs=1e-4)
        assert one.transform(rows).columns == alone.transform(rows).columns


def test_pipeline_otherStagesInTheMaps_areOneAfterTheOther(rows, estimator):
    pipeline = assembled(estimator)
    other = estimator.copy({estimator.regParam: 9.0})
    ravine.enable()
    try:
        models = pipeline.fit(rows, [{pipeline.stages: [other]}, {estimator.regParam: 0.5}])
    finally:
        ravine.disable()
    assert [len(model.stages) for model in models] == [1, 2]
    assert "fitMultiple" not in vars(Pipeline)


@pytest.mark.short
def test_pipelineOfPysparks_afterEnable_trainsOnceAFold(spark, rows, enabled):
    lr = LogisticRegression()

    def tuned(strengths):
        return CrossValidator(**params(scaled(lr), lr, strengths, evaluator=Nothing(), parallelism=2))

    two = jobs_of(spark, lambda: tuned([0.1, 0.01]).fit(rows))
    eight = jobs_of(spark, lambda: tuned(numpy.logspace(-3, 0, 8).tolist()).fit(rows))
    assert eight <= two + 4
    best = tuned([0.1, 0.01]).fit(rows).bestModel
    assert ravine.training_result(best.stages[1]).passes


def test_oneStandardError_inPysparksLoop_takesTheStrongest(rows, estimator):
    given = params(scaled(estimator), estimator, [1e-3, 1e-4, 2e-4], numFolds=3)
    strongest = RavineCrossValidator(oneStandardError=True, **given).fit(rows)
    assert strongest.bestModel.stages[1].getRegParam() == 1e-3
    assert len(strongest.avgMetrics) == 3


@pytest.mark.parametrize("one_error", [False, True])
def test_pipeline_inATuner_savedAndLoaded(estimator, tmp_path, one_error):
    tuning = RavineCrossValidator(oneStandardError=one_error, **params(scaled(estimator), estimator))
    tuning.save(str(tmp_path / "tuning"))
    loaded = RavineCrossValidator.load(str(tmp_path / "tuning"))
    assert loaded.getOneStandardError() is one_error
    assert type(loaded.getEstimator().getStages()[1]) is MiniBatchLogisticRegression
    assert [list(one.values()) for one in loaded.getEstimatorParamMaps()] == [[x] for x in STRENGTHS]
    assert type(CrossValidator.load(str(tmp_path / "tuning"))) is CrossValidator
