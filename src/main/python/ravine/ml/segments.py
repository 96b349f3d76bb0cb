"""Many small models: one for each segment of the rows, each trained whole inside a task.

::

    from ravine.ml.classification import MiniBatchLogisticRegression

    with MiniBatchLogisticRegression(regParam=0.01).fit_by_key(rows, "shop") as models:
        models.frame.where("stopReason != 'CONVERGED'").show()
        models.model("Oslo").coefficients
        models.transform(rows).select("shop", "prediction").show()

For classic sessions.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from ravine._session import jvm, over_connect, require_jar
from ravine.ml.streaming import model_of

__all__ = ["SegmentModels"]


class SegmentModels:
    """A model for each segment: what ``fit_by_key`` gives.

    Use it in a ``with`` statement, or ``close()`` it when it is no longer needed: executors hold it.
    """

    def __init__(self, java_models: Any, estimator: Any, session: Any) -> None:
        self._java = java_models
        self._estimator = estimator
        self._session = session

    @property
    def frame(self) -> Any:
        """The models as rows.

        The key columns, then ``rows``, ``coefficients``, ``intercept`` (of logistic regression also
        ``coefficientMatrix`` and ``interceptVector`` of several classes, of linear regression
        ``scale``), ``stopReason``, ``objective``, ``gapBound``, ``gapIsProven``, ``passes`` and
        ``message``. ``stopReason`` is ``FAILED`` where there is no model, and ``message`` says why.
        """
        return self._frame(self._java.frame())

    def keys(self) -> List[str]:
        """The names of the key columns."""
        return list(self._java.keys())

    def stop_reasons(self) -> Dict[str, int]:
        """How many segments ended for each reason; runs a job."""
        return dict(self._java.stopReasons())

    def model(self, *key: Any) -> Any:
        """pyspark's own model of a segment, with the params of the estimator; runs a job.

        :param key: the value of each key column, in their order; None for null
        """
        found = self._java.modelOf(list(key))
        return model_of(self._estimator, found)

    def transform(self, rows: Any) -> Any:
        """Predicts every row by the model of its segment.

        Columns are those that the estimator names, null where a segment is unknown or has no model.
        """
        return self._frame(self._java.transform(rows._jdf))

    def save(self, path: str) -> None:
        """Writes the frame as Parquet, and the estimator; there must be nothing at the path."""
        self._java.save(path)

    @staticmethod
    def load(path: str) -> "SegmentModels":
        """Reads models that Java or Python saved.

        :raises RuntimeError: over Spark Connect
        """
        from pyspark.sql import SparkSession

        from ravine.ml.classification import MiniBatchLinearSVC, MiniBatchLogisticRegression
        from ravine.ml.regression import MiniBatchLinearRegression

        _require_classic()
        session = SparkSession.builder.getOrCreate()
        found = jvm().ravine.ml.segments.SegmentModels.load(session._jsparkSession, path)
        name = found.estimator().getClass().getSimpleName()
        known = (MiniBatchLogisticRegression, MiniBatchLinearSVC, MiniBatchLinearRegression)
        estimator = next(each for each in known if each.__name__ == name).load(path + "/estimator")
        return SegmentModels(found, estimator, session)

    def close(self) -> None:
        """Frees what executors hold of the frame, which is not to be used any more."""
        self._java.close()

    def __enter__(self) -> "SegmentModels":
        return self

    def __exit__(self, *unused: Any) -> None:
        self.close()

    def _frame(self, java_frame: Any) -> Any:
        from pyspark.sql import DataFrame

        return DataFrame(java_frame, self._session)


def fit_by_key(estimator: Any, rows: Any, keys: Any, most_rows: Optional[int]) -> SegmentModels:
    """See ``fit_by_key`` of the estimators."""
    _require_classic()
    for key in keys:
        if not isinstance(key, str):
            raise TypeError(f"A key must be the name of a column, but was {key!r}.")
    estimator._transfer_params_to_java()
    java = estimator._java_obj
    if most_rows is None:
        found = java.fitByKey(rows._jdf, list(keys))
    else:
        found = java.fitByKey(rows._jdf, list(keys), most_rows)
    return SegmentModels(found, estimator.copy(), rows.sparkSession)


def _require_classic() -> None:
    """Does nothing in a classic session with our jar.

    :raises RuntimeError: in one sentence, elsewhere.
    """
    if over_connect():
        raise RuntimeError(
            "Spark Connect has no fit_by_key: models of segments need a classic session."
        )
    require_jar()
