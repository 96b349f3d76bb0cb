"""The contestants of compare.py: how each trains, and how its model is read for scoring.

Every tool holds its data in its own in-memory form (VW: its cache file) before the clock starts. One
call of `train` is what is timed; `weights` gives (w, b) of the last model and is off the clock.
"""

import os
import subprocess
import time
import warnings

import numpy as np
import scipy.sparse


class Contestant:
    """A tool with one setting of its main knob. `effort` is epochs, or the index of a tolerance."""

    #: Efforts to try, in order, until the gap is reached.
    efforts = ()

    def __init__(self, tool, setting):
        self.tool, self.setting = tool, setting

    def train(self, effort):
        raise NotImplementedError

    def weights(self):
        raise NotImplementedError


class ScikitSgd(Contestant):
    """SGDClassifier by epochs; `fit` once for each number of epochs, as a user would call it."""

    efforts = (1, 2, 3, 5, 8, 12, 20, 30)

    def __init__(self, problem, intercept, **knobs):
        from sklearn.linear_model import SGDClassifier

        super().__init__("sklearn SGD", " ".join("%s=%s" % knob for knob in knobs.items()))
        self.problem = problem
        self.new = lambda epochs: SGDClassifier(
            loss="log_loss",
            alpha=problem.regularization,
            fit_intercept=intercept,
            max_iter=epochs,
            tol=None,
            random_state=1,
            **knobs,
        )

    def train(self, effort):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.model = self.new(effort).fit(self.problem.X, self.problem.y)

    def weights(self):
        return self.model.coef_[0], float(self.model.intercept_[0])


class Liblinear(Contestant):
    """The official LIBLINEAR by tolerances: primal trust region or dual coordinate descent."""

    efforts = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003)

    def __init__(self, problem, intercept, dual, prepared):
        super().__init__("LIBLINEAR", "dual" if dual else "primal")
        self.prepared = prepared
        self.intercept = intercept
        # Its objective is the sum of the losses times C, and half the squared norm.
        strength = 1.0 / (problem.regularization * len(problem.y))
        # -R leaves the bias, a feature to LIBLINEAR, unpenalised; only the primal solver knows it.
        bias = "-B 1 -R" if intercept else "-B -1"
        self.options = "-q -s %d -c %.17g %s" % (7 if dual else 0, strength, bias)

    @staticmethod
    def prepare(problem, intercept):
        from liblinear.liblinearutil import problem as Rows

        X = scipy.sparse.csr_matrix(problem.X)
        return Rows(np.where(problem.y > 0.5, 1.0, -1.0), X, bias=1.0 if intercept else -1.0)

    def train(self, effort):
        from liblinear.liblinearutil import parameter, train

        self.model = train(self.prepared, parameter("%s -e %g" % (self.options, effort)))

    def weights(self):
        w, bias = self.model.get_decfun()
        return np.asarray(w), float(bias) if self.intercept else 0.0


class VowpalWabbit(Contestant):
    """VW by passes over its binary cache. VW draws nothing, so the rows were shuffled when written."""

    efforts = (1, 2, 3, 5, 8, 12, 20, 30)

    def __init__(self, problem, intercept, setting):
        super().__init__("VW", setting)
        self.problem, self.intercept = problem, intercept
        self.options = (
            "--quiet --loss_function logistic --holdout_off -b %d %s"
            " --no_stdin --data %s --cache_file %s %s"
        ) % (
            max(18, problem.X.shape[1].bit_length()),
            setting,
            problem.directory / "rows.vw",
            problem.directory / "rows.vw.cache",
            "--no_bias_regularization" if intercept else "--noconstant",
        )

    @staticmethod
    def prepare(problem):
        """Text, then the cache, both kept beside the problem."""
        import vowpalwabbit

        text = problem.directory / "rows.vw"
        cache = problem.directory / "rows.vw.cache"
        if cache.exists():
            return
        X = scipy.sparse.csr_matrix(problem.X)
        order = np.random.default_rng(7).permutation(X.shape[0])
        with open(text, "w") as out:
            for i in order:
                row = slice(X.indptr[i], X.indptr[i + 1])
                pairs = zip(X.indices[row].tolist(), X.data[row].tolist())
                label = "1" if problem.y[i] > 0.5 else "-1"
                out.write(label + " |" + "".join(" %d:%.9g" % pair for pair in pairs) + "\n")
        vowpalwabbit.Workspace(
            "--quiet --loss_function logistic -b %d --no_stdin --data %s --cache_file %s"
            % (max(18, X.shape[1].bit_length()), text, cache)
        ).finish()

    def train(self, effort):
        import vowpalwabbit

        self.model = vowpalwabbit.Workspace("%s --passes %d" % (self.options, effort))

    def weights(self):
        b = self.model.predict("|")
        w = np.array([self.model.get_weight(j) for j in range(self.problem.X.shape[1])])
        # What is stored lacks the shrinkage by the penalty, one factor for all, which VW keeps apart.
        largest = int(np.argmax(np.abs(w)))
        if w[largest] != 0.0:
            w *= (self.model.predict("| %d:1" % largest) - b) / w[largest]
        self.model.finish()
        return w, b


