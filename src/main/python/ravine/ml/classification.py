"""Logistic regression and the linear SVM of ``pyspark.ml.classification``, trained by mini-batches.

Models are pyspark's own, with ``summary``; what is saved loads where Ravine is not.
"""

from __future__ import annotations

from typing import Any

from pyspark.ml.classification import LinearSVC, LogisticRegression, LogisticRegressionModel

from ravine._session import over_connect
from ravine.ml._estimator import MiniBatchEstimator

__all__ = ["MiniBatchLinearSVC", "MiniBatchLogisticRegression"]


class MiniBatchLogisticRegression(MiniBatchEstimator, LogisticRegression):
    """Spark's logistic regression, binary and multinomial, trained by mini-batches.

    The params and the objective are those of the class it extends, and the model is a
    :py:class:`pyspark.ml.classification.LogisticRegressionModel`. ``maxIter`` counts passes over the
    data, the unit of an L-BFGS iteration of that class. Bounds on coefficients and intercepts are
    kept, with any ``elasticNetParam``. Values other than the default of ``aggregationDepth`` and
    ``maxBlockSizeInMB`` are refused, for they steer nothing here.

    >>> from ravine.ml.classification import MiniBatchLogisticRegression
    >>> adam = MiniBatchLogisticRegression(optimizer="adam(beta2=0.99)", stepSize=0.02, batchSize=256)
    >>> model = adam.fit(rows)                                                 # doctest: +SKIP
    """

    _stock = LogisticRegression
    _java_class = "ravine.ml.classification.MiniBatchLogisticRegression"

    def _copyValues(self, to: Any, extra: Any = None) -> Any:
        """A model with an L1 part has no bounds, as in Java: Spark's model refuses the two together."""
        to = super()._copyValues(to, extra)
        if isinstance(to, LogisticRegressionModel) and to.getElasticNetParam() > 0.0:
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


class MiniBatchLinearSVC(MiniBatchEstimator, LinearSVC):
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
