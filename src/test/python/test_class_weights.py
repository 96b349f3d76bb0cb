"""classWeight from Python: probabilities of the rows as they are, and the decisions of the weights."""

import math

import pytest
from pyspark.ml.classification import LogisticRegressionModel
from pyspark.ml.linalg import Vectors

from ravine.ml.classification import MiniBatchLinearSVC, MiniBatchLogisticRegression
from ravine.ml.streaming import TrainingState


@pytest.fixture(scope="module")
def skewed(spark, points):
    """Every row of class 0, and every fifth of class 1."""
    kept = [(y, x) for i, (y, x) in enumerate(points) if y == 0.0 or i % 5 == 0]
    frame = spark.createDataFrame([(y, Vectors.dense(x)) for y, x in kept], ["label", "features"])
    return frame.coalesce(2).cache()


def counts(rows):
    return [rows.where(f"label = {k}").count() for k in (0, 1)]


def predictions(model, rows):
    return [row.prediction for row in model.transform(rows).collect()]


@pytest.mark.short
def test_balanced_keepsProbabilities_andMovesDecisions(skewed, tmp_path):
    zeros, ones = counts(skewed)
    estimator = MiniBatchLogisticRegression(classWeight="balanced", tol=1e-10)
    model = estimator.fit(skewed)
    assert estimator.lastClassWeights() == [
        pytest.approx((zeros + ones) / (2 * zeros)),
        pytest.approx((zeros + ones) / (2 * ones)),
    ]
    assert model.getThreshold() == pytest.approx(ones / (zeros + ones))
    mean = sum(row.probability[1] for row in model.transform(skewed).collect()) / (zeros + ones)
    assert mean == pytest.approx(ones / (zeros + ones), rel=0.1)
    moved = estimator.setCalibrateIntercept(False).fit(skewed)
    assert moved.getThreshold() == 0.5
    assert moved.intercept == pytest.approx(model.intercept + math.log(zeros / ones))
    assert predictions(moved, skewed) == predictions(model, skewed)
    assert sum(predictions(model, skewed)) > 1.5 * sum(
        predictions(MiniBatchLogisticRegression().fit(skewed), skewed)
    )
    model.save(str(tmp_path / "model"))
    loaded = LogisticRegressionModel.load(str(tmp_path / "model"))
    assert loaded.getThreshold() == model.getThreshold()
    assert predictions(loaded, skewed) == predictions(model, skewed)


def test_dict_isTheTextOfIt_andTheUsersThresholdStays(skewed):
    named = MiniBatchLogisticRegression(classWeight={0: 1, 1: 4}).fit(skewed)
    text = MiniBatchLogisticRegression(classWeight="0:1,1:4").fit(skewed)
    assert named.coefficients == text.coefficients
    assert named.getThreshold() == text.getThreshold() == 0.2
    own = MiniBatchLogisticRegression(classWeight={1: 4}, threshold=0.3).fit(skewed)
    assert own.getThreshold() == 0.3
    several = MiniBatchLogisticRegression(classWeight={1: 4}, family="multinomial").fit(skewed)
    assert several.getThresholds() == [1.0, 0.25]
    assert predictions(several, skewed) == predictions(named, skewed)


def test_svc_andPortions_takeTheWeights(skewed):
    plain, weighted = (MiniBatchLinearSVC(regParam=0.01, classWeight=w).fit(skewed) for w in ("", {1: 9}))
    assert sum(predictions(weighted, skewed)) > sum(predictions(plain, skewed))
    estimator = MiniBatchLogisticRegression(classWeight={1: 4}, optimizer="adam", batchSize=20)
    assert estimator.partialFit(skewed, TrainingState.fresh()).model.getThreshold() == 0.2


def test_badWeights_areRefusedInJavasSentence(skewed):
    for weights, sentence in (
        ({1: 0}, "must be positive and finite for each class, but was 0.0 for class 1"),
        ({"yes": 2}, "must be balanced, or weights by class such as 0:1,1:10"),
        ({7: 2}, "names class 7, but the classes in column label are 0 to 1"),
    ):
        with pytest.raises(Exception, match=sentence):
            MiniBatchLogisticRegression(classWeight=weights).fit(skewed)
