"""Grids of pyspark's own estimators after `ravine.enable()`: all maps of a fold in one training."""

import logging

import numpy
import pytest
from pyspark.ml.classification import LinearSVC, LogisticRegression, LogisticRegressionModel
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.regression import LinearRegression
from pyspark.ml.tuning import CrossValidator, CrossValidatorModel, ParamGridBuilder, TrainValidationSplit
from pyspark.sql import functions as F

import ravine
from jobs import Nothing, jobs_of

STRENGTHS = [1.0, 0.1, 0.01, 1e-3]


@pytest.fixture
def enabled(spark):
    ravine.enable()
    yield
    ravine.disable()


def by_ravine(model):
    try:
        return bool(ravine.training_result(model).passes)
    except RuntimeError:
        return False


def grid(estimator, strengths=STRENGTHS):
    return ParamGridBuilder().addGrid(estimator.regParam, strengths).build()


@pytest.mark.short
@pytest.mark.parametrize(
    "make",
    [
        lambda: LogisticRegression(tol=1e-9, maxIter=100),
        lambda: LogisticRegression(tol=1e-9, elasticNetParam=1.0, threshold=0.6),
        lambda: LinearSVC(tol=1e-9),
        lambda: LinearRegression(solver="l-bfgs", tol=1e-9),
    ],
)
def test_paramMaps_modelsAreThoseOfFitsOfTheirOwn(rows, enabled, make):
    estimator = make()
    maps = [*grid(estimator), {estimator.regParam: 0.1, estimator.fitIntercept: False}]
    alone = [estimator.fit(rows, one) for one in maps]
    for model, expected in zip(estimator.fit(rows, maps), alone):
        assert by_ravine(model)
        assert type(model) is type(expected)
        assert model.uid == expected.uid == estimator.uid
        assert model.extractParamMap() == expected.extractParamMap()
        objective = ravine.training_result(expected).objective
        assert ravine.training_result(model).objective == pytest.approx(objective, rel=1e-6)
        assert numpy.allclose(model.coefficients, expected.coefficients, rtol=0, atol=1e-3)
        assert model.transform(rows).columns == expected.transform(rows).columns
    assert not estimator.isSet(estimator.regParam)


@pytest.mark.short
def test_crossValidator_ofPyspark_trainsOnceAFold(spark, rows, enabled):
    def tuned(strengths, evaluator):
        lr = LogisticRegression()
        tuning = CrossValidator(
            estimator=lr,
            estimatorParamMaps=grid(lr, strengths),
            evaluator=evaluator,
            numFolds=2,
            parallelism=2,
            seed=1,
        )
        tuning._resetUid("tuning")  # whose folds hang on it
        return tuning.fit(rows)

    model = tuned(STRENGTHS, BinaryClassificationEvaluator())
    assert type(model) is CrossValidatorModel
    assert by_ravine(model.bestModel)
    two = jobs_of(spark, lambda: tuned([0.1, 0.01], Nothing()))
    eight = jobs_of(spark, lambda: tuned(numpy.logspace(-3, 0, 8).tolist(), Nothing()))
    assert eight <= two + 4
    ravine.disable()
    stock = tuned(STRENGTHS, BinaryClassificationEvaluator())
    assert not by_ravine(stock.bestModel)
    assert model.avgMetrics == pytest.approx(stock.avgMetrics, abs=2e-3)


def test_trainValidationSplit_ofPyspark_isRavines(rows, enabled):
    svc = LinearSVC()
    model = TrainValidationSplit(
        estimator=svc, estimatorParamMaps=grid(svc), evaluator=BinaryClassificationEvaluator(), seed=1
    ).fit(rows)
    assert by_ravine(model.bestModel)


def test_paramMaps_thatAreSparks_areFittedByThemselves(rows, enabled):
    lr = LogisticRegression(regParam=0.1)
    maps = [{lr.regParam: 0.2}, {lr.aggregationDepth: 3}, {lr.regParam: 0.3}]
    assert [by_ravine(model) for model in lr.fit(rows, maps)] == [True, False, True]
    line = LinearRegression()  # whose normal equations weigh penalties otherwise
    models = line.fit(rows, [{line.regParam: 0.0}, {line.regParam: 0.5}, {line.tol: 1e-9}])
    assert [by_ravine(model) for model in models] == [True, False, True]
    ravine.disable()
    assert models[0].summary.pValues == pytest.approx(line.fit(rows).summary.pValues)


def test_paramMaps_ofOtherLabels_areFittedByThemselves(rows, enabled):
    both = rows.withColumn("other", 1 - F.col("label"))
    lr = LogisticRegression(regParam=0.1, tol=1e-9)
    maps = [{lr.labelCol: "label"}, {lr.labelCol: "other"}, {lr.regParam: 0.2}]
    one, mirrored, _ = lr.fit(both, maps)
    assert numpy.allclose(one.coefficients, -mirrored.coefficients.toArray(), atol=1e-4)


def test_paramMaps_whatRavineDeclines_isSparksEachTime(rows, enabled):
    ones = rows.where("label = 1")
    lr = LogisticRegression()
    models = lr.fit(ones, grid(lr, [0.1, 0.2]))
    assert not any(by_ravine(model) for model in models)
    assert all(model.intercept == float("inf") for model in models)


def test_paramMaps_ofASubclassWithItsOwnFit_areItsOwn(rows, enabled):
    seen = []

    class Mine(LogisticRegression):
        def _fit(self, dataset):
            seen.append(self.getRegParam())
            return super()._fit(dataset)

    mine = Mine()
    models = mine.fit(rows, grid(mine))
    assert seen == STRENGTHS
    assert all(by_ravine(model) for model in models)


def test_paramMaps_afterDisable_areSparks(rows, enabled):
    lr = LogisticRegression()
    ravine.disable()
    assert not any(by_ravine(model) for model in lr.fit(rows, grid(lr, [0.1, 0.2])))
    assert "fitMultiple" not in vars(LogisticRegression)


def test_paramMaps_areTrainedWhenAModelIsAskedFor(spark, rows, enabled, tmp_path, caplog):
    lr = LogisticRegression()
    made = []
    assert jobs_of(spark, lambda: made.append(lr.fitMultiple(rows, grid(lr)))) == 0
    lr.setMaxIter(0)
    with caplog.at_level(logging.WARNING, "ravine"):
        models = dict(made[0])
    assert not caplog.records
    assert sorted(models) == [0, 1, 2, 3]
    assert models[0].getMaxIter() == 100
    models[2].save(str(tmp_path / "model"))
    loaded = LogisticRegressionModel.load(str(tmp_path / "model"))
    assert loaded.coefficients == models[2].coefficients
    assert loaded.getRegParam() == 0.01
    for path in tmp_path.rglob("part-*"):
        assert b"ravine" not in path.read_bytes(), path
