"""Python blocks of README and docs run, top to bottom of each page."""

import re
from pathlib import Path

import pytest

import ravine

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("page", ["README.md", "docs/python.md", "docs/change-nothing.md"])
def test_pythonBlocks_ofThePage_run(spark, rows, page, monkeypatch):
    text = (ROOT / page).read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert blocks
    # A page begins a session of its own; here there is one.
    monkeypatch.setattr(ravine, "spark", lambda builder=None: spark)
    names = {"rows": rows, "spark": spark}
    for block in blocks:
        exec(compile(block, page, "exec"), names)
