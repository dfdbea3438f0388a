"""A row of a table, as the aspects of a parameter or field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from toolchain.pages.facts import WORDING, Unread, wording_of
from toolchain.pages.read.descriptions import read_description
from toolchain.pages.read.types import read_type
from toolchain.pages.read.values import typed
from toolchain.pages.read.words import MANDATORY

if TYPE_CHECKING:
    from toolchain.pages.read.cells import Row


@attrs.frozen
class Field:
    """A parameter or field.

    Attributes:
        name: Its name; empty for the body itself.
        aspects: What the page says of it.
        items: What it says of the elements, where it is an array.
        location: Where it is sent, if a column says so.
        lines: The first and the last line.
    """

    name: str
    aspects: dict[str, Any]
    items: dict[str, Any] | None
    location: str | None
    lines: tuple[int, int]

    def with_elements(self, place: str) -> list[tuple[str, Field]]:
        """Return the field at a place, and what it says of its elements, where it is an array."""
        if self.items is None:
            return [(place, self)]
        return [(place, self), (f"{place}[]", attrs.evolve(self, aspects=self.items, items=None))]

    def object_at(self, place: str) -> tuple[str | None, str | None]:
        """Return the place of the object that the field is or has as elements, and the name of its schema."""
        for where, aspects in ((place, self.aspects), (f"{place}[]", self.items or {})):
            if aspects.get("type") == "object":
                return where, aspects.get("schema")
        return None, None


def field_of(row: Row) -> tuple[Field, list[Unread]]:
    """Return the field that a row describes, and what of it no rule could read."""
    lines = (row.first, row.last)
    found = read_type(row.text("type"))
    aspects, items = found if found is not None else ({}, None)
    problems = [] if found is not None else ["the type"]
    aspects = dict(aspects)
    if row.text("mandatory"):
        aspects["required"] = MANDATORY.get(row.text("mandatory").lower())
    said, unread = read_description(row.text("description"), aspects.get("type"))
    aspects |= said
    if row.text("example"):
        value = typed(row.text("example"), aspects.get("type"))
        aspects["example"] = row.text("example") if value is None else value
    aspects[WORDING] = wording_of(row.text("description"))
    problems += [f"what its description says of {name}" for name in unread]
    name = row.text("name").lstrip("└∟»>- ").rstrip("*")
    field = Field(name, aspects, items, row.text("location").lower() or None, lines)
    return field, [Unread(lines, f"{name}: {problem} can't be read") for problem in problems]
