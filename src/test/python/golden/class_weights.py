"""Writes rows of unequal classes, and what scikit-learn's logistic regression makes of them.

    python class_weights.py ../../resources/ravine/classweights

rows.csv       label of three classes, row weight, three features
expected.csv   one line per case: classes (2: whether the label is 1 or 2), classWeight, whether rows
               weigh, regParam; the weight of each class; coefficients class by class; intercepts
"""

import sys
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.utils.class_weight import compute_class_weight

OUT = Path(sys.argv[1])
CASES = [
    (2, "balanced", False, 0.01),
    (2, "balanced", True, 0.01),
    (2, "0:1,1:10", False, 0.001),
    (2, "1:3", True, 0.1),
    (3, "balanced", False, 0.01),
    (3, "balanced", True, 0.01),
    (3, "0:0.5,2:7", True, 0.02),
]


def rows():
    random = np.random.default_rng(20261126)
    x = np.round(random.normal(size=(240, 3)), 3)
    scores = x @ random.normal(size=(3, 3)) + [2.0, 0.0, -1.0] + random.gumbel(size=(240, 3))
    return scores.argmax(axis=1), 0.5 * random.integers(1, 5, size=240), x


def fitted(label, weight, x, classes, said, weighted, regParam):
    y = label if classes == 3 else np.minimum(label, 1)
    own = weight if weighted else np.ones_like(weight)
    known = np.unique(y)
    if said == "balanced":
        # n / (K n_k), of weights where rows have them
        sums = np.array([own[y == k].sum() for k in known])
        by_class = own.sum() / (len(known) * sums)
        if not weighted:
            assert np.allclose(by_class, compute_class_weight("balanced", classes=known, y=y), rtol=1e-15)
    else:
        named = dict(pair.split(":") for pair in said.split(","))
        by_class = np.array([float(named.get(str(k), 1.0)) for k in known])
    # scikit-learn: |w|^2 / 2 + C * sum; here: mean + regParam * |w|^2 / 2
    total = (own * by_class[y]).sum()
    model = LogisticRegression(
        C=1.0 / (regParam * total),
        class_weight=dict(zip(known.tolist(), by_class.tolist())),
        solver="newton-cholesky",
        tol=1e-13,
        max_iter=200,
    ).fit(x, y, sample_weight=own)
    return by_class, model.coef_, model.intercept_


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    label, weight, x = rows()
    with open(OUT / "rows.csv", "w") as file:
        file.write("label,weight,x0,x1,x2\n")
        for i in range(len(label)):
            file.write(",".join(map(repr, [int(label[i]), float(weight[i]), *map(float, x[i])])) + "\n")
    with open(OUT / "expected.csv", "w") as file:
        file.write(f"# scikit-learn {sklearn.__version__}, numpy {np.__version__}, by class_weights.py\n")
        for classes, said, weighted, regParam in CASES:
            by_class, coef, intercept = fitted(label, weight, x, classes, said, weighted, regParam)
            numbers = [" ".join(map(repr, part.ravel().tolist())) for part in (by_class, coef, intercept)]
            file.write(";".join([str(classes), said, str(weighted).lower(), repr(regParam), *numbers]) + "\n")


main()
