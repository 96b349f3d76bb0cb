"""Runs the doctests of the installed pyspark with `ravine.enable()`, as they stand.

Printed numbers are compared with the tolerance of a fit; all other text, and numbers without a point, as it stands.
"""

import doctest
import importlib
import re
from pathlib import Path

import ravine
from agreeing import agree, models

DOCTESTS = {
    "pyspark.ml.classification": ("LogisticRegression", "LinearSVC", "OneVsRest"),
    "pyspark.ml.regression": ("LinearRegression",),
    "pyspark.ml.pipeline": None,
    "pyspark.ml.tuning": None,
}
# How numpy 2 prints what numpy 1 printed as Python's own, with us or without.
NUMPY = re.compile(r"np\.(?:float64\((.*?)\)|(True|False)_)")


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


def compared(spark, folder):
    """Name and outcome of each doctest."""
    ravine.enable()
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
    ravine.disable()
