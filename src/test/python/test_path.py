"""A path of penalties: pyspark's models of all strengths, from one training."""

import math
import re

import numpy
import pytest
from pyspark.ml.classification import LogisticRegression, LogisticRegressionModel
from pyspark.ml.evaluation import BinaryClassificationEvaluator, RegressionEvaluator
from pyspark.ml.linalg import Vectors
from pyspark.sql import functions as F

import ravine
from jobs import Nothing, jobs_of
from ravine.ml.classification import MiniBatchLinearSVC, MiniBatchLogisticRegression
from ravine.ml.regression import MiniBatchLinearRegression
from ravine.ml.tuning import RavineCrossValidator, RegularizationPath

STRENGTHS = [1e-3, 0.1, 0.01]


@pytest.fixture
def lasso(spark):
    return MiniBatchLogisticRegression(elasticNetParam=1.0, tol=1e-9)


@pytest.mark.short
def test_path_pointsAreThoseOfFitsOfTheirOwn(rows, lasso):
    areas = BinaryClassificationEvaluator()
    path = RegularizationPath.fit(lasso, rows, STRENGTHS, areas, numFolds=4, seed=3)
    assert [point.regParam for point in path.points] == [0.1, 0.01, 1e-3]
    tuned = RavineCrossValidator(
        estimator=lasso,
        estimatorParamMaps=[{lasso.regParam: point.regParam} for point in path.points],
        evaluator=areas,
        numFolds=4,
        seed=3,
    ).fit(rows)
    assert [point.metric for point in path.points] == pytest.approx(tuned.avgMetrics, abs=1e-6)
    spread = [math.sqrt(4 / 3) * deviation / 2 for deviation in tuned.stdMetrics]
    assert [point.standardError for point in path.points] == pytest.approx(spread, abs=1e-6)
    for point in path.points:
        alone = lasso.fit(rows, {lasso.regParam: point.regParam})
        assert type(point.model) is LogisticRegressionModel
        assert point.model.uid == lasso.uid
        assert point.model.extractParamMap() == alone.extractParamMap()
        assert numpy.allclose(point.coefficients, alone.coefficients, rtol=0, atol=1e-4)
        assert point.nonZeros == numpy.count_nonzero(alone.coefficients)
        assert point.objective == pytest.approx(ravine.training_result(alone).objective, rel=1e-8)
        assert ravine.training_result(point.model).objective == point.objective
        assert 0 <= point.gapBound <= 1e-8
        assert point.model.transform(rows).count() == rows.count()
    best, simple = path.best(), path.strongestWithinOneError()
    assert best.metric == max(point.metric for point in path.points)
    assert simple.regParam == max(p.regParam for p in path.points if p.metric >= best.metric - best.standardError)
    assert not lasso.isSet(lasso.regParam)


def test_path_asFrameAndPage(rows, lasso):
    path = RegularizationPath.fit(lasso, rows, numpy.logspace(-3, -1, 3), BinaryClassificationEvaluator(), 2)
    found = path.frame.collect()
    assert [row.regParam for row in found] == [point.regParam for point in path.points]
    assert [row.nonZeros for row in found] == [point.nonZeros for point in path.points]
    assert [row.metric for row in found] == [point.metric for point in path.points]
    assert list(found[2].coefficients) == list(path.points[2].coefficients)
    assert path.page().startswith("<!DOCTYPE html>")
    shown = path._repr_html_()
    assert "srcdoc" in shown and shown.count("<tr>") == 4 and "best" in shown
    assert re.fullmatch(r"RegularizationPath\(3 strengths from 0\.1 down to 0\.001\)", repr(path))


def test_path_withoutEvaluator_knowsNoBest(rows):
    path = RegularizationPath.fit(MiniBatchLinearSVC(), rows, [0.1, 1.0])
    assert all(math.isnan(point.metric) for point in path.points)
    assert path.frame.where("metric is null").count() == 2
    assert "best" not in path._repr_html_().partition("<details>")[0]
    for ask in (path.best, path.strongestWithinOneError):
        with pytest.raises(RuntimeError, match="known after a fit with an evaluator"):
            ask()


def test_path_ofSeveralClasses_hasCoefficientsOfEach(rows):
    three = rows.withColumn("label", F.expr("cast(pmod(xxhash64(features), 3) as int)"))
    path = RegularizationPath.fit(MiniBatchLogisticRegression(), three, [0.1, 1.0])
    matrix = path.points[0].model.coefficientMatrix.toArray()
    assert matrix.shape == (3, 3)
    assert path.points[0].coefficients.tolist() == matrix.ravel().tolist()
    assert path.frame.head().coefficients.toArray().tolist() == matrix.ravel().tolist()


def test_path_asksTheRowsOnce(spark, rows, lasso):
    alone = jobs_of(spark, lambda: lasso.fit(rows, {lasso.regParam: 0.1}))
    together = jobs_of(spark, lambda: RegularizationPath.fit(lasso, rows, numpy.logspace(-4, 0, 9)))
    assert 0 < together <= alone + 2


def test_path_leastSquares_judgedByRmse(spark):
    made = [(2.0 * (i % 7) + 0.1 * (i % 3), Vectors.dense(i % 7, i % 5)) for i in range(200)]
    line = spark.createDataFrame(made, ["label", "features"])
    path = RegularizationPath.fit(MiniBatchLinearRegression(), line, [10.0, 0.0], RegressionEvaluator())
    assert path.best().regParam == 0.0
    assert path.best().metric < 0.2


def test_path_whatItDoesNotTake_isRefusedInASentence(rows, lasso):
    areas = BinaryClassificationEvaluator()
    for error, sentence, given in (
        (TypeError, "the estimator was a LogisticRegression", (LogisticRegression(), rows, [0.1])),
        (TypeError, "the evaluator was a Nothing", (lasso, rows, [0.1], Nothing())),
        (TypeError, "A regParam must be a number, but was '0.1'", (lasso, rows, ["0.1"])),
        (Exception, "a path needs at least one regParam", (lasso, rows, [])),
        (Exception, "folds must be 2 or more, but was 1", (lasso, rows, [0.1], areas, 1)),
        (Exception, "judged by an area under a curve", (lasso, rows, [0.1], RegressionEvaluator(metricName="mae"))),
        (Exception, "regParam", (lasso, rows, [-1.0])),
    ):
        with pytest.raises(error, match=sentence):
            RegularizationPath.fit(*given)
