"""Later Javas, where this machine has any that the Spark runs on: JAVA_HOME_21 and the like, and /usr/lib/jvm."""

import os
import re
from pathlib import Path

import pytest
from pyspark.version import __version__ as pyspark_version

import ravine
from processes import python, submit

# From 24 on a JDK has no security manager, which the Hadoop of Sparks before 4.2 asks for.
LATEST = 21 if pyspark_version < "4.2" else 25


def java_homes():
    """Homes of JDKs by version, of those later than 17 that this Spark runs on and that have the module it asks for."""
    named = [Path(home) for name, home in os.environ.items() if re.fullmatch(r"JAVA_HOME_\d+.*", name)]
    found = {}
    for home in [*named, *sorted(Path("/usr/lib/jvm").glob("*"))]:
        release = home / "release"
        text = release.read_text() if release.is_file() else ""
        version = re.search(r'JAVA_VERSION="(\d+)', text)
        if version and 17 < int(version.group(1)) <= LATEST and "jdk.incubator.vector" in text:
            found.setdefault(version.group(1), str(home))
    return found


JAVAS = java_homes()

SCRIPT = """
import ravine
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession
from ravine.ml.classification import MiniBatchLogisticRegression

spark = ravine.spark(SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false"))
rows = spark.createDataFrame(
    [(float(i % 2), Vectors.dense(i % 2 + 0.3 * (i % 7), float(i % 5))) for i in range(100)], ["label", "features"]
)
for params in ({}, {"optimizer": "adam", "batchSize": 20, "maxIter": 40, "storageLevel": "DISK_ONLY"}):
    print(round(MiniBatchLogisticRegression(regParam=0.1, **params).fit(rows).coefficients[0], 1))
print(spark._jvm.java.lang.System.getProperty("java.specification.version"), spark._jvm.ravine.kernel.Kernels.active())
"""


if JAVAS:

    @pytest.mark.short
    @pytest.mark.parametrize("version", JAVAS)
    def test_laterJava_fitsAndTrains(version, table, right_answers, tmp_path):
        home = {"JAVA_HOME": JAVAS[version]}
        said = python(SCRIPT, **home).stdout.splitlines()
        assert said[:2] == ["1.3", "1.3"]
        assert re.fullmatch(rf"{version} (scalar|vector\d+)", said[2])
        options = ["--class", "ravine.cli.Ravine", ravine.jar_path(), "train", "--data", table]
        options += ["--task", "logistic", "--label", "clicked", "--model", tmp_path / "model"]
        submit("--master", "local[2]", *options, **home)
        assert right_answers(tmp_path / "model") > 300
