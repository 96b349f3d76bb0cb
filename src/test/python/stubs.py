"""Writes ravine/ml/_params.pyi, which editors and type checkers read, from the table of params:

python src/test/python/stubs.py
"""

import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "main" / "python"
FILE = SOURCES / "ravine" / "ml" / "_params.pyi"

HEAD = '''\
# Written by src/test/python/stubs.py from _params.py: do not edit.
from typing import Any, Callable, NamedTuple, Tuple, TypeVar

from pyspark.ml.param import Param, Params

P = TypeVar("P", bound="MiniBatchParams")

class Own(NamedTuple):
    name: str
    type: type
    default: Any
    doc: str
    converter: Callable[[Any], Any]

NONE: object
OWN: Tuple[Own, ...]

class MiniBatchParams(Params):
    def _set_own_defaults(self) -> None: ...
'''


def text():
    """What the file must hold."""
    from ravine.ml._params import OWN

    lines = [HEAD]
    for own in OWN:
        accessor = own.name[0].upper() + own.name[1:]
        kind = own.type.__name__
        lines.append(f"    {own.name}: Param[{kind}]\n")
        lines.append(f"    def get{accessor}(self) -> {kind}: ...\n")
        taken = "str | int" if own.name == "checkpointInterval" else kind
        lines.append(f"    def set{accessor}(self: P, value: {taken}) -> P: ...\n")
    return "".join(lines)


if __name__ == "__main__":
    sys.path.insert(0, str(SOURCES))
    FILE.write_text(text())
