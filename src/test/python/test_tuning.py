"""Many maps of params in one training: ``fitMultiple``, pyspark's own tuners, and ours."""

import logging
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pyspark.ml import Pipeline
from pyspark.ml.classification import (
    LinearSVCModel,
    LogisticRegression,
    LogisticRegressionModel,
    OneVsRest,
    OneVsRestModel,
)
from pyspark.ml.evaluation import (
    BinaryClassificationEvaluator,
    Evaluator,
    MulticlassClassificationEvaluator,
    RegressionEvaluator,
)
from pyspark.ml.feature import StandardScaler
from pyspark.ml.tuning import (
    CrossValidator,
    CrossValidatorModel,
    ParamGridBuilder,
    TrainValidationSplit,
    TrainValidationSplitModel,
)
from pyspark.sql.functions import col

import ravine
from jobs import Nothing, jobs_of
from ravine.ml._estimator import MiniBatchEstimator
from ravine.ml.classification import MiniBatchLinearSVC, MiniBatchLogisticRegression
from ravine.ml.regression import MiniBatchLinearRegression
from ravine.ml.tuning import RavineCrossValidator, RavineOneVsRest, RavineTrainValidationSplit

STRENGTHS = [1.0, 0.1, 0.01, 1e-3]


@pytest.fixture
def estimator(spark):
    return MiniBatchLogisticRegression(tol=1e-9, engine="resident")


def grid(estimator, strengths=STRENGTHS):
    return ParamGridBuilder().addGrid(estimator.regParam, strengths).build()


def one_by_one(estimator, rows, maps):
    return [estimator.fit(rows, one) for one in maps]


@pytest.mark.short
def test_fitMultiple_modelsAreThoseOfFitsOfTheirOwn(rows, estimator):
    maps = [*grid(estimator), {estimator.regParam: 0.1, estimator.threshold: 0.7, estimator.maxIter: 50}]
    together = estimator.fit(rows, maps)
    for model, alone in zip(together, one_by_one(estimator, rows, maps)):
        assert type(model) is LogisticRegressionModel
        assert model.uid == alone.uid == estimator.uid
        assert model.extractParamMap() == alone.extractParamMap()
        result = ravine.training_result(model)
        objective = ravine.training_result(alone).objective_history[-1]
        assert result.objective_history[-1] == pytest.approx(objective, rel=1e-8)
        assert result.stop_reason == "CONVERGED"
        assert result.certificate.bound <= 1e-8
        assert list(model.summary.objectiveHistory) == result.objective_history
        assert model.summary.areaUnderROC == pytest.approx(alone.summary.areaUnderROC, abs=1e-4)
        assert np.allclose(model.coefficients, alone.coefficients, rtol=0, atol=1e-4)
    assert not estimator.isSet(estimator.regParam)
    with pytest.raises(RuntimeError, match="Nothing was fitted yet"):
        estimator.training_result()


@pytest.mark.parametrize("kind", [MiniBatchLinearSVC, MiniBatchLinearRegression])
def test_fitMultiple_ofTheOtherKinds_andOfMiniBatches(rows, kind):
    estimator = kind(optimizer="adam", batchSize=50, maxIter=4, seed=1)
    maps = grid(estimator)
    for model, alone in zip(estimator.fit(rows, maps), one_by_one(estimator, rows, maps)):
        assert list(model.coefficients) == list(alone.coefficients)
        assert model.intercept == alone.intercept


def test_fitMultiple_asksTheRowsOnceForAllMaps(spark, rows, estimator):
    alone = jobs_of(spark, lambda: estimator.fit(rows, {estimator.regParam: 0.1}))
    maps = grid(estimator, [1.0, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001, 0.0001])
    together = jobs_of(spark, lambda: estimator.fit(rows, maps))
    assert 0 < together <= alone + 2


