"""Many maps of params over Spark Connect: the server trains them in one go, and the client takes them one by one."""

import pyspark

from processes import python

SCRIPT = """
import logging
import ravine
from pyspark.ml import Pipeline
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import StandardScaler
from pyspark.ml.linalg import Vectors
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder
from pyspark.sql import SparkSession

spark = ravine.spark(SparkSession.builder.remote("local[2]").config("spark.ui.enabled", "false"))
from ravine.ml.classification import MiniBatchLinearSVC, MiniBatchLogisticRegression
from ravine.ml.regression import MiniBatchLinearRegression
from ravine.ml.tuning import RavineCrossValidator, RegularizationPath

rows = spark.createDataFrame(
    [(float(i % 2), Vectors.dense(i % 2 + 0.3 * (i % 7), float(i % 5))) for i in range(100)],
    ["label", "features"],
)
asked = []
execute = spark.client.execute_command

def listening(command, *others, **named):
    if command.ml_command.HasField("fit"):
        fit = command.ml_command.fit
        asked.append((fit.estimator.name.rpartition(".")[2], "grid" in fit.params.params))
    return execute(command, *others, **named)

spark.client.execute_command = listening

def grid(estimator):
    return ParamGridBuilder().addGrid(estimator.regParam, [1.0, 0.1, 0.01]).build()

for kind in (MiniBatchLinearRegression, MiniBatchLinearSVC, MiniBatchLogisticRegression):
    estimator = kind(tol=1e-9)
    maps = [*grid(estimator), {estimator.regParam: 1, estimator.fitIntercept: False}]
    alone = [estimator.fit(rows, one) for one in maps]
    asked.clear()
    for model, single in zip(estimator.fit(rows, maps), alone):
        assert type(model) is type(single) and model.uid == single.uid
        assert abs(model.coefficients.toArray() - single.coefficients.toArray()).max() < 1e-4
        assert model.extractParamMap() == single.extractParamMap()
        assert len(model.transform(rows).collect()) == 100
    print(asked[0], asked[1:] == [(asked[0][0], False)] * 3)
print(len(model.summary.objectiveHistory) > 1)
by_rule = [{estimator.optimizer: "adam(beta2=0.99)", estimator.batchSize: 10, estimator.maxIter: n} for n in (1, 2)]
for one, given in zip(estimator.fit(rows, by_rule), by_rule):
    assert list(one.coefficients) == list(estimator.fit(rows, given).coefficients)
asked.clear()
estimator.fit(rows, [{estimator.initialModelPath: ""}, {estimator.classWeight: {1: 2.0}}, {estimator.seed: 3}])
print("odd", [name for name, _ in asked])
try:
    estimator.fit(rows, [{estimator.optimizer: "adam"}, {estimator.optimizer: "nestorov"}])
except Exception as e:
    print("nestorov" in str(e))

scaler = StandardScaler(inputCol="features", outputCol="scaled")
last = MiniBatchLogisticRegression(featuresCol="scaled")
for tuner, whole, tuned in (
    (CrossValidator, estimator, estimator),
    (RavineCrossValidator, estimator, estimator),
    (RavineCrossValidator, Pipeline(stages=[scaler, last]), last),
):
    asked.clear()
    found = tuner(
        estimator=whole, estimatorParamMaps=grid(tuned), evaluator=BinaryClassificationEvaluator(), numFolds=2, seed=1
    ).fit(rows)
    print(type(found.bestModel).__name__, [name for name, first in asked if first])
try:
    RegularizationPath.fit(estimator, rows, [0.1])
except RuntimeError as e:
    print(e)
spark.stop()
"""

if not pyspark.__version__.startswith("3."):

    def test_manyMaps_overConnect_areTrainedTogether(tmp_path):
        result = python(SCRIPT, folder=tmp_path)
        assert result.stdout.splitlines() == [
            "('RemoteLinearRegression', True) True",
            "('RemoteLinearSVC', True) True",
            "('RemoteLogisticRegression', True) True",
            "True",
            "odd ['RemoteLogisticRegression', 'RemoteLogisticRegression', 'RemoteLogisticRegression']",
            "True",
            "LogisticRegressionModel ['RemoteLogisticRegression', 'RemoteLogisticRegression']",
            "LogisticRegressionModel ['RemoteLogisticRegression', 'RemoteLogisticRegression']",
            "PipelineModel ['RemoteLogisticRegression', 'RemoteLogisticRegression']",
            "Spark Connect has no RegularizationPath: it needs a classic session.",
        ]
