"""The notebooks run from top to bottom, draw their pictures, and what they tell is so.

Each gets a last cell here: what its text claims, asked of the names it has left. As they ran they are in target/notebooks.
"""

import base64
import re
import struct
import subprocess
import textwrap
import time
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[3]
NOTEBOOKS = ROOT / "examples" / "notebooks"
EXECUTED = ROOT / "target" / "notebooks"
LARGEST_PICTURE = 100_000

# Notebook: its pictures, and what must hold at its end.
STORIES = {
    "01_quickstart": (
        1,
        """
        assert (count, width) == (10_000, 20)
        assert result.stop_reason == "CONVERGED" and result.certificate.is_proven
        assert 3 * passes < iterations
        assert max(gap[-1] for gap in gaps.values()) <= params["tol"] * result.objective
        assert type(loaded).__module__ == "pyspark.ml.classification" and difference < 1e-3
        """,
    ),
    "02_which_optimizer": (
        2,
        """
        plain, adaptive = ["sgd", "momentum", "nesterov"], ["adagrad", "adam"]
        assert dense_reference.way == "newton" and sparse_reference.way.startswith("lbfgs")
        assert len(dense_curves["default"]) <= 6 and dense_curves["default"][-1] <= 1e-6
        assert min(dense_curves[rule].min() for rule in plain) > 0.005
        assert max(dense_curves[rule][-1] for rule in adaptive) < 0.0005
        assert max(dense_curves[rule][0] for rule in adaptive) < min(dense_curves[rule][0] for rule in plain) / 10
        default = sparse_curves["default"]
        assert count // 50 == 400 and width > 1024
        assert all(sparse_curves[rule][1] <= default[1] / 2 for rule in ("sgd", "adam"))
        assert all((5 * default[3:] < sparse_curves[rule][3:]).all() for rule in RULES)
        assert default[-1] < 1e-6 and all(sparse_curves[rule][-1] > 1e-4 for rule in RULES)
        """,
    ),
    "03_clicks": (
        1,
        """
        best_loss = table.loc["Spark's estimator", "log loss"]
        assert iterations == 50 and abs(table.loc["default", "log loss"] - best_loss) < 1e-3
        assert results["default"].passes[-1].pass_ == 6 == PASSES
        assert way > 0.8
        standardised = losses["adam, standardised"]
        assert results["adam, standardised"].stop_reason == "EARLY_STOPPED"
        assert standardised.idxmin() == 1 and standardised.loc[1:].is_monotonic_increasing
        assert abs(table.loc["adam, standardised", "log loss"] - standardised[1]) < 1e-9
        assert (table["log loss"].drop("base rate") < base_rate).all()
        """,
    ),
    "04_tuning": (
        1,
        """
        assert max(tuned.avgMetrics) > 0.98
        assert verdict.stop_reason == "CONVERGED" and verdict.way == "newton"
        assert states.count("PRUNED") >= 2 and states.count("COMPLETE") >= 2
        assert passes <= 0.8 * PASSES * len(curves)
        """,
    ),
    "05_continue_training": (
        1,
        """
        cold, warm = gaps.values()
        assert warm[0] < cold[0] / 10
        assert warm[1] < cold[-1] and len(cold) == 9
        assert all((r.way, r.stop_reason) == ("newton", "CONVERGED") for r in newton.values())
        from_zero, from_model = (r.passes[-1].pass_ for r in newton.values())
        assert from_zero <= from_model
        assert seen[0].pass_ == 4
        assert same is True
        """,
    ),
}


def outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def pictures(notebook):
    """The PNGs that the cells have drawn."""
    shown = [output.get("data", {}) for output in outputs(notebook)]
    return [base64.b64decode(data["image/png"]) for data in shown if "image/png" in data]


def read(name):
    return jupytext.read(NOTEBOOKS / f"{name}.py", fmt="py:percent")


def test_stories_areThoseOfTheFolder():
    assert sorted(STORIES) == sorted(path.stem for path in NOTEBOOKS.glob("*.py"))


@pytest.mark.parametrize("name", STORIES)
def test_notebook_topToBottom_tellsWhatIsSo(name, tmp_path, capsys):
    drawn, claims = STORIES[name]
    notebook = read(name)
    cells = len(notebook.cells)
    assert notebook.cells[0].cell_type == "markdown"
    notebook.cells.append(nbformat.v4.new_code_cell(textwrap.dedent(claims)))
    begin = time.monotonic()
    client = NotebookClient(
        notebook, timeout=180, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    failure = None
    try:
        client.execute()
    except CellExecutionError as e:
        failure = re.sub(r"\x1b\[[0-9;]*m", "", str(e))
    said = "".join(output.text for output in outputs(notebook) if output.get("name") == "stdout")
    with capsys.disabled():
        print(f"\n--- {name}: {time.monotonic() - begin:.0f} s\n{said}")
    del notebook.cells[cells:]
    EXECUTED.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, EXECUTED / f"{name}.ipynb")
    if failure is not None:
        pytest.fail(failure, pytrace=False)
    found = pictures(notebook)
    assert len(found) == drawn
    for picture in found:
        assert picture.startswith(b"\x89PNG") and len(picture) < LARGEST_PICTURE
        width, height = struct.unpack(">II", picture[16:24])
        assert 400 <= width <= 1000 and 250 <= height <= 800


@pytest.mark.parametrize("name", STORIES)
def test_databricksForm_ofANotebook_hasItsCells(name):
    source = subprocess.run(
        [NOTEBOOKS / "databricks", NOTEBOOKS / f"{name}.py"], check=True, capture_output=True, text=True
    ).stdout
    header, source = source.split("\n", 1)
    assert header == "# Databricks notebook source"
    cells = []
    for cell in source.split("# COMMAND ----------\n"):
        lines = cell.strip("\n").split("\n")
        if lines[0] == "# MAGIC %md":
            cells.append(("markdown", "\n".join(re.sub("^# MAGIC ?", "", line) for line in lines[1:])))
        else:
            cells.append(("code", "\n".join(lines)))
    assert cells == [(cell.cell_type, cell.source) for cell in read(name).cells]
