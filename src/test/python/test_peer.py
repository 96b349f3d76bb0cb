"""Spark's own examples, found in the installed pyspark and run unchanged, with the redirect on."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyspark
import pytest

from peer import agree

# What differs, by doctest or program, a pattern for the statement, and the reason. A
# difference that is not here fails the test, and so does a line here that nothing differs in.
DIFFERENCES = [
    (
        "pyspark.ml.classification.LinearSVC",
        r"^(model\.coefficients|model\.intercept|model\.predictRaw\(.*|result\.rawPrediction)$",
        "maxIter=5: five steps of Spark's stop short of the optimum, which is (0, -1, -1/2) and 5/2",
    ),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("peer")
    (folder / "data").symlink_to(Path(pyspark.__file__).parent / "data")
    script = Path(__file__).with_name("peer.py")
    result = subprocess.run(
        [sys.executable, str(script), str(folder)],
        capture_output=True,
        text=True,
        timeout=900,
        env=dict(os.environ),
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def test_doctestsAndExamples_agree_butForWhatIsListed(found):
    unlisted, used = [], set()
    for name, outcome in found.items():
        for difference in outcome["differences"]:
            reasons = [
                at
                for at, (where, pattern, _) in enumerate(DIFFERENCES)
                if where == name and re.search(pattern, difference[0])
            ]
            used.update(reasons)
            if not reasons:
                unlisted.append((name, difference))
    assert not unlisted
    assert used == set(range(len(DIFFERENCES)))


def test_doctestsAndExamples_areTrainedByRavine(found):
    by_spark = [name for name, outcome in found.items() if outcome["ravine"] == 0]
    # solver="normal" and solver="auto" with a penalty are Spark's; a grid makes no model.
    assert by_spark == [
        "pyspark.ml.regression.LinearRegression",
        "pyspark.ml.tuning.ParamGridBuilder",
        "examples/linear_regression_with_elastic_net",
        "examples/train_validation_split",
    ]
    assert sum(outcome["examples"] for outcome in found.values()) > 150


@pytest.mark.parametrize(
    "want, got, same",
    [
        ("DenseVector([-1.080..., 0.5])", "DenseVector([-1.08049, 0.5001])", True),
        ("DenseVector([-1.080...])", "DenseVector([-1.11])", False),
        ("numClasses=2", "numClasses=3", False),
        ("accuracy 1.0", "precision 1.0", False),
        ("| 1.5e-7|", "|1.5004E-7|", True),
        ("1.5e-7", "1.7e-7", False),
    ],
)
def test_agree_comparesNumbersAsAFit(want, got, same):
    assert agree(want, got) is same
