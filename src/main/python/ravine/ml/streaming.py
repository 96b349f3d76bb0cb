"""Rows that come in portions: training goes on from one to the next, in a stream exactly once.

::

    from ravine.ml.classification import MiniBatchLogisticRegression
    from ravine.ml.streaming import StreamingTrainer

    learner = MiniBatchLogisticRegression(optimizer="momentum(0.9)", stepSize=0.01, batchSize=1000)
    trainer = StreamingTrainer(learner, "/state/clicks")
    rows.writeStream.option("checkpointLocation", "/checkpoints/clicks").foreachBatch(trainer).start()

For classic sessions.
"""

from __future__ import annotations

from typing import Any, Callable, NamedTuple, Optional

from ravine._session import jvm, over_connect, require_jar

__all__ = ["PartialFit", "StreamingTrainer", "TrainingState"]


class TrainingState:
    """What portions of rows have taught so far; never changed: ``partialFit`` gives the next.

    It holds the weights, the rule's memory (velocity, moments), the step count of the schedule, the
    place in the sampling of mini-batches, and the moments of the first portion's features, by which
    all portions are standardised.
    """

    def __init__(self, java_state: Any) -> None:
        self._java = java_state

    @staticmethod
    def fresh() -> "TrainingState":
        """Of no portion: the first one decides about classes, standardisation and the rate."""
        return TrainingState(_java().TrainingState.fresh())

    @staticmethod
    def ofClasses(classes: int) -> "TrainingState":
        """Of no portion, for labels 0 to ``classes`` - 1, not all of which need be in the first.

        :param classes: at least 2, or 0 for what the first portion has
        """
        return TrainingState(_java().TrainingState.ofClasses(classes))

    @staticmethod
    def load(path: str) -> "TrainingState":
        """Reads one that was saved, by Java or Python, from any of Hadoop's file systems."""
        return TrainingState(_java().TrainingState.load(path))

    def save(self, path: str) -> None:
        """Writes it in place of what is there; the file is there whole or not at all."""
        self._java.save(path)

    def isFresh(self) -> bool:
        """Whether nothing is learnt yet."""
        return bool(self._java.isFresh())

    def portions(self) -> int:
        """Portions with at least one training row."""
        return int(self._java.portions())

    def steps(self) -> int:
        """Steps made."""
        return int(self._java.steps())

    def rows(self) -> int:
        """Training rows of positive weight in all portions."""
        return int(self._java.rows())

    def __repr__(self) -> str:
        return f"TrainingState(portions={self.portions()}, steps={self.steps()}, rows={self.rows()})"


class PartialFit(NamedTuple):
    """What one pass of mini-batches over a portion gave.

    :param model: pyspark's own, with the weights after the pass
    :param state: from which the next portion goes on
    :param objective: mean loss plus penalty over these rows before anything was learnt from them;
        NaN where there were none
    :param rows: training rows of positive weight
    """

    model: Any
    state: TrainingState
    objective: float
    rows: int


class StreamingTrainer:
    """Trains on the micro-batches of a streaming query, each exactly once: for ``foreachBatch``.

    After each micro-batch what was learnt is written together with its number, as one file that is
    there whole or not at all. Spark gives a micro-batch again that it does not know to be done: one
    whose number is known is skipped, any other is trained from the state before it. So a query that
    is killed and started by the same program has learnt what an undisturbed one has, to the bit.

    :param estimator: one of those of ``ravine.ml``; later changes to its params do not count
    :param directory: of any of Hadoop's file systems, of this query alone; made if it does not exist.
        What it holds is gone on from.
    """

    def __init__(self, estimator: Any, directory: str) -> None:
        java = _java()
        if not hasattr(estimator, "partialFit"):
            raise TypeError(f"{type(estimator).__name__} is no estimator of ravine.ml")
        self._estimator = estimator.copy()
        self._estimator._transfer_params_to_java()
        self._java = java.StreamingTrainer(self._estimator._java_obj, directory)
        self._told: Optional[Callable[[int, Any], Any]] = None

    def startingFrom(self, state: TrainingState) -> "StreamingTrainer":
        """Begins with what was learnt elsewhere; does nothing where the directory has a state."""
        self._java.startingFrom(state._java)
        return self

    def onModel(self, told: Callable[[int, Any], Any]) -> "StreamingTrainer":
        """Is told of every micro-batch's number and model once they are committed.

        Of a micro-batch that is skipped nobody is told.
        """
        if not callable(told):
            raise TypeError(f"told must be a function of a number and a model, but was {told!r}")
        self._told = told
        return self

    def __call__(self, rows: Any, batch: int) -> None:
        """Trains on one micro-batch, unless that was done before."""
        before = self.lastBatch()
        self._java.call(rows._jdf, batch)
        if self._told is not None and self.lastBatch() > before:
            model = self.model()
            if model is not None:
                self._told(batch, model)

    def state(self) -> TrainingState:
        """What was learnt up to the last micro-batch committed."""
        return TrainingState(self._java.state())

    def lastBatch(self) -> int:
        """Number of the last micro-batch committed; -1 before the first."""
        return int(self._java.lastBatch())

    def model(self) -> Any:
        """That of the last micro-batch that this object has trained on; None before it has."""
        found = self._java.model()
        return None if found is None else model_of(self._estimator, found)


def partial_fit(estimator: Any, rows: Any, state: TrainingState) -> PartialFit:
    """See ``partialFit`` of the estimators."""
    _java()
    if not isinstance(state, TrainingState):
        raise TypeError(
            f"state must be a TrainingState, such as TrainingState.fresh(), but was {state!r}"
        )
    estimator._transfer_params_to_java()
    done = estimator._java_obj.partialFit(rows._jdf, state._java)
    return PartialFit(
        model_of(estimator, done.model()),
        TrainingState(done.state()),
        float(done.objective()),
        int(done.rows()),
    )


def model_of(estimator: Any, java_model: Any) -> Any:
    """pyspark's model of a Java one, with the estimator's params; it has no training result."""
    return estimator._copyValues(estimator._stock._create_model(estimator, java_model))


def _java() -> Any:
    """Java's package ``ravine.ml``.

    :raises RuntimeError: in one sentence, over Spark Connect or without our jar.
    """
    if over_connect():
        raise RuntimeError(
            "Spark Connect does not carry the state of a training: portions and streams need a"
            " classic session."
        )
    require_jar()
    return jvm().ravine.ml
