"""Where Ravine's jar is, and what is said where it is missing."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import zipfile
from pathlib import Path

from ravine._version import POM_VERSION

PACKAGE = f"ravine:ravine-spark:{POM_VERSION}"
"""What ``--packages`` takes."""

_copied = ""


def jar_path() -> str:
    """The path of Ravine's jar: the one in this wheel, or the jar that these sources were read from.

    A wheel that was not installed but stands on the path itself (``--py-files``) gives a copy of its jar.

    :raises FileNotFoundError: if the package was not installed but is read from a source tree.
    """
    global _copied
    package = Path(__file__).resolve().parent
    name = f"ravine-spark-{POM_VERSION}.jar"
    in_wheel = package / "jars" / name
    if in_wheel.is_file():
        return str(in_wheel)
    if package.parent.is_file():  # .../ravine-spark-0.1.0.jar/ravine
        with zipfile.ZipFile(package.parent) as archive:
            if f"ravine/jars/{name}" not in archive.namelist():
                return str(package.parent)
            if not _copied:
                folder = Path(tempfile.mkdtemp(prefix="ravine-"))
                atexit.register(shutil.rmtree, folder, ignore_errors=True)
                _copied = archive.extract(f"ravine/jars/{name}", folder)
            return _copied
    raise FileNotFoundError(
        f"There is no jar beside {package}: install the wheel ravine-spark, which carries it."
    )


def named_jar() -> str:
    """The jar as a sentence names it: by its path, or by its name where that path is a copy's, gone at the end."""
    path = jar_path()
    return Path(path).name if path == _copied else path


def missing_jar() -> str:
    """One sentence: that the jar is missing, and the line that adds it."""
    return (
        "Spark has no jar of Ravine: begin the session with `spark = ravine.spark(SparkSession.builder)`,"
        f" or run Spark with `--packages {PACKAGE}`"
        " or `.config(\"spark.jars\", ravine.jar_path())`, in a new Python process."
    )
