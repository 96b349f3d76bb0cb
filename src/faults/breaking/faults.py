"""The faults. Each is tried on a ground, and tells what came of the fit; None where it came too late."""

import os
import shutil
import signal
import threading
import time

from .cluster import Cluster, kill
from .ground import WAYS, say


class Outcome:
    """What came of one try: the fit, and how many seconds more it took than without the fault."""

    def __init__(self, fit, reference, seconds):
        self.finished = fit.end is not None
        self.equal = self.finished and fit.equals(reference.fit)
        self.lost = seconds if self.finished else None
        self.text = (f"on {fit.end[1]} at the end" if self.equal
                     else "NOT FINISHED: " + str(fit.failure) if not self.finished
                     else "NOT EQUAL: " + fit.difference(reference.fit))


def struck(strike, shuffled=False):
    """A fault that strikes a fit once, at a random moment."""

    def attempt(ground, way, engine, index):
        reference = ground.reference(way, shuffled)
        fit = ground.begin(way, engine, shuffled)
        hit = ground.moment(fit, reference, index) and strike(ground, fit)
        ground.finish(fit)
        return Outcome(fit, reference, fit.seconds() - reference.seconds[engine]) if hit or not fit.end else None

    return attempt


def kill_executor(ground, fit):
    victims = ground.executors()
    if victims:
        kill(ground.rng.choice(victims))
    return bool(victims)


def lose_worker(ground, fit):
    ground.cluster.kill_worker(ground.driver.application, with_executor=True)
    return True


def kill_daemon(ground, fit):
    ground.cluster.kill_worker(ground.driver.application, with_executor=False)
    fit.wait(lambda: False, limit=3)
    ground.cluster.complete()
    return True


def freeze(ground, fit):
    victim = ground.rng.choice(ground.executors())
    kill(victim, signal.SIGSTOP)
    time.sleep(60)
    kill(victim, signal.SIGCONT)
    return True


def fail_task(ground, fit):
    before = ground.driver.failed_tasks
    with open(ground.driver.flag, "w"):
        pass
    fit.wait(lambda: ground.driver.failed_tasks > before)
    ground.finish(fit)
    if os.path.exists(ground.driver.flag):
        os.remove(ground.driver.flag)
    time.sleep(0.1)
    return ground.driver.failed_tasks > before


def two_runs(first, second, reference, engine):
    """Of a fit that ended and went on: its seconds are those of both, and what was between."""
    whole = second.after(first)
    return Outcome(whole, reference, second.ended - first.began - reference.seconds[engine])


def checkpoints(ground, scheme="file"):
    """An empty directory of its own."""
    ground.directories = getattr(ground, "directories", 0) + 1
    path = os.path.join(ground.cluster.folder, "checkpoints", str(ground.directories))
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path, f"{scheme}://{path}"


def kill_driver(ground, way, engine, index):
    reference = ground.reference(way)
    _, place = checkpoints(ground)
    first = ground.begin(way, engine, checkpoint=place, interval=1 if way == "default" else 5)
    hit = ground.moment(first, reference, index)
    ground.driver.close()
    first.wait(lambda: False)
    ground.restart()
    if not hit:
        return None
    second = ground.begin(way, engine, checkpoint=place, interval=1 if way == "default" else 5)
    ground.finish(second)
    return two_runs(first, second, reference, engine)


def tear(rng, path):
    """Cuts the newest checkpoint short, or changes a byte of it."""
    files = sorted(name for name in os.listdir(path) if name.startswith("checkpoint-"))
    if len(files) < 2:
        return False
    newest = os.path.join(path, files[-1])
    size = os.path.getsize(newest)
    with open(newest, "r+b") as file:
        if rng.random() < 0.5:
            file.truncate(rng.randrange(size))
        else:
            file.seek(rng.randrange(size))
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ (1 << rng.randrange(8))]))
    return True


def torn_checkpoint(ground, way, engine, index):
    reference = ground.reference(way)
    path, place = checkpoints(ground)
    interval = 1 if way == "default" else 5
    step = ground.rng.randint(max(2, int(0.6 * reference.steps)), max(2, reference.steps - 1))
    first = ground.begin(way, engine, checkpoint=place, interval=interval, throwAt=step)
    ground.finish(first)
    if not tear(ground.rng, path):
        return None
    second = ground.finish(ground.begin(way, engine, checkpoint=place, interval=interval))
    return two_runs(first, second, reference, engine)


def full_disk(ground, way, engine, index):
    """The fit comes to its end on a full disk, and again from what the disk still holds."""
    reference = ground.reference(way)
    path, place = checkpoints(ground, "full")
    interval = 1 if way == "default" else 5
    free = ground.rng.randrange(500, 10000)
    before = ground.driver.failed_writes
    first = ground.finish(ground.begin(way, engine, checkpoint=place, interval=interval, free=free))
    outcome = Outcome(first, reference, first.seconds() - reference.seconds[engine])
    if ground.driver.failed_writes == before:
        return None
    second = ground.finish(ground.begin(way, engine, checkpoint=place, interval=interval, free=0))
    again = Outcome(second.after(first), reference, 0.0)
    return again if outcome.equal and not again.equal else outcome


