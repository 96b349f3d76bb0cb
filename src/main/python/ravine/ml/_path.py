"""A path of penalties, trained in one go: what ``ravine.ml.tuning`` gives by the name of Java's class."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import Any, List, Optional, Sequence

import numpy as np
from pyspark.ml.evaluation import JavaEvaluator

from ravine._session import jvm, over_connect, require_jar
from ravine.ml._estimator import MiniBatchEstimator

__all__ = ["PathPoint", "RegularizationPath"]


@dataclass(frozen=True)
class PathPoint:
    """One strength of a path, by the names of the columns of its frame.

    :param regParam: the strength
    :param model: pyspark's own model of all rows
    :param metric: mean over folds, in the evaluator's units; NaN without folds
    :param standardError: of that mean
    :param objective: at the model
    :param gapBound: what it may be above the optimum at most; infinity where nothing is known
    """

    regParam: float
    model: Any
    metric: float
    standardError: float
    objective: float
    gapBound: float

    @property
    def coefficients(self) -> np.ndarray:
        """Of the features; those of class after class where there are several."""
        matrix = getattr(self.model, "coefficientMatrix", None)
        return self.model.coefficients.toArray() if matrix is None else matrix.toArray().ravel()

    @property
    def nonZeros(self) -> int:
        """Coefficients that are not 0."""
        return int(np.count_nonzero(self.coefficients))


class RegularizationPath:
    """One estimator at many strengths of its penalty, all trained together on one copy of the rows.

    What each coefficient does as the penalty falls and, with an evaluator, which strength is best.

    >>> from ravine.ml.tuning import RegularizationPath
    >>> path = RegularizationPath.fit(lasso, rows, [1.0, 0.1, 0.01], evaluator)     # doctest: +SKIP
    >>> model = path.strongestWithinOneError().model                               # doctest: +SKIP
    """

    def __init__(self, java_path: Any, estimator: Any, session: Any) -> None:
        self._java = java_path
        self._session = session
        self._points = [_point(found, estimator) for found in java_path.points()]

    @staticmethod
    def fit(
        estimator: Any,
        rows: Any,
        regParams: Sequence[float],
        evaluator: Any = None,
        numFolds: int = 3,
        seed: int = 0,
        idCol: str = "",
    ) -> "RegularizationPath":
        """Fits at every strength, each measured on rows held out where there is an evaluator.

        ``on_pass`` and ``progress`` of the estimator are not told.

        :param estimator: one of Ravine's, whose own ``regParam`` is not used
        :param rows: of the columns that the estimator takes
        :param regParams: strengths, at least 0, in any order
        :param evaluator: whose metric training computes: an area under a curve, rmse, mse or logLoss
        :param numFolds: at least 2; without an evaluator there are none
        :param seed: of the folds
        :param idCol: column whose values tell folds: rows of one value are in one fold; empty for none
        :raises TypeError: if the estimator is another, or the evaluator is none of pyspark's own
        :raises RuntimeError: over Spark Connect
        """
        if over_connect():
            raise RuntimeError("Spark Connect has no RegularizationPath: it needs a classic session.")
        require_jar()
        if not isinstance(estimator, MiniBatchEstimator):
            raise TypeError(
                f"A path is of one of Ravine's estimators, but the estimator was a {type(estimator).__name__}."
            )
        if evaluator is not None and not isinstance(evaluator, JavaEvaluator):
            raise TypeError(
                "A path is judged by an evaluator of pyspark's own, but the evaluator was a"
                f" {type(evaluator).__name__}."
            )
        strengths = _strengths(regParams)
        judge = None if evaluator is None else evaluator._to_java()
        used = estimator.copy()
        used._transfer_params_to_java()
        found = jvm().ravine.ml.tuning.RegularizationPath.fit(
            used._java_obj, rows._jdf, strengths, judge, numFolds, seed, idCol
        )
        return RegularizationPath(found, used, rows.sparkSession)

    @property
    def points(self) -> List[PathPoint]:
        """The strengths, the strongest first."""
        return list(self._points)

    @property
    def frame(self) -> Any:
        """A row for each strength; ``metric`` and ``gapBound`` are null where they are not known."""
        from pyspark.sql import DataFrame

        return DataFrame(self._java.frame(self._session._jsparkSession), self._session)

    def best(self) -> PathPoint:
        """The strength of the best mean metric.

        :raises RuntimeError: without folds
        """
        return self._points[self._judged().best()]

    def strongestWithinOneError(self) -> PathPoint:
        """The strongest whose mean metric is within one standard error of the best.

        It is the simplest model that is not known to be worse.

        :raises RuntimeError: without folds
        """
        return self._points[self._judged().strongestWithinOneError()]

    def page(self) -> str:
        """One HTML page that needs no other file: coefficients against λ, the metric with its spread."""
        return self._java.page()

    def _judged(self) -> Any:
        if not self._is_judged():
            raise RuntimeError("Which strength is best is known after a fit with an evaluator.")
        return self._java

    def _is_judged(self) -> bool:
        return any(not math.isnan(point.metric) for point in self._points)

    def __repr__(self) -> str:
        strengths = [point.regParam for point in self._points]
        return f"RegularizationPath({len(strengths)} strengths from {strengths[0]:g} down to {strengths[-1]:g})"

    def _repr_html_(self) -> str:
        judged = self._is_judged()
        chosen = {}
        if judged:
            chosen[self.strongestWithinOneError().regParam] = "within one error"
            chosen[self.best().regParam] = "best"
        names = ["regParam", *(["metric", "standard error", ""] if judged else []), "coefficients not 0", "gap ≤"]
        lines = []
        for point in self._points:
            metric = [f"{point.metric:.5g}", f"{point.standardError:.2g}", chosen.get(point.regParam, "")]
            cells = [f"{point.regParam:g}", *(metric if judged else []), f"{point.nonZeros}", f"{point.gapBound:.2g}"]
            lines.append("".join(f"<td>{cell}</td>" for cell in cells))
        heading = "".join(f"<th>{name}</th>" for name in names)
        table = "".join(f"<tr>{line}</tr>" for line in lines)
        page = html.escape(self.page())
        return (
            f"<table><tr>{heading}</tr>{table}</table><details><summary>pictures</summary>"
            f"<iframe srcdoc=\"{page}\" style='width:100%;height:60em;border:0'></iframe></details>"
        )


def _strengths(regParams: Sequence[float]) -> Any:
    """As Java's array of doubles.

    :raises TypeError: if one is no number
    """
    from pyspark import SparkContext

    made = SparkContext._gateway.new_array(jvm().double, len(regParams))
    for place, value in enumerate(regParams):
        if isinstance(value, (str, bool)):
            raise TypeError(f"A regParam must be a number, but was {value!r}.")
        made[place] = float(value)
    return made


def _point(found: Any, estimator: Any) -> PathPoint:
    """A point of Java's, its model pyspark's with the params of the estimator at that strength."""
    at = estimator.copy({estimator.regParam: found.regParam()})
    return PathPoint(
        found.regParam(),
        at._trained_elsewhere(found.model()),
        found.metric(),
        found.standardError(),
        found.objective(),
        found.gapBound(),
    )
