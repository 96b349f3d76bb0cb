"""The same classes over Spark Connect, which has estimators from pyspark 4.0 on."""

import pyspark

from processes import connect_server, python

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
calibrated, moved = (
    MiniBatchLogisticRegression(regParam=0.1, classWeight={1: 4}, calibrateIntercept=c).fit(rows) for c in (True, False)
)
said = [[row.prediction for row in m.transform(rows).collect()] for m in (calibrated, moved)]
print("weights", round(moved.intercept - calibrated.intercept, 6), said[0] == said[1], sum(said[0]) > 50)
"""


# Each way of training, on rows in memory and on disk.
SENT = """
import sys
import ravine
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession

spark = ravine.spark(SparkSession.builder.remote(sys.argv[1]))
from pyspark.ml.classification import LogisticRegression
from ravine.ml.classification import MiniBatchLinearSVC, MiniBatchLogisticRegression
from ravine.ml.regression import MiniBatchLinearRegression

rows = spark.createDataFrame(
    [(float(i % 2), Vectors.dense(i % 2 + 0.3 * (i % 7), float(i % 5))) for i in range(300)],
    ["label", "features"],
).repartition(3)
estimators = [kind(regParam=0.1) for kind in (MiniBatchLinearRegression, MiniBatchLinearSVC, MiniBatchLogisticRegression)]
estimators.append(MiniBatchLogisticRegression(regParam=0.1, classWeight="balanced"))
for engine in ("resident", "jobs"):
    on_disk = dict(regParam=0.1, engine=engine, storageLevel="DISK_ONLY")
    estimators.append(MiniBatchLogisticRegression(**on_disk))
    estimators.append(MiniBatchLogisticRegression(optimizer="lbfgs", **on_disk))
    estimators.append(MiniBatchLogisticRegression(optimizer="adam", batchSize=50, maxIter=5, **on_disk))
for estimator in estimators:
    model = estimator.fit(rows)
    print(type(model).__name__, int(10 * model.coefficients[0]))
ravine.enable()
print("redirected", int(10 * LogisticRegression(regParam=0.1).fit(rows).coefficients[0]))
MiniBatchLogisticRegression(regParam=0.25).save(sys.argv[2] + "/saved")
print("loaded", MiniBatchLogisticRegression.load(sys.argv[2] + "/saved").getRegParam())
spark.stop()  # else pyspark may ask the server to forget the last model as Python ends, and wait for ever
"""

if not pyspark.__version__.startswith("3."):

    def test_estimators_overConnect_fit(tmp_path):
        said = python(SCRIPT, folder=tmp_path).stdout.splitlines()
        assert said[:4] == [
            "LogisticRegressionModel MiniBatchLogisticRegression 2",
            "LinearSVCModel MiniBatchLinearSVC 2",
            "LinearRegressionModel MiniBatchLinearRegression 2",
            "history 5",
        ]
        assert "summary.objectiveHistory" in said[4]
        assert "classic session" in said[5]
        assert "initialModelPath" in said[6]
        assert all("portions and streams need a classic session" in line for line in said[7:10])
        assert said[10:] == ["weights 1.386294 True True"]

    def test_jar_thatOnlyTheClientSends_trainsOnExecutors(cluster, tmp_path):
        """A server that began without it has its classes in the session's class loader, also on executors."""
        address = ["--master", cluster.url, "--conf", "spark.driver.host=127.0.0.1"]
        size = ["--conf", "spark.executor.cores=1", "--conf", "spark.executor.memory=600m"]
        with connect_server(tmp_path, *address, *size) as url:
            result = python(SENT, url, tmp_path)
        assert result.stdout.splitlines() == [
            "LinearRegressionModel 3",
            "LinearSVCModel 12",
            *["LogisticRegressionModel 13"] * 8,
            "redirected 13",
            "loaded 0.25",
        ]
        assert "spark.jars" not in result.stderr
