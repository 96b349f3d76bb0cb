"""The notebooks run from top to bottom, draw their pictures, and what they tell is so.

Each gets a last cell here: what its story claims, asked of the names it has left.
"""

import base64
import struct
import textwrap
import time
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[3]
NOTEBOOKS = ROOT / "examples" / "notebooks"
LARGEST_PICTURE = 100_000

# Notebook: its pictures, and what must hold at its end.
STORIES = {
    "01_quickstart": (
        1,
        """
        assert result.stop_reason == "CONVERGED" and result.certificate.is_proven
        assert gaps["MiniBatchLogisticRegression"][-1] <= 1e-9 * result.objective
        assert 5 * result.passes[-1].pass_ < len(stock.summary.objectiveHistory)
        assert type(loaded).__module__ == "pyspark.ml.classification" and difference < 1e-2
        """,
    ),
    "02_which_optimizer": (
        2,
        """
        assert dense_curves["default"][-1] <= 1e-6
        assert max(dense_curves[rule][0] for rule in ("adagrad", "adam")) < dense_curves["momentum"][0] / 10
        assert all(curves[rule][-1] < curves[rule][0] / 2 for curves in (sparse_curves,) for rule in RULES)
        """,
    ),
    "03_clicks": (
        1,
        """
        assert (table.loc[list(settings), "log loss"] < table.loc["base rate", "log loss"]).all()
        assert (table.loc[list(settings), "area under ROC"] > 0.6).all()
        assert max(reads.values()) < iterations
        """,
    ),
    "04_tuning": (
        1,
        """
        assert max(tuned.avgMetrics) > 0.98
        assert ravine.training_result(best).stop_reason == "CONVERGED"
        assert states.count("PRUNED") >= 2 and states.count("COMPLETE") >= 2
        assert passes < 15 * len(curves)
        """,
    ),
    "05_continue_training": (
        1,
        """
        cold_gap, warm_gap = (r.objective_history[0] / optimum - 1 for r in results.values())
        assert warm_gap < cold_gap / 10
        assert seen[0].pass_ == 4
        assert resumed.coefficients == undisturbed.coefficients and resumed.intercept == undisturbed.intercept
        """,
    ),
}


def outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def pictures(notebook):
    """The PNGs that the cells have drawn."""
    shown = [output.get("data", {}) for output in outputs(notebook)]
    return [base64.b64decode(data["image/png"]) for data in shown if "image/png" in data]


def test_stories_areThoseOfTheFolder():
    assert sorted(STORIES) == sorted(path.stem for path in NOTEBOOKS.glob("*.py"))


@pytest.mark.parametrize("name", STORIES)
def test_notebook_topToBottom_tellsWhatIsSo(name, tmp_path, capsys):
    drawn, claims = STORIES[name]
    notebook = jupytext.read(NOTEBOOKS / f"{name}.py", fmt="py:percent")
    assert notebook.cells[0].cell_type == "markdown"
    notebook.cells.append(nbformat.v4.new_code_cell(textwrap.dedent(claims)))
    begin = time.monotonic()
    client = NotebookClient(
        notebook, timeout=180, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    said = "".join(output.text for output in outputs(notebook) if output.get("name") == "stdout")
    with capsys.disabled():
        print(f"\n--- {name}: {time.monotonic() - begin:.0f} s\n{said}")
    found = pictures(notebook)
    assert len(found) == drawn
    for picture in found:
        assert picture.startswith(b"\x89PNG") and len(picture) < LARGEST_PICTURE
        width, height = struct.unpack(">II", picture[16:24])
        assert 400 <= width <= 1000 and 250 <= height <= 800
