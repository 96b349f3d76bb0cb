"""The same classes over Spark Connect, which has estimators from pyspark 4.0 on."""

import subprocess
import sys
import textwrap

import pyspark

SCRIPT = """
import ravine
from pyspark.ml import Pipeline
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession

builder = SparkSession.builder.remote("local[2]").config("spark.ui.enabled", "false")
spark = ravine.spark(builder)
from ravine.ml.classification import MiniBatchLinearSVC, MiniBatchLogisticRegression
from ravine.ml.regression import MiniBatchLinearRegression

rows = spark.createDataFrame(
    [(float(i % 2), Vectors.dense(i % 2 + 0.3 * (i % 7), float(i % 5))) for i in range(100)],
    ["label", "features"],
)
for estimator in (MiniBatchLogisticRegression, MiniBatchLinearSVC, MiniBatchLinearRegression):
    model = estimator(regParam=0.1, optimizer="adam", batchSize=20, maxIter=3, seed=5).fit(rows)
    print(type(model).__name__, model.uid.split("_")[0], len(model.coefficients.toArray()))
model = Pipeline(stages=[MiniBatchLogisticRegression(maxIter=4, tol=0.0, optimizer="adam")]).fit(rows)
print("history", len(model.stages[0].summary.objectiveHistory))
estimator = MiniBatchLogisticRegression(maxIter=1)
estimator.fit(rows, [{estimator.optimizer: "sgd"}])
from ravine.ml.streaming import StreamingTrainer, TrainingState
for refused in (
    estimator.training_result,
    lambda: estimator.watch(on_pass=print),
    lambda: estimator.setInitialModel(model.stages[0]),
    TrainingState.fresh,
    lambda: estimator.partialFit(rows, None),
    lambda: StreamingTrainer(estimator, "nowhere"),
):
    try:
        refused()
    except RuntimeError as e:
        print("refused", e)
"""


def test_estimators_overConnect_fit(tmp_path):
    if pyspark.__version__.startswith("3."):
        # Nothing to test, and a test that is skipped would say less: this Spark has no such server.
        from pyspark.ml import classification

        assert "try_remote" not in open(classification.__file__).read()
        return
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    said = result.stdout.splitlines()
    assert said[:4] == [
        "LogisticRegressionModel MiniBatchLogisticRegression 2",
        "LinearSVCModel MiniBatchLinearSVC 2",
        "LinearRegressionModel MiniBatchLinearRegression 2",
        "history 5",
    ]
    assert "summary.objectiveHistory" in said[4]
    assert "classic session" in said[5]
    assert "initialModelPath" in said[6]
    assert len(said) == 10
    assert all("portions and streams need a classic session" in line for line in said[7:])
