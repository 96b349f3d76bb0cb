"""The recipe of docs/mlflow.md, with a real MLflow whose store is SQLite."""

import re
from pathlib import Path

import mlflow
import pytest
from pyspark.ml.classification import LogisticRegressionModel
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession

import ravine

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def store(tmp_path, monkeypatch):
    """An empty store, in which a run writes its models, too."""
    monkeypatch.chdir(tmp_path)
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    mlflow.set_registry_uri(f"sqlite:///{tmp_path}/mlflow.db")
    experiment = mlflow.create_experiment("recipe", artifact_location=(tmp_path / "artifacts").as_uri())
    mlflow.set_experiment(experiment_id=experiment)
    return mlflow.MlflowClient()


def test_recipe_keepsParamsPassesReportAndModel(store, tmp_path):
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = ravine.spark(builder.config("spark.sql.warehouse.dir", str(tmp_path / "warehouse")))
    rows = spark.createDataFrame(
        [(float(i % 2), Vectors.dense(i % 2 + 0.3 * (i % 7), float(i % 5))) for i in range(100)],
        ["label", "features"],
    ).cache()
    page = (ROOT / "docs" / "mlflow.md").read_text()
    names = {"rows": rows}
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(compile(block, "docs/mlflow.md", "exec"), names)

    result = names["result"]
    (run,) = store.search_runs([mlflow.get_experiment_by_name("recipe").experiment_id])
    assert run.info.status == "FINISHED"
    assert run.data.params["regParam"] == "0.01"
    assert run.data.params["optimizer"] == "nesterov(accelerated)"
    assert run.data.tags["stop_reason"] == "CONVERGED"
    history = store.get_metric_history(run.info.run_id, "objective")
    assert [(m.step, m.value) for m in history] == [(p.pass_, p.objective) for p in result.passes]
    assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/report.html") == result.report()
    loaded = mlflow.spark.load_model(f"runs:/{run.info.run_id}/model")
    (stage,) = [s for s in loaded.stages if isinstance(s, LogisticRegressionModel)]
    assert stage.coefficients == names["model"].coefficients
