"""Tuning in one training: all maps of params on all folds, on one copy of the rows.

The two tuners extend pyspark's and give pyspark's models. Where models cannot train together they are
pyspark's own loop, and a line of the log says why.
"""

from __future__ import annotations

import logging
from typing import Any, List, Optional, Tuple

import numpy as np
from pyspark import keyword_only
from pyspark.ml import Estimator, Pipeline
from pyspark.ml.evaluation import JavaEvaluator
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.tuning import (
    CrossValidator,
    CrossValidatorModel,
    TrainValidationSplit,
    TrainValidationSplitModel,
)
from pyspark.ml.util import JavaMLWriter, MLReader
from pyspark.sql.functions import expr
from pyspark.ml.wrapper import JavaParams

from ravine._session import jvm, over_connect, require_jar
from ravine.ml._estimator import MiniBatchEstimator
from ravine.ml._many import of_estimator
from ravine.ml._path import PathPoint, RegularizationPath
from ravine.ml._pipelines import Parts, PipelineTogether, parts_of
from ravine.ml._rest import RavineOneVsRest

__all__ = [
    "PathPoint",
    "RavineCrossValidator",
    "RavineOneVsRest",
    "RavineTrainValidationSplit",
    "RegularizationPath",
]

_LOG = logging.getLogger("ravine")


class RavineCrossValidator(CrossValidator):
    """pyspark's cross-validation, with all models of all folds in one training.

    Rows are read and packed once, and a fold is a hash of ``seed`` and of a row's place: folds are
    others than pyspark's, and those of Java for the same seed and partitions. Or ``foldCol`` states
    it, as in pyspark, or it is a hash of ``seed`` and of ``idCol``'s value, so that rows of one id
    are in one fold. The rows held out are judged where they are, by areas under curves, rmse and
    mse, logLoss. ``parallelism`` has no say.

    The estimator may be the last stage of a ``Pipeline``. Where stages before it are fitted, they are
    fitted to each fold, and a fold is a training of its own, of all maps.

    With another estimator or evaluator, ``collectSubModels``, watched fits, and over Spark Connect
    it is pyspark's loop, which asks for all models of a fold at once and keeps ids together, too.

    >>> from ravine.ml.tuning import RavineCrossValidator
    >>> tuning = RavineCrossValidator(estimator=estimator, estimatorParamMaps=grid,
    ...                               evaluator=evaluator, numFolds=5)           # doctest: +SKIP
    """

    oneStandardError: Param = Param(
        Params._dummy(),
        "oneStandardError",
        "whether the strongest penalty is taken whose mean metric is within one standard error of the best",
        typeConverter=TypeConverters.toBoolean,
    )
    idCol: Param = Param(
        Params._dummy(),
        "idCol",
        "column whose values tell folds: rows of one value are in one fold",
        typeConverter=TypeConverters.toString,
    )

    @keyword_only
    def __init__(
        self,
        *,
        estimator: Any = None,
        estimatorParamMaps: Any = None,
        evaluator: Any = None,
        numFolds: int = 3,
        seed: Optional[int] = None,
        parallelism: int = 1,
        collectSubModels: bool = False,
        foldCol: str = "",
        oneStandardError: bool = False,
        idCol: str = "",
    ) -> None:
        given = self._input_kwargs
        super().__init__()
        self._setDefault(oneStandardError=False, idCol="", seed=_java_hash("RavineCrossValidator"))
        self._set(**given)

    @keyword_only
    def setParams(  # type: ignore[override]
        self,
        *,
        estimator: Any = None,
        estimatorParamMaps: Any = None,
        evaluator: Any = None,
        numFolds: int = 3,
        seed: Optional[int] = None,
        parallelism: int = 1,
        collectSubModels: bool = False,
        foldCol: str = "",
        oneStandardError: bool = False,
        idCol: str = "",
    ) -> "RavineCrossValidator":
        """Sets the params that are named."""
        return self._set(**self._input_kwargs)

    def getOneStandardError(self) -> bool:
        """The value of :py:attr:`oneStandardError`."""
        return self.getOrDefault(self.oneStandardError)

    def setOneStandardError(self, value: bool) -> "RavineCrossValidator":
        """Sets :py:attr:`oneStandardError`, by default False."""
        return self._set(oneStandardError=value)

    def getIdCol(self) -> str:
        """The value of :py:attr:`idCol`."""
        return self.getOrDefault(self.idCol)

    def setIdCol(self, value: str) -> "RavineCrossValidator":
        """Sets :py:attr:`idCol`, by default empty."""
        return self._set(idCol=value)

    def _fit(self, dataset: Any) -> Any:
        found = _search(self, dataset)
        if found is None:
            if self.getIdCol():
                model = self._by_id(dataset)
            else:
                model = self._copyValues(super(RavineCrossValidator, _joint(self))._fit(dataset))
            return self._simplest(model, dataset) if self.getOneStandardError() else model
        model, metrics = found
        means, deviations = list(np.mean(metrics, axis=1)), list(np.std(metrics, axis=1))
        return self._copyValues(CrossValidatorModel(model, means, None, deviations))

    def _by_id(self, dataset: Any) -> Any:
        """pyspark's loop, which knows no ids, over folds that a column states: those of Java."""
        if self.getFoldCol():
            raise ValueError("foldCol and idCol both tell which fold a row is in: set one of them.")
        name = "fold"
        while name in [column.lower() for column in dataset.columns]:
            name += "_"
        quoted = self.getIdCol().replace("`", "``")
        fold = f"cast(pmod(xxhash64({self.getSeed()}L, `{quoted}`), {self.getNumFolds()}L) as int)"
        tuner = self.copy()._set(idCol="", foldCol=name)
        model = super(RavineCrossValidator, _joint(tuner))._fit(dataset.withColumn(name, expr(fold)))
        model.clear(model.foldCol)
        return self._copyValues(model)

    def _simplest(self, model: CrossValidatorModel, dataset: Any) -> CrossValidatorModel:
        """Of pyspark's loop the model by the rule of one standard error."""
        estimator, maps = self.getEstimator(), self.getEstimatorParamMaps()
        last = parts_of(estimator).last
        if not last.hasParam("regParam"):
            return model
        sign = 1.0 if self.getEvaluator().isLargerBetter() else -1.0
        means = sign * np.array(model.avgMetrics)
        best = int(np.argmax(means))
        # The deviation that pyspark knows is that of the folds themselves, not an estimate from them.
        error = model.stdMetrics[best] / np.sqrt(self.getNumFolds() - 1.0)
        strengths = [last.copy(one).getOrDefault("regParam") for one in maps]
        within = [place for place in range(len(maps)) if means[place] >= means[best] - error]
        strongest = max(within, key=lambda place: (strengths[place], place == best))
        if strengths[strongest] > strengths[best]:
            model.bestModel = estimator.fit(dataset, maps[strongest])
        return model

    def _to_java(self) -> Any:
        java = jvm().ravine.ml.tuning.RavineCrossValidator.of(super()._to_java())
        return java.setOneStandardError(self.getOneStandardError()).setIdCol(self.getIdCol())

    def write(self) -> Any:
        """A writer: what is saved loads as pyspark's class, too."""
        if (self.getOneStandardError() or self.getIdCol()) and _java_trains(self):
            return JavaMLWriter(self)  # type: ignore[arg-type]
        return _plain(self, CrossValidator()).write()

    @classmethod
    def read(cls) -> "_Reader":  # type: ignore[override]
        """A reader of saved ones, and of those that pyspark's class saved."""
        return _Reader(cls, CrossValidator)


