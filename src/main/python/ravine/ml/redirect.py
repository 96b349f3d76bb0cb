"""``pyspark.ml`` as it is written, trained by Ravine: ``ravine.enable()`` and what belongs to it.

What is exchanged are two methods of three classes of pyspark. ``_fit``, which all ways to a model
go through (``fit``, ``Pipeline``, ``OneVsRest``), fits a twin whose Java class is
``ravine.ml.redirect.X`` instead of ``org.apache.spark.ml.….X``; ``fitMultiple``, which param maps
and tuning ask for, trains the twins of all maps together, and those of a ``Pipeline`` ask for
theirs. The estimator itself stays Spark's, and so does what is saved, copied and loaded; one that
was made or loaded before ``enable()`` is redirected too, and none is after ``disable()``.
"""

from __future__ import annotations

import copy
import functools
import logging
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from ravine._session import has_session, over_connect, require_jar

__all__ = ["disable", "enable", "explain", "is_enabled"]

_SPARK = "org.apache.spark.ml."
_LOG = logging.getLogger("ravine")


def _classes() -> List[Tuple[Any, str]]:
    """The redirected classes of pyspark and the names of their Java classes."""
    from pyspark.ml.classification import LinearSVC, LogisticRegression
    from pyspark.ml.regression import LinearRegression

    return [
        (LogisticRegression, _SPARK + "classification.LogisticRegression"),
        (LinearSVC, _SPARK + "classification.LinearSVC"),
        (LinearRegression, _SPARK + "regression.LinearRegression"),
    ]


def enable() -> None:
    """See :func:`ravine.enable`."""
    if not over_connect() and has_session():
        require_jar()
    for stock, java_class in _classes():
        if not is_redirected(stock):
            stock._fit = _redirected(stock._fit, java_class)
            stock.fitMultiple = _together(stock.fitMultiple, java_class)
    _redirect_pipelines()


def disable() -> None:
    """See :func:`ravine.disable`."""
    for stock, _ in _classes():
        if is_redirected(stock):
            del stock._fit, stock.fitMultiple
    _leave_pipelines()


def is_enabled() -> bool:
    """Whether ``pyspark.ml`` is redirected."""
    return all(is_redirected(stock) for stock, _ in _classes())


def is_redirected(stock: Any) -> bool:
    """Whether the fits of a class are."""
    return hasattr(stock.__dict__.get("_fit"), "_ravine")


def explain(estimator: Any) -> str:
    """See :func:`ravine.explain`."""
    if over_connect():
        raise RuntimeError(
            "Over Spark Connect the server says it with the model, where pyspark logs it as a warning."
        )
    require_jar()
    lines = [_explanation(found) for found in _estimators(estimator)]
    return "\n".join(lines)


def _explanation(estimator: Any) -> str:
    name = type(estimator).__name__
    java_class = _java_class(estimator)
    if java_class is None:
        return f"{name} is none of the classes that are redirected."
    twin = _twin(estimator, _new_java_object(_ours(java_class), estimator.uid))
    twin._transfer_params_to_java()
    return twin._java_obj.explanation()


def _estimators(stage: Any) -> Iterator[Any]:
    """An estimator, or those inside of a pipeline, a tuner or a ``OneVsRest``."""
    from pyspark.ml import Estimator

    if hasattr(stage, "getStages"):
        for inner in stage.getStages():
            yield from _estimators(inner)
    elif hasattr(stage, "getEstimator"):
        yield from _estimators(stage.getEstimator())
    elif hasattr(stage, "getClassifier"):
        yield from _estimators(stage.getClassifier())
    elif isinstance(stage, Estimator):
        yield stage


def _redirected(original: Any, java_class: str) -> Any:
    """``_fit`` of a class of pyspark, which fits a twin of its object."""

    @functools.wraps(original)
    def _fit(self: Any, dataset: Any) -> Any:
        if _java_class(self) != java_class:  # a subclass with a Java class of its own, such as ours
            return original(self, dataset)
        if over_connect():
            return _fit_over_connect(original, self, dataset, _ours(java_class))
        return _fit_classic(original, self, dataset, _ours(java_class))

    _fit._ravine = True  # type: ignore[attr-defined]
    return _fit


def _fit_classic(original: Any, stock: Any, dataset: Any, ours: str) -> Any:
    try:
        twin = _twin(stock, _new_java_object(ours, stock.uid))
    except Exception as e:
        _LOG.warning("%s is trained by Spark. %s", type(stock).__name__, _reason(e))
        return original(stock, dataset)
    model = original(twin, dataset)
    result = twin._java_obj.lastTrainingResult()
    if result is not None:
        model._ravine_fitted = result
    return model


