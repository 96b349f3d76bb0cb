"""The linear regression of ``pyspark.ml.regression``, trained by mini-batches.

Models are pyspark's own, with ``summary``; what is saved loads where Ravine is not.
"""

from __future__ import annotations

from pyspark.ml.regression import LinearRegression

from ravine.ml._estimator import MiniBatchEstimator

__all__ = ["MiniBatchLinearRegression"]


class MiniBatchLinearRegression(MiniBatchEstimator, LinearRegression):
    """Spark's linear regression, of squared or Huber's loss, trained by mini-batches.

    The params and the objective are those of the class it extends, and the model is a
    :py:class:`pyspark.ml.regression.LinearRegressionModel`. ``maxIter`` counts passes over the data.
    Values other than the default of ``solver``, ``aggregationDepth`` and ``maxBlockSizeInMB`` are
    refused: they steer nothing here.

    >>> from ravine.ml.regression import MiniBatchLinearRegression
    >>> model = MiniBatchLinearRegression(elasticNetParam=0.5, regParam=0.1).fit(rows)  # doctest: +SKIP
    """

    _stock = LinearRegression
    _java_class = "ravine.ml.regression.MiniBatchLinearRegression"
