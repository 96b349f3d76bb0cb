"""Writes ravine/ml/_params.pyi, which editors and type checkers read, from the table of params:

python src/test/python/stubs.py
"""

import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "main" / "python"
FILE = SOURCES / "ravine" / "ml" / "_params.pyi"

HEAD = '''\
# Written by src/test/python/stubs.py from _params.py: do not edit.
from typing import Any, Callable, ClassVar, Dict, NamedTuple, Tuple, TypeVar

from pyspark.ml.param import Param, Params

P = TypeVar("P", bound=Params)

class Own(NamedTuple):
    name: str
    type: type
    default: Any
    doc: str
    converter: Callable[[Any], Any]

NONE: object
OWN: Tuple[Own, ...]
OF_CLASSES: Tuple[Own, ...]
OF_PROBABILITIES: Tuple[Own, ...]

class MiniBatchParams(Params):
    _own: ClassVar[Tuple[Own, ...]]
    def _set_own_defaults(self) -> None: ...
'''

#: What setters take that are not as narrow as their getters.
WIDER = {"checkpointInterval": "str | int", "classWeight": "str | Dict[int, float]"}


def text():
    """What the file must hold."""
    from ravine.ml._params import OF_CLASSES, OF_PROBABILITIES, OWN

    owned = "    _own: ClassVar[Tuple[Own, ...]]\n"
    return "".join(
        [HEAD, *_lines(OWN)]
        + ["\nclass ClassWeightParams(Params):\n", owned, *_lines(OF_CLASSES)]
        + ["\nclass ProbabilityParams(ClassWeightParams):\n", owned, *_lines(OF_PROBABILITIES)]
    )


def _lines(table):
    lines = []
    for own in table:
        accessor = own.name[0].upper() + own.name[1:]
        kind = own.type.__name__
        lines.append(f"    {own.name}: Param[{kind}]\n")
        lines.append(f"    def get{accessor}(self) -> {kind}: ...\n")
        taken = WIDER.get(own.name, kind)
        lines.append(f"    def set{accessor}(self: P, value: {taken}) -> P: ...\n")
    return lines


if __name__ == "__main__":
    sys.path.insert(0, str(SOURCES))
    FILE.write_text(text())
