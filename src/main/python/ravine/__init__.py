"""Momentum, NAG, Adam and their family for the linear, logistic and SVM models of Spark's MLlib.

The estimators stand where Spark's do, with ``ravine`` in place of ``pyspark``::

    import ravine
    from ravine.ml.classification import MiniBatchLogisticRegression

    spark = ravine.spark()                                  # a session with the jar
    model = MiniBatchLogisticRegression(regParam=1e-4).fit(rows)
    ravine.training_result(model)                           # what the fit knows beyond the model

Or nothing of it but one line: after ``ravine.enable()`` the estimators of ``pyspark.ml`` themselves
are trained by Ravine.

``ravine.ml`` is for DataFrames, ``ravine.mllib`` for RDDs. Importing this package imports no Spark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from ravine._jar import jar_path
from ravine._version import __version__

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from ravine.ml.training import TrainingResult

__all__ = [
    "__version__",
    "disable",
    "enable",
    "explain",
    "jar_path",
    "spark",
    "training_result",
]


def spark(builder: Optional["SparkSession.Builder"] = None) -> "SparkSession":
    """A session that has Ravine's jar.

    :param builder: what else the session needs; by default ``SparkSession.builder`` as it is.
    :raises RuntimeError: if a session without the jar runs already: a JVM takes it at its start only.
    """
    from ravine._session import session

    return session(builder)


def training_result(fitted: Any) -> "TrainingResult":
    """What the fit that made a model knows beyond it: history, certificate, why it ended.

    :param fitted: a model that one of the estimators here gave in this session, or the estimator
        itself. In a ``PipelineModel`` it is one of the ``stages``, in a ``CrossValidatorModel`` the
        ``bestModel`` or one of its stages.
    :raises RuntimeError: if it is none of these, or was fitted over Spark Connect.
    """
    from ravine.ml.training import result_of

    return result_of(fitted)


def enable() -> None:
    """From now on pyspark's own estimators are trained by Ravine, where that comes to the same.

    ``LogisticRegression``, ``LinearSVC`` and ``LinearRegression`` of ``pyspark.ml``, wherever they
    stand (``Pipeline``, ``CrossValidator``, ``OneVsRest``), in classic sessions and over Spark
    Connect. Nothing is refused: what Ravine does not honour is trained by Spark's own code, with
    one line in the log that names it. What is saved is Spark's.

    :raises RuntimeError: if there is a classic session without the jar.
    """
    from ravine.ml.redirect import enable as on

    on()


def disable() -> None:
    """Takes :func:`enable` back; also for estimators that were made in between."""
    from ravine.ml.redirect import disable as off

    off()


def explain(estimator: Any) -> str:
    """Who trains an estimator of pyspark after :func:`enable`, and why: a sentence.

    :param estimator: of a pipeline, a tuner or a ``OneVsRest`` the estimators inside are told of,
        a line each.
    :raises RuntimeError: over Spark Connect, where the server says it with the model.
    """
    from ravine.ml.redirect import explain as sentences

    return sentences(estimator)
