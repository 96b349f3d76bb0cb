"""One class against the rest, all models in one training."""

from __future__ import annotations

import logging
from typing import Any

from pyspark.ml.classification import OneVsRest, OneVsRestModel

from ravine._session import jvm, over_connect
from ravine.ml._estimator import MiniBatchEstimator

__all__ = ["RavineOneVsRest"]

_LOG = logging.getLogger("ravine")


class RavineOneVsRest(OneVsRest):
    """pyspark's ``OneVsRest`` of one of our classifiers, its models in one training.

    Rows are read and packed once, and model k sees label 1 where the label is k. Each is the model
    of its own fit, to its certificate. ``parallelism`` has no say. A label that is null or no class
    index is refused, where pyspark takes its row for one of the rest.

    With another classifier, watched fits, and over Spark Connect it is pyspark's loop.

    >>> from ravine.ml.tuning import RavineOneVsRest
    >>> model = RavineOneVsRest(classifier=classifier).fit(rows)               # doctest: +SKIP
    """

    def _fit(self, dataset: Any) -> Any:
        classifier = self.getClassifier()
        if over_connect():
            obstacle = "Spark Connect trains one model at a time"
        elif isinstance(classifier, MiniBatchEstimator):
            obstacle = classifier._trains_alone()
        else:
            obstacle = f"the classifier is a {type(classifier).__name__}"
        if obstacle is None:
            java = jvm().ravine.ml.tuning.RavineOneVsRest.of(self._to_java())
            obstacle = java.obstacle()
        if obstacle is not None:
            _LOG.warning("%s is pyspark's own loop, because %s.", type(self).__name__, obstacle)
            return super()._fit(dataset)
        models = [self._model(k, one) for k, one in enumerate(java.fit(dataset._jdf).models())]
        return self._copyValues(OneVsRestModel(models=models))

    def _model(self, k: int, java_model: Any) -> Any:
        classifier = self.getClassifier()
        columns = {
            classifier.labelCol: f"mc2b${k}",
            classifier.featuresCol: self.getFeaturesCol(),
            classifier.predictionCol: self.getPredictionCol(),
        }
        if self.isDefined(self.weightCol) and self.getWeightCol():
            columns[classifier.weightCol] = self.getWeightCol()
        return classifier.copy(columns)._trained_elsewhere(java_model)