def test_fitMultiple_trainsWhenAModelIsAskedFor_andMapsArePysparks(spark, rows, estimator):
    other = MiniBatchLinearSVC()
    maps = [{estimator.regParam: 1, other.regParam: 7.0}, {estimator.maxIter: 3}]  # an int; another's
    made = []
    assert jobs_of(spark, lambda: made.append(estimator.fitMultiple(rows, maps))) == 0
    estimator.setRegParam(50.0)
    models = dict(made[0])
    assert sorted(models) == [0, 1]
    assert models[0].getRegParam() == 1.0
    assert models[1].getRegParam() == 0.0
    assert next(made[0], None) is None


def test_fitMultiple_byThreads_givesEachModelOnce(rows, estimator):
    models = estimator.fitMultiple(rows, grid(estimator))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: next(models), range(4)))
    assert sorted(index for index, _ in found) == [0, 1, 2, 3]
    assert all(model.getRegParam() == STRENGTHS[index] for index, model in found)


def test_fitMultiple_failure_isThatOfEveryModel(rows, estimator):
    maps = [{estimator.optimizer: "adam"}, {estimator.optimizer: "nestorov"}]
    models = estimator.fitMultiple(rows, maps)
    for _ in maps:
        with pytest.raises(Exception, match="nestorov"):
            next(models)


def test_fitMultiple_watched_orWithAFitOfItsOwn_isOneAfterTheOther(rows):
    seen = []
    watched = MiniBatchLogisticRegression(maxIter=3, on_pass=lambda record: seen.append(record.pass_))
    assert len(watched.fit(rows, grid(watched))) == 4
    assert seen.count(0) == 4

    class Mine(MiniBatchLogisticRegression):
        def _fit(self, dataset):
            seen.append("mine")
            return super()._fit(dataset)

    Mine(maxIter=3).fit(rows, grid(Mine(), [0.1])[:1] * 3)
    assert seen.count("mine") == 3


@pytest.mark.short
@pytest.mark.parametrize("parallelism", [1, 2])
def test_crossValidator_ofPyspark_isTheSame_andTrainsOnceAFold(spark, rows, parallelism, monkeypatch):
    def tuned(evaluator):
        estimator = MiniBatchLogisticRegression(tol=1e-9, engine="resident")
        tuning = CrossValidator(
            estimator=estimator,
            estimatorParamMaps=grid(estimator),
            evaluator=evaluator,
            numFolds=2,
            seed=3,
            parallelism=parallelism,
        )
        tuning._resetUid("tuning")  # whose folds hang on it
        return tuning.fit(rows)

    areas = BinaryClassificationEvaluator()
    together, jobs = tuned(areas), jobs_of(spark, lambda: tuned(Nothing()))
    monkeypatch.delattr(MiniBatchEstimator, "fitMultiple")
    alone, others = tuned(areas), jobs_of(spark, lambda: tuned(Nothing()))
    assert type(together) is CrossValidatorModel
    assert together.avgMetrics == pytest.approx(alone.avgMetrics, abs=1e-4)
    assert together.stdMetrics == pytest.approx(alone.stdMetrics, abs=1e-4)
    assert np.allclose(together.bestModel.coefficients, alone.bestModel.coefficients, atol=1e-4)
    assert jobs < 0.6 * others


