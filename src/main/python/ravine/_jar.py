"""Where Ravine's jar is, and what is said where it is missing."""

from __future__ import annotations

from pathlib import Path

from ravine._version import POM_VERSION


def jar_path() -> str:
    """The path of Ravine's jar: the one in this wheel, or the jar that these sources were read from.

    :raises FileNotFoundError: if the package was not installed but is read from a source tree.
    """
    package = Path(__file__).resolve().parent
    in_wheel = package / "jars" / f"ravine-spark-{POM_VERSION}.jar"
    if in_wheel.is_file():
        return str(in_wheel)
    if package.parent.is_file():  # .../ravine-spark-0.1.0.jar/ravine
        return str(package.parent)
    raise FileNotFoundError(
        f"There is no jar beside {package}: install the wheel ravine-spark, which carries it."
    )


def missing_jar() -> str:
    """One sentence: that the jar is missing, and the line that adds it."""
    return (
        "Spark has no jar of Ravine: begin the session with `spark = ravine.spark(SparkSession.builder)`,"
        f" or run Spark with `--packages ravine:ravine-spark:{POM_VERSION}`"
        " or `.config(\"spark.jars\", ravine.jar_path())`, in a new Python process."
    )
