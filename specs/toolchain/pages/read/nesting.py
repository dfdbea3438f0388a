"""Which table, or which rows of one, are the fields of which object."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from toolchain.pages.facts import Unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.read.fields import Field

Placed: TypeAlias = "tuple[list[tuple[str, Field]], list[Unread]]"
DEEPEST = 12
"""How many objects may be around a field."""
_NAMES = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
MOST_FIELDS = 10_000
"""How many fields a body may have, since tables that name each other can be a body without end."""


@attrs.frozen
class Part:
    """A table of a body.

    Attributes:
        caption: Its caption, if it has one.
        fields: Its fields.
        line: Its first line.
        flat: Whether all levels of the body are in this one table.
    """

    caption: str | None
    fields: list[Field]
    line: int
    flat: bool = False


def nested(root: str, parts: Sequence[Part], example: Any) -> Placed:
    """Return the fields of a body with their places.

    Args:
        root: The place of the body, such as `200`.
        parts: Its tables, in the order of the page.
        example: The example of the body, which shows how the rows of a flat table are nested.
    """
    if not parts:
        return [], []
    if parts[0].flat:
        fields = [field for part in parts for field in part.fields]
        return _flat(root, fields, example)
    return _by_tables(root, parts)


def required(fields: Sequence[tuple[str, Field]]) -> dict[str, list[str]]:
    """Return which fields of each object are mandatory, by the object's place, as OpenAPI has it."""
    found: dict[str, list[str]] = {}
    for place, field in fields:
        if field.aspects.get("required") and not place.endswith("[]"):
            found.setdefault(place[: -len(field.name) - 1], []).append(field.name)
    return found


def _by_tables(root: str, parts: Sequence[Part]) -> Placed:
    """Give each object the table with its type or its name as caption; without captions, the next table.

    One object whose type has no name, and one table that no object has, belong together.
    """
    first = parts[0].fields[:1]
    placed = [(root, attrs.evolve(field, name="", aspects={"type": "object"}, items=None)) for field in first]
    tables, unread = _Tables(parts[1:]), list[Unread]()
    waiting: deque[tuple[str, Part, tuple[str, ...]]] = deque([(root, parts[0], ())])
    lost: list[tuple[str, Field, tuple[str, ...]]] = []
    while waiting:
        place, part, above = waiting.popleft()
        if len(placed) > MOST_FIELDS:
            unread.append(Unread((part.line, part.line), f"{place}: the body has too many fields"))
            break
        for field in part.fields:
            path = _inside(root, place, field.name)
            placed += _with_items(path, field)
            inner, schema = _object(path, field)
            if inner is None:
                continue
            name = schema or field.name
            names = (inner.replace("[]", "").removeprefix(f"{root} "), name, field.name)
            table = None if name in above or len(above) > DEEPEST else tables.take(names)
            if table is None:
                lost.append((inner, field, (*above, name)))
            else:
                waiting.append((inner, table, (*above, name)))
        if not waiting and len(lost) == 1 and _object("", lost[0][1])[1] is None:
            waiting.extend((lost[0][0], table, lost.pop()[2]) for table in tables.take_only())
    unread += [Unread(field.lines, f"{field.name}: no table has its fields") for _, field, _ in lost]
    return placed, [*unread, *tables.left()]


def _inside(root: str, place: str, name: str) -> str:
    """Return the place of a field: those of a body come after a space, those of an object in it after a dot."""
    return f"{place}{'.' if place != root else ' '}{name}"


