"""Which table, or which rows of one, are the fields of which object."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Any

import attrs

from toolchain.pages.facts import Unread, inside
from toolchain.pages.read.flat_tables import DEEPEST, Placed, nested_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.read.fields import Field

_NAMES = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_MOST_FIELDS = 10_000
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
        placed, unread = nested_rows(root, [field for part in parts for field in part.fields], example)
        has_root = any(place == root for place, _ in placed)
        return placed if has_root else [*_root(root, parts[0]), *placed], unread
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
    placed = _root(root, parts[0])
    tables, unread = _Tables(parts[1:]), list[Unread]()
    waiting: deque[tuple[str, Part, tuple[str, ...]]] = deque([(root, parts[0], ())])
    lost: list[tuple[str, Field, tuple[str, ...]]] = []
    while waiting:
        place, part, above = waiting.popleft()
        if len(placed) > _MOST_FIELDS:
            unread.append(Unread((part.line, part.line), f"{place}: the body has too many fields"))
            break
        for field in part.fields:
            path = inside(place, field.name)
            placed += field.with_elements(path)
            inner, schema = field.object_at(path)
            if inner is None:
                continue
            name = schema or field.name
            names = (inner.replace("[]", "").removeprefix(f"{root} "), name, field.name)
            table = None if name in above or len(above) > DEEPEST else tables.take(names)
            if table is None:
                lost.append((inner, field, (*above, name)))
            else:
                waiting.append((inner, table, (*above, name)))
        if not waiting and len(lost) == 1 and lost[0][1].object_at("")[1] is None:
            waiting.extend((lost[0][0], table, lost.pop()[2]) for table in tables.take_only())
    unread += [Unread(field.lines, f"{field.name}: no table has its fields") for _, field, _ in lost]
    return placed, [*unread, *tables.left()]


def _root(root: str, part: Part) -> list[tuple[str, Field]]:
    """Return the body itself, which a page that has its fields needn't name."""
    return [(root, attrs.evolve(one, name="", aspects={"type": "object"}, items=None)) for one in part.fields[:1]]


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