class RavineTrainValidationSplit(TrainValidationSplit):
    """pyspark's train-validation split, all models in one training.

    As :class:`RavineCrossValidator`, with one share of the rows held out; ``trainRatio`` is rounded
    to a hundredth. With ``idCol`` all rows of a value train or none does; then it cannot be pyspark's
    own, which knows no ids.
    """

    idCol: Param = Param(
        Params._dummy(),
        "idCol",
        "column whose values tell which rows are held out: all of a value or none",
        typeConverter=TypeConverters.toString,
    )

    @keyword_only
    def __init__(
        self,
        *,
        estimator: Any = None,
        estimatorParamMaps: Any = None,
        evaluator: Any = None,
        trainRatio: float = 0.75,
        parallelism: int = 1,
        collectSubModels: bool = False,
        seed: Optional[int] = None,
        idCol: str = "",
    ) -> None:
        given = self._input_kwargs
        super().__init__()
        self._setDefault(idCol="", seed=_java_hash("RavineTrainValidationSplit"))
        self._set(**given)

    def getIdCol(self) -> str:
        """The value of :py:attr:`idCol`."""
        return self.getOrDefault(self.idCol)

    def setIdCol(self, value: str) -> "RavineTrainValidationSplit":
        """Sets :py:attr:`idCol`, by default empty."""
        return self._set(idCol=value)

    def _fit(self, dataset: Any) -> Any:
        found = _search(self, dataset)
        if found is None:
            if self.getIdCol():
                raise ValueError("pyspark's own split knows no ids, and models cannot train together: see the log.")
            return self._copyValues(super(RavineTrainValidationSplit, _joint(self))._fit(dataset))
        model, metrics = found
        return self._copyValues(TrainValidationSplitModel(model, [fold[0] for fold in metrics]))

    def _to_java(self) -> Any:
        java = jvm().ravine.ml.tuning.RavineTrainValidationSplit.of(super()._to_java())
        return java.setIdCol(self.getIdCol())

    def write(self) -> Any:
        """A writer: what is saved is pyspark's class, and loads as either."""
        if self.getIdCol() and _java_trains(self):
            return JavaMLWriter(self)  # type: ignore[arg-type]
        return _plain(self, TrainValidationSplit()).write()

    @classmethod
    def read(cls) -> "_Reader":  # type: ignore[override]
        """A reader of saved ones, and of those that pyspark's class saved."""
        return _Reader(cls, TrainValidationSplit)


