"""A table that has all levels of a body: which of its rows are the fields of which object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from toolchain.pages.facts import Unread, inside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.read.fields import Field

Placed: TypeAlias = "tuple[list[tuple[str, Field]], list[Unread]]"
DEEPEST = 12
"""How many objects may be around a field."""


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


def nested_rows(root: str, fields: Sequence[Field], example: Any) -> Placed:
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
        path = inside(level.place, field.name)
        placed += field.with_elements(path)
        inner, _ = field.object_at(path)
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
