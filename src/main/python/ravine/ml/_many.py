"""Models of several maps of params that are trained in one go, on one copy of the rows."""

from __future__ import annotations

import threading
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from ravine._session import jvm

__all__ = ["ModelsTogether", "java_maps", "of_estimator", "train_together"]


class ModelsTogether:
    """What ``fitMultiple`` gives: pairs of a place and its model, for any number of threads.

    Whoever asks first trains all, as pyspark's own trains each when it is asked for; who asks
    meanwhile waits. A failure is that of every model.
    """

    def __init__(self, train: Callable[[], Sequence[Any]], count: int) -> None:
        self._train = train
        self._count = count
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
