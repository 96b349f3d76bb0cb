"""spark-submit of the pyspark that the suite runs on, as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path


def submit(*arguments):
    """Runs spark-submit, which must succeed, and returns what it printed."""
    result = subprocess.run(
        [Path(sys.executable).with_name("spark-submit"), "--conf", "spark.ui.enabled=false", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout
