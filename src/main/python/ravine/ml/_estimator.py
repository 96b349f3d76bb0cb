"""What the three estimators share: how they are made, fitted, watched and read back.

One class serves classic sessions and Spark Connect: in the latter pyspark's ``_new_java_obj`` gives
back the name of the Java class, and nothing here asks the JVM for anything.
"""

from __future__ import annotations

import inspect
from typing import Any, ClassVar, Dict, Iterator, Optional, Sequence, Tuple

from pyspark.ml.wrapper import JavaWrapper

from ravine._session import over_connect, require_jar
from ravine.ml._many import ModelsTogether, fit_remotely, train_together
from ravine.ml._params import NONE, MiniBatchParams, Own
from ravine.ml._watch import OnPass, Watch
from ravine.ml.segments import SegmentModels, fit_by_key
from ravine.ml.streaming import PartialFit, TrainingState, partial_fit
from ravine.ml.training import TrainingResult, results_of

__all__ = ["MiniBatchEstimator"]

_WATCHING = "on_pass and progress"


class MiniBatchEstimator(MiniBatchParams):
    """Base of Ravine's estimators; to be named before the class of pyspark that it extends.

    A subclass names that class in ``_stock`` and its twin in ``_java_class``.
    """

    _stock: ClassVar[Any]
    _java_class: ClassVar[str]
    _java_obj: Any = None  # what pyspark's __del__ asks for, even where a constructor was refused

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "_stock" in cls.__dict__:
            cls.__signature__ = _signature(cls._stock, cls._own)
            cls.__doc__ = f"{inspect.cleandoc(cls.__doc__ or '')}\n{_parameters(cls._own)}"

    def __init__(
        self, *, on_pass: Optional[OnPass] = None, progress: bool = False, **params: Any
    ) -> None:
        # Not pyspark's own constructor, which would make the stock Java object.
        super(self._stock, self).__init__()
        self._java_obj = self._new_java_obj(self._java_class, self.uid)
        self._fitted: Any = None
        self._set_own_defaults()
        self._watch = Watch()
        self.watch(on_pass=on_pass, progress=progress)
        self.setParams(**params)

    @staticmethod
    def _new_java_obj(java_class: str, *args: Any) -> Any:
        if not over_connect():
            require_jar()
        return JavaWrapper._new_java_obj(java_class, *args)

    @classmethod
    def read(cls) -> Any:
        """A reader of saved estimators of this class."""
        if not over_connect():
            require_jar()
        return super().read()

    def setParams(self, **params: Any) -> "MiniBatchEstimator":
        """Sets the params that are named; None leaves one as it is.

        :raises TypeError: if there is no param of a name.
        """
        for name in params:
            if not self.hasParam(name):
                raise TypeError(f"{type(self).__name__} has no param {name}.")
        self._set(**params)
        if hasattr(self, "_checkThresholdConsistency"):
            self._checkThresholdConsistency()
        return self

    def watch(
        self, *, on_pass: Optional[OnPass] = None, progress: bool = False
    ) -> "MiniBatchEstimator":
        """Watches the next fits, those of copies (``CrossValidator``, param maps) too.

        :param on_pass: is called on the driver after every pass with a
            :class:`ravine.ml.training.PassRecord`, and once before the first step; if it returns
            False, training ends with the best weights until then. What it raises ends training too,
            and ``fit`` raises it.
        :param progress: shows a bar of passes, where tqdm is installed.
        :raises ImportError: if ``progress`` is asked for and tqdm is not there.
        """
        if (on_pass is not None or progress) and over_connect():
            raise RuntimeError(f"Spark Connect has no way to call back: {_WATCHING} need a classic session.")
        self._watch = Watch(on_pass, progress)
        return self

    def training_result(self) -> TrainingResult:
        """What the last fit of this very object gave beyond the model.

        After a fit that failed, it holds what had been reached. Copies have results of their own:
        ask :func:`ravine.training_result` for that of a model which a ``CrossValidator`` found.

        :raises RuntimeError: if nothing was fitted yet, or over Spark Connect.
        """
        if over_connect():
            raise RuntimeError(
                "Spark Connect does not carry the training result: model.summary.objectiveHistory"
                " does, and a classic session has all of it."
            )
        found = results_of(self._fitted)
        if found is None:
            raise RuntimeError("Nothing was fitted yet by this object.")
        return found

    def partialFit(self, rows: Any, state: TrainingState) -> PartialFit:
        """One pass of mini-batches over rows that come after others, from where those left off.

        ``maxIter`` and ``tol`` have no say, and ``on_pass`` is not told.

        :param rows: of the columns that ``fit`` takes
        :param state: that the portion before left, or ``TrainingState.fresh()``; not changed
        :return: the model so far, and the state for the next portion
        :raises TypeError: if ``state`` is no :class:`ravine.ml.streaming.TrainingState`.
        """
        return partial_fit(self, rows, state)

    def fit_by_key(
        self, rows: Any, *keys: str, max_segment_rows: Optional[int] = None
    ) -> SegmentModels:
        """Trains a model for each value of the key columns, each whole inside a task.

        ``on_pass`` and ``progress`` are not told.

        :param rows: of the columns that ``fit`` takes, and the keys
        :param keys: names of columns, at least one
        :param max_segment_rows: a segment of more rows is trained by ``fit``, over all executors;
            by default 100,000
        :raises RuntimeError: over Spark Connect
        """
        return fit_by_key(self, rows, keys, max_segment_rows)

    def fitMultiple(
        self, dataset: Any, paramMaps: Sequence[Dict[Any, Any]]
    ) -> Iterator[Tuple[int, Any]]:
        """Models of all maps, trained in one go on one copy of the rows when the first is asked for.

        It is what ``fit(dataset, paramMaps)`` and pyspark's tuning ask for. Where fits are watched
        they are made one after the other.
        """
        if self._trains_alone() is not None or len(paramMaps) < 2:
            return super().fitMultiple(dataset, paramMaps)
        estimator = self.copy()
        if over_connect():
            remote = fit_remotely(estimator, dataset, paramMaps)
            return super().fitMultiple(dataset, paramMaps) if remote is None else remote
        return ModelsTogether(lambda: train_together(estimator, dataset, paramMaps), len(paramMaps))

    def _trains_alone(self) -> Optional[str]:
        """Why models of this estimator are not trained together, in a clause; None if they are."""
        if self._watch:
            return f"{_WATCHING} watch single fits"
        if type(self)._fit is not self._stock._fit:
            return f"{type(self).__name__} has a _fit of its own"
        return None

    def _trained_elsewhere(self, java_model: Any) -> Any:
        """pyspark's model of a Java model whose params are those of this copy."""
        self._fitted = java_model.parent()
        return self._copyValues(self._create_model(java_model))

    def _fit_java(self, dataset: Any) -> Any:
        """A classic fit; Spark Connect does not come here."""
        self._transfer_params_to_java()
        self._fitted = self._java_obj
        if not self._watch:
            return self._java_obj.fit(dataset._jdf)
        # Listeners of a Java estimator stay: they are given to a copy, which is used once.
        self._fitted = self._java_obj.copy(self._empty_java_param_map())
        passes = self.getOrDefault("maxIter")
        with self._watch.listening(self._fitted.addListener, passes, self.uid):
            return self._fitted.fit(dataset._jdf)

    def _create_model(self, java_model: Any) -> Any:
        model = super()._create_model(java_model)
        if self._fitted is not None:
            model._ravine_fitted = self._fitted.lastTrainingResult()
        return model

    def copy(self, extra: Optional[Dict[Any, Any]] = None) -> Any:
        """A copy with the same uid and watchers, and with params of its own."""
        that = super().copy(extra)
        that._fitted = None
        return that


def _signature(stock: Any, table: Tuple[Own, ...]) -> inspect.Signature:
    """Of the constructor: all params of the very Spark that is installed, and ours."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    theirs = [
        parameter
        for name, parameter in inspect.signature(stock.__init__).parameters.items()
        if name != "self"
    ]
    ours = [
        inspect.Parameter(
            own.name,
            keyword,
            default=None if own.default is NONE else own.default,
            annotation=Optional[own.type] if own.default is NONE else own.type,
        )
        for own in table
    ]
    watching = [
        inspect.Parameter("on_pass", keyword, default=None, annotation=Optional[OnPass]),
        inspect.Parameter("progress", keyword, default=False, annotation=bool),
    ]
    return inspect.Signature(theirs + ours + watching)


def _parameters(table: Tuple[Own, ...]) -> str:
    lines = ["", "Parameters beside those of pyspark's class", "-" * 42]
    for own in table:
        default = "no default" if own.default is NONE else f"default {own.default!r}"
        lines += [f"{own.name} : {own.type.__name__}, {default}", f"    {own.doc}"]
    lines += ["on_pass, progress", "    see :py:meth:`watch`"]
    return "\n".join(lines)