class Ravine(Contestant):
    """Ours with its defaults, in a JVM that stays (ravine.bench.WarmFits)."""

    def __init__(self, problem, intercept, api, threads, java, class_path, log):
        super().__init__("Ravine %s local[%d]" % (api, threads), "defaults")
        self.directory = problem.directory
        self.parts = []
        command = [
            java,
            "@src/build/spark.jvmargs",
            "-Xmx8g",
            "-XX:ActiveProcessorCount=%d" % threads,
            "-Dspark.master=local[%d]" % threads,
            "-Dspark.app.name=compare",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dlog4j2.configurationFile=src/build/log4j2.properties",
            "-cp",
            class_path,
            "ravine.bench.WarmFits",
            str(problem.directory.resolve()),
            str(intercept).lower(),
            repr(problem.regularization),
            api.lower(),
        ]
        environment = dict(os.environ, SPARK_LOCAL_IP="127.0.0.1")
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment,
        )
        self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("%s has ended; see the log of compare.py" % self.tool)
        return line.strip()

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self._answer()

    def reach(self, goal):
        """Fewest passes to an objective, or None."""
        passes = int(self.ask("reach %.17g" % goal))
        return None if passes < 0 else passes

    def seconds(self, passes):
        """Of a fit; what it is made of is kept in `parts`."""
        total, pack, start, train = map(float, self.ask("fit %d" % passes).split())
        self.parts.append({"rest": total - pack - start - train, "pack": pack, "open": start, "train": train})
        return total

    def reading(self):
        """Seconds of a Spark job that reads the rows and does nothing with them."""
        return float(self.ask("read"))

    def score(self, passes):
        path = self.directory / "weights.txt"
        self.ask("weights %d %s" % (passes, path.resolve()))
        weights = np.loadtxt(path)
        return weights[:-1], float(weights[-1])

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)


def timed(contestant, effort):
    start = time.perf_counter()
    contestant.train(effort)
    return time.perf_counter() - start


def grid(problem, intercept):
    """Every tool with its settings, the data in each tool's memory."""
    contestants = [
        ScikitSgd(problem, intercept, learning_rate="optimal"),
        ScikitSgd(problem, intercept, learning_rate="optimal", average=True),
    ]
    contestants += [
        ScikitSgd(problem, intercept, learning_rate="invscaling", eta0=rate, average=True)
        for rate in (0.01, 0.1, 1.0, 10.0)
    ]
    try:
        prepared = Liblinear.prepare(problem, intercept)
        duals = (False,) if intercept else (False, True)
        contestants += [Liblinear(problem, intercept, dual, prepared) for dual in duals]
    except ImportError:
        print("note: LIBLINEAR is missing (pip install liblinear-official)")
    try:
        VowpalWabbit.prepare(problem)
        # With its adaptive steps VW shrinks rare and common features by other strengths than told;
        # so these go without the penalty, which early on is no handicap, and plain ones with it.
        plain = "--sgd -l %%g --l2 %.17g" % problem.regularization
        settings = ("-l 0.1", "-l 0.5", "-l 2", plain % 1.0, plain % 10.0)
        contestants += [VowpalWabbit(problem, intercept, setting) for setting in settings]
    except ImportError:
        print("note: VW is missing (pip install vowpalwabbit)")
    return contestants
