"""Pipelines whose maps of params train together: the stages before the last estimator are fitted once."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from pyspark.ml import Estimator, Pipeline, PipelineModel

from ravine.ml._many import ModelsTogether

__all__ = ["Parts", "PipelineTogether", "fit_together", "parts_of"]

Map = Dict[Any, Any]


class Parts(NamedTuple):
    """A pipeline about its last estimator; an estimator by itself has nothing around it.

    :param before: stages before it
    :param last: the estimator
    :param after: transformers after it
    :param in_pipeline: whether it stands in one
    """

    before: List[Any]
    last: Any
    after: List[Any]
    in_pipeline: bool

    def model(self, before: Sequence[Any], model: Any, given: Map) -> Any:
        """What the whole gives.

        :param before: transformers that stages before have become
        :param model: of the estimator
        :param given: the map of params that it was fitted with
        """
        if not self.in_pipeline:
            return model
        return PipelineModel([*before, model, *(stage.copy(given) for stage in self.after)])

    def others(self, given: Map) -> Map:
        """Of a map what is not the last estimator's."""
        return {param: value for param, value in given.items() if param.parent != self.last.uid}


def parts_of(estimator: Any) -> Parts:
    """The parts of a pipeline, or of an estimator; a pipeline without an estimator is one by itself."""
    stages = estimator.getStages() if isinstance(estimator, Pipeline) else []
    places = [place for place, stage in enumerate(stages) if isinstance(stage, Estimator)]
    if not places or type(estimator)._fit is not Pipeline._fit:
        return Parts([], estimator, [], False)
    last = places[-1]
    return Parts(stages[:last], stages[last], stages[last + 1 :], True)


class PipelineTogether(Pipeline):
    """pyspark's pipeline, whose maps train together; for the time of a tuning."""

    @staticmethod
    def of(pipeline: Pipeline) -> "PipelineTogether":
        """The same stages by the same uid."""
        made = PipelineTogether(stages=pipeline.getStages())
        made._resetUid(pipeline.uid)
        return made

    def fitMultiple(self, dataset: Any, paramMaps: Sequence[Map]) -> Iterator[Tuple[int, Any]]:
        """See :func:`fit_together`."""
        found = fit_together(self, dataset, paramMaps)
        return super().fitMultiple(dataset, paramMaps) if found is None else found


def fit_together(
    pipeline: Any, dataset: Any, maps: Sequence[Map]
) -> Optional[Iterator[Tuple[int, Any]]]:
    """Models of a pipeline, as its ``fitMultiple`` gives them; None where nothing is gained.

    Stages before the last estimator are fitted once for all maps that ask the same of them, and the
    estimator is then asked for the models of these maps together.
    """
    parts = parts_of(pipeline)
    if len(maps) < 2 or not parts.in_pipeline or not _is_joint(parts.last):
        return None
    if any(param.parent == pipeline.uid for one in maps for param in one):  # other stages
        return None
    kept = pipeline.copy()
    return ModelsTogether(lambda: _train(parts_of(kept), dataset, maps), len(maps))


def _is_joint(estimator: Any) -> bool:
    """Whether its ``fitMultiple`` is more than a loop."""
    return getattr(type(estimator), "fitMultiple", None) is not Estimator.fitMultiple


def _train(parts: Parts, dataset: Any, maps: Sequence[Map]) -> List[Any]:
    models: List[Any] = [None] * len(maps)
    for places in _alike([parts.others(one) for one in maps]):
        first = Pipeline(stages=parts.before).fit(dataset, parts.others(maps[places[0]]))
        trained = parts.last.fit(first.transform(dataset), [maps[place] for place in places])
        for place, model in zip(places, trained):
            models[place] = parts.model(first.stages, model, maps[place])
    return models


def _alike(maps: Sequence[Map]) -> List[List[int]]:
    """Places of maps that are the same, in groups."""
    groups: List[List[int]] = []
    for place, one in enumerate(maps):
        found = next((group for group in groups if _same(maps[group[0]], one)), None)
        if found is None:
            groups.append([place])
        else:
            found.append(place)
    return groups


def _same(one: Map, other: Map) -> bool:
    if one.keys() != other.keys():
        return False
    return all(_equal(value, other[param]) for param, value in one.items())


def _equal(value: Any, other: Any) -> bool:
    same = value is other or value == other
    return same if isinstance(same, bool) else bool(getattr(same, "all", lambda: False)())
