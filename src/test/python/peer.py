"""Runs the doctests and the example programs of the installed pyspark with `ravine.enable()`.

    python src/test/python/peer.py FOLDER

FOLDER is where they find `data/mllib` and write. Prints one line of JSON: per doctest and per
program how many models Ravine trained, and what came out otherwise than it stands there (doctests) or how
it failed (programs). Printed numbers are compared with the tolerance of a fit; all other text, and
numbers without a point, as it stands.
"""

import contextlib
import doctest
import importlib
import io
import itertools
import json
import os
import re
import runpy
import sys
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession

import ravine

DOCTESTS = {
    "pyspark.ml.classification": ("LogisticRegression", "LinearSVC", "OneVsRest"),
    "pyspark.ml.regression": ("LinearRegression",),
    "pyspark.ml.pipeline": None,
    "pyspark.ml.tuning": None,
}
EXAMPLES = (
    "cross_validator",
    "estimator_transformer_param_example",
    "linear_regression_with_elastic_net",
    "linearsvc",
    "logistic_regression_summary_example",
    "logistic_regression_with_elastic_net",
    "multiclass_logistic_regression_with_elastic_net",
    "one_vs_rest_example",
    "pipeline_example",
    "train_validation_split",
)
# How numpy 2 prints what numpy 1 printed as Python's own, with us or without.
NUMPY = re.compile(r"np\.(?:float64\((.*?)\)|(True|False)_)")
# A fit ends within 1e-6 of the optimum's objective, and weights within the root of that.
TOLERANCE = 1e-3
NUMBER = re.compile(r"([-+]?\d+\.\d*(?:[eE][-+]?\d+)?|[-+]?\d+[eE][-+]?\d+)(\.\.\.)?")


def agree(want, got):
    """Whether two texts are the same but for numbers that are near each other."""
    wanted, found = NUMBER.split(want), NUMBER.split(got)
    # Of three pieces each: text, number, and the dots after it or None.
    texts = [wanted[0::3], found[0::3]]
    if [t.split() for t in texts[0]] != [t.split() for t in texts[1]]:
        return False
    return all(near(w, g) for w, g in zip(wanted[1::3], found[1::3]))


def near(want, got):
    """Numbers as they are printed: a last digit that was cut off is unknown."""
    digits = re.split(r"[eE]", want.partition(".")[2])[0]
    exponent = int(re.split(r"[eE]", want)[1]) if re.search(r"[eE]", want) else 0
    printed = 10.0 ** (exponent - len(digits))
    return abs(float(want) - float(got)) <= printed + TOLERANCE * abs(float(want))


class Tolerant(doctest.OutputChecker):
    """Takes what doctest takes, and numbers within the tolerance of a fit."""

    def check_output(self, want, got, optionflags):
        got = NUMPY.sub(lambda found: found.group(1) or found.group(2), got)
        return super().check_output(want, got, optionflags) or agree(want, got)


class Runner(doctest.DocTestRunner):
    """Keeps what failed instead of printing it."""

    def __init__(self):
        super().__init__(checker=Tolerant(), verbose=False, optionflags=doctest.ELLIPSIS)
        self.differences = []

    def report_failure(self, out, test, example, got):
        self.differences.append([example.source.strip(), example.want.strip(), got.strip()])

    def report_unexpected_exception(self, out, test, example, exc_info):
        self.differences.append([example.source.strip(), example.want.strip(), repr(exc_info[1])])


def models(values):
    """How many of these, and of what they hold, were trained by Ravine."""
    found = 0
    for value in values:
        inside = [getattr(value, "bestModel", None)]
        for name in ("models", "stages"):
            held = getattr(value, name, None)
            inside += held if isinstance(held, list) else []
        found += hasattr(value, "_ravine_fitted") + models(v for v in inside if v is not None)
    return found


def doctests(spark, folder):
    finder = doctest.DocTestFinder()
    for module_name, classes in DOCTESTS.items():
        module = importlib.import_module(module_name)
        for test in finder.find(module):
            name = test.name[len(module_name) + 1 :]
            if not test.examples or (classes is not None and name not in classes):
                continue
            scratch = Path(folder, test.name)
            scratch.mkdir()
            test.globs = {**module.__dict__, "spark": spark, "sc": spark.sparkContext}
            test.globs["temp_path"] = str(scratch)
            runner = Runner()
            runner.run(test, out=lambda text: None, clear_globs=False)
            yield test.name, {
                "examples": len(test.examples),
                "ravine": models(test.globs.values()),
                "differences": runner.differences,
            }


def examples():
    """Only whether they run: most end where ten steps of Spark's end, and some draw rows anew."""
    SparkSession.stop = lambda self: None  # each program ends its session; here there is one
    place = Path(pyspark.__file__).parent / "examples" / "src" / "main" / "python" / "ml"
    for name in EXAMPLES:
        out, names, differences = io.StringIO(), {}, []
        with contextlib.redirect_stdout(out):
            try:
                names = runpy.run_path(str(place / f"{name}.py"), run_name="__main__")
            except Exception as e:
                differences.append([type(e).__name__, str(e)])
        yield f"examples/{name}", {
            "examples": len(out.getvalue().splitlines()),
            "ravine": models(names.values()),
            "differences": differences,
        }


def main(folder):
    os.chdir(folder)
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "2")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    spark = ravine.spark(builder)
    spark.sparkContext.setLogLevel("ERROR")
    ravine.enable()
    found = {}
    for name, outcome in itertools.chain(doctests(spark, folder), examples()):
        found[name] = outcome
        print(name, json.dumps(outcome["differences"]), file=sys.stderr)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
