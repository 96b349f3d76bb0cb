"""Where faults are tried: a cluster, a driver, and what undisturbed fits give there."""

import os
import random
import sys
import time

from .cluster import Cluster
from .driver import LIMIT, Driver

WAYS = {
    "momentum": {"optimizer": "momentum(0.9)", "batch": 1000, "passes": 5, "pace": 40},
    "nag": {"optimizer": "nesterov(0.9)", "batch": 1000, "passes": 5, "pace": 40},
    "adam": {"optimizer": "adam", "batch": 1000, "passes": 5, "pace": 40},
    "default": {"passes": 12, "pace": 250},
    "local": {"optimizer": "momentum(0.9)", "batch": 250, "passes": 5, "local": 4, "pace": 40},
}


def combination(index):
    """Ways and engines in turn: five tries have all ways, ten all ways with both engines."""
    way = index % len(WAYS)
    return list(WAYS)[way], ("auto", "jobs")[(way + index // len(WAYS)) % 2]


class Reference:
    """What a fit without a fault gives, one Spark job a step, and how long it takes."""

    def __init__(self, fit, seconds):
        self.fit, self.seconds = fit, seconds
        self.steps = max(fit.steps)
        self.packing = min(fit.first_step - fit.began, min(seconds.values()))


class Ground:
    def __init__(self, home, jars, folder, seed, cores=1, settings=None):
        self.jars, self.settings = jars, settings or {}
        self.cluster = Cluster(home, folder, cores)
        self.rng = random.Random(seed)
        self.references, self.current = {}, None

    @property
    def driver(self):
        """The driver; a new one where the last is gone."""
        if self.current is None or not self.current.is_alive():
            self.restart()
            warm = self.current.fit(**WAYS["momentum"], engine="auto", **self.whole())
            if not warm.finish():
                raise RuntimeError(f"The first fit did not end: {warm.failure}")
        return self.current

    def restart(self):
        """A driver that has done nothing yet."""
        self.current = Driver(self.cluster, self.jars, self.settings)

    def executors(self):
        return self.cluster.executors(self.current.application)

    def whole(self):
        """How many executors a fit waits for before it begins."""
        return {} if self.settings.get("spark.dynamicAllocation.enabled") else {"executors": Cluster.SIZE}

    def asked(self, way, engine, shuffled=False, **more):
        return {**WAYS[way], "engine": engine, "shuffled": "yes" if shuffled else None, **more}

    def begin(self, way, engine, shuffled=False, **more):
        """Asks for a fit on a whole cluster, and returns when it has begun."""
        driver = self.driver
        self.cluster.complete()
        fit = driver.fit(**self.asked(way, engine, shuffled, **more, **self.whole()))
        fit.wait(lambda: fit.began)
        return fit

    def reference(self, way, shuffled=False, **more):
        key = (way, shuffled, *sorted(more.items()))
        if key not in self.references:
            fits = {}
            for engine in ("jobs", "auto"):
                fit = fits[engine] = self.begin(way, engine, shuffled, **more)
                if not fit.finish():
                    raise RuntimeError(f"An undisturbed fit ({way}, {engine}) failed: {fit.failure}")
                if not fit.equals(fits["jobs"]):
                    raise RuntimeError(f"Undisturbed fits differ ({way}): {fit.difference(fits['jobs'])}")
            self.references[key] = Reference(
                fits["jobs"], {engine: fit.seconds() for engine, fit in fits.items()})
        return self.references[key]

    def moment(self, fit, reference, index):
        """Waits for a random moment: of packing, at the first step or later; whether the fit still runs then."""
        if index % 3 == 0:
            time.sleep(self.rng.uniform(0.0, reference.packing))
            return fit.ended is None
        step = 1 if index % 3 == 1 else self.rng.randint(1, max(1, int(0.8 * reference.steps)))
        return fit.wait(lambda: fit.steps and max(fit.steps) >= step)

    def finish(self, fit):
        """Waits for the end; a driver that does not come to it is given up."""
        if not fit.finish() and fit.ended is None:
            self.current.dump()
            self.current.close()
            fit.wait(lambda: False, limit=10)
            fit.failure = f"it hung for {LIMIT} s"
        return fit

    def close(self):
        if self.current is not None:
            self.current.close()
        self.cluster.close()


def say(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def folder_of(parent, name):
    made = os.path.join(parent, name)
    os.makedirs(made)
    return made