@pytest.mark.short
def test_ravineCrossValidator_givesPysparksModel(rows, estimator, caplog):
    tuning = RavineCrossValidator(
        estimator=estimator,
        estimatorParamMaps=[{estimator.regParam: 100}, *grid(estimator)],
        evaluator=BinaryClassificationEvaluator(metricName="areaUnderPR"),
        numFolds=4,
        seed=3,
        parallelism=2,
    )
    model = tuning.fit(rows)
    assert not caplog.records
    assert type(model) is CrossValidatorModel
    assert (model.getNumFolds(), len(model.avgMetrics), len(model.stdMetrics)) == (4, 5, 5)
    assert model.getEstimator() is estimator
    best = int(np.argmax(model.avgMetrics))
    assert best > 0
    assert model.bestModel.getRegParam() == STRENGTHS[best - 1]
    assert model.bestModel.uid == estimator.uid
    alone = estimator.fit(rows, {estimator.regParam: STRENGTHS[best - 1]})
    assert np.allclose(model.bestModel.coefficients, alone.coefficients, atol=1e-4)
    assert ravine.training_result(model.bestModel).stop_reason == "CONVERGED"
    assert model.bestModel.summary.areaUnderROC > 0.8
    # Other folds than those of pyspark's, but of the same rows.
    stock = CrossValidator(
        estimator=estimator,
        estimatorParamMaps=tuning.getEstimatorParamMaps(),
        evaluator=tuning.getEvaluator(),
        numFolds=4,
        seed=3,
    ).fit(rows)
    assert model.avgMetrics == pytest.approx(stock.avgMetrics, abs=0.03)
    assert 0 < max(model.stdMetrics) < 0.1
    again = tuning.copy({tuning.seed: 3}).fit(rows)
    assert again.avgMetrics == model.avgMetrics


def test_ravineCrossValidator_oneStandardError_takesTheStrongest(rows, estimator):
    strengths = [1e-3, 1e-4, 2e-4]
    params = {
        "estimator": estimator,
        "estimatorParamMaps": grid(estimator, strengths),
        "evaluator": BinaryClassificationEvaluator(),
        "numFolds": 3,
    }
    best = RavineCrossValidator(**params).fit(rows)
    strongest = RavineCrossValidator(oneStandardError=True).setParams(**params).fit(rows)
    assert strongest.bestModel.getRegParam() == 1e-3
    assert strongest.avgMetrics == best.avgMetrics


def test_ravineCrossValidator_seed_isJavasByDefault(spark):
    for kind in (RavineCrossValidator, RavineTrainValidationSplit):
        java = getattr(spark._jvm.ravine.ml.tuning, kind.__name__)()
        assert kind().getSeed() == java.getSeed()


def test_ravineCrossValidator_whatJavaDoesNotJudge_isPysparks(rows, estimator, caplog):
    def reason(**others):
        caplog.clear()
        params = {"estimator": estimator, "evaluator": BinaryClassificationEvaluator(), "numFolds": 2}
        params.update(others)
        maps = [{params["estimator"].getParam("maxIter"): 2}] if "maps" not in others else params.pop("maps")
        with caplog.at_level(logging.WARNING, "ravine"):
            model = RavineCrossValidator(estimatorParamMaps=maps, seed=1, **params).fit(rows)
        assert type(model) is CrossValidatorModel
        return caplog.messages[0].partition("because ")[2]

    watched = estimator.copy().watch(on_pass=lambda record: True)
    assert reason(estimator=LogisticRegression()) == "the estimator is a LogisticRegression."
    assert reason(evaluator=Nothing()) == "the evaluator is a Nothing."
    assert reason(estimator=watched) == "on_pass and progress watch single fits."
    assert reason(collectSubModels=True) == "collectSubModels is true."
    weighted = BinaryClassificationEvaluator(weightCol="label")
    assert reason(evaluator=weighted) == "the evaluator's weightCol is not the estimator's."
    assert "cannot be judged by that metric" in reason(evaluator=RegressionEvaluator(metricName="mae"))
    scaler = StandardScaler(inputCol="features", outputCol="scaled")
    pipeline = Pipeline(stages=[scaler, estimator.copy({estimator.featuresCol: "scaled"})])
    each = "the pipeline's StandardScaler is fitted to each fold."
    assert reason(estimator=pipeline, maps=[{estimator.maxIter: 2}]) == each


@pytest.mark.short
def test_ravineTrainValidationSplit_givesPysparksModel(rows):
    estimator = MiniBatchLinearSVC()
    tuning = RavineTrainValidationSplit(
        estimator=estimator,
        estimatorParamMaps=grid(estimator, [100.0, 0.01]),
        evaluator=BinaryClassificationEvaluator(),
        trainRatio=0.7,
    )
    model = tuning.fit(rows)
    assert type(model) is TrainValidationSplitModel
    assert type(model.bestModel) is LinearSVCModel
    assert len(model.validationMetrics) == 2
    assert model.bestModel.getRegParam() == [100.0, 0.01][int(np.argmax(model.validationMetrics))]
    assert ravine.training_result(model.bestModel).passes


