"""Every param of Java is one of Python, with the same text and default, and the other way round."""

import importlib.resources
import inspect

import pytest
from pyspark.ml.classification import LinearSVC, LogisticRegression
from pyspark.ml.regression import LinearRegression

import stubs
from ravine.ml._params import NONE, OF_CLASSES, OF_PROBABILITIES, OWN
from ravine.ml.classification import MiniBatchLinearSVC, MiniBatchLogisticRegression
from ravine.ml.regression import MiniBatchLinearRegression

ESTIMATORS = [
    (MiniBatchLogisticRegression, LogisticRegression),
    (MiniBatchLinearSVC, LinearSVC),
    (MiniBatchLinearRegression, LinearRegression),
]


@pytest.mark.parametrize("estimator, stock", ESTIMATORS)
def test_params_ofPython_areThoseOfJava(spark, estimator, stock):
    made = estimator()
    java = {param.name(): param for param in made._java_obj.params()}
    assert {param.name for param in made.params} == set(java)
    for own in made._own:
        param = java[own.name]
        assert own.doc == param.doc()
        default = made._java_obj.getDefault(param)
        assert default.isDefined() == (own.default is not NONE), own.name
        if default.isDefined():
            assert default.get() == own.default, own.name
    # What is ours beyond Spark's params is all that the tables hold.
    theirs = {param.name() for param in stock()._java_obj.params()}
    assert set(java) - theirs == {own.name for own in made._own}


@pytest.mark.parametrize("estimator, stock", ESTIMATORS)
def test_params_ofSpark_keepTheirDefaults(spark, estimator, stock):
    made, plain = estimator(), stock()
    for param in plain.params:
        assert made.hasDefault(param.name) == plain.hasDefault(param.name), param.name
        if plain.hasDefault(param.name):
            default = made.getOrDefault(param.name)
            assert default == plain.getOrDefault(param.name), param.name


@pytest.mark.parametrize("estimator, stock", ESTIMATORS)
def test_constructor_isKeywordOnly_andNamesEveryParam(spark, estimator, stock):
    parameters = inspect.signature(estimator).parameters
    assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in parameters.values())
    made = estimator()
    assert {param.name for param in made.params} | {"on_pass", "progress"} == set(parameters)
    for name, parameter in parameters.items():
        if made.hasParam(name) and made.hasDefault(name):
            assert parameter.default == made.getOrDefault(name), name
    with pytest.raises(TypeError, match="positional"):
        estimator("features")


@pytest.mark.parametrize("own", OWN + OF_CLASSES + OF_PROBABILITIES, ids=lambda own: own.name)
def test_ownParam_setter_keywordAndGetter_agree(spark, own):
    estimator = MiniBatchLogisticRegression if own in OF_PROBABILITIES else MiniBatchLinearSVC
    value = {str: "abc", int: 3, float: 0.5, bool: False}[own.type]
    accessor = own.name[0].upper() + own.name[1:]
    made = estimator()
    assert getattr(made, "set" + accessor)(value) is made
    assert getattr(made, "get" + accessor)() == value
    assert getattr(estimator(**{own.name: value}), "get" + accessor)() == value
    assert own.doc in getattr(made, "set" + accessor).__doc__
    assert own.name in inspect.getdoc(estimator)


def test_checkpointInterval_numberOfSteps_isText(spark):
    assert MiniBatchLinearSVC(checkpointInterval=100).getCheckpointInterval() == "100"


def test_classWeight_dictAsInScikitLearn_isText(spark):
    assert MiniBatchLinearSVC(classWeight={0: 1, 1: 10.5}).getClassWeight() == "0:1.0,1:10.5"
    assert MiniBatchLinearSVC().setClassWeight("balanced").getClassWeight() == "balanced"
    assert not MiniBatchLinearRegression().hasParam("classWeight")


def test_unknownParam_isNamed(spark):
    with pytest.raises(TypeError, match="MiniBatchLinearSVC has no param momentun."):
        MiniBatchLinearSVC(momentun=0.9)


def test_wrongType_isRefused(spark):
    with pytest.raises(TypeError, match="batchSize"):
        MiniBatchLinearSVC(batchSize="many")


def test_wrongValue_isRefusedInJavasSentence(spark, rows):
    with pytest.raises(Exception, match="optimizer|nestorov"):
        MiniBatchLinearSVC(optimizer="nestorov").fit(rows)


def test_stub_forEditors_isThatOfTheTable():
    written = importlib.resources.files("ravine.ml").joinpath("_params.pyi").read_text()
    assert written == stubs.text(), "run python src/test/python/stubs.py"
