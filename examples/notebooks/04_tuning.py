# %% [markdown]
# # Tuning
#
# An estimator of Ravine stands in a `Pipeline` and under a `CrossValidator` like any of pyspark's. Where a grid is too coarse, Optuna
# searches, and its pruner ends a fit that is not worth going on with: `on_pass` sees the validation loss after every pass.

# %%
import numpy as np
import optuna
from matplotlib import pyplot as plt
from pyspark.ml import Pipeline
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import StandardScaler
from pyspark.ml.linalg import Vectors
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder
from pyspark.sql import SparkSession
from sklearn.datasets import load_breast_cancer

import ravine
from ravine.ml.classification import MiniBatchLogisticRegression

spark = ravine.spark(SparkSession.builder.master("local[2]").config("spark.ui.showConsoleProgress", "false"))

data = load_breast_cancer()
aside = np.random.default_rng(5).random(len(data.target)) < 0.3
rows = spark.createDataFrame(
    [(float(y), Vectors.dense(x), bool(a)) for y, x, a in zip(data.target, data.data, aside)],
    ["label", "features", "isValidation"],
).coalesce(2).cache()
print(f"{rows.count()} rows, {data.data.shape[1]} features, {aside.sum()} rows set aside")

# %% [markdown]
# ## A grid, with Spark's CrossValidator
#
# Each fit of the grid takes Newton steps to the optimum, so that what is compared are objectives, not how far training came.

# %%
estimator = MiniBatchLogisticRegression(featuresCol="scaled", maxIter=50)
pipeline = Pipeline(stages=[StandardScaler(inputCol="features", outputCol="scaled"), estimator])
grid = (
    ParamGridBuilder()
    .addGrid(estimator.regParam, [1e-3, 1e-2, 1e-1])
    .addGrid(estimator.elasticNetParam, [0.0, 1.0])
    .build()
)
tuned = CrossValidator(
    estimator=pipeline, estimatorParamMaps=grid, evaluator=BinaryClassificationEvaluator(), numFolds=3, seed=1
).fit(rows.where("not isValidation"))
for point, metric in zip(grid, tuned.avgMetrics):
    print({param.name: value for param, value in point.items()}, f"area under ROC {metric:.4f}")
best = tuned.bestModel.stages[1]
verdict = ravine.training_result(best)
print(f"best: {int((best.coefficients.toArray() != 0).sum())} of {best.numFeatures} coefficients are not 0")
print(verdict)

# %% [markdown]
# ## A search that prunes, with Optuna
#
# `on_pass` reports the loss of the rows set aside and raises `TrialPruned` where the pruner says so. What it raises ends the fit and
# comes out of `fit`, which is what Optuna waits for.

# %%
optuna.logging.set_verbosity(optuna.logging.WARNING)
PASSES = 15
curves = {}


def objective(trial):
    curve = curves[trial.number] = []

    def prune(record):
        curve.append(record.validation_loss)
        trial.report(record.validation_loss, record.pass_)
        if trial.should_prune():
            raise optuna.TrialPruned()

    candidate = MiniBatchLogisticRegression(
        optimizer=trial.suggest_categorical("optimizer", ["momentum", "nesterov", "adam"]),
        stepSize=trial.suggest_float("stepSize", 1e-4, 1.0, log=True),
        regParam=trial.suggest_float("regParam", 1e-5, 1e-1, log=True),
        batchSize=32,
        maxIter=PASSES,
        validationIndicatorCol="isValidation",
        patience=PASSES,
        on_pass=prune,
    )
    candidate.fit(rows)
    result = candidate.training_result()
    return result.passes[result.best_pass].validation_loss


pruner = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=2)
study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=2), pruner=pruner)
study.optimize(objective, n_trials=14)
states = [trial.state.name for trial in study.trials]
print(f"{states.count('COMPLETE')} trials complete, {states.count('PRUNED')} pruned")
print(f"best validation loss {study.best_value:.4f} with {study.best_params}")
passes = sum(len(curve) - 1 for curve in curves.values())
print(f"{passes} passes of the {PASSES * len(curves)} that all trials would have made")

# %%
figure, axes = plt.subplots(figsize=(7, 4))
for trial in study.trials:
    pruned = trial.state.name == "PRUNED"
    axes.semilogy(curves[trial.number], color="tab:red" if pruned else "tab:blue", alpha=0.4 if pruned else 0.9)
axes.set(xlabel="pass", ylabel="loss of the rows set aside", title="red: pruned")
plt.show()

# %% [markdown]
# The pruner saved a fifth of the passes or more.

# %%
print(f"{1 - passes / (PASSES * len(curves)):.0%} saved")
spark.stop()