@pytest.mark.parametrize("one_error", [False, True])
def test_ravineCrossValidator_saved_loadsAsEither(rows, estimator, tmp_path, one_error):
    tuning = RavineCrossValidator(
        estimator=estimator,
        estimatorParamMaps=grid(estimator),
        evaluator=BinaryClassificationEvaluator(),
        numFolds=5,
        oneStandardError=one_error,
    )
    tuning.save(str(tmp_path / "tuning"))
    loaded = RavineCrossValidator.load(str(tmp_path / "tuning"))
    assert type(loaded) is RavineCrossValidator
    assert (loaded.uid, loaded.getNumFolds(), loaded.getSeed()) == (tuning.uid, 5, tuning.getSeed())
    assert loaded.getOneStandardError() is one_error
    assert [list(one.values()) for one in loaded.getEstimatorParamMaps()] == [[x] for x in STRENGTHS]
    assert loaded.fit(rows).avgMetrics == tuning.fit(rows).avgMetrics
    stock = CrossValidator.load(str(tmp_path / "tuning"))
    assert type(stock) is CrossValidator
    assert type(stock.getEstimator()) is MiniBatchLogisticRegression


def test_ravineTrainValidationSplit_saved_loadsAsEither(estimator, tmp_path):
    tuning = RavineTrainValidationSplit(
        estimator=estimator,
        estimatorParamMaps=grid(estimator),
        evaluator=BinaryClassificationEvaluator(),
        trainRatio=0.6,
        seed=9,
    )
    tuning.write().overwrite().save(str(tmp_path / "tuning"))
    loaded = RavineTrainValidationSplit.load(str(tmp_path / "tuning"))
    assert type(loaded) is RavineTrainValidationSplit
    assert (loaded.uid, loaded.getTrainRatio(), loaded.getSeed()) == (tuning.uid, 0.6, 9)
    assert type(TrainValidationSplit.load(str(tmp_path / "tuning"))) is TrainValidationSplit


def folded(rows):
    return rows.selectExpr("*", "cast(pmod(hash(features), 3) as int) part", "hash(features) % 40 id")


def tuned(estimator, kind, **others):
    return kind(
        estimator=estimator,
        estimatorParamMaps=grid(estimator, [0.1, 1e-3]),
        evaluator=MulticlassClassificationEvaluator(metricName="logLoss"),
        numFolds=3,
        seed=5,
        **others,
    )


@pytest.mark.short
def test_ravineCrossValidator_foldCol_hasPysparksMetrics(rows, estimator, caplog):
    stock = tuned(estimator, CrossValidator, foldCol="part").fit(folded(rows))
    with caplog.at_level(logging.WARNING, "ravine"):
        ours = tuned(estimator, RavineCrossValidator, foldCol="part").fit(folded(rows))
    assert not caplog.messages
    assert ours.avgMetrics == pytest.approx(stock.avgMetrics, abs=1e-5)


def test_ravineCrossValidator_foldColOfBigint_isTakenAsPysparkTakesIt(rows, estimator):
    told = folded(rows).withColumn("part", col("part").cast("bigint"))  # as an int of Python is
    stock = tuned(estimator, CrossValidator, foldCol="part").fit(told)
    ours = tuned(estimator, RavineCrossValidator, foldCol="part").fit(told)
    assert ours.avgMetrics == pytest.approx(stock.avgMetrics, abs=1e-5)
    with pytest.raises(Exception, match=r"Fold number must be in range \[0, 3\), but got 3"):
        tuned(estimator, RavineCrossValidator, foldCol="part").fit(told.withColumn("part", col("part") + 1))


