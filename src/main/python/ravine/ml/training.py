"""What a training knows beyond its model: history, certificate, why it ended, pictures of it."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field, fields
from typing import Any, Dict, List, Optional

__all__ = ["Certificate", "PassRecord", "TrainingResult"]

_NAN = float("nan")


@dataclass(frozen=True)
class PassRecord:
    """What training looked like at the end of a pass over the data.

    :param pass_: passes made, from 0 (before the first step)
    :param step: updates made
    :param objective: mean loss plus penalty over the training rows
    :param validation_loss: mean loss over the validation rows, NaN where there are none
    :param learning_rate: of the last step, 0 before the first
    :param gradient_norm: Euclidean norm of the last data gradient, 0 before the first
    :param velocity_norm: Euclidean norm of the velocity or first moment
    :param seconds: since the first step began
    :param gap_bound: how far the objective can be above the optimum, NaN where that is not known
    :param gap_is_proven: whether ``gap_bound`` holds always, or is an estimate
    :param validation_metric: what the best pass is chosen by, NaN where there are no validation rows
    :param momentum: coefficient of the last step, NaN where there is none
    :param cosine: of the angle between gradients and the velocity that led to them, the mean of the
        steps that were measured; below 0 the velocity went too far, and NaN where that is not known
    :param update_ratio: mean length of a step in units of the weights
    :param compute_seconds: since the record before, in the slowest partition of each question
    :param exchange_seconds: what the questions took beyond that
    :param driver_seconds: the rest
    :param bytes: of the vectors sent to the partitions and back since the record before
    """

    pass_: int
    step: int
    objective: float
    validation_loss: float
    learning_rate: float
    gradient_norm: float
    velocity_norm: float
    seconds: float
    gap_bound: float
    gap_is_proven: bool
    validation_metric: float = _NAN
    momentum: float = _NAN
    cosine: float = _NAN
    update_ratio: float = _NAN
    compute_seconds: float = 0.0
    exchange_seconds: float = 0.0
    driver_seconds: float = 0.0
    bytes: int = 0

    @staticmethod
    def of(java_record: Any) -> "PassRecord":
        """Of Java's record of the same name."""
        parts = {"motion": java_record.motion(), "cost": java_record.cost()}
        return PassRecord(
            *(
                getattr(parts.get(_PART.get(f.name, ""), java_record), _java_name(f.name))()
                for f in fields(PassRecord)
            )
        )


#: Fields that stand in a record of their own in Java.
_PART = {
    "momentum": "motion",
    "cosine": "motion",
    "update_ratio": "motion",
    "compute_seconds": "cost",
    "exchange_seconds": "cost",
    "driver_seconds": "cost",
    "bytes": "cost",
}


@dataclass(frozen=True)
class Certificate:
    """How far the objective at the model's weights can be from the optimum.

    :param bound: in units of the objective; infinity where nothing is known
    :param is_proven: whether the bound holds always, or is an estimate
    :param sentence: both in words
    """

    bound: float
    is_proven: bool
    sentence: str


