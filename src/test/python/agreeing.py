"""Whether what two fits print is the same, and which models Ravine trained."""

import re

# A fit ends within 1e-6 of the optimum's objective, and weights within the root of that.
TOLERANCE = 1e-3
NUMBER = re.compile(r"([-+]?\d+\.\d*(?:[eE][-+]?\d+)?|[-+]?\d+[eE][-+]?\d+)(\.\.\.)?")


def agree(want, got):
    """Whether two texts are the same but for numbers that are near each other."""
    wanted, found = NUMBER.split(want), NUMBER.split(got)
    # Of three pieces each: text, number, and the dots after it or None.
    texts = [wanted[0::3], found[0::3]]
    if [t.split() for t in texts[0]] != [t.split() for t in texts[1]]:
        return False
    return all(near(w, g) for w, g in zip(wanted[1::3], found[1::3]))


def near(want, got):
    """Numbers as they are printed: a last digit that was cut off is unknown."""
    digits = re.split(r"[eE]", want.partition(".")[2])[0]
    exponent = int(re.split(r"[eE]", want)[1]) if re.search(r"[eE]", want) else 0
    printed = 10.0 ** (exponent - len(digits))
    return abs(float(want) - float(got)) <= printed + TOLERANCE * abs(float(want))


def models(values):
    """How many of these, and of what they hold, were trained by Ravine."""
    found = 0
    for value in values:
        inside = [getattr(value, "bestModel", None)]
        for name in ("models", "stages"):
            held = getattr(value, name, None)
            inside += held if isinstance(held, list) else []
        found += hasattr(value, "_ravine_fitted") + models(v for v in inside if v is not None)
    return found
