"""How a Python RDD is trained on by Java's ``…WithMiniBatch`` algorithms."""

from __future__ import annotations

from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple

from ravine._session import over_connect, require_jar
from ravine.ml._watch import OnPass, Watch

# Keyword of train: the setter of Java's MiniBatchOptimizer, and the type that it takes. The first
# six are keywords of pyspark.mllib's own train.
OPTIONS: Dict[str, Tuple[str, Callable[[Any], Any]]] = {
    "iterations": ("setNumIterations", int),
    "step": ("setStepSize", float),
    "miniBatchFraction": ("setMiniBatchFraction", float),
    "regParam": ("setRegParam", float),
    "regType": ("setPenalty", lambda value: "none" if value is None else str(value)),
    "convergenceTol": ("setConvergenceTol", float),
    "rule": ("setRule", str),
    "schedule": ("setSchedule", str),
    "batchSize": ("setBatchSize", int),
    "maxEpochs": ("setMaxEpochs", int),
    "seed": ("setSeed", int),
    "gradientClip": ("setGradientClip", float),
    "engine": ("setEngine", str),
    "deterministic": ("setDeterministic", str),
    "onFailure": ("setOnFailure", str),
    "sparse": ("setSparse", str),
    "localSteps": ("setLocalSteps", int),
    "localStepSize": ("setLocalStepSize", float),
    "noiseReduction": ("setNoiseReduction", str),
    "batchGrowth": ("setBatchGrowth", float),
    "storage": ("setStorage", str),
    "storageLevel": ("setStorageLevel", str),
    "checkpointDir": ("setCheckpointDir", str),
    "checkpointInterval": ("setCheckpointInterval", str),
    "resume": ("setResume", str),
}


class Trained(NamedTuple):
    """What training gave: weights and intercept in Python, the model and the result in Java."""

    weights: Any
    intercept: float
    java_model: Any
    java_result: Any

    def remembered_by(self, model: Any) -> Any:
        """The model, which :func:`ravine.training_result` can then be asked about."""
        model._ravine_fitted = self.java_result
        return model


def train(
    algorithm: str,
    data: Any,
    *,
    intercept: bool,
    validateData: bool,
    initialWeights: Optional[Any],
    on_pass: Optional[OnPass],
    options: Dict[str, Any],
    numClasses: Optional[int] = None,
) -> Trained:
    """Trains Java's ``ravine.mllib.<algorithm>`` on an RDD of ``LabeledPoint``.

    :raises TypeError: if there is no option of a name, or the RDD has no labelled points.
    """
    if over_connect():
        raise RuntimeError("Spark Connect has no RDDs: take the estimators of ravine.ml.")
    unknown = [name for name in options if name not in OPTIONS]
    if unknown:
        raise TypeError(f"{algorithm}.train has no option {unknown[0]}; it has {', '.join(OPTIONS)}.")
    require_jar()
    from pyspark.mllib.common import _java2py, _py2java, _to_java_object_rdd
    from pyspark.mllib.linalg import _convert_to_vector
    from pyspark.mllib.regression import LabeledPoint

    first = data.first()
    if not isinstance(first, LabeledPoint):
        raise TypeError(f"data must be an RDD of LabeledPoint, but begins with {type(first).__name__}.")
    context = data.ctx
    java_algorithm = getattr(context._jvm.ravine.mllib, algorithm)()
    if numClasses is not None:
        java_algorithm.setNumClasses(int(numClasses))
    java_algorithm.setIntercept(bool(intercept)).setValidateData(bool(validateData))
    optimizer = java_algorithm.optimizer()
    for name, value in options.items():
        setter, converter = OPTIONS[name]
        getattr(optimizer, setter)(converter(value))
    points = _to_java_object_rdd(data).rdd()
    start = () if initialWeights is None else (_py2java(context, _convert_to_vector(initialWeights)),)
    with Watch(on_pass).listening(optimizer.setListener, 0, algorithm):
        model = java_algorithm.run(points, *start)
    return Trained(
        _java2py(context, model.weights()),
        model.intercept(),
        model,
        optimizer.lastTrainingResult(),
    )