class _Tables:
    """The tables of objects: found by the first or the last word of their captions, or by their order."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._taken: set[int] = set()
        self._next = 0
        self._named: dict[str, list[int]] = {}
        for at, part in enumerate(parts):
            words = _NAMES.findall(part.caption or "")
            for word in {words[0], words[-1]} if words else ():
                self._named.setdefault(word, []).append(at)
        # From the last to the first, so that the first can be popped.
        self._free = {word: places[::-1] for word, places in self._named.items()}

    def take(self, names: Sequence[str]) -> Part | None:
        """Return the table of an object: one that no object has so far, or the first with its name.

        Args:
            names: What its caption may call the object: its path, its type, its name.
        """
        name = next((name for name in names if name in self._named), names[0])
        free = self._free.get(name, [])
        while free and free[-1] in self._taken:
            free.pop()
        while self._next in self._taken:
            self._next += 1
        if name in self._named:
            at = free[-1] if free else self._named[name][0]
        elif self._next < len(self._parts) and self._parts[self._next].caption is None:
            at = self._next
        else:
            return None
        self._taken.add(at)
        return self._parts[at]

    def take_only(self) -> list[Part]:
        """Return the one table that no object has; none where there are several."""
        left = [at for at in range(len(self._parts)) if at not in self._taken]
        if len(left) != 1 or self._parts[left[0]].caption is None:
            return []
        self._taken.add(left[0])
        return [self._parts[left[0]]]

    def left(self) -> list[Unread]:
        """Return the tables that no object has."""
        lines = [part.line for at, part in enumerate(self._parts) if at not in self._taken]
        return [Unread((line, line), "a table that belongs to no object") for line in lines]


def _with_items(path: str, field: Field) -> list[tuple[str, Field]]:
    own = [(path, field)]
    return own if field.items is None else [*own, (f"{path}[]", attrs.evolve(field, aspects=field.items, items=None))]


def _object(path: str, field: Field) -> tuple[str | None, str | None]:
    """Return the place of the object that a field is or has as elements, and the name of its schema."""
    for place, aspects in ((path, field.aspects), (f"{path}[]", field.items or {})):
        if aspects.get("type") == "object":
            return place, aspects.get("schema")
    return None, None


@attrs.define
class _Level:
    """An object around a row of a flat table: its place, its example, and the fields that it has so far."""

    place: str
    example: Any
    names: set[str] = attrs.Factory(set)

    def awaits(self, name: str) -> bool:
        return isinstance(self.example, dict) and name in self.example and name not in self.names

    def inside(self, place: str, name: str) -> _Level:
        inner = self.example.get(name) if isinstance(self.example, dict) else None
        return _Level(place, inner[0] if isinstance(inner, list) and inner else inner)


def _flat(root: str, fields: Sequence[Field], example: Any) -> Placed:
    """Nest the rows of one table: an object is followed by its fields, and the example shows where they end."""
    placed: list[tuple[str, Field]] = []
    unread: list[Unread] = []
    levels = [_Level(root, example)]
    array: Field | None = None
    for field in fields:
        if array is not None and _is_element(array, field, levels[-1]):
            _describe_elements(placed, levels, array.name, field)
            array = None
            continue
        array = field if field.items is not None else None
        if not field.name:
            placed.append((root, field))
            continue
        while not levels[-1].awaits(field.name) and any(level.awaits(field.name) for level in levels[:-1]):
            levels.pop()
        level = levels[-1]
        if len(levels) > 1 and not level.awaits(field.name):
            unread.append(Unread(field.lines, f"{field.name}: no example shows which object has it"))
        level.names.add(field.name)
        path = _inside(root, level.place, field.name)
        placed += _with_items(path, field)
        inner, _ = _object(path, field)
        if inner is not None and len(levels) > DEEPEST:
            unread.append(Unread(field.lines, f"{field.name}: its fields are nested too deeply"))
        elif inner is not None:
            levels.append(level.inside(inner, field.name))
    return placed, unread


def _describe_elements(placed: list[tuple[str, Field]], levels: list[_Level], array: str, field: Field) -> None:
    """Take a row for the elements of the array before it; its name, if it has one, is that of their schema."""
    aspects = {**field.aspects, **({"schema": field.name} if field.name else {})}
    place = placed[-1][0]
    placed[-1] = (place, attrs.evolve(field, aspects=aspects))
    if levels[-1].place != place and aspects.get("type") == "object":
        levels.append(levels[-1].inside(place, array))


def _is_element(array: Field, field: Field, level: _Level) -> bool:
    """Tell whether the row after an array describes its elements: it has no name, or only the name of a schema."""
    if not field.name:
        return True
    of_objects = (array.items or {}).get("type") == "object"
    return of_objects and field.aspects.get("type") == "object" and not level.awaits(field.name)
