"""A Spark Connect server that trains by Ravine what unmodified pyspark code asks of it."""

import json
from pathlib import Path

import pyspark
import pytest

import ravine
from processes import connect_server, python

HAS_CONNECT = not pyspark.__version__.startswith("3.")

# Knows nothing of us. What the server says of a fit, pyspark logs as a warning.
UNMODIFIED = """
import json, logging, sys, threading, time
told = []
class Keeping(logging.Handler):
    def emit(self, record):
        told.append(record.getMessage())
logging.getLogger("pyspark").addHandler(Keeping())
logging.getLogger("ravine").addHandler(Keeping())
logging.getLogger().addHandler(Keeping())

from pyspark.ml import Pipeline
from pyspark.ml.classification import LinearSVC, LogisticRegression
from pyspark.ml.linalg import Vectors
from pyspark.ml.regression import LinearRegression
from pyspark.sql import SparkSession

spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
folder = sys.argv[2]
rows = spark.createDataFrame(
    [(float(i % 2), Vectors.dense(i % 2 + 0.3 * (i % 7), float(i % 5))) for i in range(100)],
    ["label", "features"],
)

def fit(estimator, data=rows):
    del told[:]
    model = estimator.fit(data)
    return model, list(dict.fromkeys(told))

"""

REDIRECTED = """
found = {}
for estimator in (LogisticRegression(regParam=0.1), LinearSVC(regParam=0.1), LinearRegression()):
    model, said = fit(estimator)
    found[type(model).__name__] = [said, list(model.coefficients), model.intercept]
model, found["depth"] = fit(LogisticRegression(aggregationDepth=3))
model, _ = fit(LogisticRegression(regParam=0.1))
found["history"] = len(model.summary.objectiveHistory)
found["accuracy"] = model.summary.accuracy

LogisticRegression(regParam=0.25).write().overwrite().save(folder + "/estimator")
Pipeline(stages=[LinearRegression(regParam=0.5)]).write().overwrite().save(folder + "/pipeline")
found["loaded"] = [
    LogisticRegression.load(folder + "/estimator").getRegParam(),
    Pipeline.load(folder + "/pipeline").getStages()[0].getRegParam(),
]
del told[:]
LogisticRegression.load(folder + "/estimator").fit(rows)
found["loaded and fitted"] = list(dict.fromkeys(told))
print(json.dumps(found))
"""

EVICTED = """
memory = "spark.connect.session.connectML.mlCache.memoryControl."
spark.conf.set(memory + "enabled", "true")
spark.conf.set(memory + "maxInMemorySize", "200k")
found = {}
for estimator in (LogisticRegression(regParam=0.1), LinearRegression()):
    model, said = fit(estimator)
    measure = "accuracy" if isinstance(estimator, LogisticRegression) else "rootMeanSquaredError"
    before = [list(model.coefficients), getattr(model.summary, measure), model.summary.objectiveHistory]
    others = [fit(LogisticRegression(regParam=0.01 * k))[0] for k in range(1, 40)]
    after = [list(model.coefficients), getattr(model.summary, measure), model.summary.objectiveHistory]
    found[measure] = [said, before, after]
print(json.dumps(found))
"""

INTERRUPTED = """
slow = spark.range(400).repartition(2).selectExpr(
    "double(id % 2) AS label",
    "array(double(id % 3), double(length(coalesce(reflect('java.lang.Thread', 'sleep', 200L), '')))) AS features",
)
raised = []
def train():
    try:
        fit(LogisticRegression(regParam=0.1), slow)
    except Exception as e:
        raised.append(str(e))
thread = threading.Thread(target=train)
thread.start()
began = time.monotonic()
while time.monotonic() - began < 60 and not spark.interruptAll():
    time.sleep(0.2)
asked = time.monotonic()
thread.join(60)
seconds = time.monotonic() - asked
said = fit(LogisticRegression(regParam=0.1))[1]
print(json.dumps({"raised": raised, "seconds": seconds, "alive": thread.is_alive(), "next": said}))
"""

ENABLED = """
import ravine
spark.conf.set("spark.connect.ml.backend.classes", "")
_, before = fit(LogisticRegression(regParam=0.1))
ravine.enable()
model, said = fit(LogisticRegression(regParam=0.1))
Pipeline(stages=[LogisticRegression(regParam=0.5)]).write().overwrite().save(folder + "/enabled")
try:
    ravine.explain(LogisticRegression())
except RuntimeError as e:
    refused = str(e)
ravine.disable()
_, after = fit(LogisticRegression(regParam=0.1))
print(json.dumps({"before": before, "said": said, "after": after, "refused": refused}))
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Runs a script as a client of a server that has our jar and our back end."""
    folder = tmp_path_factory.mktemp("connect")
    options = ["--jars", ravine.jar_path(), "--conf", "spark.connect.ml.backend.classes=ravine.connect.RavineBackend"]
    with connect_server(folder, *options) as url:

        def run(script):
            return json.loads(python(UNMODIFIED + script, url, folder, folder=folder).stdout.splitlines()[-1])

        run.folder = folder
        yield run


def is_verdict(said):
    return len(said) == 1 and "CONVERGED after" in said[0] and "above the optimum" in said[0]


if HAS_CONNECT:

    def test_server_ofUnmodifiedCode_trainsByRavine(client):
        found = client(REDIRECTED)
        for name in ("LogisticRegressionModel", "LinearSVCModel", "LinearRegressionModel"):
            said, coefficients, _ = found[name]
            assert is_verdict(said), said
            assert len(coefficients) == 2
        assert "aggregationDepth=3" in found["depth"][0] and "by Spark" in found["depth"][0]
        assert found["history"] >= 2
        assert 0.5 < found["accuracy"] <= 1.0
        assert found["loaded"] == [0.25, 0.5]
        assert is_verdict(found["loaded and fitted"])
        assert_stock(client.folder)

    def test_models_thatWereEvicted_comeBackWithTheirSummary(client):
        found = client(EVICTED)
        for measure in ("accuracy", "rootMeanSquaredError"):
            said, before, after = found[measure]
            assert is_verdict(said), said
            assert after == before

    def test_fit_interrupted_endsAndIsNotBegunAnew(client):
        found = client(INTERRUPTED)
        assert not found["alive"]
        assert len(found["raised"]) == 1
        assert found["seconds"] < 20
        assert is_verdict(found["next"])

    def test_enable_ofTheClient_redirects(client):
        found = client(ENABLED)
        assert found["before"] == [] and found["after"] == []
        assert is_verdict(found["said"])
        assert "the server says it" in found["refused"]
        assert_stock(client.folder)

else:

    def test_spark_ofThisVersion_hasNoEstimatorsOverConnect():
        from pyspark.ml import classification

        assert "try_remote" not in Path(classification.__file__).read_text()


def assert_stock(folder):
    saved = list(folder.rglob("metadata/part-*"))
    assert saved
    for path in saved:
        assert "ravine" not in path.read_text(), path
