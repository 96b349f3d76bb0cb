#!/usr/bin/env python3
"""Time to a relative gap of 1e-3: Ravine in one JVM against single-machine tools.

    pip install numpy scipy scikit-learn liblinear-official vowpalwabbit
    src/bench/compare.py --a9a a9a.svm --out target/compare

The objective is the same for all: mean log-loss + lambda/2 |w|^2 with lambda = 1 / rows, on features as
they are. Two tracks: with an unpenalised intercept, and without any (LIBLINEAR's dual solver would
penalise it). Data is in each tool's memory before the clock starts (ours: a cached RDD or DataFrame;
packing it is on the clock), models are scored off the clock in double precision. Each tool gets a grid of its main
knob and grows its epochs or tightens its tolerance until the gap is reached; ours runs its defaults. The
quickest setting of each tool and ours are then timed in turn, there and back again, and medians compared.
All tools run in one thread; Ravine in one (local[1]) and two (local[2]).
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import json
import math
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
os.chdir(HERE.parent.parent)

import problems
import tools

GAP = 1e-3

#: Our two ways to train, by number of threads.
OURS = (("RDD", 1), ("DataFrame", 1), ("RDD", 2), ("DataFrame", 2))

#: After so many efforts a setting should have come near.
HOPELESS = 5


def class_path(out, compiled):
    """Compiles the sources, unless they are, and our side of the comparison; its class path."""
    kept = out / "class-path.txt"
    maven = ["mvn", "-q", "-B", "compile"]
    if not kept.exists():
        maven += [
            "dependency:build-classpath",
            "-Dmdep.outputFile=%s" % kept.resolve(),
            "-Dmdep.includeScope=compile",
        ]
    if not compiled or not kept.exists():
        subprocess.run(maven, check=True)
    path = "%s:%s" % (compiled or "target/classes", kept.read_text().strip())
    classes = out / "classes"
    sources = sorted(str(source) for source in (HERE / "java").rglob("*.java"))
    subprocess.run(["javac", "-nowarn", "-d", str(classes), "-cp", path, *sources], check=True)
    return "%s:%s" % (classes, path)


def every_problem(out, a9a, repeat, scale):
    """Names, and what makes the problem of that name."""

    wide, narrow, words = (int(scale * count) for count in (50_000, 200_000, 200_000))
    every = {
        "dense %d x 28" % narrow: lambda name: problems.dense(
            name, out / "dense28", narrow, 28, 0.5
        ),
        "dense %d x 500" % wide: lambda name: problems.dense(
            name, out / "dense500", wide, 500, 0.9
        ),
        "sparse %d x 47236" % words: lambda name: problems.sparse(
            name, out / "sparse", words, 47_236, 75
        ),
    }
    if a9a:
        every["a9a x%d" % repeat] = lambda name: problems.libsvm(
            name, out / ("a9a-%d" % repeat), a9a, repeat
        )
    else:
        print("note: without --a9a there is no a9a")
    return every


def search(contestant, problem, optimum, most):
    """The least effort that reaches the gap and its seconds, or None; and all that was tried."""
    curve = []
    for effort in contestant.efforts:
        seconds = tools.timed(contestant, effort)
        gap = problem.gap(*contestant.weights(), optimum)
        curve.append((effort, seconds, gap))
        if gap <= GAP:
            return (effort, seconds), curve
        if seconds > most or (len(curve) > HOPELESS and gap > 100 * GAP):
            break
    return None, curve


def compare(problem, intercept, arguments, path, log):
    """Rows of the table for one problem and track."""
    optimum = problems.optimum(problem, intercept)
    track = "intercept" if intercept else "no intercept"
    print("measuring %s, %s: optimum %.9f" % (problem.name, track, optimum), flush=True)
    best = {}
    tried = []
    for contestant in tools.grid(problem, intercept):
        if arguments.tool not in contestant.tool:
            continue
        # No more of a setting than twice what another of the same tool took.
        most = 2.0 * best[contestant.tool][2] if contestant.tool in best else math.inf
        found, curve = search(contestant, problem, optimum, min(most, arguments.patience))
        last = "effort %s, %.3f s, gap %.2g" % curve[-1]
        print("  %s %s: %s" % (contestant.tool, contestant.setting, last), flush=True)
        tried.append(
            {
                "tool": contestant.tool,
                "setting": contestant.setting,
                "reached": found is not None,
                "curve": curve,
            }
        )
        if found and (contestant.tool not in best or found[1] < best[contestant.tool][2]):
            best[contestant.tool] = (contestant, *found)
    ours = []
    try:
        for api, threads in OURS:
            ours.append(tools.Ravine(problem, intercept, api, threads, "java", path, log))
        passes = [side.reach(optimum * (1 + GAP)) for side in ours]
        print("  Ravine: passes %s" % passes, flush=True)
        times = {tool: [] for tool in best}
        times.update({side.tool: [] for side in ours})

        def once(entry):
            if isinstance(entry, tools.Ravine):
                count = passes[ours.index(entry)]
                return entry.seconds(count) if count is not None else float("inf")
            contestant, effort, _ = best[entry]
            return tools.timed(contestant, effort)

        entries = list(best) + ours
        for turn in range(arguments.rounds + 1):
            for entry in entries if turn % 2 else reversed(entries):
                seconds = once(entry)
                if turn > 0:
                    times[entry if isinstance(entry, str) else entry.tool].append(seconds)
        rows = []
        for tool, (contestant, effort, _) in best.items():
            rows.append(row(problem, track, tool, contestant.setting, effort, times[tool]))
        for side, count in zip(ours, passes):
            gap = None if count is None else problem.gap(*side.score(count), optimum)
            mine = row(problem, track, side.tool, side.setting, count, times[side.tool], gap)
            mine["parts"] = medians(side.parts[-arguments.rounds :])
            mine["parts"]["reading"] = statistics.median(side.reading() for _ in range(5))
            rows.append(mine)
        return rows, tried
    finally:
        for side in ours:
            side.close()


def row(problem, track, tool, setting, effort, times, gap=None):
    return {
        "data": problem.name,
        "track": track,
        "tool": tool,
        "setting": setting,
        "effort": effort,
        "gap": gap,
        "seconds": statistics.median(times),
        "least": min(times),
        "most": max(times),
        "rounds": times,
    }


def medians(parts):
    """Part by part."""
    return {key: statistics.median(part[key] for part in parts) for key in parts[0]} if parts else {}


def groups(rows):
    """Rows by problem and track."""
    keys = dict.fromkeys((r["data"], r["track"]) for r in rows)
    return {key: [r for r in rows if (r["data"], r["track"]) == key] for key in keys}


def ratios(rows):
    """Seconds of the best other tool over ours, by problem and track."""
    found = []
    for (data, track), group in groups(rows).items():
        mine = {r["tool"]: r["seconds"] for r in group if r["tool"].startswith("Ravine")}
        others = [r for r in group if not r["tool"].startswith("Ravine")]
        if others:
            best = min(others, key=lambda r: r["seconds"])
            entry = {"data": data, "track": track, "best": best["tool"]}
            for tool, seconds in mine.items():
                entry[tool] = best["seconds"] / seconds
            found.append(entry)
    return found


def report(rows):
    """The table, and the ratios under it."""
    line = "%-20s %-13s %-25s %-44s %8s %28s %11s"
    print()
    print(line % ("data", "track", "tool", "setting", "effort", "seconds", "x ours"))
    for key, group in groups(rows).items():
        one = min(r["seconds"] for r in group if r["tool"].startswith("Ravine"))
        for r in group:
            seconds = "%.3f (%.3f-%.3f)" % (r["seconds"], r["least"], r["most"])
            ratio = "%.2f" % (r["seconds"] / one)
            print(line % (*key, r["tool"], r["setting"], r["effort"], seconds, ratio))
    print()
    print("Best other tool / ours, time to a gap of %g:" % GAP)
    for r in ratios(rows):
        ours = "   ".join("%s %6.2f" % (t, v) for t, v in r.items() if t.startswith("Ravine"))
        print("%-20s %-13s %-12s %s" % (r["data"], r["track"], r["best"], ours))


def profile(rows):
    """What our seconds are made of, and how long it takes Spark just to hand over the rows."""
    print()
    print("Our seconds: planning and model, packing, start, training; a job that only reads the rows:")
    for r in rows:
        if r.get("parts"):
            p = r["parts"]
            text = "%.3f   %.3f   %.3f   %.3f   %.3f" % tuple(
                p.get(key, math.nan) for key in ("rest", "pack", "open", "train", "reading")
            )
            print("%-20s %-13s %-25s %s" % (r["data"], r["track"], r["tool"], text))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("target/compare"))
    parser.add_argument("--a9a", help="the LIBSVM file a9a; left out without it")
    parser.add_argument("--repeat", type=int, default=20, help="of a9a's rows; 200 are over 1 GB")
    parser.add_argument("--rounds", type=int, default=3, help="counted; one more is discarded")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the generated rows")
    parser.add_argument("--only", help="problems whose name holds this text")
    parser.add_argument("--tool", default="", help="other tools whose name holds this text")
    parser.add_argument("--track", choices=("both", "intercept", "none"), default="both")
    parser.add_argument(
        "--patience", type=float, default=20.0, help="seconds beyond which a setting is given up"
    )
    parser.add_argument(
        "--classes",
        metavar="DIRECTORY",
        help="our compiled classes, where Maven is not to be run to compile them",
    )
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    path = class_path(arguments.out, arguments.classes)
    rows, tried = [], []
    with open(arguments.out / "ravine.log", "w") as log:
        every = every_problem(arguments.out, arguments.a9a, arguments.repeat, arguments.scale)
        for name, make in every.items():
            if arguments.only and arguments.only not in name:
                continue
            problem = make(name)
            problems.write(problem)
            for intercept in (True, False):
                if arguments.track == ("none" if intercept else "intercept"):
                    continue
                found, settings = compare(problem, intercept, arguments, path, log)
                rows += found
                tried += [dict(data=name, intercept=intercept, **s) for s in settings]
                # After each problem, so that a run that is broken off has not been for nothing.
                keep(arguments.out / "compare.json", rows, tried)
    report(rows)
    profile(rows)
    print("Load averages at the end: %.1f %.1f %.1f" % os.getloadavg())
    print("written: %s" % (arguments.out / "compare.json"))


def keep(path, rows, tried):
    result = {"gap": GAP, "rows": rows, "ratios": ratios(rows), "tried": tried}
    text = json.dumps(finite(dict(result, load=os.getloadavg())), indent=1, allow_nan=False)
    path.write_text(text)


def finite(value):
    """The same with null where a goal was never reached: JSON knows no infinity."""
    if isinstance(value, dict):
        return {key: finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


if __name__ == "__main__":
    main()
