"""The wheel, the jar that carries the Python sources, and what is said where the jar is missing."""

import base64
import hashlib
import re
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

import ravine
from processes import python, submit, succeeding
from ravine._session import require_spark

ROOT = Path(__file__).resolve().parents[3]
WHEEL = next((ROOT / "target").glob("ravine_spark-*.whl"))
POM_VERSION = re.search(r"<version>([^<]+)</version>", (ROOT / "pom.xml").read_text()).group(1)


def test_version_isThePoms():
    assert ravine.__version__ == POM_VERSION.replace("-SNAPSHOT", ".dev0")
    assert WHEEL.name == f"ravine_spark-{ravine.__version__}-py3-none-any.whl"


def test_jarPath_inTheWheel_isTheJarThatMavenMade():
    built = ROOT / "target" / f"ravine-spark-{POM_VERSION}.jar"
    assert "site-packages" in ravine.jar_path()
    assert Path(ravine.jar_path()).read_bytes() == built.read_bytes()


def test_record_ofTheWheel_hasEveryFileWithItsDigest():
    with zipfile.ZipFile(WHEEL) as wheel:
        assert "ravine/py.typed" in wheel.namelist()
        record = next(name for name in wheel.namelist() if name.endswith("/RECORD"))
        lines = [line.rsplit(",", 2) for line in wheel.read(record).decode().splitlines()]
        assert sorted(line[0] for line in lines) == sorted(wheel.namelist())
        for name, digest, length in lines:
            if name != record:
                content = wheel.read(name)
                sha = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
                assert (digest, int(length)) == (f"sha256={sha}", len(content)), name


def test_metadata_ofTheWheel_passesTwine():
    succeeding([sys.executable, "-m", "twine", "check", "--strict", WHEEL])


def test_import_ofThePackage_loadsNothingHeavy_withinHalfASecond():
    script = """
        import time
        begin = time.perf_counter()
        import ravine, sys
        seconds = time.perf_counter() - begin
        heavy = {"pyspark", "py4j", "numpy", "pandas", "matplotlib", "tqdm"} & set(sys.modules)
        print(sorted(heavy), seconds)
    """
    loaded, seconds = zip(*(python(script).stdout.split("] ") for _ in range(3)))
    assert set(loaded) == {"["}
    print(f"import ravine: {min(map(float, seconds)):.3f} s")
    assert min(map(float, seconds)) < 0.5


def test_sourcesInTheJar_onThePath_areThePackage():
    jar = ravine.jar_path()
    found = python(
        "import ravine, ravine.ml.regression as r; print(ravine.jar_path(), r.__file__, sep='|')",
        PYTHONPATH=jar,
    ).stdout.strip()
    assert found == f"{jar}|{jar}/ravine/ml/regression.py"


def test_sessionWithoutTheJar_everyWayIn_saysTheLineThatAddsIt():
    said = python(
        """
        import ravine
        from pyspark.sql import SparkSession
        spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
        from ravine.ml.regression import MiniBatchLinearRegression as Estimator
        for use in (Estimator, lambda: Estimator.load("nowhere"), ravine.spark):
            try:
                use()
            except RuntimeError as e:
                print(e)
        """
    ).stdout.splitlines()
    assert len(said) == 3
    assert said[0] == said[1]
    assert f"--packages ravine:ravine-spark:{POM_VERSION}" in said[0]
    assert "begin a new Python process" in said[2]


def test_oldPyspark_isNamedInOneSentence():
    said = python(
        """
        import pyspark
        pyspark.__version__ = "3.4.4"
        import ravine
        try:
            ravine.spark()
        except RuntimeError as e:
            print(e, pyspark.SparkContext._gateway)
        """
    ).stdout.strip()
    assert said == "Ravine needs Spark 3.5 or later, but this is Spark 3.4.4. None"


@pytest.mark.parametrize("version", ["3.5.0", "3.5.6", "3.10.1", "4.0.0.dev1", "10.1", "client-18"])
def test_requireSpark_newEnoughOrUnknown_isLetPass(version):
    require_spark(version)


@pytest.mark.short
def test_packages_ofALocalRepository_bringJarAndPython(tmp_path):
    """`--packages` alone is enough in a classic session, as far as the repository is ours."""
    place = tmp_path / "repository" / "ravine" / "ravine-spark" / POM_VERSION
    place.mkdir(parents=True)
    stem = f"ravine-spark-{POM_VERSION}"
    (place / f"{stem}.jar").write_bytes(Path(ravine.jar_path()).read_bytes())
    (place / f"{stem}.pom").write_text((ROOT / "target" / "dependency-reduced-pom.xml").read_text())
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            """
            from pyspark.sql import SparkSession
            spark = SparkSession.builder.getOrCreate()
            import ravine
            from pyspark.ml.linalg import Vectors
            from ravine.ml.regression import MiniBatchLinearRegression
            rows = spark.createDataFrame([(2.0 * i + 1, Vectors.dense(i)) for i in range(9)], ["label", "features"])
            print("from", ravine.__file__, round(MiniBatchLinearRegression().fit(rows).coefficients[0], 6))
            """
        )
    )
    said = submit(
        "--master",
        "local[1]",
        *("--conf", f"spark.jars.ivy={tmp_path}/ivy"),
        *("--repositories", f"file://{tmp_path}/repository"),
        *("--packages", f"ravine:ravine-spark:{POM_VERSION}"),
        script,
    )
    found = re.search(r"from (\S+) (\S+)", said)
    assert ".jar/ravine/" in found.group(1)
    assert found.group(2) == "2.0"
