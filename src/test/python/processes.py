"""Programs as processes of their own, on the pyspark that the suite runs on: Python, spark-submit, a Connect server."""

import contextlib
import os
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

SPARK_SUBMIT = Path(sys.executable).with_name("spark-submit")


def python(script, *arguments, folder=None, seconds=300, **environment):
    """Runs a script, which must succeed; what it printed is in the result's `stdout` and `stderr`."""
    return succeeding([sys.executable, "-c", textwrap.dedent(script), *arguments], folder, seconds, environment)


def submit(*arguments, **environment):
    """Runs spark-submit, which must succeed, and returns what it printed."""
    return succeeding([SPARK_SUBMIT, "--conf", "spark.ui.enabled=false", *arguments], None, 300, environment).stdout


def succeeding(command, folder=None, seconds=300, environment=None):
    result = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result


@contextlib.contextmanager
def connect_server(folder, *options):
    """The address of a Spark Connect server that lives as long as the block; it logs to `server.log` in the folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "server.log"
    with open(log, "w") as output:
        server = subprocess.Popen(
            [SPARK_SUBMIT, "--master", "local[2]", "--conf", "spark.ui.enabled=false"]
            + ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
            + ["--conf", f"spark.connect.grpc.binding.port={port}", *options, "spark-internal"],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            until = time.monotonic() + 120
            while not answers(port):
                assert server.poll() is None and time.monotonic() < until, log.read_text()
                time.sleep(0.3)
            yield f"sc://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(60)


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
