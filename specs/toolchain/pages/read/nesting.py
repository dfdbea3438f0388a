"""Assigns tables and rows to the objects of a body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.facts import Unread
from toolchain.pages.read.assembly import Body
from toolchain.pages.read.captions import Part, names_any
from toolchain.pages.read.headings import heading_of
from toolchain.pages.read.samples import kind_of, shown_way
from toolchain.pages.read.untyped import with_types

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.read.fields import Field
    from toolchain.pages.read.flat_tables import Placed, Rows

__all__ = ["Part", "nested", "required"]
_FEWEST_REPEATED: Final = 3
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]{0,99}", re.ASCII)
_MOST_NAMES: Final = 20
"""The most names in a report."""


def nested(
    root: str, parts: Sequence[Part], examples: Sequence[Any] = (), lines: tuple[int, int] | None = None
) -> Placed:
    """Return the fields of a body with their places.

    Marks, names, captions and the example decide which object a row or a table belongs to. It is reported if only the
    order of the tables decides and another order is as good, and if the example contradicts it.

    Args:
        root: The place of the body, such as `200`.
        parts: Its tables, in the order of the page.
        examples: The examples of the body.
        lines: The lines of the first of them.
    """
    if not parts:
        return [], []
    parts, again = _with_one_root(parts)
    body = _body(root, parts, examples)
    placed, untyped = with_types(body.rows.placed, body.rows.sample)
    unread = [
        *again,
        *_no_root(parts[0], examples),
        *body.rows.unread,
        *body.left(),
        *untyped,
        *_disproved(body.rows, placed, lines or body.lines()),
    ]
    if not any(place == root for place, _ in placed):
        placed = [*_root(root, parts), *placed]
    return placed, unread


def _with_one_root(parts: Sequence[Part]) -> tuple[list[Part], list[Unread]]:
    """Join tables that list the fields of the body again, for another case."""
    first, *others = parts
    known = {field.name for field in first.fields}
    left: list[Part] = []
    unread: list[Unread] = []
    for part in others:
        names = {field.name for field in part.fields}
        is_again = part.caption is None and len(names & known) >= max(_FEWEST_REPEATED, len(names) / 2)
        if not is_again:
            left.append(part)
            continue
        more = [field for field in part.fields if field.name not in known]
        first = attrs.evolve(first, fields=[*first.fields, *more])
        unread.append(Unread(part.lines, "another table of the same fields; nothing shows when each one applies"))
    return [first, *left], unread


def _no_root(first: Part, examples: Sequence[Any]) -> list[Unread]:
    """Report the first table if its caption is a name, and no example confirms that it has the body's fields."""
    shown = {name for example in examples if isinstance(example, dict) for name in example}
    is_named = first.caption is not None and _NAME.fullmatch(first.caption) and heading_of(first.caption) is None
    if not is_named or shown & {field.name for field in first.fields}:
        return []
    return [Unread(first.lines, f"{first.caption}: no table above it has the fields of the body")]


def required(fields: Sequence[tuple[str, Field]]) -> dict[str, list[str]]:
    """Return the required fields of each object, by the object's place."""
    found: dict[str, list[str]] = {}
    for place, field in fields:
        if field.aspects.get("required") and not place.endswith("[]"):
            found.setdefault(place[: -len(field.name) - 1], []).append(field.name)
    return found


def _root(root: str, parts: Sequence[Part]) -> list[tuple[str, Field]]:
    """Return the body itself, for a page that lists only its fields."""
    one = next((field for part in parts for field in part.fields), None)
    return [] if one is None else [(root, attrs.evolve(one, name="", aspects={"type": "object"}, items=None))]


def _body(root: str, parts: Sequence[Part], examples: Sequence[Any]) -> Body:
    """Assemble the tables; if only their order decides, in the order that the example confirms."""
    fields = [field for part in parts for field in part.fields]
    has_all = len(parts) == 1 or (parts[0].flat and not any(names_any(part, fields) for part in parts[1:]))
    if has_all:
        parts = [attrs.evolve(parts[0], fields=fields)]
    wide = Body(root, parts, examples, is_deep=False)
    if not wide.by_order:
        return wide
    deep = Body(root, parts, examples, is_deep=True)
    if deep.places() == wide.places():
        if wide.lacks_tables():
            wide.report_order()
        return wide
    if deep.agrees() == wide.agrees():
        wide.report_order()
    return deep if deep.agrees() > wide.agrees() else wide


def _disproved(rows: Rows, placed: Sequence[tuple[str, Field]], lines: tuple[int, int]) -> list[Unread]:
    """Report rows that the example has elsewhere, and an example with none of the fields.

    More fields in the example than rows contradict nothing, nor does another name of the only row.
    """
    is_one = sum(len(field.shown_at or place.split(".")) == 1 for place, field in placed if place[-2:] != "[]") == 1
    unread: list[Unread] = []
    elsewhere: dict[str, str] = {}
    for way, names in rows.sample.left():
        elsewhere |= {name.casefold(): shown_way(way) for name in names}
        if not way and not is_one and not rows.sample.described.get(way):
            unread.append(
                Unread(lines, f"the example has none of these fields; it has {', '.join(names[:_MOST_NAMES])}")
            )
    if kind_of(rows.sample.at(())) == "array" and not any(field.shown_at == () for _, field in placed):
        unread.append(Unread(lines, "the body is an array in the example, but no row states it"))
    for place, field in placed:
        where = elsewhere.get(field.name.casefold())
        if field.shown_at is None and where is not None and not place.endswith("[]"):
            unread.append(Unread(field.lines, f"{field.name}: the example has it elsewhere, in {where}"))
    return unread
