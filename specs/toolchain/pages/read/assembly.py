"""Assembles the tables of a body: finds the table with the fields of each object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.facts import Unread, field_place
from toolchain.pages.read.captions import Captions, Object, Part
from toolchain.pages.read.flat_tables import DEEPEST, Rows
from toolchain.pages.read.objects import Objects
from toolchain.pages.read.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.read.fields import Field
    from toolchain.pages.read.samples import Steps

_MOST_FIELDS: Final = 10_000
"""The most fields of a body: tables that name each other would make an endless one."""
_MOST_COMPARED: Final = 20
"""How many fields of a table are compared with an example."""
_MOST_OBJECTS: Final = 20
"""How many objects are looked at for a table without a caption."""


class Body:
    """A body: the first table has its fields, and each other table has the fields of an object.

    Attributes:
        rows: The rows with their places.
        by_order: The tables that only their order assigns to an object.
    """

    def __init__(self, root: str, parts: Sequence[Part], examples: Sequence[Any], *, is_deep: bool) -> None:
        """Assemble the tables.

        Args:
            root: The place of the body.
            parts: Its tables, in the order of the page.
            examples: The examples of the body.
            is_deep: Whether tables without captions are depth first.
        """
        known = frozenset(field.name.casefold() for part in parts for field in part.fields)
        self.rows = Rows(root, Sample(*examples), known)
        self.by_order: list[Part] = []
        self._open = Objects(is_deep=is_deep)
        self._lost: list[Object] = []
        self._tables = Captions(parts[1:])
        self._has_all = len(parts) == 1
        self._take(root, parts[0], (), ())
        while (pair := self._next()) is not None:
            one, part = pair
            self._open.close(one)
            if len(self.rows.placed) > _MOST_FIELDS:
                self.rows.unread.append(Unread((part.line, part.line), f"{one.place}: the body has too many fields"))
                break
            self._take(one.place, part, one.way, (*one.above, one.name), one)

    def places(self) -> set[tuple[str, tuple[int, int]]]:
        """Return the lines of each place."""
        return {(place, field.lines) for place, field in self.rows.placed}

    def agrees(self) -> int:
        """Return how many fields the example confirms."""
        return sum(field.shown_at is not None for _, field in self.rows.placed)

    def lines(self) -> tuple[int, int]:
        """Return the lines of the first row."""
        return next((field.lines for _, field in self.rows.placed), (1, 1))

    def report_order(self) -> None:
        """Report the tables that only their order assigns to an object."""
        why = "only the order of the tables shows which object has these fields; it could be another"
        self.rows.unread += [Unread((part.line, part.line), why) for part in self.by_order]

    def lacks_tables(self) -> bool:
        """Return whether there are more objects than tables."""
        return self._open.first_needing() is not None

    def left(self) -> list[Unread]:
        """Return the objects without fields, and the tables that no object has."""
        what = "row" if self._has_all else "table"
        without = [
            Unread(one.field.lines, f"{one.field.name}: no {what} has its fields")
            for one in (*self._lost, *self._open.left())
            if one.needs_fields
        ]
        tables = [Unread(part.lines, "a table that belongs to no object") for part in self._tables.left()]
        return [*without, *tables]

    def _take(
        self, place: str, part: Part, way: Steps | None, above: tuple[str, ...], around: Object | None = None
    ) -> None:
        """Add the rows of a table; note the objects whose fields may be in other tables."""
        before = len(self.rows.placed)
        self.rows.take(part.fields, place, way, has_all=part.flat)
        rows = self.rows.placed[before:]
        parents = {path[: -len(field.name) - 1] for path, field in rows if field.name}
        for path, field in rows:
            one = _object_of(path, field, self.rows.sample, above)
            if one is None or {path, f"{path}[]"} & parents:
                continue
            if one.name in above or len(above) > DEEPEST:
                self._lost.append(one)
            else:
                self._open.add(one, around, self._tables.of(one))

    def _next(self) -> tuple[Object, Part] | None:
        """Return an object and its table: by caption, as the last pair, by the example, by order, or by path."""
        return self._by_caption() or self._only() or self._by_example() or self._in_order() or self._by_path()

    def _by_caption(self) -> tuple[Object, Part] | None:
        found = self._open.surest(self._tables.of)
        if found is None:
            return None
        one, places = found
        # The example decides between tables of the same caption.
        shown = [self._shown(one, at) for at in places]
        at = places[shown.index(max(shown))]
        if shown.count(max(shown)) > 1:
            self.by_order.append(self._tables.parts[at])
        return one, self._tables.take(at)

    def _only(self) -> tuple[Object, Part] | None:
        """Return the last object and the last table, unless both have names."""
        one, free = self._open.first_needing(), self._tables.free()
        if one is None or len(free) != 1 or self._open.needing != 1:
            return None
        has_names = self._tables.parts[free[0]].caption is not None and one.schema is not None
        return None if has_names else (one, self._tables.take(free[0]))

    def _by_example(self) -> tuple[Object, Part] | None:
        """Return a table and the one object that has most of its fields in the example."""
        objects = self._open.left()[:_MOST_OBJECTS]
        for at in self._tables.free():
            shown = [self._shown(one, at) for one in objects]
            if any(shown) and shown.count(max(shown)) == 1:
                one, part = objects[shown.index(max(shown))], self._tables.take(at)
                if part.caption is not None:
                    why = f"its caption names no object; the example has its fields in {one.field.name}"
                    self.rows.unread.append(Unread((part.line, part.line), why))
                return one, part
        return None

    def _shown(self, one: Object, at: int) -> int:
        """Return how many fields of a table the example shows in an object."""
        fields = self._tables.parts[at].fields[:_MOST_COMPARED]
        return sum(self.rows.sample.free(one.way, field.name, field.kind) is not None for field in fields)

    def _in_order(self) -> tuple[Object, Part] | None:
        """Return the next object and the next table, if that has no caption."""
        one, free = self._open.first_needing(), self._tables.free()
        if one is None or not free or self._tables.parts[free[0]].caption is not None:
            return None
        self.by_order.append(self._tables.parts[free[0]])
        return one, self._tables.take(free[0])

    def _by_path(self) -> tuple[Object, Part] | None:
        """Return a table whose caption is the path of an object without a row, inside an object with one."""
        places = {place.partition(" ")[2].replace("[]", ""): (place, field) for place, field in self.rows.placed}
        for at in self._tables.free():
            for word in self._tables.parts[at].words():
                around, _, name = word.rpartition(".")
                if around not in places or word in places:
                    continue
                place, field = places[around]
                way = None if field.shown_at is None else (*field.shown_at, name)
                part = self._tables.take(at)
                why = f"{word}: no row describes it; only the caption of a table names it"
                self.rows.unread.append(Unread((part.line, part.line), why))
                row = attrs.evolve(field, name=name, aspects={}, items=None, stated="", shown_at=way)
                return Object(field_place(place, name), way, row, (around,)), part
        return None


def _object_of(place: str, field: Field, sample: Sample, above: tuple[str, ...]) -> Object | None:
    """Return the object that a row is or may be; None if it can't have fields."""
    is_open = field.kind is None and (place.endswith("[]") or field.stated is not None)
    if not field.name or field.items is not None or not (field.kind == "object" or is_open):
        return None
    if field.stated is not None and isinstance(sample.at(field.shown_at), list):
        return Object(f"{place}[]", (*(field.shown_at or ()), "[]"), field, above)
    return Object(place, field.shown_at, field, above)