def test_ravineCrossValidator_idCol_keepsIdsTogether(rows, estimator, tmp_path):
    told = folded(rows).selectExpr("*", "cast(pmod(xxhash64(5L, id), 3L) as int) told")
    stock = tuned(estimator, CrossValidator, foldCol="told").fit(told)
    tuning = tuned(estimator, RavineCrossValidator, idCol="id")
    for partitions in (1, 5):
        model = tuning.fit(folded(rows).repartition(partitions))
        assert model.avgMetrics == pytest.approx(stock.avgMetrics, abs=1e-5)
    accuracy = MulticlassClassificationEvaluator(metricName="accuracy")
    theirs = tuned(estimator, CrossValidator, foldCol="told").setEvaluator(accuracy).fit(told)
    own = tuning.copy().setEvaluator(accuracy).fit(folded(rows))
    assert own.avgMetrics == pytest.approx(theirs.avgMetrics)
    assert own.getFoldCol() == ""
    tuning.save(str(tmp_path / "tuning"))
    assert RavineCrossValidator.load(str(tmp_path / "tuning")).getIdCol() == "id"
    with pytest.raises(Exception, match="set one of them"):
        tuning.setFoldCol("part").fit(folded(rows))


def test_ravineTrainValidationSplit_idCol_isStableUnderRepartition(rows, estimator, tmp_path):
    tuning = RavineTrainValidationSplit(
        estimator=estimator,
        estimatorParamMaps=grid(estimator, [0.1, 1e-3]),
        evaluator=MulticlassClassificationEvaluator(metricName="logLoss"),
        seed=5,
        idCol="id",
    )
    metrics = tuning.fit(folded(rows)).validationMetrics
    assert tuning.fit(folded(rows).repartition(5)).validationMetrics == pytest.approx(metrics, abs=1e-5)
    tuning.save(str(tmp_path / "split"))
    assert RavineTrainValidationSplit.load(str(tmp_path / "split")).getIdCol() == "id"
    tuning.setEvaluator(MulticlassClassificationEvaluator(metricName="accuracy"))
    with pytest.raises(ValueError, match="knows no ids"):
        tuning.fit(folded(rows))


@pytest.mark.short
def test_labelMatrix_isThatOfFitsOfTheirOwn(rows):
    matrix = rows.selectExpr("*", "1.0 - label as other")
    estimator = MiniBatchLogisticRegression(optimizer="adam", batchSize=50, maxIter=3)
    maps = [{estimator.labelCol: column} for column in ("label", "other")]
    for model, alone in zip(estimator.fit(matrix, maps), one_by_one(estimator, matrix, maps)):
        assert list(model.coefficients) == list(alone.coefficients)
        assert model.getLabelCol() == alone.getLabelCol()


@pytest.mark.short
def test_ravineOneVsRest_hasPysparksModels(spark, rows, caplog, tmp_path):
    three = rows.selectExpr("case when pmod(hash(features), 3) = 0 then 2.0 else label end label", "features")
    classifier = MiniBatchLogisticRegression(optimizer="adam", batchSize=50, maxIter=3)
    stock = OneVsRest(classifier=classifier).fit(three)
    model = RavineOneVsRest(classifier=classifier).fit(three)
    assert type(model) is OneVsRestModel
    for one, alone in zip(model.models, stock.models):
        assert type(one) is LogisticRegressionModel
        assert list(one.coefficients) == list(alone.coefficients)
        assert ravine.training_result(one).passes
    guesses = [one.transform(three).select("prediction").collect() for one in (model, stock)]
    assert guesses[0] == guesses[1]
    model.save(str(tmp_path / "model"))
    assert len(OneVsRestModel.load(str(tmp_path / "model")).models) == 3
    with caplog.at_level(logging.WARNING, "ravine"):
        RavineOneVsRest(classifier=LogisticRegression(maxIter=2)).fit(three)
    assert caplog.messages == [
        "RavineOneVsRest is pyspark's own loop, because the classifier is a LogisticRegression."
    ]
