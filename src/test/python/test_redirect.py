"""Code of pyspark that nobody has changed, after `ravine.enable()` in a classic session."""

import textwrap

import numpy
import pytest
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import LinearSVC, LogisticRegression, OneVsRest
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import StandardScaler
from pyspark.ml.linalg import DenseMatrix, DenseVector
from pyspark.ml.regression import LinearRegression
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder

import ravine
from processes import python
from ravine.ml.classification import MiniBatchLogisticRegression
from ravine.ml.redirect import is_enabled


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


@pytest.mark.parametrize(
    "make",
    [
        lambda: LogisticRegression(regParam=0.1, tol=1e-12, maxIter=300),
        lambda: LogisticRegression(regParam=0.02, elasticNetParam=1.0, tol=1e-12, maxIter=300),
        lambda: LinearRegression(regParam=0.1, solver="l-bfgs", tol=1e-12),
        lambda: LinearRegression(),
    ],
)
def test_fit_givesPysparksModel(rows, make):
    stock = make().fit(rows)
    ravine.enable()
    try:
        model = make().fit(rows)
    finally:
        ravine.disable()
    assert by_ravine(model) and not by_ravine(stock)
    assert type(model) is type(stock)
    assert type(model.coefficients) is type(stock.coefficients)
    assert numpy.allclose(model.coefficients.toArray(), stock.coefficients.toArray(), rtol=1e-4)
    assert model.intercept == pytest.approx(stock.intercept, rel=1e-4)
    assert {p.name: v for p, v in model.extractParamMap().items()} == {
        p.name: v for p, v in stock.extractParamMap().items()
    }
    if hasattr(model, "getSolver") and model.getSolver() == "auto":
        assert model.summary.pValues == pytest.approx(stock.summary.pValues)


def test_fit_svc_isNotAbovePysparks(rows):
    stock = LinearSVC(regParam=0.1).fit(rows).summary().objectiveHistory[-1]
    ravine.enable()
    try:
        assert LinearSVC(regParam=0.1).fit(rows).summary().objectiveHistory[-1] <= stock + 1e-9
    finally:
        ravine.disable()


@pytest.mark.parametrize(
    "make", [lambda: LogisticRegression(regParam=0.1), lambda: LinearSVC(regParam=0.1), LinearRegression]
)
def test_summary_answersAllThatPysparksDoes(rows, enabled, make):
    model = make().fit(rows)
    assert by_ravine(model)
    summary = model.summary() if isinstance(make(), LinearSVC) else model.summary
    names = [n for n in dir(type(summary)) if isinstance(getattr(type(summary), n), property)]
    assert len(names) > 10
    for name in names:
        assert getattr(summary, name) is not None, name


def test_enableAndDisable_holdForEstimatorsThatAreThere(rows, tmp_path):
    LogisticRegression(regParam=0.1).save(str(tmp_path / "saved"))
    made, loaded = LogisticRegression(), LogisticRegression.load(str(tmp_path / "saved"))
    for _ in range(2):  # twice is once
        ravine.enable()
    assert is_enabled()
    assert by_ravine(made.fit(rows)) and by_ravine(loaded.fit(rows))
    ravine.disable()
    assert not is_enabled()
    assert not by_ravine(made.fit(rows)) and not by_ravine(loaded.fit(rows))
    ravine.disable()


def test_fit_whereverItStands_isRavines(rows, enabled):
    lr = LogisticRegression()
    assert by_ravine(lr.fit(rows, {lr.regParam: 0.1}))
    assert all(by_ravine(m) for m in lr.fit(rows, [{lr.regParam: 0.1}, {lr.regParam: 0.2}]))
    scaler = StandardScaler(inputCol="features", outputCol="scaled")
    pipeline = Pipeline(stages=[scaler, LogisticRegression(featuresCol="scaled", regParam=0.1)])
    assert by_ravine(pipeline.fit(rows).stages[1])
    one = OneVsRest(classifier=LinearSVC(regParam=0.1), parallelism=2)
    assert all(by_ravine(model) for model in one.fit(rows).models)
    tuned = tuner(lr).fit(rows)
    assert by_ravine(tuned.bestModel)

    class Mine(LogisticRegression):
        pass

    assert by_ravine(Mine(regParam=0.1).fit(rows))


def tuner(lr):
    return CrossValidator(
        estimator=lr,
        estimatorParamMaps=ParamGridBuilder().addGrid(lr.regParam, [0.01, 1.0]).build(),
        evaluator=BinaryClassificationEvaluator(),
        numFolds=2,
        parallelism=2,
        seed=1,
    )


def test_fit_ourOwnEstimators_areAsBefore(rows, enabled):
    estimator = MiniBatchLogisticRegression(optimizer="adam", maxIter=2, batchSize=50)
    assert ravine.training_result(estimator.fit(rows)).rule.startswith("adam")


@pytest.mark.parametrize(
    "estimator, param",
    [
        (lambda: LogisticRegression(aggregationDepth=3), "aggregationDepth=3"),
        (lambda: LinearSVC(maxBlockSizeInMB=1.0), "maxBlockSizeInMB=1.0"),
        (lambda: LinearRegression(solver="normal"), "solver=normal"),
        (lambda: LinearRegression(regParam=0.5), "solver=auto"),
    ],
)
def test_fit_paramThatIsNotHonoured_isSparks(rows, enabled, estimator, param):
    assert "by Spark" in ravine.explain(estimator())
    assert param in ravine.explain(estimator())
    stock_like = estimator().fit(rows)
    assert not by_ravine(stock_like)
    ravine.disable()
    # Spark adds sums in the order in which tasks end, so that the last bits are chance.
    assert numpy.allclose(stock_like.coefficients.toArray(), estimator().fit(rows).coefficients.toArray(), rtol=1e-9)


