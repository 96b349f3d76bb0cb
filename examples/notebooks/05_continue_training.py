# %% [markdown]
# # Training that goes on
#
# Two ways: from yesterday's model, and from a checkpoint of a run that ended too early. (A third, for rows that come in portions, is
# `partialFit`: docs/streaming.md.)

# %%
import tempfile

import numpy as np
from matplotlib import pyplot as plt
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession

import ravine
from ravine.ml.classification import MiniBatchLogisticRegression

spark = ravine.spark(SparkSession.builder.master("local[2]").config("spark.ui.showConsoleProgress", "false"))
width, count = 50, 20_000
WEIGHTS = np.random.default_rng(1).normal(size=width) / 3
MIXING = np.eye(width) + 0.1 * np.random.default_rng(2).normal(size=(width, width))


def day(seed, drift=0.0):
    """Rows of one day, whose weights have drifted from the first one's."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(count, width)) @ MIXING
    margins = x @ (WEIGHTS + drift * random.normal(size=width)) + random.logistic(size=count)
    made = [(float(margin > 0), Vectors.dense(row)) for margin, row in zip(margins, x.tolist())]
    return spark.createDataFrame(made, ["label", "features"]).repartition(2).cache()


yesterday, today = day(10), day(11, drift=0.02)
print(yesterday.count(), today.count())

# %% [markdown]
# ## From yesterday's model
#
# `setInitialModel` begins at the coefficients of any `LogisticRegressionModel`, also of one that Spark's own estimator trained or
# that was loaded. (A `stepSize` is given: with the automatic one `adam` begins at the optimum of a sample, and so needs no model.)

# %%
params = dict(regParam=1e-3, optimizer="adam", stepSize=0.02, schedule="inverse_sqrt", batchSize=200, maxIter=8)
model = MiniBatchLogisticRegression(**params).fit(yesterday)


def from_both(**params):
    """Results of today's training from zero, and from yesterday's model."""
    cold, warm = MiniBatchLogisticRegression(**params), MiniBatchLogisticRegression(**params).setInitialModel(model)
    return {name: ravine.training_result(e.fit(today)) for name, e in (("from zero", cold), ("from yesterday's model", warm))}


results, newton = from_both(**params), from_both(regParam=1e-3, tol=1e-9)
optimum = newton["from zero"].objective
gaps = {name: np.array(result.objective_history) / optimum - 1 for name, result in results.items()}
figure, axes = plt.subplots(figsize=(7, 4))
for name, gap in gaps.items():
    print(f"{name}: {gap[0]:.1e} above the optimum before the first step, {gap[1]:.1e} after one pass, {gap[-1]:.1e} after {len(gap) - 1}")
    axes.semilogy(gap, marker=".", label=name)
axes.set(xlabel="pass", ylabel="objective / optimum - 1")
axes.legend()
plt.show()

# %% [markdown]
# Before its first step the training that goes on is ten times nearer to the optimum, and after one pass it is where the other has not
# come in eight.
#
# That is so for mini-batches. The default, Newton steps to the optimum, has nothing to gain from yesterday's model: from zero it begins
# at the optimum of a sample of today's rows, and needs no more passes than from yesterday's model.

# %%
for name, result in newton.items():
    print(f"{name}: {result.stop_reason} after {result.passes[-1].pass_} passes by {result.way}")

# %% [markdown]
# ## From a checkpoint
#
# A run that was lost goes on where it stood, with the moments, the step count and the order of the rows: to the bit what an
# undisturbed run is. Here `on_pass` raises in the fourth pass, as if the machine had gone.

# %%
class MachineIsGone(Exception):
    pass


def fail(record):
    if record.pass_ == 4:
        raise MachineIsGone


undisturbed = MiniBatchLogisticRegression(**params).fit(today)
kept = dict(params, checkpointDir=tempfile.mkdtemp() + "/clicks", resume="auto")
try:
    MiniBatchLogisticRegression(on_pass=fail, **kept).fit(today)
except MachineIsGone:
    print("lost after pass 4")
seen = []
resumed = MiniBatchLogisticRegression(on_pass=seen.append, **kept).fit(today)
print(f"went on at pass {seen[0].pass_}")
same = resumed.coefficients == undisturbed.coefficients and resumed.intercept == undisturbed.intercept
print("the same bits as undisturbed:", same)
spark.stop()
