"""Turns a row of a table into the aspects of a parameter or field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.facts import WORDING, Unread, wording_of
from toolchain.pages.read.descriptions import read_description
from toolchain.pages.read.types import is_map, read_type, word_of
from toolchain.pages.read.values import typed
from toolchain.pages.read.words import MANDATORY, states_nothing

if TYPE_CHECKING:
    from toolchain.pages.read.cells import Row
    from toolchain.pages.read.samples import Steps

_PREFIX: Final = re.compile(r"[└∟├│┗╰»>+·•–—\s-]{1,60}")  # noqa: RUF001 - as pages have it
_LEADS: Final = re.compile(
    r"(?:see|refer to|described in|shown in|listed in|details in|详见|参见|参考|请见|见) {0,3}\**(?:table|表)"
    r" {0,3}(\d{1,3})",
    re.IGNORECASE,
)
"""The words of a description that refer to a table."""


@attrs.frozen
class Field:
    """A parameter or field.

    Attributes:
        name: The name; empty for the body itself.
        aspects: The aspects that the page states.
        items: The aspects of the elements, if it is an array.
        location: Where it is sent, if a column states it.
        lines: The first and the last line.
        stated: The unread text of its type; empty if there is none; None if the type was read.
        depth: The level that the marks before its name indicate.
        table: The number of the table that its description refers to.
        may_have_any: Whether it is an object that may have any fields.
        shown_at: Its path in the example; None if the example doesn't have it.
    """

    name: str
    aspects: dict[str, Any]
    items: dict[str, Any] | None
    location: str | None
    lines: tuple[int, int]
    stated: str | None = None
    depth: int = 0
    table: int | None = None
    may_have_any: bool = False
    shown_at: Steps | None = None

    @property
    def kind(self) -> str | None:
        """Its type; None if the page states no known type."""
        return self.aspects.get("type")

    def with_elements(self, place: str) -> list[tuple[str, Field]]:
        """Return the field at a place; for an array, the elements too."""
        if self.items is None:
            return [(place, self)]
        shown_at = None if self.shown_at is None else (*self.shown_at, "[]")
        elements = attrs.evolve(self, aspects=self.items, items=None, stated=None, shown_at=shown_at)
        return [(place, self), (f"{place}[]", elements)]

    def schemas(self) -> tuple[str | None, str | None]:
        """Return the names of its type and of its elements' type, if the page names them."""
        return self.aspects.get("schema") or word_of(self.stated or ""), (self.items or {}).get("schema")


def field_of(row: Row) -> tuple[Field, list[Unread]]:
    """Return the field that a row describes, and what of the row can't be read."""
    lines = (row.first, row.last)
    stated = "" if states_nothing(row.text("type")) else row.text("type")
    found = read_type(stated)
    aspects, items = found if found is not None else ({}, None)
    problems = []
    aspects = dict(aspects)
    if row.text("mandatory"):
        aspects["required"] = MANDATORY.get(row.text("mandatory").lower())
    described, unread = read_description(row.text("description"), aspects.get("type"), (items or {}).get("type"))
    if items is not None and "enum" in described:
        items = {**items, "enum": described.pop("enum")}
    aspects |= described
    if row.text("example"):
        value = typed(row.text("example"), aspects.get("type"))
        aspects["example"] = row.text("example") if value is None else value
    aspects[WORDING] = wording_of(row.text("description"))
    problems += [f"the {name} in its description" for name in unread]
    depth, name = _prefixed(row.text("name"))
    leads = _LEADS.search(row.text("description"))
    field = Field(
        name.rstrip("*"),
        aspects,
        items,
        row.text("location").lower() or None,
        lines,
        stated=stated if found is None else None,
        depth=depth,
        table=int(leads[1]) if leads is not None else None,
        may_have_any=is_map(stated),
    )
    return field, [Unread(lines, f"{field.name}: {problem} can't be read") for problem in problems]


def _prefixed(text: str) -> tuple[int, str]:
    """Return the level that the marks before a name indicate, and the name; non-breaking spaces count as marks."""
    found = _PREFIX.match(text)
    marks, name = (found[0], text[found.end() :]) if found is not None else ("", text)
    return sum(not mark.isspace() for mark in marks) or len(marks) - marks.count(" "), name
