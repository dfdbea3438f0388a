"""Assigns the rows of one table to objects, by marks, names and the example."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from toolchain.pages.facts import Unread, field_place
from toolchain.pages.read.paths import inner_name, split_name
from toolchain.pages.read.samples import Sample, Steps, kind_of
from toolchain.pages.read.untyped import with_types

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from typing import Any

    from toolchain.pages.read.fields import Field

Placed: TypeAlias = "tuple[list[tuple[str, Field]], list[Unread]]"
DEEPEST = 12
"""The most objects around a field."""


@attrs.define(eq=False)
class _Level:
    """An object around a row: its place, its path in the example, and the level of its row."""

    place: str
    way: Steps | None
    depth: int = -1
    names: set[str] = attrs.Factory(set)


def nested_rows(root: str, fields: Sequence[Field], example: Any) -> Placed:
    """Nest the rows of a table that has all levels.

    The fields of an object follow it; marks, names or the example show where they end.

    Args:
        root: The place of the body; empty for parameters, whose names aren't split.
        fields: The rows.
        example: The example of the body, if any.
    """
    rows = Rows(root, Sample(example), frozenset(field.name.casefold() for field in fields))
    rows.take(fields, root, (), has_all=True)
    placed, untyped = with_types(rows.placed, rows.sample)
    return placed, [*rows.unread, *untyped]


class Rows:
    """The rows of a body with their places, and what can't be decided."""

    def __init__(self, root: str, sample: Sample, known: AbstractSet[str]) -> None:
        """Start without rows.

        Args:
            root: The place of the body.
            sample: The example of the body.
            known: The names of all rows of the body, in lower case.
        """
        self.sample = sample
        self.placed: list[tuple[str, Field]] = []
        self.unread: list[Unread] = []
        self._root = root
        self._known = known
        self._levels: list[_Level] = []
        self._paths: set[str] = set()
        self._has_all = self._is_marked = False

    def take(self, fields: Sequence[Field], place: str, way: Steps | None, *, has_all: bool) -> None:
        """Add the rows of a table.

        Args:
            fields: The rows.
            place: The place of their object.
            way: Its path in the example.
            has_all: Whether the table has all levels: objects are followed by their fields.
        """
        self._levels = [_Level(place, way)]
        self._has_all, self._is_marked = has_all, any(field.depth for field in fields)
        array: Field | None = None
        for at, field in enumerate(fields):
            if array is not None and self._is_element(array, field):
                self._describe_elements(array, field)
                array = None
            elif field.name:
                array = self._take(field, fields[at + 1] if at + 1 < len(fields) else None)
            else:
                self._take_nameless(field, is_first=at == 0)

    def _take(self, field: Field, following: Field | None) -> Field | None:
        """Add a row; return it if it is an array, since the next row may describe its elements."""
        level, field = self._level_of(field)
        shown = self.sample.called(level.way, field.name)
        if shown is not None and level.way is not None:
            field = self._wrapper(attrs.evolve(field, shown_at=(*level.way, shown)))
            self.sample.describe(level.way, shown)
            if shown != field.name:
                self._report(field, f"the example spells it {shown}")
        elif not self._is_marked and level in self._levels[1:]:
            self._report(field, "no example shows which object has it")
        level.names.add(field.name)
        path = field_place(level.place, field.name)
        rows = field.with_elements(path)
        self._paths.update(place for place, _ in rows)
        self.placed += rows
        self._open(field, path, following)
        return field if field.items is not None else None

    def _wrapper(self, field: Field) -> Field:
        """Turn an array of X into an object if the example has an object whose only field is the array X."""
        value = self.sample.at(field.shown_at)
        name = field.schemas()[1]
        if name is None or not isinstance(value, dict) or value.keys() != {name} or not isinstance(value[name], list):
            return field
        return attrs.evolve(field, aspects={**field.aspects, "type": "object"}, items=None)

    def _level_of(self, field: Field) -> tuple[_Level, Field]:
        """Return the object of a row, and the row with its name in that object."""
        steps = split_name(field.name) if self._root else []
        if len(steps) > 1:
            return self._by_name(field, steps)
        if self._is_marked:
            while len(self._levels) > 1 and self._levels[-1].depth >= field.depth:
                self._levels.pop()
            if field.depth > max(0, self._levels[-1].depth) and len(self._levels) == 1:
                self._report(field, "its marks point to a row above it, but there is none")
            self._go_down(field, len(self._levels) - 1)
        else:
            self._by_example(field)
        return self._levels[-1], field

    def _by_name(self, field: Field, steps: list[str]) -> tuple[_Level, Field]:
        """Follow a name such as `a.b[].c` from the object of the table."""
        place, way = self._levels[0].place, self._levels[0].way
        if self.sample.called(way, field.name) is not None:
            return self._levels[0], field
        for step in steps[:-1]:
            name = inner_name(step)
            path, shown = field_place(place, name), self.sample.called(way, name)
            if shown is not None:
                self.sample.describe(way, shown)
            way = None if way is None or shown is None else (*way, shown)
            if path not in self._paths and shown is None and name.casefold() not in self._known:
                self._report(field, f"no row and no example shows what {name} is")
                self._paths.add(path)
            has_elements = f"{path}[]" in self._paths or step != name or isinstance(self.sample.at(way), list)
            place, way = (f"{path}[]", None if way is None else (*way, "[]")) if has_elements else (path, way)
        level = _Level(place, way)
        return level, attrs.evolve(field, name=inner_name(steps[-1]))

    def _by_example(self, field: Field) -> None:
        """Go up to the nearest object that has the field in the example, or down into one without a row."""
        places = range(len(self._levels) - 1, -1, -1)
        for at in places:
            if self.sample.free(self._levels[at].way, field.name, field.kind) is not None:
                del self._levels[at + 1 :]
                return
        for at in places:
            if self._go_down(field, at):
                return
            if at and not self.sample.at(self._levels[at].way):
                # The example doesn't show its content, so the field may be in it.
                return
        for at in places:
            shown = self.sample.called(self._levels[at].way, field.name)
            if shown is not None and field.name not in self._levels[at].names:
                del self._levels[at + 1 :]
                return

    def _go_down(self, field: Field, at: int) -> bool:
        """Go down into the one object of the example that has the field, if no row describes that object."""
        level = self._levels[at]
        if self.sample.free(level.way, field.name, field.kind) is not None:
            return False
        below = self.sample.below(level.way, field.name, field.kind, self._known)
        if below is None or level.way is None:
            return False
        del self._levels[at + 1 :]
        place, way, lacking = level.place, level.way, ""
        for step in below[len(level.way) :]:
            if step != "[]":
                lacking = lacking or ("" if step in self.sample.described.get(way, ()) else step)
                self.sample.describe(way, step, is_row=False)
            place, way = (f"{place}[]" if step == "[]" else field_place(place, step)), (*way, step)
        if lacking:
            self._report(
                field, f"the example has it in {place.removeprefix(self._root).strip()}, which no row describes"
            )
        self._levels.append(_Level(place, way, level.depth))
        return True

    def _open(self, field: Field, path: str, following: Field | None) -> None:
        """Open a level for the next rows if a row is, or seems to be, an object or an array of objects."""
        value = self.sample.at(field.shown_at)
        is_array = isinstance(value, list) or (field.items is not None and not isinstance(value, dict))
        place, step = (f"{path}[]", ("[]",)) if is_array else (path, ())
        way = None if field.shown_at is None else (*field.shown_at, *step)
        if not self._has_fields(field, way, following):
            return
        if len(self._levels) > DEEPEST:
            self._report(field, "its fields are nested too deeply")
            return
        self._levels.append(_Level(place, way, field.depth))

    def _has_fields(self, field: Field, way: Steps | None, following: Field | None) -> bool:
        """Return whether the next rows are fields of a row."""
        if following is None:
            return False
        if self._is_marked:
            return following.depth > field.depth
        is_shown = isinstance(self.sample.at(way), dict)
        if not self._has_all or field.may_have_any:
            # Its fields may be in another table, or have any names.
            there = self.sample.free(way, following.name, following.kind) is not None
            return there and self.sample.free(self._levels[-1].way, following.name, following.kind) is None
        elements = field.items if field.items is not None else field.aspects
        if elements.get("type") == "object" or "schema" in elements:
            return True
        can_have = elements.get("type") is None and (field.items is not None or field.stated is not None)
        return can_have and (is_shown or (bool(self._root) and self.sample.at(way) is None and not self._shows_all()))

    def _shows_all(self) -> bool:
        return self.sample.at(()) is not None

    def _take_nameless(self, field: Field, *, is_first: bool) -> None:
        """Add a row without a name: the first one is the body itself."""
        if not is_first:
            self.unread.append(Unread(field.lines, "a row without a name, and no array above it"))
            return
        level = self._levels[0]
        self.placed += attrs.evolve(field, shown_at=level.way).with_elements(level.place)
        if field.items is not None:
            self._levels = [_Level(f"{level.place}[]", None if level.way is None else (*level.way, "[]"))]

    def _describe_elements(self, array: Field, field: Field) -> None:
        """Apply a row to the elements of the array above; its name, if any, is the name of their schema."""
        place, before = self.placed[-1]
        aspects = {**field.aspects, **({"schema": field.name} if field.name else {})}
        self.placed[-1] = (place, attrs.evolve(field, aspects=aspects, shown_at=before.shown_at))
        if self._levels[-1].place != place and aspects.get("type") == "object":
            self._levels.append(_Level(place, before.shown_at, array.depth))

    def _is_element(self, array: Field, field: Field) -> bool:
        """Return whether the row after an array describes its elements: it has no name, or that of a schema."""
        if not field.name:
            return True
        level = self._levels[-1]
        if self.sample.called(level.way, field.name) is not None or not self.placed[-1][0].endswith("[]"):
            return False
        items = array.items or {}
        if "schema" in items or not self._has_all:
            return items.get("schema") == field.name
        if items.get("type") == "object" and field.kind == "object":
            return True
        is_plain = field.stated == "" and items.get("type") is None and kind_of(self.sample.at(level.way)) == "object"
        return is_plain and not any(self.sample.called(one.way, field.name) for one in self._levels)

    def _report(self, field: Field, why: str) -> None:
        self.unread.append(Unread(field.lines, f"{field.name}: {why}"))
