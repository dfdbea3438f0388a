"""Which table, or which rows of one, are the fields of which object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from toolchain.pages.facts import Unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.fields import Field

Placed: TypeAlias = "tuple[list[tuple[str, Field]], list[Unread]]"
DEEPEST = 12


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


def places(root: str, parts: Sequence[Part], example: Any) -> Placed:
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
    """Give each object the table with its type or its name as caption; without captions, the next table."""
    body = (
        attrs.evolve(parts[0].fields[0], name="", aspects={"type": "object"}, items=None) if parts[0].fields else None
    )
    placed: list[tuple[str, Field]] = [(root, body)] if body else []
    left = list(parts[1:])
    waiting: list[tuple[str, Part, tuple[str, ...]]] = [(root, parts[0], ())]
    unread: list[Unread] = []
    while waiting:
        place, part, above = waiting.pop(0)
        for field in part.fields:
            path = f"{place}{'.' if place != root else ' '}{field.name}"
            placed += _with_items(path, field)
            inner, name = _object(path, field)
            if inner is None:
                continue
            table = next((one for one in [*left, *parts[1:]] if _is_of(one, name, field.name)), None)
            if table is None and left and left[0].caption is None:
                table = left[0]
            if table is None or (name or field.name) in above or len(above) > DEEPEST:
                unread.append(Unread(field.lines, f"{field.name}: no table has its fields"))
                continue
            left = [one for one in left if one is not table]
            waiting.append((inner, table, (*above, name or field.name)))
    unread += [Unread((part.line, part.line), "a table that belongs to no object") for part in left]
    return placed, unread


def _is_of(part: Part, schema: str | None, name: str) -> bool:
    words = (part.caption or "").split()
    return bool(words) and (schema or name) in {words[0], words[-1]}


def _with_items(path: str, field: Field) -> list[tuple[str, Field]]:
    own = [(path, field)]
    return own if field.items is None else [*own, (f"{path}[]", attrs.evolve(field, aspects=field.items, items=None))]


def _object(path: str, field: Field) -> tuple[str | None, str | None]:
    """Return the place of the object that a field is or has as elements, and the name of its schema."""
    for place, aspects in ((path, field.aspects), (f"{path}[]", field.items or {})):
        if aspects.get("type") == "object":
            return place, aspects.get("schema")
    return None, None


def _flat(root: str, fields: Sequence[Field], example: Any) -> Placed:
    """Nest the rows of one table: an object is followed by its fields, and the example shows where they end."""
    placed: list[tuple[str, Field]] = []
    levels: list[tuple[str, Any]] = [(root, example)]
    element: Field | None = None
    for field in fields:
        if element is not None and field.aspects.get("type") == "object":
            # The row after an array of objects describes its element, and names what the body doesn't.
            aspects = {**field.aspects, **({"schema": field.name} if field.name else {})}
            placed[-1] = (placed[-1][0], attrs.evolve(field, aspects=aspects))
            element = None
            continue
        element = None
        if not field.name:
            placed.append((root, field))
            continue
        while len(levels) > 1 and _shows(levels[-1][1], field.name) is False and _shown_above(levels, field.name):
            levels.pop()
        place, shown = levels[-1]
        path = f"{place}{'.' if place != root else ' '}{field.name}"
        placed += _with_items(path, field)
        inner, _ = _object(path, field)
        if inner is not None:
            levels.append((inner, _inside(shown, field.name)))
            element = field if inner.endswith("[]") else None
    return placed, []


def _shows(example: Any, name: str) -> bool | None:
    return name in example if isinstance(example, dict) else None


def _shown_above(levels: Sequence[tuple[str, Any]], name: str) -> bool:
    return any(_shows(example, name) for _, example in levels[:-1])


def _inside(example: Any, name: str) -> Any:
    inner = example.get(name) if isinstance(example, dict) else None
    return inner[0] if isinstance(inner, list) and inner else inner
