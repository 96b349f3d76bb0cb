"""The params that Ravine's estimators add to Spark's: one line for each, and all else is made of it.

A line of ``OWN``, or of a table of classifiers below it, becomes a ``Param``, its default, a getter, a
setter and a keyword of the constructors. Names, texts and defaults are those of Java's ``ravine.ml.MiniBatchSettings``;
``test_params.py`` compares the two.
"""

from __future__ import annotations

from typing import Any, Callable, ClassVar, NamedTuple, Tuple

from pyspark.ml.param import Param, Params, TypeConverters


class Own(NamedTuple):
    """One param: its name, the type of its values, its default (``NONE``: there is none), its text."""

    name: str
    type: type
    default: Any
    doc: str
    converter: Callable[[Any], Any]


NONE = object()


def _text_or_steps(value: Any) -> str:
    """An interval: text, or a number of steps, which Java takes as text."""
    is_steps = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_steps else TypeConverters.toString(value)


def _text_or_weights(value: Any) -> str:
    """Class weights: text, or a dict by label as scikit-learn takes it, which Java takes as text."""
    if isinstance(value, dict):
        return ",".join(f"{label}:{float(weight)!r}" for label, weight in value.items())
    return TypeConverters.toString(value)


def _text(name: str, default: Any, doc: str, converter: Any = TypeConverters.toString) -> Own:
    return Own(name, str, default, doc, converter)


def _integer(name: str, default: Any, doc: str) -> Own:
    return Own(name, int, default, doc, TypeConverters.toInt)


def _number(name: str, default: Any, doc: str) -> Own:
    return Own(name, float, default, doc, TypeConverters.toFloat)


# fmt: off
OWN: Tuple[Own, ...] = (
    _text("optimizer", "nesterov(accelerated)", "update rule with its hyper-parameters, such as nesterov, momentum(0.9) or adam(beta2=0.99)"),
    _number("stepSize", 0.0, "learning rate in standardised coordinates (>= 0); 0 chooses it from measured curvature"),
    _text("schedule", "", "learning rate by step, such as inverse_sqrt or warmup(100,cosine(5000)); its first argument may be left out and is then stepSize; empty means constant, or automatic where stepSize is 0"),
    _integer("batchSize", 0, "rows in a mini-batch (>= 0); 0 chooses it automatically"),
    _number("miniBatchFraction", NONE, "rows in a mini-batch as a fraction of the training rows, in (0, 1]; not together with batchSize"),
    _integer("seed", 42, "seed of the shuffle and of the order of the mini-batches"),
    _text("validationIndicatorCol", NONE, "name of a boolean column: rows where it is true are not trained on but measured after every pass"),
    _text("validationMetric", "loss", "what the best pass is chosen by, and patience counted by: loss, logLoss, areaUnderROC, areaUnderPR or rmse of the validation rows"),
    _integer("patience", 5, "passes without an improvement of the validation metric before training stops early (>= 1)"),
    _number("validationTol", 1e-4, "relative decrease of the validation metric (of areas: of what is missing to 1) that counts as an improvement (>= 0)"),
    _integer("maxSteps", 0, "most steps (>= 0); 0 for any number"),
    _number("maxSeconds", 0.0, "most seconds of training, those of packing the rows not counted (>= 0); 0 for any number"),
    _number("gradientClip", 0.0, "largest Euclidean norm of the mean gradient, longer ones are scaled down (>= 0); 0 means no clipping"),
    _text("engine", "auto", "how partitions are asked for gradients: auto, jobs (one Spark job a step), resident (one Spark job whose tasks stay)"),
    _text("deterministic", "partitioning", "what the bits of a training depend on besides rows, params and seed: partitioning (on the partitions that rows come in), strict (on nothing: rows are dealt into 32 shards by content; strict(64) into 64)"),
    _text("onFailure", "throw", "what becomes of a training that fails or is cancelled after its first pass: throw (its best weights stand in lastTrainingResult), best (they are the model)"),
    _text("sparse", "auto", "what steps on wide and sparse data may leave undone: auto (nothing that is not made up for exactly), lazy (adaptive rules too update only the weights that a mini-batch touches), dense"),
    _integer("localSteps", 1, "mini-batch steps that each partition takes between two exchanges, whose mean displacement is the gradient of the rule (>= 1); 1 is ordinary mini-batch training"),
    _number("localStepSize", 0.0, "learning rate of the local steps in standardised coordinates (>= 0); 0 takes stepSize if that is given and the rule is not adaptive, and chooses it automatically otherwise"),
    _text("noiseReduction", "none", "what is done about the noise of mini-batches: none, average (weights are the mean over the second half of each pass), svrg (variance-reduced gradients; with localSteps > 1 those of the local steps)"),
    _number("batchGrowth", 1.0, "factor by which mini-batches grow from pass to pass (>= 1)"),
    _text("storage", "double", "how packed feature values are kept: double, or float for half the memory at 24 bits a value (sums and weights stay double)"),
    _text("storageLevel", "auto", "where packed rows are kept while training: MEMORY_AND_DISK, DISK_ONLY or one of these with _2 or DISK_ONLY_3, or auto: that of the input where it is persisted, else MEMORY_AND_DISK"),
    _text("initialModelPath", "", "path of a saved Spark model of the same kind whose coefficients training starts from; empty means none"),
    _text("checkpointDir", "", "directory of any of Hadoop's file systems for checkpoints of the training, from which a run that was lost goes on; one directory for one fit; empty means none"),
    _text("checkpointInterval", "60s", "between two checkpoints: steps such as 100, seconds such as 60s, or -1 for one at the end alone", _text_or_steps),
    _text("resume", "none", "what is done about the checkpoints in checkpointDir: none (there must not be any), must (go on from the last), auto (go on if there is one)"),
)

