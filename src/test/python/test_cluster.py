"""spark-submit on a standalone cluster: a master and two workers, processes of their own."""

import json
import textwrap
from pathlib import Path

import pytest
from pyspark.ml import PipelineModel

import ravine
from processes import submit

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def submit_to_cluster(cluster, tmp_path):
    """Runs spark-submit in client mode, with an event log; returns what it printed and the log's events."""
    log = tmp_path / "events"
    log.mkdir()
    given = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.executor.cores": "1",
        "spark.executor.memory": "600m",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": log.as_uri(),
        "spark.eventLog.compress": "false",
        # Else the first job could be over before the second executor is there.
        "spark.cores.max": "2",
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
    }

    def run(*arguments):
        settings = [word for key, value in given.items() for word in ("--conf", f"{key}={value}")]
        said = submit("--master", cluster.url, "--deploy-mode", "client", *settings, *arguments)
        events = [
            json.loads(line)
            for file in sorted(log.rglob("*"))
            if file.is_file() and not file.name.startswith((".", "appstatus"))
            for line in file.read_text().splitlines()
        ]
        return said, events

    return run


def executors_of_tasks(events):
    """The executors that finished a task."""
    return {event["Task Info"]["Executor ID"] for event in events if event["Event"] == "SparkListenerTaskEnd"}


def test_commandLine_onTheCluster_usesBothWorkers(submit_to_cluster, table, right_answers, tmp_path):
    model = tmp_path / "model"
    said, events = submit_to_cluster(
        *("--properties-file", ROOT / "conf" / "cluster.conf", "--class", "ravine.cli.Ravine", ravine.jar_path()),
        *("train", "--format", "csv", "--data", table, "--features", "a,b,c", "--model", model),
    )
    assert "adam" in said
    assert executors_of_tasks(events) == {"0", "1"}
    assert events[-1]["Event"] == "SparkListenerApplicationEnd"
    assert right_answers(model) > 300


SCRIPT = """
import sys

import ravine
from pyspark.ml import Pipeline
from pyspark.ml.feature import StandardScaler
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession
from ravine.ml.classification import MiniBatchLogisticRegression

spark = ravine.spark(SparkSession.builder.appName("script"))
rows = spark.createDataFrame(
    [(float(i % 2), Vectors.dense(i % 2 + 0.3 * (i % 7), float(i % 5))) for i in range(200)],
    ["label", "features"],
).repartition(4)
scaler = StandardScaler(inputCol="features", outputCol="scaled")
estimator = MiniBatchLogisticRegression(featuresCol="scaled", regParam=0.01, optimizer="momentum(0.9)", batchSize=20)
model = Pipeline(stages=[scaler, estimator]).fit(rows)
model.save(sys.argv[1])
print("passes", len(ravine.training_result(model.stages[1]).passes))
"""


def test_script_onTheCluster_fitsAPipeline(spark, submit_to_cluster, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT))
    saved = tmp_path / "pipeline"
    said, events = submit_to_cluster("--jars", ravine.jar_path(), script, saved)
    assert "passes" in said
    assert executors_of_tasks(events) == {"0", "1"}
    loaded = PipelineModel.load(str(saved))
    assert loaded.stages[1].coefficients.size == 2
