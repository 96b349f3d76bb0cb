"""Spark's own examples as a peer's test: the doctests and the example programs of the installed pyspark.

    PYTHONHASHSEED=1 python src/test/python/peer.py FOLDER [doctests|programs]

FOLDER is where they find `data/mllib`, as the package has it, and write. pyspark's tuning draws its folds by Python's hash of a name. Prints one line of JSON: per doctest and per program how many models Ravine trained, and
what came out otherwise than it stands there (doctests) or than Spark's own training prints (programs).
"""

import json
import os
import sys
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession

import peer_doctests
import peer_programs
import ravine


def main(folder, only=None):
    os.chdir(folder)
    Path("data").symlink_to(Path(pyspark.__file__).parent / "data")
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "2")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    spark = ravine.spark(builder)
    spark.sparkContext.setLogLevel("ERROR")
    found = {}
    parts = {
        "doctests": lambda: peer_doctests.compared(spark, folder),
        "programs": peer_programs.compared,
    }
    for part in parts if only is None else [only]:
        for name, outcome in parts[part]():
            found[name] = outcome
            print(name, json.dumps(outcome), file=sys.stderr)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
