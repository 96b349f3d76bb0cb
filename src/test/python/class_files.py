"""As much of Java's class files (JVM specification, chapter 4) as tells which members they name and have."""

import struct
import zipfile
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Set, Tuple

_ABSTRACT, _INTERFACE = 0x0400, 0x0200
# Bytes after the tag of a constant; 5 and 6 (long, double) take two places, 1 (text) says its length itself.
_LENGTHS = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2}
_CLASS, _MEMBERS = 7, (9, 10, 11)


class Member(NamedTuple):
    name: str
    descriptor: str
    is_abstract: bool


class Named(NamedTuple):
    owner: str
    name: str
    descriptor: str


class ClassFile:
    """A class: its supertypes, its members, and what its code names of others."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        count = self._number(8)
        self._constants: List[Optional[Tuple[int, int]]] = [None] * count  # tag, place
        at, index = 10, 1
        while index < count:
            tag = data[at]
            self._constants[index] = (tag, at + 1)
            at += 1 + (2 + self._number(at + 1) if tag == 1 else _LENGTHS[tag])
            index += 2 if tag in (5, 6) else 1
        access = self._number(at)
        self.is_open = bool(access & (_ABSTRACT | _INTERFACE))
        self.name = self._class(self._number(at + 2))
        above = self._number(at + 4)
        interfaces = self._number(at + 6)
        at += 8
        self.supertypes = [self._class(self._number(at + 2 * i)) for i in range(interfaces)]
        if above:
            self.supertypes.append(self._class(above))
        at += 2 * interfaces
        self.members: List[Member] = []
        for _ in ("fields", "methods"):
            at = self._read_members(at)

    def _read_members(self, at: int) -> int:
        count = self._number(at)
        at += 2
        for _ in range(count):
            access, name, descriptor, attributes = struct.unpack_from(">HHHH", self._data, at)
            self.members.append(Member(self._text(name), self._text(descriptor), bool(access & _ABSTRACT)))
            at += 8
            for _ in range(attributes):
                at += 6 + struct.unpack_from(">I", self._data, at + 2)[0]
        return at

    @property
    def named_members(self) -> Set[Named]:
        found = set()
        for constant in self._constants:
            if constant and constant[0] in _MEMBERS:
                _, place = self._constants[self._number(constant[1] + 2)]
                name, descriptor = self._number(place), self._number(place + 2)
                owner = self._class(self._number(constant[1]))
                found.add(Named(owner, self._text(name), self._text(descriptor)))
        return found

    @property
    def named_classes(self) -> Set[str]:
        """Without arrays, which come as their elements."""
        names = (self._text(self._number(c[1])) for c in self._constants if c and c[0] == _CLASS)
        return {name.lstrip("[")[1:-1] if name.endswith(";") else name for name in names}

    def _number(self, at: int) -> int:
        return struct.unpack_from(">H", self._data, at)[0]

    def _text(self, index: int) -> str:
        _, place = self._constants[index]
        return self._data[place + 2 : place + 2 + self._number(place)].decode("utf-8", "replace")

    def _class(self, index: int) -> str:
        return self._text(self._number(self._constants[index][1]))


class Jars:
    """The classes of some jars, each read when it is first asked for."""

    def __init__(self, *paths: Path) -> None:
        self._places: Dict[str, Tuple[zipfile.ZipFile, str]] = {}
        self._read: Dict[str, ClassFile] = {}
        for path in paths:
            archive = zipfile.ZipFile(path)
            for entry in archive.namelist():
                if entry.endswith(".class") and not entry.startswith("META-INF/"):
                    self._places.setdefault(entry[: -len(".class")], (archive, entry))

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def __iter__(self):
        return iter(self._places)

    def __getitem__(self, name: str) -> ClassFile:
        if name not in self._read:
            archive, entry = self._places[name]
            self._read[name] = ClassFile(archive.read(entry))
        return self._read[name]

    def lineage(self, name: str) -> List[ClassFile]:
        """The class and all that it extends and implements, as far as it is in these jars."""
        found, open_names, seen = [], [name], set()
        while open_names:
            at = open_names.pop()
            if at in self and at not in seen:
                seen.add(at)
                found.append(self[at])
                open_names.extend(self[at].supertypes)
        return found
