"""Matches tables with objects by the names in captions."""

from __future__ import annotations

import re
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.read.fields import Field
    from toolchain.pages.read.samples import Steps

_WORDS: Final = re.compile(r"[A-Za-z_][\w.\[\]-]{0,200}", re.ASCII)
_MARKS: Final = re.compile(r"[\[\]]")
_FIRST_AND_LAST: Final = 2
_MOST_TABLES: Final = 20
"""The most candidates for the table of an object."""
_SHARED: Final = 100


@attrs.frozen
class Part:
    """A table of a body.

    Attributes:
        caption: Its caption, if it has one.
        fields: Its fields.
        line: Its first line.
        flat: Whether this table has all levels of the body.
        number: The number in its caption, which descriptions refer to.
    """

    caption: str | None
    fields: list[Field]
    line: int
    flat: bool = False
    number: int | None = None

    @property
    def lines(self) -> tuple[int, int]:
        """The lines of its rows; its first line if it has none."""
        if not self.fields:
            return self.line, self.line
        return self.fields[0].lines[0], self.fields[-1].lines[1]

    def words(self) -> tuple[str, ...]:
        """Return the words of its caption that may be names, the first and the last before those between."""
        found = [_MARKS.sub("", word) for word in _WORDS.findall(self.caption or "")]
        return tuple(dict.fromkeys([*found[:1], *found[-1:], *found]))


@attrs.frozen(eq=False)
class Object:
    """An object whose fields are in a different table than its row.

    Attributes:
        place: Its place.
        way: Its path in the example.
        field: The row.
        above: The names of the objects around it.
    """

    place: str
    way: Steps | None
    field: Field
    above: tuple[str, ...]

    @property
    def schema(self) -> str | None:
        """The name of its type; None if the page doesn't name it."""
        whole, elements = self.field.schemas()
        return elements or whole

    @property
    def name(self) -> str:
        """Its name among the objects around it: that of its type, or its own."""
        return self.schema or self.field.name

    @property
    def needs_fields(self) -> bool:
        """Whether its row states an object with fields of its own."""
        return self.field.kind == "object" and not self.field.may_have_any

    @property
    def path(self) -> str:
        """Its path in the body, without the marks of arrays."""
        return self.place.partition(" ")[2].replace("[]", "")


def _names_of(one: Object) -> list[tuple[str, str]]:
    """Return the names that a caption may have for an object, the most certain first."""
    names = [("number", str(one.field.table))] if one.field.table is not None else []
    path = one.path.split(".")
    names.append(("path", one.path))
    names += [("end of a path", ".".join(path[at:])) for at in range(1, len(path) - 1)]
    names += [("first or last", name) for name in dict.fromkeys([one.schema, one.field.name]) if name]
    return [*names, ("word", one.name), ("plain", _plain(one.name))]


def _names_in(part: Part) -> set[tuple[str, str]]:
    """Return the names that a caption has for the object of its table."""
    words = part.words()
    names = {("path", word) for word in words} | {("word", word) for word in words}
    names |= {("end of a path", word) for word in words if "." in word}
    names |= {("first or last", word) for word in words[:_FIRST_AND_LAST]}
    names |= {("plain", _plain(word)) for word in words[:_FIRST_AND_LAST]}
    return names if part.number is None else names | {("number", str(part.number))}


class Captions:
    """The tables of a body that have no object yet, by the names in their captions."""

    def __init__(self, parts: Sequence[Part]) -> None:
        """Index the tables.

        Args:
            parts: The tables, except that of the body itself.
        """
        self.parts = parts
        self._free = dict.fromkeys(range(len(parts)))
        self._named: dict[tuple[str, str], deque[int]] = {}
        self._first: dict[tuple[str, str], int] = {}
        for at, part in enumerate(parts):
            for name in _names_in(part):
                self._named.setdefault(name, deque()).append(at)
                self._first.setdefault(name, at)

    def free(self) -> list[int]:
        """Return the first tables without an object."""
        return list(islice(self._free, _MOST_TABLES))

    def take(self, at: int) -> Part:
        """Return a table, and mark it as taken.

        Args:
            at: Its place.
        """
        self._free.pop(at, None)
        return self.parts[at]

    def left(self) -> list[Part]:
        """Return the tables without an object."""
        return [self.parts[at] for at in self._free]

    def of(self, one: Object) -> tuple[int, list[int]] | None:
        """Return the candidates for the table of an object, and their rank; 0 is the most certain.

        A table that another object has too ranks after all others.

        Args:
            one: The object.
        """
        names = _names_of(one)
        for rank, name in enumerate(names):
            if found := self._free_of(name):
                return rank, found
        shared = next(((rank, self._first[name]) for rank, name in enumerate(names) if name in self._first), None)
        return None if shared is None else (_SHARED + shared[0], [shared[1]])

    def _free_of(self, name: tuple[str, str]) -> list[int]:
        places, found = self._named.get(name, deque[int]()), list[int]()
        while places and len(found) < _MOST_TABLES:
            if (at := places.popleft()) in self._free:
                found.append(at)
        places.extendleft(reversed(found))
        return found


def names_any(part: Part, fields: Sequence[Field]) -> bool:
    """Return whether a caption names one of some rows, or its type."""
    names = {name for field in fields for name in (field.name, *field.schemas()) if name}
    return bool(names & set(part.words()))


def _plain(name: str) -> str:
    """Return a name in lower case, in the singular, without separators."""
    return re.sub(r"[\W_]", "", name).casefold().removesuffix("s")
