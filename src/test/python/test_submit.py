"""The command line and Python scripts, started by the spark-submit of this pyspark."""

import re
import textwrap
from pathlib import Path

import pytest

import ravine
from processes import python, submit

ROOT = Path(__file__).resolve().parents[3]
WHEEL = next((ROOT / "target").glob("ravine_spark-*.whl"))


@pytest.mark.short
def test_commandLine_trains_whatPysparkLoads(table, right_answers, tmp_path):
    properties = tmp_path / "train.conf"
    properties.write_text("spark.master local[2]\nspark.ravine.task logistic\nspark.ravine.label clicked\nspark.ravine.reg-param 0.01\n")
    command = ["--class", "ravine.cli.Ravine", "--properties-file", properties, ravine.jar_path()]
    said = submit(*command, "train", "--data", table, "--model", tmp_path / "model")
    assert "converged" in said.lower()
    assert right_answers(tmp_path / "model") > 300


SCRIPT = """
import ravine
from pyspark.ml.linalg import Vectors
from ravine.ml.regression import MiniBatchLinearRegression

spark = ravine.spark()
rows = spark.createDataFrame([(2.0 * i + 1, Vectors.dense(i)) for i in range(9)], ["label", "features"])
print("jars", spark.sparkContext.getConf().get("spark.jars"))
print("from", ravine.__file__, round(MiniBatchLinearRegression().fit(rows).coefficients[0], 6))
"""


def test_script_withTheWheelAsPyFile_trains(tmp_path):
    """--py-files comes before what is installed."""
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT))
    said = submit("--master", "local[1]", "--jars", ravine.jar_path(), "--py-files", WHEEL, script)
    assert re.search(r"jars (\S+)", said).group(1).endswith(ravine.jar_path())
    found = re.search(r"from (\S+) (\S+)", said)
    assert found.group(2) == "2.0"
    assert f"{WHEEL.name}/ravine/" in found.group(1)


def test_script_submittedWithoutTheJar_saysWhatToAdd(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import ravine\ntry:\n    ravine.spark()\nexcept RuntimeError as e:\n    print(e)\n")
    said = submit("--master", "local[1]", script)
    assert "spark-submit was given no jar of Ravine: add `--packages ravine:ravine-spark:" in said
    assert f"or `--jars {ravine.jar_path()}` to it." in said
    # The wheel as a file gives a copy of its jar, which is gone when that is read.
    said = submit("--master", "local[1]", "--py-files", WHEEL, script)
    assert f"or `--jars {Path(ravine.jar_path()).name}` to it." in said


def test_jarPath_ofAWheelOnThePath_isACopyOfItsJar():
    program = "import ravine; p = ravine.jar_path(); print(ravine.__file__, p, ravine.jar_path() == p, sep='|');" \
        "print(open(p, 'rb').read() == open(%r, 'rb').read())" % ravine.jar_path()
    first, same = python(program, PYTHONPATH=str(WHEEL)).stdout.splitlines()
    assert first.startswith(f"{WHEEL}/ravine/__init__.py|")
    copy, once = first.split("|")[1:]
    assert (same, once, Path(copy).exists()) == ("True", "True", False)
