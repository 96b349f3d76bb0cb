"""A driver process and its fits, as they are seen from outside."""

import itertools
import os
import queue
import subprocess
import threading
import time

from .cluster import JVM, QUICK, ROOT, environment, start

LIMIT = 240
"""Seconds after which a fit counts as hanging."""


class Fit:
    """What a driver has said of one fit."""

    def __init__(self):
        self.steps, self.passes = {}, {}
        self.end = self.failure = None
        self.began = self.first_step = self.ended = None
        self.changed = threading.Condition()

    def tell(self, word, rest):
        with self.changed:
            if word == "packing":
                self.began = time.time()
            elif word in ("step", "pass"):
                self.first_step = self.first_step or time.time()
                number, bits = rest.split()
                (self.steps if word == "step" else self.passes)[int(number)] = bits
            else:
                self.ended = time.time()
                if word == "end":
                    self.end = rest.split()
                else:
                    self.failure = rest
            self.changed.notify_all()

    def wait(self, what, limit=LIMIT):
        """Until that is so or the fit has ended; whether it came to it."""
        with self.changed:
            self.changed.wait_for(lambda: self.ended or what(), limit)
            return self.ended is None and bool(what())

    def finish(self):
        self.wait(lambda: False)
        return self.end is not None

    def equals(self, other):
        return (self.steps, self.passes, self.end and self.end[0]) == (
            other.steps, other.passes, other.end and other.end[0])

    def difference(self, other):
        """The first step or pass that is not the same, for the log."""
        for name, mine, theirs in (("step", self.steps, other.steps), ("pass", self.passes, other.passes)):
            for number in sorted(set(mine) | set(theirs)):
                if mine.get(number) != theirs.get(number):
                    return f"{name} {number}: {mine.get(number)} instead of {theirs.get(number)}"
        return f"end: {self.end} instead of {other.end}"

    def after(self, earlier):
        """This one as what went on from an earlier one; a step that both have must be the same."""
        whole = Fit()
        whole.end, whole.ended, whole.failure, whole.began = self.end, self.ended, self.failure, earlier.began
        for name in ("steps", "passes"):
            mine, before = getattr(self, name), getattr(earlier, name)
            both = {**before, **mine}
            for number in set(mine) & set(before):
                if mine[number] != before[number]:
                    both[number] = "made again otherwise"
            setattr(whole, name, both)
        return whole

    def seconds(self):
        return self.ended - self.began


class Driver:
    """A process that fits what it is told."""

    def __init__(self, cluster, jars, settings=None):
        self.cluster, self.ravine = cluster, jars[0]
        self.flag = os.path.join(cluster.folder, "fail-a-task")
        every = {
            "spark.master": cluster.url,
            "spark.jars": jars[0],
            "spark.executor.extraClassPath": jars[1],
            "spark.plugins": "ravine.faults.Saboteur",
            "spark.ravine.faults.file": self.flag,
            "spark.hadoop.fs.full.impl": "ravine.faults.FullDisk",
            "spark.executor.memory": "600m",
            "spark.executor.extraJavaOptions": " ".join(QUICK),
            "spark.driver.host": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.ravine.resident.timeout": "5s",
            "spark.ravine.resident.retry": "5s",
            "spark.sql.shuffle.partitions": "2",
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.local.dir": cluster.folder,
            **(settings or {}),
        }
        command = ["java", JVM, "-Xmx700m", *QUICK,
                   "-Dlog4j2.configurationFile=" + os.path.join(ROOT, "src", "build", "log4j2.properties"), *(f"-D{key}={value}" for key, value in every.items()),
                   "-cp", os.pathsep.join([*jars, os.path.join(cluster.home, "jars", "*")]), "ravine.faults.Fits"]
        self.log = os.path.join(cluster.folder, "driver.log")
        with open(self.log, "a") as log:
            self.process = start(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, bufsize=1,
                cwd=cluster.folder, env=environment(cluster.home))
        self.fits, self.numbers = {}, itertools.count(1)
        self.failed_tasks, self.failed_writes, self.ready = 0, 0, queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.application = self.ready.get(timeout=LIMIT)
        if self.application is None:
            raise RuntimeError(f"The driver did not start; its log is {self.log}.")

    def read(self):
        for line in self.process.stdout:
            if not line.endswith("\n"):
                break  # killed in the middle of it
            word, _, rest = line.strip().partition(" ")
            if word == "ready":
                self.ready.put(rest)
            elif word == "task":
                self.failed_tasks += 1
            elif word == "full":
                self.failed_writes += 1
            elif word in ("packing", "step", "pass", "end", "failed"):
                number, _, rest = rest.partition(" ")
                self.fits[int(number)].tell(word, rest)
        self.ready.put(None)
        for fit in list(self.fits.values()):
            if fit.ended is None:
                fit.tell("failed", "The driver is gone.")

    def fit(self, **asked):
        number = next(self.numbers)
        fit = self.fits[number] = Fit()
        words = " ".join(f"{key}={value}" for key, value in asked.items() if value is not None)
        self.process.stdin.write(f"{number} {words}\n")
        self.process.stdin.flush()
        return fit

    def is_alive(self):
        return self.process.poll() is None

    def dump(self):
        """Threads of a driver that hangs, into its log."""
        with open(self.log, "a") as log:
            subprocess.run(["jstack", str(self.process.pid)], stdout=log, stderr=log, timeout=60, check=False)

    def close(self):
        self.process.kill()
        self.process.wait()
