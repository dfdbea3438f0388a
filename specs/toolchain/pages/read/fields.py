"""A row of a table, as the aspects of a parameter or field, or of the permission that a caller needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs

from toolchain.pages.facts import WORDING, Unread, wording_of
from toolchain.pages.read.descriptions import read_description
from toolchain.pages.read.types import read_type
from toolchain.pages.read.values import typed
from toolchain.pages.read.words import ACCESS_LEVELS, MANDATORY, says_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def permission_of(row: Row) -> dict[str, Any] | None:
    """Return the aspects of the permission that a row names; None where it names none."""
    action = row.text("action").split("\n")
    if "access level" in row.cells:
        level, resources, conditions = (
            row.text(name).split("\n") for name in ("access level", "resource", "condition")
        )
        return _permission(action[0], level[0], resources, conditions)
    # Run together: the action ends with its level; then the types of resources, each with a star, their names, and
    # the condition keys.
    found = re.fullmatch(rf"([\w-]{{1,60}}:[\w*]{{1,100}}?)({ACCESS_LEVELS})", action[0])
    if found is None:
        return None
    types = [text for text in action[1:] if text.startswith("*") and text != "*"]
    names = [text for text in action[1:] if text == "*" or text.startswith("acs:")]
    resources = names or [text.removeprefix("*") for text in types]
    return _permission(found[1], found[2], resources, [text for text in action[1:] if text not in {*types, *names}])


def _permission(action: str, level: str, resources: Sequence[str], conditions: Sequence[str]) -> dict[str, Any]:
    def listed(texts: Sequence[str]) -> list[str]:
        plain = [text.strip(" •-\t") for text in texts]
        return list(dict.fromkeys(text for text in plain if text and not says_nothing(text)))

    # The star behind the type of a resource says that it must be named.
    named = [text if text == "*" or ":" in text else text.removesuffix("*").strip() for text in listed(resources)]
    return {"action": action, "access-level": level, "resources": named, "condition-keys": listed(conditions)}
