"""The linear regression of ``pyspark.mllib.regression``, by mini-batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from pyspark.mllib.regression import LinearRegressionModel

from ravine.mllib._training import train

if TYPE_CHECKING:
    from pyspark import RDD
    from pyspark.mllib.regression import LabeledPoint

    from ravine.ml._watch import OnPass

__all__ = ["LinearRegressionWithMiniBatch"]


class LinearRegressionWithMiniBatch:
    """Linear regression on RDDs, in place of ``LinearRegressionWithSGD``, ``RidgeRegressionWithSGD``
    and ``LassoWithSGD``: the penalty is ``regType``, the loss half the squared error."""

    @classmethod
    def train(
        cls,
        data: "RDD[LabeledPoint]",
        *,
        intercept: bool = True,
        validateData: bool = True,
        initialWeights: Optional[Any] = None,
        on_pass: "Optional[OnPass]" = None,
        **options: Any,
    ) -> LinearRegressionModel:
        """Trains a model; the arguments are those of
        :class:`ravine.mllib.classification.LogisticRegressionWithMiniBatch`."""
        trained = train(
            cls.__name__,
            data,
            intercept=intercept,
            validateData=validateData,
            initialWeights=initialWeights,
            on_pass=on_pass,
            options=options,
        )
        return trained.remembered_by(LinearRegressionModel(trained.weights, trained.intercept))
