# %% [markdown]
# # Which optimizer?
#
# First: none. With its defaults an estimator of Ravine takes Newton steps as long as there are at most 1,024 weights, and ends at the
# optimum with a proof. The rules are for models that are too wide for that, for streams, and for reproducing what another library
# does. This notebook compares them, on the same mini-batches and without tuning: `stepSize=0`, the default, chooses the rate from
# measured curvature. (At that rate, and with so few weights, adaptive rules begin at the optimum of a sample: their curves begin low.)

# %%
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession

import ravine
from ravine.ml.classification import MiniBatchLogisticRegression

spark = ravine.spark(SparkSession.builder.master("local[2]").config("spark.ui.showConsoleProgress", "false"))
RULES = ["sgd", "momentum", "nesterov", "adagrad", "adam"]
PASSES, GAPS = 12, [1e-2, 1e-3, 1e-4]


def compare(rows, **params):
    """Relative gap to the optimum, pass by pass and rule by rule, and passes to each of GAPS."""
    best = MiniBatchLogisticRegression(maxIter=200, tol=1e-9, **params)
    best.fit(rows)
    optimum = best.training_result().objective - best.training_result().certificate.bound
    curves = {}
    for rule in ["default", *RULES]:
        chosen = {} if rule == "default" else {"optimizer": rule, "batchSize": 200}
        estimator = MiniBatchLogisticRegression(maxIter=PASSES, tol=1e-9, **chosen, **params)
        estimator.fit(rows)
        history = np.array(estimator.training_result().objective_history)
        curves[rule] = np.minimum.accumulate(history) / optimum - 1
    table = pd.DataFrame(
        {f"{gap:g}": {rule: int(np.argmax(c <= gap)) if (c <= gap).any() else None for rule, c in curves.items()} for gap in GAPS}
    )
    return curves, table.astype("Int64")


def draw(curves, title):
    figure, axes = plt.subplots(figsize=(7, 4))
    for rule, curve in curves.items():
        axes.semilogy(np.maximum(curve, 1e-9), marker=".", label=rule)
    axes.set(xlabel="pass", ylabel="best objective so far / optimum - 1", title=title)
    axes.legend()
    plt.show()


# %% [markdown]
# ## Dense columns that are correlated
#
# Standardising makes scales equal (the estimators do that in the algebra) but leaves correlation: the rows below have it.

# %%
random = np.random.default_rng(11)
count, width = 8_000, 30
mixed = random.normal(size=(count, width)) @ (np.eye(width) + 0.4 * random.normal(size=(width, width)))
labels = (mixed @ random.normal(size=width) / 4 + random.logistic(size=count) > 0).astype(float)
dense = spark.createDataFrame(
    [(y, Vectors.dense(x)) for y, x in zip(labels.tolist(), mixed.tolist())], ["label", "features"]
).repartition(2).cache()
dense.count()

dense_curves, dense_table = compare(dense, regParam=1e-4)
draw(dense_curves, "dense, correlated")
dense_table.rename_axis("passes to a gap of")

# %% [markdown]
# ## Sparse features, some of them rare
#
# 2,000 features whose frequency falls like 1/rank, as words do. There are more weights than Newton steps are taken for, so that the
# default, `nesterov(accelerated)` on all rows, is a first-order method here, too.

# %%
count, width, words = 6_000, 2_000, 25
chance = 1 / np.arange(1, width + 1)
chance /= chance.sum()
weights = random.normal(size=width)
sparse_rows = []
for _ in range(count):
    index = np.unique(random.choice(width, size=words, p=chance))
    margin = weights[index].sum() / 3 + random.logistic()
    sparse_rows.append((float(margin > 0), Vectors.sparse(width, index.tolist(), [1.0] * len(index))))
sparse = spark.createDataFrame(sparse_rows, ["label", "features"]).repartition(2).cache()
sparse.count()

sparse_curves, sparse_table = compare(sparse, regParam=1e-3)
draw(sparse_curves, "sparse, some features rare")
sparse_table.rename_axis("passes to a gap of")

# %% [markdown]
# ## What to take from it

# %%
def fewest(table):
    """The rules that reach the middle gap in the fewest passes."""
    reached = table[f"{GAPS[1]:g}"].dropna()
    return ", ".join(reached.index[reached == reached.min()])


print(dense_table, sparse_table, sep="\n\n")
print(f"dense:  fewest passes to a gap of {GAPS[1]:g}: {fewest(dense_table)}")
print(f"sparse: fewest passes to a gap of {GAPS[1]:g}: {fewest(sparse_table)}")
spark.stop()
