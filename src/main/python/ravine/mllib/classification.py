"""Logistic regression and the linear SVM of ``pyspark.mllib.classification``, by mini-batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from pyspark.mllib.classification import LogisticRegressionModel, SVMModel

from ravine.mllib._training import train

if TYPE_CHECKING:
    from pyspark import RDD
    from pyspark.mllib.regression import LabeledPoint

    from ravine.ml._watch import OnPass

__all__ = ["LogisticRegressionWithMiniBatch", "SVMWithMiniBatch"]


class LogisticRegressionWithMiniBatch:
    """Logistic regression for two or more classes on RDDs, in place of ``LogisticRegressionWithSGD``."""

    @classmethod
    def train(
        cls,
        data: "RDD[LabeledPoint]",
        *,
        numClasses: int = 2,
        intercept: bool = True,
        validateData: bool = True,
        initialWeights: Optional[Any] = None,
        on_pass: "Optional[OnPass]" = None,
        **options: Any,
    ) -> LogisticRegressionModel:
        """Trains a model; features are scaled to unit deviation, the intercept is not penalised.

        :param data: an RDD of :py:class:`pyspark.mllib.regression.LabeledPoint`
        :param numClasses: number of classes, at least 2
        :param intercept: whether the model has an intercept
        :param validateData: whether labels are checked first
        :param initialWeights: weights to start from; by default zeros
        :param on_pass: called after every pass, see ``MiniBatchEstimator.watch``
        :param options: ``iterations`` (steps, 100), ``step``, ``miniBatchFraction``, ``regParam``,
            ``regType`` (``l1``, ``l2``, ``elasticnet(alpha)`` or None), ``convergenceTol`` as in
            ``pyspark.mllib``; ``rule`` (such as ``momentum(0.9)``), ``schedule``, ``batchSize``,
            ``maxEpochs`` and the other setters of Java's ``MiniBatchOptimizer``, by the names of
            the params of the DataFrame estimators
        """
        trained = train(
            cls.__name__,
            data,
            intercept=intercept,
            validateData=validateData,
            initialWeights=initialWeights,
            on_pass=on_pass,
            options=options,
            numClasses=numClasses,
        )
        features = trained.java_model.numFeatures()
        return trained.remembered_by(
            LogisticRegressionModel(trained.weights, trained.intercept, features, numClasses)
        )


class SVMWithMiniBatch:
    """The linear support vector machine on RDDs, in place of ``SVMWithSGD``."""

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
    ) -> SVMModel:
        """Trains a model; the arguments are those of :class:`LogisticRegressionWithMiniBatch`."""
        trained = train(
            cls.__name__,
            data,
            intercept=intercept,
            validateData=validateData,
            initialWeights=initialWeights,
            on_pass=on_pass,
            options=options,
        )
        return trained.remembered_by(SVMModel(trained.weights, trained.intercept))
