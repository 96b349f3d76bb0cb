"""Models of segments: pyspark's own, each the one of its segment's fit."""

import datetime
import math

import pytest
from pyspark.ml.classification import LogisticRegressionModel
from pyspark.sql import functions as F

from ravine.ml.classification import MiniBatchLinearSVC, MiniBatchLogisticRegression
from ravine.ml.regression import MiniBatchLinearRegression
from ravine.ml.segments import SegmentModels


@pytest.fixture(scope="module")
def segmented(rows):
    return rows.withColumn("shop", F.expr("concat('shop ', pmod(xxhash64(features), 3))")).cache()


@pytest.mark.short
def test_fitByKey_eachModel_isThatOfItsSegment(segmented, tmp_path):
    estimator = MiniBatchLogisticRegression(regParam=0.01, tol=1e-9)
    with estimator.fit_by_key(segmented, "shop") as models:
        assert models.keys() == ["shop"]
        assert models.stop_reasons() == {"CONVERGED": 3}
        assert models.frame.columns[:4] == ["shop", "rows", "coefficients", "intercept"]
        own = segmented.where("shop = 'shop 1'")
        expected = estimator.fit(own)
        model = models.model("shop 1")
        assert isinstance(model, LogisticRegressionModel)
        assert model.getRegParam() == 0.01
        assert model.coefficients.toArray() == pytest.approx(expected.coefficients.toArray(), rel=1e-4)
        assert model.predict(own.head().features) in (0.0, 1.0)
        predicted = models.transform(segmented)
        assert predicted.where("prediction = label").count() > 0.7 * segmented.count()
        models.save(str(tmp_path / "models"))
        with SegmentModels.load(str(tmp_path / "models")) as loaded:
            assert loaded.model("shop 1").coefficients == model.coefficients
            assert loaded.model("shop 1").getRegParam() == 0.01
            assert loaded.transform(segmented).columns == predicted.columns


def test_fitByKey_keysOfOtherTypes_andNone_findTheirModels(segmented):
    rows = segmented.withColumn("day", F.expr("if(shop = 'shop 0', null, date'2024-02-29')")).withColumn(
        "number", F.lit(1).cast("long")
    )
    with MiniBatchLinearRegression().fit_by_key(rows, "day", "number") as models:
        assert models.frame.count() == 2
        leap = models.model(datetime.date(2024, 2, 29), 1)
        assert leap.coefficients != models.model(None, 1).coefficients
        with pytest.raises(Exception, match="There is no segment day=null, number=2"):
            models.model(None, 2)


def test_fitByKey_aSegmentWithoutAModel_saysWhy(segmented):
    one = segmented.withColumn("shop", F.expr("if(label = 1, 'ones', shop)"))
    with MiniBatchLinearSVC(regParam=0.1).fit_by_key(one.union(segmented), "shop") as models:
        assert models.stop_reasons()["FAILED"] == 1
        row = models.frame.where("shop = 'ones'").head()
        assert row.coefficients is None
        assert row.message.startswith("Every label in column label is 1.0")


def test_fitByKey_tooLarge_isTrainedByFit(segmented):
    estimator = MiniBatchLogisticRegression(regParam=0.01)
    with estimator.fit_by_key(segmented, "shop", max_segment_rows=10) as models:
        expected = estimator.fit(segmented.where("shop = 'shop 2'"))
        assert models.model("shop 2").coefficients == expected.coefficients
        assert not math.isnan(models.frame.head().objective)


def test_fitByKey_whatIsNoKey_isRefused(segmented):
    with pytest.raises(TypeError, match="A key must be the name of a column, but was 3"):
        MiniBatchLogisticRegression().fit_by_key(segmented, 3)
    with pytest.raises(Exception, match="There is no key column nobody"):
        MiniBatchLogisticRegression().fit_by_key(segmented, "nobody")
