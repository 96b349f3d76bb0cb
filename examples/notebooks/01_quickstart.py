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
builder = builder.config("spark.sql.execution.arrow.pyspark.enabled", "true")
spark = ravine.spark(builder)  # a session that has the jar; the wheel carries it

# %% [markdown]
# ## Rows
#
# 10,000 rows of 20 columns that are strongly correlated: a long, narrow ravine, which is what makes L-BFGS slow.

# %%
random = np.random.default_rng(7)
count, width = 10_000, 20
shared = random.normal(size=(count, 1))
columns = (shared + 0.05 * random.normal(size=(count, width))) * np.logspace(0, -2, width)
standardised = (columns - columns.mean(axis=0)) / columns.std(axis=0)
margins = standardised @ (0.3 * random.normal(size=width))
labels = (margins + random.logistic(size=count) > 0).astype(float)

names = [f"x{i}" for i in range(width)]
frame = spark.createDataFrame(pd.DataFrame(columns, columns=names).assign(label=labels))
assembler = VectorAssembler(inputCols=names, outputCol="features")
rows = assembler.transform(frame).select("label", "features").repartition(2).cache()
rows.count()

# %% [markdown]
# ## Spark's estimator, and ours
#
# Each takes three passes first, to warm the JVM, and is then timed.

# %%
params = dict(regParam=1e-4, maxIter=100, tol=1e-9)
models, seconds = {}, {}
for estimator in (LogisticRegression(**params), MiniBatchLogisticRegression(**params)):
    name = type(estimator).__name__
    estimator.fit(rows, {estimator.maxIter: 3})
    begin = time.perf_counter()
    models[name] = estimator.fit(rows)
    seconds[name] = time.perf_counter() - begin

stock, ours = models["LogisticRegression"], models["MiniBatchLogisticRegression"]
result = ravine.training_result(ours)
iterations, passes = len(stock.summary.objectiveHistory) - 1, result.passes[-1].pass_
ratio = seconds["LogisticRegression"] / seconds["MiniBatchLogisticRegression"]
print(f"LogisticRegression: {iterations} iterations, each of which reads all rows at least once")
print(f"MiniBatchLogisticRegression: {passes} passes over all rows")
print(f"time of the former over that of the latter, here and now: {ratio:.1f}")

# %% [markdown]
# Spark's estimator reads the rows more than three times as often.
#
# ## The verdict
#
# A fit ends as `CONVERGED` only where it can tell that its objective is within `tol`, relative to itself, of the optimum. Here that
# is proven. The bound is a property of the objective, not of who trained, so it also judges the other estimator: both are there.

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
axes.set_xlabel("iterations of Spark's estimator, passes of ours")
axes.set_ylabel("objective above the optimum, at most")
axes.legend()
plt.show()

# %% [markdown]
# ## The model is Spark's
#
# It is saved as one, loads where our jar is not, and its coefficients are those of Spark's estimator within a thousandth of the
# largest.

# %%
path = tempfile.mkdtemp() + "/model"
ours.save(path)
loaded = LogisticRegressionModel.load(path)
theirs = stock.coefficients.toArray()
difference = np.abs(loaded.coefficients.toArray() - theirs).max() / np.abs(theirs).max()
print(f"{type(loaded).__module__}.{type(loaded).__name__}: coefficients differ by {difference:.1e} of the largest")
spark.stop()
