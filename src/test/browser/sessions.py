"""Spark sessions and history servers as processes of their own, each of a pyspark in target/python."""

import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VERSIONS = os.environ.get("SPARKS", "").split()

# Spark's interface can be dark from here on.
DARK_SINCE = (4, 2)


class Session:
    """Fits to look at: see spark/session.py."""

    def __init__(self, version, folder):
        self.version = version
        self.folder = folder
        self.python = ROOT / "target" / "python" / version / "bin" / "python"
        self.environment = {
            **os.environ,
            "PYSPARK_PYTHON": str(self.python),
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
        dark = tuple(map(int, version.split(".")[:2])) >= DARK_SINCE
        self.schemes = ["dark", "light"] if dark else ["light"]
        self.log = open(folder / "session.log", "w")
        self.process = subprocess.Popen(
            [self.python, Path(__file__).parent / "spark" / "session.py", folder],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.said = {}
        self.until("ui")
        assert self.said["version"] == version
        self.tab = self.said["ui"] + "/ravine/"

    def logged(self):
        return (self.folder / "session.log").read_text()

    def until(self, name):
        """Waits until it has said that."""
        while name not in self.said:
            line = self.process.stdout.readline()
            assert line, self.logged()
            self.said.update(json.loads(line))

    def go_on(self):
        """Ends the fit that runs, so that the next one is made."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.until("over")

    def close(self):
        """Ends the session, so that its event log is whole."""
        if self.log.closed:
            return
        with contextlib.suppress(BrokenPipeError):  # it has ended by itself: see its log
            self.process.stdin.close()
        try:
            assert self.process.wait(60) == 0, self.logged()
        finally:
            self.process.kill()
            self.log.close()


class HistoryServer:
    """Of a session's Spark, over its event log, with the jar where docs/training-tab.md says."""

    def __init__(self, session):
        self.application = session.said["application"]
        self.path = session.folder / "history.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.tab = f"{self.base}/history/{self.application}/ravine/"
        asked = "import os, pyspark, ravine; print(os.path.dirname(pyspark.__file__), ravine.jar_path(), sep='\\n')"
        spark, jar = subprocess.run(
            [session.python, "-c", asked], env=session.environment, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        options = {"fs.logDirectory": f"file://{session.folder}/events", "ui.port": port, "fs.update.interval": "1s"}
        self.log = open(self.path, "w")
        self.process = subprocess.Popen(
            [f"{spark}/bin/spark-class", "org.apache.spark.deploy.history.HistoryServer"],
            env={
                **session.environment,
                "SPARK_HOME": spark,
                "SPARK_DAEMON_CLASSPATH": jar,
                "SPARK_HISTORY_OPTS": " ".join(f"-Dspark.history.{name}={value}" for name, value in options.items()),
            },
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        try:
            self.wait()
        except BaseException:
            self.close()
            raise

    def wait(self):
        """Until it lists the application."""
        until = time.monotonic() + 120
        while not self.lists():
            assert self.process.poll() is None and time.monotonic() < until, self.path.read_text()
            time.sleep(0.2)

    def lists(self):
        try:
            with urllib.request.urlopen(f"{self.base}/api/v1/applications", timeout=5) as answer:
                return self.application in answer.read().decode()
        except OSError:  # it does not listen yet
            return False

    def close(self):
        self.process.terminate()
        self.process.wait(60)
        self.log.close()
