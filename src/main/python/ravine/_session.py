"""Sessions that have Ravine's jar; and what differs between classic sessions and Spark Connect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from ravine._jar import jar_path, missing_jar

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PROBE = "ravine.ml.MiniBatchSettings"


def session(builder: Optional["SparkSession.Builder"]) -> "SparkSession":
    """See :func:`ravine.spark`."""
    from pyspark.sql import SparkSession

    chosen = SparkSession.builder if builder is None else builder
    given = getattr(chosen, "_options", {}).get("spark.jars", "")
    path = jar_path()
    if path not in given.split(","):
        chosen = chosen.config("spark.jars", f"{given},{path}" if given else path)
    made = chosen.getOrCreate()
    if is_connect(made):
        made.addArtifacts(path)
    elif not has_jar():
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
    from pyspark import SparkContext

    context = SparkContext._active_spark_context
    if context is None or context._jvm is None:
        raise RuntimeError("There is no Spark session: begin one with `spark = ravine.spark()`.")
    return context._jvm


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
    found = jvm()
    version = found.java.lang.System.getProperty("java.specification.version")
    if float(version) < 17:
        raise RuntimeError(f"Ravine needs Java 17 or later, but Spark runs on Java {version}.")
    if not has_jar():
        raise RuntimeError(missing_jar())
