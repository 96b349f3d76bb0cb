# %% [markdown]
# # Clicks: wide, sparse features
#
# Whether an advertisement is clicked depends on who sees it, where, and which one it is. Each of these is a category with thousands
# of values; hashed, they make a row of six non-zeros among 65,536 features. A mini-batch touches few of them, and its step costs
# only these.

# %%
import time

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import FeatureHasher
from pyspark.ml.functions import vector_to_array
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

import ravine
from ravine.ml.classification import MiniBatchLogisticRegression

builder = SparkSession.builder.master("local[2]").config("spark.ui.showConsoleProgress", "false")
spark = ravine.spark(builder.config("spark.sql.execution.arrow.pyspark.enabled", "true"))

# %% [markdown]
# ## Impressions
#
# 40,000 of them. Users, sites and advertisements are as uneven as they are in life: a few are everywhere, most are rare.

# %%
random = np.random.default_rng(3)
count = 40_000
sizes = {"user": 5_000, "site": 500, "ad": 1_000, "hour": 24, "device": 5, "country": 40}


def draw(size):
    """Values whose frequency falls like 1/rank."""
    chance = 1 / np.arange(1, size + 1)
    return random.choice(size, size=count, p=chance / chance.sum())


drawn = {name: draw(size) for name, size in sizes.items()}
effects = {name: 0.6 * random.normal(size=size) for name, size in sizes.items()}
margins = -2.2 + sum(effects[name][values] for name, values in drawn.items())
clicks = (margins + random.logistic(size=count) > 0).astype(float)
frame = pd.DataFrame({name: values.astype(str) for name, values in drawn.items()})
frame = frame.assign(label=clicks, isValidation=random.random(count) < 0.2)

hasher = FeatureHasher(inputCols=list(sizes), outputCol="features", numFeatures=1 << 16)
rows = hasher.transform(spark.createDataFrame(frame)).select("label", "features", "isValidation").repartition(2).cache()
print(f"{rows.count():,} impressions, {clicks.mean():.1%} of them clicked")

# %% [markdown]
# ## Train
#
# `validationIndicatorCol` sets rows aside: their loss is measured after every pass. `sparse="lazy"` lets an adaptive rule leave the
# moments of features alone that a mini-batch does not touch.

# %%
REG = 1e-5
settings = {
    "adagrad": dict(optimizer="adagrad", sparse="lazy", batchSize=500),
    "adam": dict(optimizer="adam", sparse="lazy", batchSize=500),
    "nesterov": dict(optimizer="nesterov", batchSize=500),
}
results, models = {}, {}
for name, chosen in settings.items():
    estimator = MiniBatchLogisticRegression(
        regParam=REG, maxIter=6, validationIndicatorCol="isValidation", patience=2, **chosen
    )
    models[name] = estimator.fit(rows)
    results[name] = estimator.training_result()
    last = results[name].passes[results[name].best_pass]
    print(f"{name}: {results[name].stop_reason}, validation loss {last.validation_loss:.4f} at pass {last.pass_}")

training, validation = (rows.where(F.col("isValidation") == held).cache() for held in (False, True))
begin = time.perf_counter()
models["L-BFGS of Spark"] = LogisticRegression(regParam=REG, maxIter=15).fit(training)
iterations = len(models["L-BFGS of Spark"].summary.objectiveHistory) - 1
print(f"Spark's estimator: {iterations} iterations in {time.perf_counter() - begin:.1f} s")

# %%
figure, axes = plt.subplots(figsize=(7, 4))
for name, result in results.items():
    history = result.history
    axes.plot(history["pass"], history["validation_loss"], marker=".", label=name)
axes.set(xlabel="pass", ylabel="loss of the validation rows")
axes.legend()
plt.show()

# %% [markdown]
# ## Rows that no fit has seen

# %%
evaluator = BinaryClassificationEvaluator(metricName="areaUnderROC")
clicked = validation.agg(F.avg("label")).first()[0]
chance = -(clicked * np.log(clicked) + (1 - clicked) * np.log(1 - clicked))


def judge(model):
    scored = model.transform(validation).cache()
    p = F.greatest(F.lit(1e-15), F.least(F.lit(1 - 1e-15), vector_to_array("probability")[1]))
    loss = scored.agg(F.avg(-F.col("label") * F.log(p) - (1 - F.col("label")) * F.log(1 - p))).first()[0]
    return {"log loss": loss, "area under ROC": evaluator.evaluate(scored)}


table = pd.DataFrame({"base rate": {"log loss": chance, "area under ROC": 0.5}, **{n: judge(m) for n, m in models.items()}}).T
table

# %%
reads = {name: result.passes[result.best_pass].pass_ for name, result in results.items()}
print(table)
best = table.loc[list(settings), "log loss"].idxmin()
print(f"best on rows set aside: {best}, after {reads[best]} passes; Spark's L-BFGS made {iterations} iterations")
spark.stop()
