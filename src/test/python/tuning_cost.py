"""What a grid of 16 strengths of penalty on 3 folds costs in each of the ways that pyspark's users have:

target/python/4.1.4/bin/python src/test/python/tuning_cost.py [rounds]

The stock loop with the stock estimator, the same with ours, and ours in one training; at parallelism 2, in
turns, on 100,000 cached rows of 50 features. Printed are medians of the rounds, in seconds and as ratios to one
of our fits, with what the means of the metric differ by.
"""

import logging
import statistics
import sys
import tempfile
import time

from overhead import write_rows

STRENGTHS = [10.0 ** (-5 + 0.3 * i) for i in range(16)]
FOLDS = 3
ROWS, FEATURES = 100_000, 50


def tuned(kind, estimator, rows):
    """The model that a tuner finds."""
    from pyspark.ml.evaluation import BinaryClassificationEvaluator

    tuner = kind(
        estimator=estimator,
        estimatorParamMaps=[{estimator.regParam: strength} for strength in STRENGTHS],
        evaluator=BinaryClassificationEvaluator(),
        numFolds=FOLDS,
        seed=1,
        parallelism=2,
    )
    return tuner.fit(rows)


def main(rounds):
    """Prints a line for each way."""
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.tuning import CrossValidator
    from pyspark.sql import SparkSession

    import ravine
    from ravine.ml.classification import MiniBatchLogisticRegression
    from ravine.ml.tuning import RavineCrossValidator

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = ravine.spark(builder.config("spark.ui.showConsoleProgress", "false"))
    logging.getLogger("py4j").setLevel(logging.ERROR)
    path = f"{tempfile.mkdtemp()}/rows"
    write_rows(spark, path, ROWS, FEATURES)
    rows = spark.read.parquet(path).cache()
    rows.count()
    ours, stock = MiniBatchLogisticRegression(regParam=STRENGTHS[8]), LogisticRegression()
    ways = {
        "one fit of ours": lambda: ours.fit(rows),
        "CrossValidator, LogisticRegression": lambda: tuned(CrossValidator, stock, rows),
        "CrossValidator, MiniBatchLogisticRegression": lambda: tuned(CrossValidator, ours, rows),
        "RavineCrossValidator, MiniBatchLogisticRegression": lambda: tuned(RavineCrossValidator, ours, rows),
    }
    seconds = {name: [] for name in ways}
    found = {}
    for made in range(rounds + 1):  # the first warms the JVM
        for name, work in ways.items():
            begin = time.perf_counter()
            found[name] = work()
            if made > 0:
                seconds[name].append(time.perf_counter() - begin)
    medians = {name: statistics.median(taken) for name, taken in seconds.items()}
    one = medians["one fit of ours"]
    print(f"{len(STRENGTHS)} strengths × {FOLDS} folds, {ROWS:,} rows × {FEATURES}, {rounds} rounds")
    reference = found["CrossValidator, LogisticRegression"]
    for name, median in medians.items():
        line = f"{name:<52}{median:8.2f} s {median / one:7.1f} fits"
        if hasattr(found[name], "avgMetrics"):
            gaps = [abs(a - b) for a, b in zip(found[name].avgMetrics, reference.avgMetrics)]
            line += f"   mean areas differ by up to {max(gaps):.1e}"
        print(line, flush=True)
    spark.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