def _reason(failure: Exception) -> str:
    """Why there is no object of ours."""
    try:
        require_jar()
    except RuntimeError as e:
        return str(e)
    return str(failure)


def _together(original: Any, java_class: str) -> Any:
    """``fitMultiple`` of a class of pyspark, which trains twins of all maps on one copy of the rows."""

    @functools.wraps(original)
    def fitMultiple(
        self: Any, dataset: Any, paramMaps: Sequence[Dict[Any, Any]]
    ) -> Iterator[Tuple[int, Any]]:
        # A subclass may have a _fit of its own, which has to make its models.
        mine = hasattr(type(self)._fit, "_ravine") and _java_class(self) == java_class
        if not mine or over_connect() or len(paramMaps) < 2:
            return original(self, dataset, paramMaps)
        from ravine.ml._many import ModelsTogether

        stock = self.copy()
        return ModelsTogether(
            lambda: _train_together(stock, dataset, paramMaps, _ours(java_class)),
            len(paramMaps),
            lambda index: stock.fit(dataset, paramMaps[index]),
        )

    return fitMultiple


def _redirect_pipelines() -> None:
    """Has the maps of a pipeline train together, too, whose last estimator's do."""
    from pyspark.ml import Pipeline

    if "fitMultiple" in vars(Pipeline):
        return
    original = Pipeline.fitMultiple

    @functools.wraps(original)
    def fitMultiple(
        self: Any, dataset: Any, paramMaps: Sequence[Dict[Any, Any]]
    ) -> Iterator[Tuple[int, Any]]:
        from ravine.ml._pipelines import fit_together

        found = fit_together(self, dataset, paramMaps)
        return original(self, dataset, paramMaps) if found is None else found

    fitMultiple._ravine = True  # type: ignore[attr-defined]
    Pipeline.fitMultiple = fitMultiple


def _leave_pipelines() -> None:
    from pyspark.ml import Pipeline

    if hasattr(vars(Pipeline).get("fitMultiple"), "_ravine"):
        del Pipeline.fitMultiple


def _train_together(
    stock: Any, dataset: Any, maps: Sequence[Dict[Any, Any]], ours: str
) -> List[Optional[Any]]:
    """A model for each map that Ravine trains; None for the others, whose own fits say why."""
    from ravine._session import jvm
    from ravine.ml._many import java_maps

    try:
        twin = _twin(stock, _new_java_object(ours, stock.uid))
    except Exception:
        return [None] * len(maps)
    twin._transfer_params_to_java()
    copies = [stock.copy(one) for one in maps]
    fits = jvm().ravine.ml.redirect.RedirectedFits
    found = fits.fit(twin._java_obj, dataset._jdf, java_maps(twin, copies))
    return [None if model is None else _given(copy, model) for copy, model in zip(copies, found)]


def _given(stock: Any, java_model: Any) -> Any:
    """pyspark's model of a Java model that was trained for a copy with these params."""
    model = stock._copyValues(stock._create_model(java_model))
    model._ravine_fitted = java_model.parent().lastTrainingResult()
    return model


def _fit_over_connect(original: Any, stock: Any, dataset: Any, ours: str) -> Any:
    try:
        return original(_twin(stock, ours), dataset)
    except Exception as e:
        if ours not in str(e):
            raise
        _LOG.warning(
            "%s is trained by Spark: the Spark Connect server has no jar of Ravine, which"
            " `ravine.spark(builder)` sends it.",
            type(stock).__name__,
        )
        return original(stock, dataset)


def _twin(stock: Any, java_object: Any) -> Any:
    """The same estimator with another Java object; params are shared, not copied."""
    twin = copy.copy(stock)
    twin._java_obj = java_object
    return twin


def _java_class(estimator: Any) -> Optional[str]:
    """The Java class of an estimator if it is one that is redirected."""
    java_object = getattr(estimator, "_java_obj", None)
    if java_object is None:
        return None
    name = java_object if isinstance(java_object, str) else java_object.getClass().getName()
    return name if name in {java_class for _, java_class in _classes()} else None


def _ours(java_class: str) -> str:
    return "ravine.ml.redirect." + java_class.rpartition(".")[2]


def _new_java_object(java_class: str, uid: str) -> Any:
    from pyspark.ml.wrapper import JavaWrapper

    return JavaWrapper._new_java_obj(java_class, uid)
