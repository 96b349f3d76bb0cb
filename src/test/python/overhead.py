"""What Python, the redirect, functions that watch and Spark Connect add to a fit, as ratios to the same fit in the JVM:

target/python/4.1.4/bin/python src/test/python/overhead.py [rounds]

Each way is timed once a round, in turns, on rows that the JVM has cached; the median of the rounds is
printed, and their range. Connect is a process of its own, compared with fits in the JVM of its server.
"""

import contextlib
import io
import statistics
import subprocess
import sys
import tempfile
import time

CLASSIC, CONNECT = "Python", "Connect"
SIZES = {"2,000 × 20": (2_000, 20), "200,000 × 50": (200_000, 50)}
WAYS = {
    "default": {"regParam": 1e-3},
    "adam, 20 passes": {"optimizer": "adam", "batchSize": 500, "maxIter": 20, "tol": 0.0, "regParam": 1e-3},
}


def write_rows(spark, path, count, width):
    """Rows of a logistic model, made by the executors with a fixed seed."""
    from pyspark.ml.feature import VectorAssembler
    from pyspark.sql import functions as F

    names = [f"x{i}" for i in range(width)]
    columns = [F.randn(seed=7 + i).alias(name) for i, name in enumerate(names)]
    drawn = spark.range(0, count, 1, 2).select(*columns, F.rand(seed=3).alias("u"))
    # As text: as a sum of columns it would be nested too deeply for a message of Spark Connect.
    margin = " ".join(f"{'+-'[i % 2]} {name} / 3" for i, name in enumerate(names))
    labelled = drawn.withColumn("label", F.expr(f"double(u < 1 / (1 + exp(-(0 {margin}))))"))
    made = VectorAssembler(inputCols=names, outputCol="features").transform(labelled)
    made.select("label", "features").write.parquet(path)


def ways(spark, path, params, mode):
    """The same fit by name: in the JVM, from Python, watched."""
    from pyspark import SparkContext

    from ravine.ml.classification import MiniBatchLogisticRegression

    rows = spark.read.parquet(path).cache()
    rows.count()
    jvm = SparkContext._active_spark_context._jvm
    java_session = jvm.org.apache.spark.sql.SparkSession.builder().getOrCreate()
    java_rows = java_session.read().parquet(path).cache()
    java_rows.count()
    java = jvm.ravine.ml.classification.MiniBatchLogisticRegression()
    for name, value in params.items():
        java.set(java.getParam(name), value)
    estimator = MiniBatchLogisticRegression(**params)
    fits = {"JVM": lambda: java.fit(java_rows), mode: lambda: estimator.fit(rows)}
    if "optimizer" not in params:
        fits[f"{mode}, redirect"] = lambda: redirected(params, rows)
    if mode == CONNECT:
        return fits
    watched = MiniBatchLogisticRegression(**params, on_pass=lambda record: True)
    barred = MiniBatchLogisticRegression(**params, progress=True)
    fits["Python, on_pass"] = lambda: watched.fit(rows)
    fits["Python, progress"] = lambda: barred.fit(rows)
    return fits


def redirected(params, rows):
    """The fit of pyspark's own estimator, with the exchange of its class before and after."""
    from pyspark.ml.classification import LogisticRegression

    import ravine

    ravine.enable()
    try:
        return LogisticRegression(**params).fit(rows)
    finally:
        ravine.disable()


def measure(fits, rounds):
    """Seconds by name, one for each round; two rounds before warm the JVM."""
    seconds = {name: [] for name in fits}
    for made in range(rounds + 2):
        for name, fit in fits.items():
            begin = time.perf_counter()
            with contextlib.redirect_stderr(io.StringIO()):
                fit()
            if made >= 2:
                seconds[name].append(time.perf_counter() - begin)
    return seconds


def main(mode, rounds):
    """Prints a line for each size, way and face."""
    from pyspark.sql import SparkSession

    import ravine

    builder = SparkSession.builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    builder = builder.remote("local[2]") if mode == CONNECT else builder.master("local[2]")
    spark = ravine.spark(builder)
    folder = tempfile.mkdtemp()
    for size, (count, width) in SIZES.items():
        write_rows(spark, f"{folder}/{count}", count, width)
        for way, params in WAYS.items():
            seconds = measure(ways(spark, f"{folder}/{count}", params, mode), rounds)
            base = seconds.pop("JVM")
            for face, taken in seconds.items():
                ratios = sorted(mine / theirs for mine, theirs in zip(taken, base))
                median = statistics.median(ratios)
                print(
                    f"{size:<14}{way:<17}{face:<18}{median:5.2f} × ({ratios[0]:.2f}–{ratios[-1]:.2f})"
                    f"  JVM {1e3 * statistics.median(base):.0f} ms",
                    flush=True,
                )


if __name__ == "__main__":
    asked = sys.argv[1] if len(sys.argv) > 1 else "9"
    if asked in (CLASSIC, CONNECT):
        main(asked, int(sys.argv[2]))
    else:
        for chosen in (CLASSIC, CONNECT):
            subprocess.run([sys.executable, __file__, chosen, asked], check=True)