def together(ground, way, engine, index):
    """Three fits at once, and an executor killed under them."""
    ways = [list(WAYS)[(index + k) % len(WAYS)] for k in range(3)]
    references = [ground.reference(one) for one in ways]
    fits = [ground.begin(one, engine) for one in ways]
    hit = ground.moment(fits[2], references[2], 2) and kill_executor(ground, fits[2])
    for fit in fits:
        ground.finish(fit)
    if not hit:
        return None
    longest = max(fit.ended for fit in fits) - fits[0].began
    calm = sum(reference.seconds[engine] for reference in references)
    outcomes = [Outcome(fit, reference, longest - calm) for fit, reference in zip(fits, references)]
    return min(outcomes, key=lambda one: one.finished + one.equal)


def up_and_down(ground, way, engine, index):
    """A pause in the middle, in which idle executors are taken away, down to the one that hears a cancel."""
    pace = 1000 if way == "default" else 150
    reference = ground.reference(way, pace=pace)
    step = max(1, reference.steps // 2)
    fit = ground.begin(way, engine, pace=pace, pauseAt=step, pause=PAUSE)
    before, fewest, after = [0], [Cluster.SIZE], [0]

    def count():
        while fit.ended is None:
            made, now = max(fit.steps, default=0), len(ground.executors())
            seen, choose = (before, max) if made < step else (fewest, min) if made == step else (after, max)
            seen[0] = choose(seen[0], now)
            time.sleep(0.2)

    threading.Thread(target=count, daemon=True).start()
    ground.finish(fit)
    say(f"    {before[0]} executors, then {fewest[0]}, then {after[0]}")
    hit = before[0] == Cluster.SIZE and fewest[0] < Cluster.SIZE
    return Outcome(fit, reference, fit.seconds() - PAUSE - reference.seconds[engine]) if hit or not fit.end else None


PAUSE = 20
"""Seconds, of which an executor must be idle for four to be taken away; guards are renewed ever more rarely."""

FAIR = {"spark.scheduler.mode": "FAIR"}
DYNAMIC = {
    "spark.dynamicAllocation.enabled": "true",
    "spark.dynamicAllocation.shuffleTracking.enabled": "true",
    "spark.dynamicAllocation.minExecutors": "0",
    "spark.dynamicAllocation.initialExecutors": "0",
    "spark.dynamicAllocation.maxExecutors": "2",
    "spark.dynamicAllocation.executorIdleTimeout": "4s",
    "spark.dynamicAllocation.cachedExecutorIdleTimeout": "4s",
    "spark.dynamicAllocation.shuffleTracking.timeout": "2s",
    "spark.ravine.resident.linger": "1s",
    "spark.executor.cores": "1",
}


class Fault:
    """
    :param times: tries; ``short`` as many for CI; of all combinations of ways and engines, beginning with ``first``
    :param group: faults of a group share a cluster, and groups run beside each other
    """

    def __init__(self, name, attempt, times, short=0, group="executors", cores=1, settings=None, first=0):
        self.first = first
        self.name, self.attempt, self.times, self.short = name, attempt, times, short
        self.group, self.cores, self.settings = group, cores, settings


FAULTS = {
    "executor": Fault("executor killed", struck(kill_executor), 20, 2),
    "shuffle": Fault("executor killed, with shuffle files that rows are made from",
                     struck(kill_executor, shuffled=True), 20, 2, first=2),
    "gone": Fault("executor and worker killed, never replaced", struck(lose_worker, shuffled=True), 10, 1, first=2),
    "daemon": Fault("worker daemon killed, another after 3 s", struck(kill_daemon), 5),
    "task": Fault("task fails", struck(fail_task), 20, 1),
    "driver": Fault("driver killed, and a new one resumes", kill_driver, 20, 1, "checkpoints", first=2),
    "torn": Fault("newest checkpoint torn, and resumed", torn_checkpoint, 20, 1, "checkpoints", first=2),
    "full": Fault("checkpoint disk full, and resumed", full_disk, 5, 1, "checkpoints", first=2),
    "frozen": Fault("executor frozen for 60 s", struck(freeze), 5, 0, "frozen"),
    "fair": Fault("three fits at once under FAIR, executor killed", together, 3, 0, "fair", settings=FAIR),
    "dynamic": Fault("dynamic allocation from 0 to 2, to 1 in the middle", up_and_down, 3, 0, "dynamic",
                     settings=DYNAMIC),
    "cpus": Fault("spark.task.cpus=2, executor killed", struck(kill_executor), 3, 0, "cpus", cores=2,
                  settings={"spark.task.cpus": "2", "spark.executor.cores": "2"}),
    "parallelism": Fault("spark.default.parallelism of 3 x cores, executor killed",
                         struck(kill_executor, shuffled=True), 3, 0, "parallelism",
                         settings={"spark.default.parallelism": "6"}),
}