#: Of classifiers.
OF_CLASSES: Tuple[Own, ...] = (
    _text("classWeight", "", "what the weight of a row is multiplied by for its class: balanced (all rows by those of its class and the number of classes), or weights by label such as 0:1,1:10, 1 for a class that is not named; empty means none", _text_or_weights),
)

#: Of classifiers with probabilities.
OF_PROBABILITIES: Tuple[Own, ...] = (
    Own("calibrateIntercept", bool, True, "whether intercepts are corrected for classWeight, so that probabilities are those of the rows as they are, and threshold or thresholds are set so that predictions are those of the re-weighted rows", TypeConverters.toBoolean),
)
# fmt: on


class MiniBatchParams(Params):
    """Ravine's own params, each with a getter and a setter of Spark's form."""

    _own: ClassVar[Tuple[Own, ...]] = OWN

    def _set_own_defaults(self) -> None:
        self._setDefault(**{own.name: own.default for own in self._own if own.default is not NONE})


class ClassWeightParams(Params):
    """Those that classifiers have, too."""

    _own: ClassVar[Tuple[Own, ...]] = OWN + OF_CLASSES


class ProbabilityParams(ClassWeightParams):
    """And those of classifiers with probabilities."""

    _own: ClassVar[Tuple[Own, ...]] = OWN + OF_CLASSES + OF_PROBABILITIES


def _declare(owner: Any, own: Own) -> None:
    accessor = own.name[0].upper() + own.name[1:]
    param: Param = Param(Params._dummy(), own.name, own.doc, typeConverter=own.converter)

    def get(self: Any) -> Any:
        return self.getOrDefault(getattr(self, own.name))

    def set_(self: Any, value: Any) -> Any:
        return self._set(**{own.name: value})

    for prefix, function, what in (("get", get, "The value of"), ("set", set_, "Sets")):
        function.__name__ = prefix + accessor
        function.__qualname__ = f"{owner.__name__}.{prefix}{accessor}"
        function.__doc__ = f"{what} :py:attr:`{own.name}`: {own.doc}."
        setattr(owner, function.__name__, function)
    get.__annotations__ = {"return": own.type}
    set_.__annotations__ = {"value": own.type}
    setattr(owner, own.name, param)


for _owner, _table in ((MiniBatchParams, OWN), (ClassWeightParams, OF_CLASSES), (ProbabilityParams, OF_PROBABILITIES)):
    for _line in _table:
        _declare(_owner, _line)
