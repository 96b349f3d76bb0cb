"""The sets that scikit-learn carries: the same optimum as pyspark's own estimators, at tol 1e-12."""

import numpy
import pytest
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.linalg import Vectors
from pyspark.ml.regression import LinearRegression
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine

import ravine
from ravine.ml.classification import MiniBatchLogisticRegression
from ravine.ml.regression import MiniBatchLinearRegression

TIGHT = {"tol": 1e-12, "maxIter": 300}


def frame(spark, data):
    rows = [(float(y), Vectors.dense(x)) for x, y in zip(data.data, data.target)]
    return spark.createDataFrame(rows, ["label", "features"]).coalesce(1).cache()


def assert_same(ours, stock, rows):
    theirs = stock.fit(rows)
    model = ours.fit(rows)
    result = ravine.training_result(model)
    matrix = "coefficientMatrix" if hasattr(model, "coefficientMatrix") else "coefficients"
    mine, other = getattr(model, matrix).toArray(), getattr(theirs, matrix).toArray()
    # Coefficients are compared in units of the largest: that is what 1e-4 can mean for scales of 1 to 1e-3.
    assert numpy.abs(mine - other).max() <= 1e-4 * numpy.abs(other).max()
    assert result.certificate is not None
    gap = result.objective - theirs.summary.objectiveHistory[-1]
    assert gap <= result.certificate.bound + 1e-12


@pytest.mark.parametrize("elastic", [0.0, 0.5])
@pytest.mark.parametrize("load", [load_breast_cancer, load_digits, load_wine])
def test_logistic_ofBundledSets_isPysparks(spark, load, elastic):
    params = dict(TIGHT, regParam=0.01, elasticNetParam=elastic)
    assert_same(
        MiniBatchLogisticRegression(**params), LogisticRegression(**params), frame(spark, load())
    )


@pytest.mark.parametrize("regParam, elastic", [(0.0, 0.0), (0.1, 0.0), (0.1, 0.5)])
def test_linear_ofDiabetes_isPysparks(spark, regParam, elastic):
    params = dict(TIGHT, regParam=regParam, elasticNetParam=elastic)
    stock = LinearRegression(solver="l-bfgs", **params)
    assert_same(MiniBatchLinearRegression(**params), stock, frame(spark, load_diabetes()))
