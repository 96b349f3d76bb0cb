"""Models of several maps of params that are trained in one go, on one copy of the rows."""

from __future__ import annotations

import copy
import json
import math
import threading
import uuid
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from ravine._session import jvm

__all__ = ["ModelsTogether", "fit_remotely", "java_maps", "of_estimator", "train_together"]


class ModelsTogether:
    """What ``fitMultiple`` gives: pairs of a place and its model, for any number of threads.

    Whoever asks first trains all, as pyspark's own trains each when it is asked for; who asks
    meanwhile waits. A failure is that of every model.

    :param train: gives a model for each place, or None for one that is made by itself
    :param alone: makes the model of such a place, in the thread that asks for it
    """

    def __init__(
        self,
        train: Callable[[], Sequence[Any]],
        count: int,
        alone: Optional[Callable[[int], Any]] = None,
    ) -> None:
        self._train = train
        self._count = count
        self._alone = alone
        self._given = 0
        self._models: List[Any] = []
        self._failure: Optional[Exception] = None
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Tuple[int, Any]]:
        return self

    def __next__(self) -> Tuple[int, Any]:
        with self._lock:
            index = self._given
            if index >= self._count:
                raise StopIteration("No models remaining.")
            self._given += 1
            if self._failure is not None:
                raise self._failure
            if not self._models:
                self._models = self._trained()
            model, self._models[index] = self._models[index], None
        if model is None and self._alone is not None:
            model = self._alone(index)
        return index, model

    def _trained(self) -> List[Any]:
        try:
            return list(self._train())
        except Exception as e:
            self._failure = e
            raise


def train_together(estimator: Any, dataset: Any, maps: Sequence[Dict[Any, Any]]) -> List[Any]:
    """A model of one of our estimators for each map, as ``fit(dataset, map)`` gives it."""
    copies = [estimator.copy(one) for one in maps]
    many = jvm().ravine.ml.tuning.ManyFits
    estimator._transfer_params_to_java()
    java_models = many.fit(estimator._java_obj, dataset._jdf, java_maps(estimator, copies))
    return [copy._trained_elsewhere(model) for copy, model in zip(copies, java_models)]


def java_maps(estimator: Any, copies: Sequence[Any]) -> List[Any]:
    """For each copy the map that makes it of the estimator in Java."""
    return [estimator._transfer_param_map_to_java(copy._paramMap) for copy in copies]


def of_estimator(estimator: Any, given: Dict[Any, Any]) -> Dict[Any, Any]:
    """Of a map what a fit takes of it: the params of that estimator, their values converted."""
    values = estimator.copy(given)._paramMap
    return {param: values[param] for param in given if param in values}


def fit_remotely(
    estimator: Any, dataset: Any, maps: Sequence[Dict[Any, Any]]
) -> Optional[ModelsTogether]:
    """The same over Spark Connect, whose fits are of one model each; None if a map cannot be sent.

    The first fit brings all maps, and the server trains them; the others take what is there, by a
    ticket. See Java's ``ravine.ml.tuning.RemoteGrid``.
    """
    copies = [estimator.copy(one) for one in maps]
    grid = _lines(copies, sorted({param.name for one in maps for param in of_estimator(estimator, one)}))
    if grid is None:
        return None
    name = uuid.uuid4().hex

    def fit(place: int) -> Any:
        asked = copy.copy(copies[place])
        asked._java_obj = f"ravine.ml.tuning.Remote{estimator._stock.__name__}"
        ticket = {_param(asked, "ticket"): f"{name}/{place}/{len(maps)}"}
        lines = {_param(asked, "grid"): grid} if place == 0 else {}
        asked._paramMap = {**asked._paramMap, **ticket, **lines}
        return asked._fit(dataset)

    return ModelsTogether(lambda: [fit(0), *[None] * (len(maps) - 1)], len(maps), fit)


def _param(owner: Any, name: str) -> Any:
    from pyspark.ml.param import Param

    return Param(owner, name, "of a grid")


def _lines(copies: Sequence[Any], names: Sequence[str]) -> Optional[str]:
    """A line for each param of each copy; None if one has no value or is no plain one."""
    lines = []
    for place, one in enumerate(copies):
        for name in names:
            value = _json(one.getOrDefault(name)) if one.isDefined(name) else None
            if value is None:
                return None
            lines.append(f"{place} {name} {value}")
    return "\n".join(lines)


def _json(value: Any) -> Optional[str]:
    """A value as Java's params read it; None for what is no number, text or list of these."""
    if isinstance(value, list):
        inner = [_json(one) for one in value]
        return None if None in inner else f"[{','.join(map(str, inner))}]"
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return json.dumps(value) if isinstance(value, (bool, int, float, str)) else None
