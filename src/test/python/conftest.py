"""One Spark session with the jar of the installed wheel, and small data whose optimum is finite."""

import random
import sys
from pathlib import Path

import pyspark
import pytest
from pyspark.ml import PipelineModel
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession

import ravine


def pytest_configure(config):
    config.addinivalue_line("markers", "short: what is run on every pyspark; all else on some only")
    config.addinivalue_line("markers", "peer: Spark's own examples, some minutes; CI runs them on one pyspark")


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    builder = (
        SparkSession.builder.master("local[2]")
        .appName("ravine")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
    )
    session = ravine.spark(builder)
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A standalone cluster of this Spark: a master and two workers, processes of their own."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "faults"))
    from breaking.cluster import Cluster

    made = Cluster(str(Path(pyspark.__file__).parent), str(tmp_path_factory.mktemp("cluster")))
    yield made
    made.close()


@pytest.fixture(scope="session")
def points():
    """400 rows (label in {0, 1}, three features), drawn with a fixed seed; classes overlap."""
    drawn = random.Random(7)
    rows = []
    for _ in range(400):
        x = [drawn.gauss(0.0, 1.0) for _ in range(3)]
        margin = x[0] - 2.0 * x[1] + 0.5 + drawn.gauss(0.0, 1.5)
        rows.append((1.0 if margin > 0 else 0.0, x))
    return rows


@pytest.fixture(scope="session")
def rows(spark, points):
    frame = spark.createDataFrame(
        [(label, Vectors.dense(x), index % 5 == 0) for index, (label, x) in enumerate(points)],
        ["label", "features", "isValidation"],
    )
    return frame.repartition(2).cache()


@pytest.fixture
def table(points, tmp_path):
    """The points as a CSV file."""
    path = tmp_path / "points.csv"
    lines = [",".join(map(str, [int(label), *x])) for label, x in points]
    path.write_text("\n".join(["clicked,a,b,c", *lines]) + "\n")
    return path


@pytest.fixture
def right_answers(spark, table):
    """How many of the 400 rows a model that was saved, read by pyspark alone, puts in their class."""

    def count(model):
        rows = spark.read.csv(str(table), header=True, inferSchema=True)
        return PipelineModel.load(str(model)).transform(rows).where("prediction = clicked").count()

    return count
