"""Problems of logistic regression, as files that every contestant reads, and their optima.

A problem is a directory: size.properties (rows, features, dense), labels.f64 (0 or 1) and row by row
either values.f64 or, sparse, starts.i64, indices.i32 and values.f64; all little-endian. Generated
problems come from a seed and are made once.
"""

import json
import pathlib

import numpy as np
import scipy.linalg
import scipy.sparse
import scipy.sparse.linalg
from scipy.special import expit

SEED = 20240607


class Problem:
    """Rows X (ndarray or CSR), labels y in {0, 1}, and lambda = 1 / distinct rows."""

    def __init__(self, name, directory, X, y, distinct_rows):
        self.name, self.directory, self.X, self.y = name, directory, X, y
        self.regularization = 1.0 / distinct_rows

    @property
    def dense(self):
        return not scipy.sparse.issparse(self.X)

    def objective(self, w, b):
        """Mean log-loss + lambda/2 |w|^2, the intercept b free."""
        margin = self.X @ w + b
        loss = np.logaddexp(0.0, -np.where(self.y > 0.5, margin, -margin))
        return loss.mean() + 0.5 * self.regularization * (w @ w)

    def gap(self, w, b, optimum):
        return (self.objective(w, b) - optimum) / optimum


def dense(name, directory, rows, features, correlation):
    """Gaussian rows of unit deviation; neighbouring columns share noise, and all one factor."""
    random = np.random.default_rng(SEED + features)
    X = random.standard_normal((rows, features))
    X[:, 1:] += correlation * X[:, :-1]
    X += 0.5 * random.standard_normal((rows, 1))
    X /= X.std(axis=0)
    signal = random.standard_normal(features) * (random.random(features) < 0.5)
    return _finish(name, directory, X, X @ signal, random)


def sparse(name, directory, rows, features, non_zeros):
    """Like words: column j occurs as often as 1/(j + 20), rows have unit length."""
    random = np.random.default_rng(SEED + features)
    frequency = np.cumsum(1.0 / (np.arange(features) + 20.0))
    draws = int(1.25 * non_zeros)
    column = np.searchsorted(frequency, random.random(rows * draws) * frequency[-1])
    column = random.permutation(features)[column]
    X = scipy.sparse.csr_matrix(
        (np.ones(rows * draws), (np.repeat(np.arange(rows), draws), column)), shape=(rows, features)
    )
    X.sum_duplicates()
    count = np.asarray((X > 0).sum(axis=0)).ravel()
    X.data = (1.0 + np.log(X.data)) * np.log(rows / np.maximum(count, 1))[X.indices]
    length = np.sqrt(np.asarray(X.multiply(X).sum(axis=1)).ravel())
    X.data /= np.repeat(length, np.diff(X.indptr))
    return _finish(name, directory, X, X @ random.standard_normal(features), random)


def _finish(name, directory, X, margin, random):
    """Labels that the best model gets wrong about once in eight."""
    y = (random.random(len(margin)) < expit(4.0 * margin / margin.std())).astype(np.float64)
    return Problem(name, directory, X, y, len(y))


def libsvm(name, directory, path, repeat):
    """A LIBSVM file of two classes, every row so many times: larger, with the same optimum."""
    from sklearn.datasets import load_svmlight_file

    X, y = load_svmlight_file(path)
    y = (y > y.min()).astype(np.float64)
    X = scipy.sparse.vstack([X] * repeat, format="csr")
    return Problem(name, directory, X, np.tile(y, repeat), len(y))


def write(problem):
    """The files of the problem, unless they are there."""
    directory, X = problem.directory, problem.X
    size = "rows=%d\nfeatures=%d\ndense=%s\n" % (*X.shape, str(problem.dense).lower())
    properties = directory / "size.properties"
    if properties.exists() and properties.read_text() == size:
        return
    directory.mkdir(parents=True, exist_ok=True)
    problem.y.astype("<f8").tofile(directory / "labels.f64")
    if problem.dense:
        X.astype("<f8").tofile(directory / "values.f64")
    else:
        X.indptr.astype("<i8").tofile(directory / "starts.i64")
        X.indices.astype("<i4").tofile(directory / "indices.i32")
        X.data.astype("<f8").tofile(directory / "values.f64")
    for old in ("optimum.json", "rows.vw", "rows.vw.cache"):
        (directory / old).unlink(missing_ok=True)
    properties.write_text(size)


def optimum(problem, intercept):
    """The least objective, by Newton's method in double precision; kept beside the problem.

    Ends where half the squared Newton decrement, which bounds what is left, is below 1e-12 of the objective.
    """
    kept = pathlib.Path(problem.directory / "optimum.json")
    known = json.loads(kept.read_text()) if kept.exists() else {}
    key = "intercept" if intercept else "no intercept"
    if key not in known:
        known[key] = _newton(problem, intercept)
        kept.write_text(json.dumps(known))
    return known[key]


def _newton(problem, intercept):
    X, y, strength = problem.X, problem.y, problem.regularization
    if not problem.dense:
        # Equal rows, as of a repeated file, are one row in the mean.
        rows = int(round(1.0 / strength))
        X, y = X[:rows], y[:rows]
    n, d = X.shape
    ridge = np.full(d + 1, strength)
    ridge[d] = 0.0 if intercept else 1.0
    weights = np.zeros(d + 1)
    squares = X.multiply(X).T.tocsr() if not problem.dense else None

    def value(at):
        margin = X @ at[:d] + at[d]
        loss = np.logaddexp(0.0, -np.where(y > 0.5, margin, -margin)).mean()
        return loss + 0.5 * (ridge[:d] * at[:d]) @ at[:d]

    now = value(weights)
    for _ in range(100):
        p = expit(X @ weights[:d] + weights[d])
        error = (p - y) / n
        gradient = np.append(X.T @ error, error.sum() if intercept else 0.0) + ridge * weights
        gradient[d] = gradient[d] if intercept else 0.0
        curvature = p * (1.0 - p) / n
        if problem.dense:
            weighted = X * curvature[:, None]
            hessian = np.zeros((d + 1, d + 1))
            hessian[:d, :d] = X.T @ weighted
            if intercept:
                hessian[:d, d] = hessian[d, :d] = weighted.sum(axis=0)
                hessian[d, d] = curvature.sum()
            hessian[np.diag_indices(d + 1)] += ridge
            step = scipy.linalg.solve(hessian, gradient, assume_a="pos")
        else:
            step = _conjugate(X, curvature, ridge, intercept, gradient, squares)
        decrement = gradient @ step
        if 0.5 * decrement <= 1e-12 * now:
            return now
        length = 1.0
        while value(weights - length * step) > now - 1e-4 * length * decrement and length > 1e-8:
            length *= 0.5
        weights = weights - length * step
        now = value(weights)
    raise RuntimeError("Newton's method did not converge on %s" % problem.name)


def _conjugate(X, curvature, ridge, intercept, gradient, squares):
    d = X.shape[1]

    def times(v):
        inner = curvature * (X @ v[:d] + (v[d] if intercept else 0.0))
        return np.append(X.T @ inner, inner.sum() if intercept else 0.0) + ridge * v

    diagonal = np.append(squares @ curvature, curvature.sum() if intercept else 0.0) + ridge
    step, _ = scipy.sparse.linalg.cg(
        scipy.sparse.linalg.LinearOperator((d + 1, d + 1), matvec=times),
        gradient,
        rtol=1e-3,
        maxiter=500,
        M=scipy.sparse.linalg.LinearOperator((d + 1, d + 1), matvec=lambda v: v / diagonal),
    )
    return step
