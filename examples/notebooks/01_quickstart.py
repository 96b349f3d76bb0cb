# %% [markdown]
# # Quickstart
#
# The logistic regression of `pyspark.ml`, and the same with the class name changed: the same params, the same objective, the same
# kind of model. What differs is how often the rows are read until the objective is at its optimum, and that the fit says how far
# from it it ended.

# %%
import tempfile
import time

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from pyspark.ml.classification import LogisticRegression, LogisticRegressionModel
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession

import ravine
from ravine.ml.classification import MiniBatchLogisticRegression

builder = SparkSession.builder.master("local[2]").config("spark.ui.showConsoleProgress", "false")
spark = ravine.spark(builder.config("spark.sql.execution.arrow.pyspark.enabled", "true"))  # a session that has the jar; the wheel carries it

# %% [markdown]
# ## Rows
#
# 10,000 rows of 20 columns that are strongly correlated: a long, narrow ravine, which is what makes plain descent and L-BFGS slow.

# %%
random = np.random.default_rng(7)
count, width = 10_000, 20
shared = random.normal(size=(count, 1))
columns = (shared + 0.05 * random.normal(size=(count, width))) * np.logspace(0, -2, width)
margins = (columns - columns.mean(axis=0)) / columns.std(axis=0) @ (5 * random.normal(size=width))
labels = (margins + random.logistic(size=count) > 0).astype(float)

frame = pd.DataFrame(columns, columns=[f"x{i}" for i in range(width)]).assign(label=labels)
assembler = VectorAssembler(inputCols=[f"x{i}" for i in range(width)], outputCol="features")
rows = assembler.transform(spark.createDataFrame(frame)).select("label", "features").repartition(2).cache()
rows.count()

# %% [markdown]
# ## Spark's estimator, and ours
#
# Each takes three passes first, to warm the JVM, and is then timed.

# %%
params = dict(regParam=1e-5, maxIter=100, tol=1e-9)
models, seconds = {}, {}
for estimator in (LogisticRegression(**params), MiniBatchLogisticRegression(**params)):
    name = type(estimator).__name__
    estimator.fit(rows, {estimator.maxIter: 3})
    begin = time.perf_counter()
    models[name] = estimator.fit(rows)
    seconds[name] = time.perf_counter() - begin

stock, ours = models["LogisticRegression"], models["MiniBatchLogisticRegression"]
result = ravine.training_result(ours)
print(f"LogisticRegression: {len(stock.summary.objectiveHistory) - 1} iterations")
print(f"MiniBatchLogisticRegression: {result.passes[-1].pass_} passes")
print(f"time of the former over the latter, on this machine: {seconds['LogisticRegression'] / seconds['MiniBatchLogisticRegression']:.1f}")

# %% [markdown]
# ## The verdict
#
# A fit ends as `CONVERGED` only where it can tell that its objective is within `tol` of the optimum. The bound it gives holds for
# every model of this objective, so it also judges the other estimator.

# %%
result

# %%
lowest = result.objective - result.certificate.bound  # no model has a smaller objective than this
gaps = {
    "LogisticRegression": np.array(stock.summary.objectiveHistory) - lowest,
    "MiniBatchLogisticRegression": np.array(ours.summary.objectiveHistory) - lowest,
}
print(result.stop_reason, "-", result.certificate.sentence)
for name, gap in gaps.items():
    print(f"{name}: at most {gap[-1]:.1e} above the optimum")

figure, axes = plt.subplots(figsize=(7, 4))
for name, gap in gaps.items():
    axes.semilogy(gap, marker=".", label=name)
axes.set_xlabel("reads of all rows")
axes.set_ylabel("objective above the optimum, at most")
axes.legend()
plt.show()

# %% [markdown]
# ## The model is Spark's
#
# It is saved as one, and loads where our jar is not.

# %%
path = tempfile.mkdtemp() + "/model"
ours.save(path)
loaded = LogisticRegressionModel.load(path)
difference = np.abs(loaded.coefficients.toArray() - stock.coefficients.toArray()).max() / np.abs(stock.coefficients.toArray()).max()
print(f"{type(loaded).__module__}.{type(loaded).__name__}: coefficients differ from Spark's by {difference:.1e} of the largest")
spark.stop()
