"""Logistic regression and the linear SVM of ``pyspark.ml.classification``, trained by mini-batches.

Models are pyspark's own, with ``summary``; what is saved loads where Ravine is not.
"""

from __future__ import annotations

from typing import Any, List

from pyspark.ml.classification import LinearSVC, LogisticRegression, LogisticRegressionModel

from ravine._session import over_connect
from ravine.ml._estimator import MiniBatchEstimator
from ravine.ml._params import ClassWeightParams, ProbabilityParams

__all__ = ["MiniBatchLinearSVC", "MiniBatchLogisticRegression"]


class MiniBatchClassifier(ClassWeightParams, MiniBatchEstimator):
    """Base of the two, whose rows may weigh more for the class they are of."""

    def lastClassWeights(self) -> List[float]:
        """What the rows of each class weighed more in the last fit of this very object, by label.

        A class beyond the end weighed 1; empty without ``classWeight``.

        :raises RuntimeError: if nothing was fitted yet, or over Spark Connect.
        """
        self.training_result()
        return list(self._fitted.lastClassWeights())


class MiniBatchLogisticRegression(ProbabilityParams, MiniBatchClassifier, LogisticRegression):
    """Spark's logistic regression, binary and multinomial, trained by mini-batches.

    The params and the objective are those of the class it extends, and the model is a
    :py:class:`pyspark.ml.classification.LogisticRegressionModel`. ``maxIter`` counts passes over the
    data, the unit of an L-BFGS iteration of that class. Bounds on coefficients and intercepts are
    kept, with any ``elasticNetParam``. ``classWeight`` (``"balanced"``, or a dict or text of weights by
    label) trains on re-weighted rows, and probabilities stay those of the rows as they are. Values other
    than the default of ``aggregationDepth`` and ``maxBlockSizeInMB`` are refused, for they steer nothing
    here.

    >>> from ravine.ml.classification import MiniBatchLogisticRegression
    >>> adam = MiniBatchLogisticRegression(optimizer="adam(beta2=0.99)", stepSize=0.02, batchSize=256)
    >>> model = adam.fit(rows)                                                 # doctest: +SKIP
    """

    _stock = LogisticRegression
    _java_class = "ravine.ml.classification.MiniBatchLogisticRegression"

    def _copyValues(self, to: Any, extra: Any = None) -> Any:
        """A model decides by the thresholds that Java set for ``classWeight``.

        With an L1 part it has no bounds, as in Java: Spark's model refuses the two together.
        """
        to = super()._copyValues(to, extra)
        if not isinstance(to, LogisticRegressionModel):
            return to
        if self.getClassWeight() and not over_connect():
            java = to._java_obj
            if not to.isSet("threshold") and java.isSet(java.getParam("threshold")):
                to._set(threshold=java.getThreshold())
            if not to.isSet("thresholds") and java.isSet(java.getParam("thresholds")):
                to._set(thresholds=list(java.getThresholds()))
        if to.getElasticNetParam() > 0.0:
            for bounds in ("OnCoefficients", "OnIntercepts"):
                to.clear(to.getParam("lowerBounds" + bounds))
                to.clear(to.getParam("upperBounds" + bounds))
        return to

    def setInitialModel(self, value: Any) -> "MiniBatchLogisticRegression":
        """Begins training at the coefficients and intercepts of a model.

        Copies begin there too (``CrossValidator``, param maps). It is not a param and is not saved
        with the estimator: ``initialModelPath`` is, and gives way to the model that is set here.

        :param value: a :py:class:`pyspark.ml.classification.LogisticRegressionModel`, of any estimator
        :raises TypeError: if it is something else
        :raises RuntimeError: over Spark Connect, which sends nothing but params
        """
        if over_connect():
            raise RuntimeError(
                "Spark Connect sends params only: save the model and set initialModelPath instead."
            )
        if not isinstance(value, LogisticRegressionModel):
            raise TypeError(
                f"The initial model must be a LogisticRegressionModel, but was {type(value).__name__}."
            )
        self._java_obj.setInitialModel(value._java_obj)
        return self


class MiniBatchLinearSVC(MiniBatchClassifier, LinearSVC):
    """Spark's linear support vector machine, trained by mini-batches.

    The params and the objective are those of the class it extends, and the model is a
    :py:class:`pyspark.ml.classification.LinearSVCModel`. ``maxIter`` counts passes over the data.
    Values other than the default of ``aggregationDepth`` and ``maxBlockSizeInMB`` are refused: they
    steer nothing here.

    >>> from ravine.ml.classification import MiniBatchLinearSVC
    >>> model = MiniBatchLinearSVC(regParam=0.01, maxIter=50).fit(rows)         # doctest: +SKIP
    """

    _stock = LinearSVC
    _java_class = "ravine.ml.classification.MiniBatchLinearSVC"
