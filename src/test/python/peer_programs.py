"""Runs the example programs of the installed pyspark as they stand: by Spark, by Ravine, and by Spark to the optimum.

Most of them end after ten steps, where Spark's algorithm is not yet at the optimum and Ravine's is. A number that
comes out otherwise is therefore compared once more, with that of Spark's own fit after 1,000 steps.
"""

import contextlib
import difflib
import functools
import io
import re
import runpy
import shutil
from pathlib import Path
from unittest import mock

import pyspark
from pyspark import SparkContext
from pyspark.ml.classification import LinearSVC, LogisticRegression
from pyspark.ml.regression import LinearRegression
from pyspark.sql import DataFrame, SparkSession

import ravine
from agreeing import agree, models

PLACE = Path(pyspark.__file__).parent / "examples" / "src" / "main" / "python"
ESTIMATORS = re.compile(r"\b(LogisticRegression|LinearSVC|LinearRegression)\(")
# Of the RDD API, which nobody redirects: they print the same to the last digit.
RDDS = ("linear_regression_with_sgd_example", "logistic_regression_with_lbfgs_example", "svm_with_sgd_example")
UID = re.compile(r"_[0-9a-f]{12,}")
RULE = re.compile(r"-{2,}")


def programs():
    """Those that train one of our three classes, and the ones for RDDs that are in this pyspark."""
    trained = [p for p in sorted((PLACE / "ml").glob("*.py")) if ESTIMATORS.search(p.read_text())]
    return trained + [p for p in sorted((PLACE / "mllib").glob("*.py")) if p.stem in RDDS]


@contextlib.contextmanager
def to_the_optimum():
    """Spark's own fits with 1,000 steps and no tolerance; their models show the params of the program."""
    classes = (LogisticRegression, LinearSVC, LinearRegression)

    def exact(original):
        @functools.wraps(original)
        def _fit(self, dataset):
            model = original(self.copy({self.maxIter: 1000, self.tol: 1e-14}), dataset)
            return self._copyValues(model)

        return _fit

    with contextlib.ExitStack() as patches:
        for c in classes:
            patches.enter_context(mock.patch.object(c, "_fit", exact(c._fit)))
        yield


@contextlib.contextmanager
def redirected():
    ravine.enable()
    try:
        yield
    finally:
        ravine.disable()


@contextlib.contextmanager
def repeatable():
    """One session that no program begins or ends, and the same rows where one draws them anew."""
    split, context = DataFrame.randomSplit, SparkContext.getOrCreate()
    with contextlib.ExitStack() as patches:
        for place, name, value in (
            (SparkContext, "__init__", lambda self, **names: vars(self).update(vars(context))),
            (SparkContext, "stop", lambda self: None),
            (SparkSession, "stop", lambda self: None),
            (DataFrame, "randomSplit", lambda self, weights, seed=1: split(self, weights, seed)),
        ):
            patches.enter_context(mock.patch.object(place, name, value))
        yield


def run(program, way):
    """The lines that a program prints, and its variables."""
    shutil.rmtree("target", ignore_errors=True)  # where some save, and may not find anything
    out = io.StringIO()
    with contextlib.redirect_stdout(out), repeatable(), way:
        names = runpy.run_path(str(program), run_name="__main__")
    text = RULE.sub("--", UID.sub("_", out.getvalue()))
    return [" ".join(line.split()) for line in text.splitlines()], names


def differing(ours, theirs):
    """Pairs of lines (ours, theirs) that do not agree; a line without a partner stands alone."""
    number = r"[-+]?\d+\.\d*(?:[eE][-+]?\d+)?"
    skeletons = [[re.sub(number, "#", line) for line in lines] for lines in (ours, theirs)]
    found = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, *skeletons, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [[x, y] for x, y in zip(ours[a:b], theirs[c:d]) if not agree(y, x)]
        else:
            found += [[x, ""] for x in ours[a:b]] + [["", y] for y in theirs[c:d]]
    return found


def compared():
    """Name and outcome of each program; the numbers of Spark's optimum only where Spark's differ."""
    for program in programs():
        name = f"{program.parent.name}/{program.stem}"
        theirs, _ = run(program, contextlib.nullcontext())
        ours, names = run(program, redirected())
        outcome = {
            "examples": len(ours),
            "ravine": models(names.values()),
            "differences": differing(ours, theirs),
            "at the optimum": [],
        }
        if outcome["differences"]:
            exact, _ = run(program, to_the_optimum())
            outcome["at the optimum"] = differing(ours, exact)
        yield name, outcome
