"""A Spark session with fits to look at, run by the Python of one pyspark and the wheel:

    session.py FOLDER

FOLDER is for its event log, in `events`. It says, a line of JSON each, where its interface is, when the second of three
fits begins, which goes on until a line is read, and when all are over; it ends at the end of its input.
"""

import json
import math
import os
import random
import sys
import threading

import pyspark
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession

import ravine
from ravine.ml.classification import MiniBatchLogisticRegression

ROWS = 8_000
FEATURES = 12
PAUSE = 0.05

def main(folder):
    events = os.path.join(folder, "events")
    os.mkdir(events)
    builder = SparkSession.builder.master("local[2]").appName("Who will leave?")
    for name, value in {
        "spark.ui.enabled": "true",
        "spark.ui.port": "0",
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.compress": "false",
        "spark.eventLog.dir": f"file://{events}",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
    }.items():
        builder = builder.config(name, value)
    spark = ravine.spark(builder)
    context = spark.sparkContext
    context.setLogLevel("ERROR")
    say(ui=context.uiWebUrl, application=context.applicationId, version=pyspark.__version__)

    rows = spark.createDataFrame(drawn(), ["label", "features", "held"]).repartition(2).cache()
    rows.count()
    context.setJobDescription("leavers of July")
    MiniBatchLogisticRegression(regParam=1e-4, tol=1e-8).fit(rows.drop("held"))
    context.setJobDescription(None)
    say(begins=2)
    noisy = dict(batchSize=40, regParam=1e-4, seed=3)
    MiniBatchLogisticRegression(
        optimizer="adam", stepSize=0.05, schedule="inverse_sqrt", maxIter=600, tol=0.0, on_pass=paced(), **noisy
    ).fit(rows.drop("held"))
    MiniBatchLogisticRegression(
        optimizer="nesterov(0.9)", stepSize=0.002, maxIter=60, validationIndicatorCol="held", patience=8, **noisy
    ).fit(rows)
    say(over=3)
    sys.stdin.read()
    spark.stop()


def paced():
    """Lets a pass take a moment, on any machine, until a line is read."""
    stopped = threading.Event()

    def read():
        sys.stdin.readline()
        stopped.set()

    threading.Thread(target=read, daemon=True).start()
    return lambda record: not stopped.wait(PAUSE)


def drawn():
    """Two classes that overlap, from features that are not alike."""
    source = random.Random(5)
    rows = []
    for index in range(ROWS):
        x = [source.gauss(0.0, 1.0) * 1.6 ** (j % 5) for j in range(FEATURES)]
        margin = sum(value * math.cos(1.0 + j) for j, value in enumerate(x)) - 1.0
        rows.append((float(margin + source.gauss(0.0, 2.0) > 0), Vectors.dense(x), index % 5 == 0))
    return rows


def say(**what):
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