def test_fit_bounds_areKeptByRavine(rows, enabled):
    bounded = LogisticRegression(
        lowerBoundsOnCoefficients=DenseMatrix(1, 3, [0.0, 0.1, -0.2]),
        upperBoundsOnCoefficients=DenseMatrix(1, 3, [0.05, 0.1, 0.2]),
        upperBoundsOnIntercepts=DenseVector([0.01]),
    )
    assert ravine.explain(bounded) == "LogisticRegression is trained by Ravine."
    model = bounded.fit(rows)
    assert by_ravine(model)
    ravine.disable()
    stock = bounded.fit(rows)
    for ours, sparks in zip(model.coefficients, stock.coefficients):
        assert ours == pytest.approx(sparks, abs=1e-4)
    assert model.intercept == pytest.approx(stock.intercept, abs=1e-3)
    assert model.coefficients[1] == 0.1


def test_fit_boundsWithL1_stayInside(rows, spark):
    lasso = MiniBatchLogisticRegression(regParam=0.01, elasticNetParam=1.0)
    lasso.setLowerBoundsOnCoefficients(DenseMatrix(1, 3, [0.0] * 3))
    model = lasso.fit(rows)
    assert min(model.coefficients) >= 0.0
    assert ravine.training_result(model).stop_reason == "CONVERGED"
    assert model.transform(rows).count() == rows.count()


def test_explain_ofAll_namesEachEstimator(spark):
    assert ravine.explain(LogisticRegression()) == "LogisticRegression is trained by Ravine."
    nested = Pipeline(stages=[tuner(LogisticRegression()), OneVsRest(classifier=LinearSVC())])
    assert ravine.explain(nested).splitlines() == [
        "LogisticRegression is trained by Ravine.",
        "LinearSVC is trained by Ravine.",
    ]
    assert "none of the classes" in ravine.explain(StandardScaler())


def without_us(script, folder):
    """What a script prints in a Python that has no package of ours, in a session that has no jar."""
    return python("import sys\nsys.modules['ravine'] = None\n" + textwrap.dedent(script), folder=folder).stdout


def test_save_ofEverything_loadsWhereWeAreNot(rows, enabled, tmp_path):
    lr = LogisticRegression(regParam=0.1)
    pipeline = Pipeline(stages=[lr, LinearRegression(predictionCol="line")])
    tuning = tuner(LogisticRegression())
    for name, saved in {
        "estimator": lr,
        "pipeline": pipeline,
        "tuner": tuning,
        "model": pipeline.fit(rows),
        "tuned": tuning.fit(rows),
    }.items():
        saved.save(str(tmp_path / name))
    for path in tmp_path.rglob("part-*"):
        assert b"ravine" not in path.read_bytes(), path
    said = without_us(
        """
        from pyspark.ml import Pipeline, PipelineModel
        from pyspark.ml.classification import LogisticRegression
        from pyspark.ml.tuning import CrossValidator, CrossValidatorModel
        from pyspark.sql import SparkSession
        spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
        print(LogisticRegression.load("estimator").getRegParam())
        print([type(stage).__name__ for stage in Pipeline.load("pipeline").getStages()])
        print(type(CrossValidator.load("tuner").getEstimator()).__name__)
        print(list(PipelineModel.load("model").stages[0].coefficients))
        print(type(CrossValidatorModel.load("tuned").bestModel).__name__)
        java = spark._jvm.org.apache.spark.ml
        print(java.classification.LogisticRegression.load("estimator").getRegParam())
        print([stage.getClass().getName() for stage in java.Pipeline.load("pipeline").getStages()])
        print(list(java.PipelineModel.load("model").stages()[0].coefficients().toArray()))
        """,
        tmp_path,
    ).splitlines()
    expected = PipelineModel.load(str(tmp_path / "model")).stages[0].coefficients
    assert said == [
        "0.1",
        "['LogisticRegression', 'LinearRegression']",
        "LogisticRegression",
        str(list(expected)),
        "LogisticRegressionModel",
        "0.1",
        "['org.apache.spark.ml.classification.LogisticRegression', 'org.apache.spark.ml.regression.LinearRegression']",
        str([float(x) for x in expected]),
    ]


def test_enable_withoutTheJar_saysSoAndTrainsAnyway(tmp_path):
    script = """
        import logging
        logging.basicConfig(format="%(message)s", level=logging.WARNING)
        import ravine
        ravine.enable()
        from pyspark.ml.classification import LogisticRegression
        from pyspark.ml.linalg import Vectors
        from pyspark.sql import SparkSession
        spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
        rows = spark.createDataFrame([(float(i % 2), Vectors.dense(i % 3)) for i in range(9)], ["label", "features"])
        print(LogisticRegression(regParam=0.1).fit(rows).numFeatures)
        ravine.disable()
        try:
            ravine.enable()
        except RuntimeError as e:
            print(e)
        """
    result = python(script, folder=tmp_path)
    fitted, refused = result.stdout.splitlines()
    assert fitted == "1"
    assert "--packages ravine:ravine-spark" in refused
    assert f"LogisticRegression is trained by Spark. {refused}" in result.stderr
