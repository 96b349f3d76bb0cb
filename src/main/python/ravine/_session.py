"""Sessions that have Ravine's jar; and what differs between classic sessions and Spark Connect."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Optional

from ravine._jar import PACKAGE, jar_path, missing_jar, named_jar

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PROBE = "ravine.ml.MiniBatchSettings"
_OLDEST_SPARK = (3, 5)
_OLDEST_JAVA = 17


def session(builder: Optional["SparkSession.Builder"]) -> "SparkSession":
    """See :func:`ravine.spark`."""
    import pyspark
    from pyspark.sql import SparkSession

    require_spark(pyspark.__version__)
    chosen = SparkSession.builder if builder is None else builder
    options = getattr(chosen, "_options", {})
    given = options.get("spark.jars", "")
    path = jar_path()
    # There the JVM runs, and what is set here would only replace the --jars of others.
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    # A server refuses it, with a warning: it takes the jar as an artifact.
    served = options.get("spark.remote", os.environ.get("SPARK_REMOTE", "")).startswith("sc://")
    if not submitted and not served and path not in given.split(","):
        chosen = chosen.config("spark.jars", f"{given},{path}" if given else path)
    made = chosen.getOrCreate()
    if is_connect(made):
        require_spark(made.version)
        made.addArtifacts(path)
        return made
    _require_java()
    if not has_jar():
        if submitted:
            raise RuntimeError(
                f"spark-submit was given no jar of Ravine: add `--packages {PACKAGE}` or `--jars {named_jar()}` to it."
            )
        raise RuntimeError(
            "A Spark session without Ravine's jar runs already, and a running one cannot be given it: "
            "stop it and begin a new Python process with `ravine.spark()`."
        )
    return made


def is_connect(made: Any) -> bool:
    """Whether a session is a client of Spark Connect."""
    return ".connect." in type(made).__module__


def over_connect() -> bool:
    """Whether estimators that are made now are those of Spark Connect."""
    from pyspark.sql.utils import is_remote

    return bool(is_remote())


def jvm() -> Any:
    """The JVM of the active classic session.

    :raises RuntimeError: if there is no session.
    """
    return _context()._jvm


def _context() -> Any:
    from pyspark import SparkContext

    context = SparkContext._active_spark_context
    if context is None or context._jvm is None:
        raise RuntimeError("There is no Spark session: begin one with `spark = ravine.spark()`.")
    return context


def has_session() -> bool:
    """Whether a classic session is there to be asked."""
    from pyspark import SparkContext

    return SparkContext._active_spark_context is not None


def has_jar() -> bool:
    """Whether the JVM of the active classic session finds our classes."""
    from py4j.java_gateway import JavaClass

    found = jvm()
    for name in _PROBE.split("."):
        found = getattr(found, name)
    return isinstance(found, JavaClass)


def require_jar() -> None:
    """Does nothing if the JVM of the active classic session can use our classes.

    :raises RuntimeError: in one sentence, if it cannot.
    """
    require_spark(_context().version)
    _require_java()
    if not has_jar():
        raise RuntimeError(missing_jar())


def require_spark(version: str) -> None:
    """Does nothing if Spark is new enough, or does not say how old it is.

    :raises RuntimeError: in one sentence, if it is too old.
    """
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers and (int(numbers.group(1)), int(numbers.group(2))) < _OLDEST_SPARK:
        oldest = ".".join(map(str, _OLDEST_SPARK))
        raise RuntimeError(f"Ravine needs Spark {oldest} or later, but this is Spark {version}.")


def _require_java() -> None:
    version = jvm().java.lang.System.getProperty("java.specification.version")
    if float(version) < _OLDEST_JAVA:
        raise RuntimeError(f"Ravine needs Java {_OLDEST_JAVA} or later, but Spark runs on Java {version}.")