class _Reader(MLReader):
    """Reads what pyspark's class would, and makes ours of it."""

    def __init__(self, cls: Any, stock: Any) -> None:
        super().__init__()
        self._cls = cls
        self._stock = stock

    def load(self, path: str) -> Any:
        made = _plain(self._stock.read().session(self.sparkSession).load(path), self._cls())
        if _java_trains(made):
            java = getattr(jvm().ravine.ml.tuning, self._cls.__name__).load(path)
            made._set(idCol=java.getIdCol())
            if made.hasParam("oneStandardError"):
                made._set(oneStandardError=java.getOneStandardError())
        return made


def _search(tuner: Any, dataset: Any) -> Optional[Tuple[Any, List[List[float]]]]:
    """The model of the best map and the metrics by map and fold; None if it is pyspark's loop."""
    parts, maps = parts_of(tuner.getEstimator()), tuner.getEstimatorParamMaps()
    obstacle = _obstacle(tuner, parts)
    if obstacle is None:
        own = [of_estimator(parts.last, one) for one in maps]
        java = tuner.copy()._set(estimator=parts.last, estimatorParamMaps=own)._to_java()
        obstacle = java.obstacle()
    if obstacle is not None:
        _LOG.warning("%s is pyspark's own loop, because %s.", type(tuner).__name__, obstacle)
        return None
    for stage in parts.before:
        dataset = stage.transform(dataset)
    found = java.search(dataset._jdf)
    best = maps[found.best()]
    model = parts.last.copy(best)._trained_elsewhere(found.model())
    return parts.model(parts.before, model, best), [list(folds) for folds in found.metrics()]


def _joint(tuner: Any) -> Any:
    """The tuner itself, or with its pipeline as one whose maps train together."""
    estimator = tuner.getEstimator()
    if type(estimator) is not Pipeline:
        return tuner
    return tuner.copy()._set(estimator=PipelineTogether.of(estimator))


def _obstacle(tuner: Any, parts: Parts) -> Optional[str]:
    """What Java would not see."""
    estimator, evaluator = parts.last, tuner.getEvaluator()
    if over_connect():
        return "Spark Connect trains the models of one fold at a time"
    if not isinstance(estimator, MiniBatchEstimator):
        where = "pipeline's " if parts.in_pipeline else ""
        return f"the {where}estimator is a {type(estimator).__name__}"
    if not isinstance(evaluator, JavaEvaluator):
        return f"the evaluator is a {type(evaluator).__name__}"
    fitted = next((stage for stage in parts.before if isinstance(stage, Estimator)), None)
    if fitted is not None:
        return f"the pipeline's {type(fitted).__name__} is fitted to each fold"
    if parts.after:
        return f"the pipeline goes on with a {type(parts.after[0]).__name__}"
    if any(parts.others(one) for one in tuner.getEstimatorParamMaps()) and parts.in_pipeline:
        return "the maps have params of other stages of the pipeline"
    return estimator._trains_alone()


def _java_trains(tuner: Any) -> bool:
    """Whether the tuner is one that Java can hold and search with."""
    if over_connect() or not tuner.isSet(tuner.estimator):
        return False
    parts = parts_of(tuner.getEstimator())
    nested = [*parts.before, parts.last, *parts.after, tuner.getEvaluator()]
    if not all(isinstance(one, JavaParams) for one in nested):
        return False
    require_jar()
    return True


def _plain(source: Any, made: Any) -> Any:
    """The params and uid of a tuner on another, as far as that has such params."""
    source._copyValues(made)
    made._resetUid(source.uid)
    return made


def _java_hash(name: str) -> int:
    """The seed of Java's tuner, its class's hash: pyspark's is another in every process."""
    value = 0
    for letter in f"ravine.ml.tuning.{name}":
        value = (31 * value + ord(letter)) & 0xFFFFFFFF
    return value - (1 << 32) if value >= 1 << 31 else value