@dataclass(frozen=True)
class TrainingResult:
    """What a fit gave beyond the model.

    :param passes: one record per pass after which the weights were others
    :param stop_reason: why training ended, such as ``CONVERGED``, ``MAX_ITER``, ``EARLY_STOPPED``,
        ``STOPPED_BY_LISTENER``
    :param advice: one sentence: what that means and what to do about it
    :param best_pass: index in ``passes`` of the weights that are the model's
    :param rule: what was asked for, such as ``nesterov(accelerated)``
    :param way: how the steps were made, such as ``newton`` or ``mini-batches``
    :param why: why that way was taken, a clause to follow "because"
    :param schedule: the learning-rate schedule
    :param engine: the engine that ran
    :param rows: training rows
    :param seconds: where the time went: ``pack``, ``open``, ``train``
    :param certificate: how far the model can be from the optimum; None where that was not measured
    :param objective_history: the objective by pass, as ``model.summary.objectiveHistory``
    """

    passes: List[PassRecord]
    stop_reason: str
    advice: str
    best_pass: int
    rule: str
    way: str
    why: str
    schedule: str
    engine: str
    rows: int
    seconds: Dict[str, float]
    certificate: Optional[Certificate]
    objective_history: List[float]
    _java: Any = field(default=None, repr=False, compare=False)

    def __getstate__(self) -> Dict[str, Any]:
        """Without what is known in this JVM alone."""
        return {**self.__dict__, "_java": None}

    @property
    def objective(self) -> float:
        """The objective at the weights of the model."""
        return self.passes[self.best_pass].objective

    @property
    def history(self) -> Any:
        """``passes`` as a pandas frame; where pandas is not installed, as a list of dicts.

        The columns are the fields of :class:`PassRecord`, the first one named ``pass``.
        """
        records = [
            {f.name.rstrip("_"): getattr(record, f.name) for f in fields(PassRecord)}
            for record in self.passes
        ]
        try:
            import pandas
        except ImportError:
            return records
        return pandas.DataFrame(records)

    def plot(self, ax: Any = None) -> Any:
        """Draws objective and validation loss by pass, and where known the bound of the gap.

        :param ax: matplotlib's axes to draw into; by default new ones
        :returns: the axes
        :raises ImportError: if matplotlib is not there
        """
        if ax is None:
            try:
                from matplotlib import pyplot
            except ImportError as e:
                raise ImportError("plot() needs matplotlib: pip install matplotlib") from e
            ax = pyplot.subplots()[1]
        passes = [record.pass_ for record in self.passes]
        for label, values in (
            ("objective", [record.objective for record in self.passes]),
            ("validation loss", [record.validation_loss for record in self.passes]),
            ("bound of the gap", [record.gap_bound for record in self.passes]),
        ):
            if any(value == value and value > 0 for value in values):
                ax.plot(passes, values, marker=".", label=label)
        ax.set_xlabel("pass")
        ax.set_yscale("log")
        ax.set_title(f"{self.rule} · {self.way} · {self.stop_reason}")
        ax.legend()
        return ax

    def report(self, title: str = "Training") -> str:
        """One HTML page that needs no other file: verdict, curves, where the time went, passes.

        It is the page of Java's ``ravine.report.TrainingReport``, made by the session's JVM.

        :param title: of the page
        :raises RuntimeError: if the result is a pickled one, which has no JVM behind it
        """
        if self._java is None:
            raise RuntimeError(
                "report() is made by the JVM that the fit ran in, and this result was pickled: make the"
                " page before."
            )
        from ravine._session import jvm

        return jvm().ravine.report.TrainingReport(title).add(self.rule, self._java).html()

    def __str__(self) -> str:
        verdict = f"{self.stop_reason} after {self.passes[-1].pass_} passes by {self.way}"
        return f"{verdict}: objective {self.objective:.10g}. {self.advice}"

    def _repr_html_(self) -> str:
        facts = {
            "ended": f"{self.stop_reason}: {self.advice}",
            "objective": f"{self.objective:.10g}",
            "rule": self.rule,
            "way": f"{self.way}, because {self.why}",
            "rows": f"{self.rows:,}",
            "seconds": ", ".join(f"{name} {value:.2f}" for name, value in self.seconds.items()),
        }
        rows = "".join(
            f"<tr><th style='text-align:left'>{name}</th><td style='text-align:left'>{html.escape(text)}</td></tr>"
            for name, text in facts.items()
            if text
        )
        cells = "".join(
            f"<tr><td>{r.pass_}</td><td>{r.objective:.8g}</td><td>{r.gap_bound:.2g}</td><td>{r.seconds:.2f}</td></tr>"
            for r in self.passes
        )
        heading = "<tr><th>pass</th><th>objective</th><th>gap ≤</th><th>seconds</th></tr>"
        return (
            f"<table>{rows}</table><details><summary>{len(self.passes)} passes</summary>"
            f"<table>{heading}{cells}</table></details>"
        )


def results_of(java_estimator: Any) -> Optional[TrainingResult]:
    """The last result of a Java estimator; None if it fitted nothing yet."""
    java_result = None if java_estimator is None else java_estimator.lastTrainingResult()
    return None if java_result is None else _of_java(java_result)


def result_of(fitted: Any) -> TrainingResult:
    """See :func:`ravine.training_result`."""
    if hasattr(fitted, "training_result"):
        return fitted.training_result()
    java_result = getattr(fitted, "_ravine_fitted", None)
    if java_result is None:
        raise RuntimeError(
            f"{type(fitted).__name__} has no training result: it was loaded, or fitted by another"
            " estimator or over Spark Connect."
        )
    return _of_java(java_result)


def _of_java(java_result: Any) -> TrainingResult:
    certificate = java_result.certificate()
    seconds = java_result.seconds()
    return TrainingResult(
        passes=_passes(java_result),
        stop_reason=java_result.stopReason().name(),
        advice=java_result.advice(),
        best_pass=java_result.bestPass(),
        rule=java_result.rule(),
        way=java_result.way(),
        why=java_result.why(),
        schedule=java_result.schedule(),
        engine=java_result.engine(),
        rows=java_result.rows(),
        seconds={name: getattr(seconds, name)() for name in ("pack", "open", "train")},
        certificate=certificate
        and Certificate(certificate.bound(), certificate.isProven(), certificate.sentence()),
        objective_history=list(java_result.objectiveHistory()),
        _java=java_result,
    )


def _passes(java_result: Any) -> List[PassRecord]:
    """All records in one answer: each field by itself would be a question to the JVM."""
    from ravine._session import jvm

    report = jvm().ravine.report.TrainingReport("").add("", java_result.passes())
    return [_of_json(json.loads(line)) for line in report.jsonLines().splitlines()]


def _of_json(record: Dict[str, Any]) -> PassRecord:
    """JSON has no NaN: what is null is not finite."""
    values = (record[_java_name(f.name)] for f in fields(PassRecord))
    return PassRecord(*(_NAN if value is None else value for value in values))


def _java_name(name: str) -> str:
    first, *others = name.rstrip("_").split("_")
    return first + "".join(word.capitalize() for word in others)
